"""The plugin's sizes: columns, forms and parsers take them from here."""

from __future__ import annotations

from typing import Final

TITLE: Final = 120
TEXT: Final = 4_000
LEGAL: Final = 20_000
HOST: Final = 253
KEY: Final = 30
NAME: Final = 80
SLUG: Final = 80
SUMMARY: Final = 300
THEME: Final = 40
PATTERN: Final = 20_000
"""So many signs a template may have as TOML."""
AREAS: Final = 20
"""So many areas a template may make."""
PLUGINS: Final = 20
TOPICS: Final = 6
"""So many topics a block of a front page shows."""
NEWS: Final = 4
REGIONS: Final = 30
LOGO: Final = 200_000
"""So many bytes a logo may have, once it is a WebP of 256 pixels."""
