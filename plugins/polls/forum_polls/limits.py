"""The sizes of a poll; what an area may lower stands in `settings`."""

from __future__ import annotations

from typing import Final

QUESTION: Final = 160
ANSWER: Final = 120
FOLD: Final = 480
"""Of the folded answer: folding spells ligatures out, so it may grow."""
OPTIONS_MIN: Final = 2
OPTIONS: Final = 50
OWN_ANSWERS: Final = 3
"""How many answers one member may add to one poll."""
SIDE: Final = 5
"""Open polls beside an area's topics."""
