"""How much one text may hold: every list and every expansion in the markup has its cap here."""

from typing import Final

BODY_BYTES: Final = 65_536
MENTIONS: Final = 50
QUOTES: Final = 50
EMBEDS: Final = 20
LIST_ITEMS: Final = 1_000
TABLE_COLUMNS: Final = 64
TABLE_CELLS: Final = 5_000
URL_CHARS: Final = 2_048
# All addresses of one text together. A reference link costs its author three bytes per use, so
# without a budget 64 kB of source would grow into hundreds of megabytes.
LINK_CHARS: Final = 262_144
EXCERPT_CHARS: Final = 280
SUMMARY_CHARS: Final = 160
ARGUMENT_CHARS: Final = 500
NESTING: Final = 20
# Blocks stop nesting before the parser's own limit, because beyond that it drops text silently.
BLOCK_DEPTH: Final = 14
# Every level of a quote block walks its lines once more.
QUOTE_DEPTH: Final = 7
