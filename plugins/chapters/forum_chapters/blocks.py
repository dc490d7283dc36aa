"""The blocks that a front page is made of, and what they are called."""

from __future__ import annotations

from typing import Final, Literal, get_args

from forum.api.web import lazy_gettext as _l

Block = Literal["hero", "announcements", "topics", "areas", "people"]
BLOCKS: Final[tuple[Block, ...]] = get_args(Block)
DEFAULT: Final[tuple[Block, ...]] = ("hero", "announcements", "topics", "areas", "people")
"""What stands on the front page of a branch that has said nothing."""

WORDS: Final = {
    "hero": _l("Begrüßung"),
    "announcements": _l("Ankündigungen"),
    "topics": _l("Neueste Themen"),
    "areas": _l("Bereiche und Gremien"),
    "people": _l("Ansprechpersonen"),
}
