"""How much of anything a digest may be."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

ITEMS: Final = 7
PER_AUTHOR: Final = 2
"""Topics of one author among the items, so that nobody fills a digest alone."""
LOOKED_BACK: Final = timedelta(days=35)
"""What is older is not told any more, however long nobody wrote."""
GONE_AFTER: Final = timedelta(days=365)
"""Who was away that long and never asked for anything gets no more mail."""
BATCH: Final = 3_500
"""Members whose digests are made at once."""
TRIES: Final = 3
"""How often one digest is made anew because something of it may no longer be told."""
KEPT: Final = timedelta(days=400)
HARD: Final = 2
"""Points for a refusal for good; at `ENOUGH` the address gets nothing for `RESTS`."""
ENOUGH: Final = 4
RESTS: Final = timedelta(days=30)
PAUSE: Final = 365
"""Days that a pause may last."""
AREAS: Final = 50
EXCERPT: Final = 240
LISTED: Final = 10
"""Past digests that a member's page lists."""
