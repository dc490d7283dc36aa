"""The words that rows of badges hold, and conditions as they are handed around."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

Kind = Literal[
    "count", "distinct_day", "distinct_area", "distinct_topic", "has", "role_held", "tenure"
]
Mode = Literal["all", "any"]
Visibility = Literal["private", "members"]
ONCE: Final = ""
"""The source key of an award that somebody gets once."""
ATTENDED: Final = "badges.session_attended"
DISTINCT: Final = {"distinct_day": "day", "distinct_area": "area_id", "distinct_topic": "topic_id"}
"""What must differ, by the kind of condition: a column of the feed."""
STANDING: Final = frozenset({"role_held", "tenure"})
"""Kinds that time alone fulfils: no event tells of them."""
COUNTED: Final = frozenset({"count", *DISTINCT})
"""Kinds that events are counted for."""
ROLES: Final = ("editor", "moderator", "admin")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One condition. Those with the same `clause` hold together, one clause is enough.

    `count` and `distinct_…` ask for `least` events of a type, where `field` says so only those
    that have `value` there; `has` asks for another badge; `tenure` for belonging to the area or one
    below it for `least` days, `role_held` for having at least the role `value` there so long.
    """

    kind: Kind
    event: str = ""
    field: str = ""
    value: str = ""
    least: int = 1
    required_id: int | None = None
    clause: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """What an admin says of a badge; each change makes a version of it."""

    name: str
    description: str
    narrative: str
    minutes: int = 0
    valid_days: int = 0
    leaves: Sequence[Leaf] = ()


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of the log that somebody can be credited with."""

    id: int
    name: str
    user_id: int
    area_id: int
    topic_id: int | None
    at: datetime
    fields: dict[str, str]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Undo:
    """That events of a key before this one are taken back by a type of event, or no longer are."""

    key: str
    name: str
    standing: bool


class Sealed(RuntimeError):
    """A signing key that was encrypted with another secret of the site: nobody can use it."""


class Forged(ValueError):
    """A credential that nobody here has signed as it stands; says which part."""
