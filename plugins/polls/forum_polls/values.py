"""The words that polls are made of: kinds, rules for results, own answers and voters, ballots.

Kinds are data: what one of them needs beyond options stands in `Terms`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal, get_args

Kind = Literal["single", "multiple", "scale", "number", "ranked", "dates", "motion", "survey"]
OwnAnswers = Literal["off", "open", "review"]
Results = Literal["always", "after_vote", "after_close", "team"]
Majority = Literal["simple", "absolute", "two_thirds"]
Voters = Literal["area", "subtree", "region", "role"]
QuestionKind = Literal["single", "multiple", "scale", "text"]
OptionState = Literal["shown", "waiting", "hidden", "merged"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
OWN_ANSWERS: Final[tuple[OwnAnswers, ...]] = get_args(OwnAnswers)
RESULTS: Final[tuple[Results, ...]] = get_args(Results)
"""From open to tight: a poll with votes moves to the right only."""
MAJORITIES: Final[tuple[Majority, ...]] = get_args(Majority)
VOTERS: Final[tuple[Voters, ...]] = get_args(Voters)
ROLES: Final = ("editor", "moderator", "admin")

LISTED: Final = frozenset({"single", "multiple", "ranked", "dates"})
"""Kinds whose author names the options."""
OPEN_KINDS: Final = frozenset({"single", "multiple"})
"""Kinds to which members may add answers, and in which equal ones can be merged."""
ONE_CLICK: Final = frozenset({"single", "scale", "motion"})
"""Kinds in which one option is chosen: a click each, where the vote can be changed."""
OUTCOMES: Final = frozenset({"single", "multiple", "ranked", "motion"})
"""Kinds whose outcome is told in a few words."""
IF_NEED_BE: Final = 1
FITS: Final = 2
NOT: Final = 3
"""What a mark says about a date, where nothing is marked for nothing said; of a ranked poll it is
the rank, elsewhere it is 1."""

REMINDER: Final = "polls.reminder"
LATE: Final = "polls.late_answers"
INVITED: Final = "polls.invitation"
"""What members are told one by one: the types of `notices`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What single kinds need: stored as JSON, so that a further kind needs no further column.

    Units: `quorum` in percent of who may vote; `low` and `high` of a number in its own unit.
    """

    quorum: int | None = None
    majority: Majority | None = None
    zone: str = ""
    low: int | None = None
    high: int | None = None
    unit: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give what is set."""
        told = {name: getattr(self, name) for name in self.__slots__}
        return {name: value for name, value in told.items() if value not in (None, "")}


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionSpec:
    """An option that may be stored. Of a date: when it begins, and for how many minutes."""

    text: str
    starts_at: datetime | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSpec:
    """One question of a survey."""

    question: str
    kind: QuestionKind
    options: tuple[OptionSpec, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSpec:
    """A poll that may be stored: every rule of `forms` holds. No `max_choices`: any number."""

    question: str
    options: tuple[OptionSpec, ...]
    name: str = "poll"
    kind: Kind = "single"
    min_choices: int = 1
    max_choices: int | None = 1
    own_answers: OwnAnswers = "off"
    results: Results = "always"
    secret: bool = False
    terms: Terms = Terms()
    voters: Voters = "area"
    voters_area_id: int | None = None
    voters_role: str = "member"
    ends_at: datetime | None = None
    questions: tuple[QuestionSpec, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """Who of those whom a survey asks is invited; without anything all of them.

    `area_id` with plain members stands for the area and all below, with another role for those
    who have it in the area itself. `word` is part of a function or an organisation, `number` how
    many the lot falls on.
    """

    area_id: int | None = None
    role: str = "member"
    word: str = ""
    number: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Give it as a job keeps it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a member sends: ids of options, and an answer of their own or an empty text.

    `marks` holds ranks or what one says about dates, by option; `number` what a number poll asks
    for; `sheet` the answers of a survey by question: options, or a text.
    """

    option_ids: frozenset[int] = frozenset()
    answer: str = ""
    marks: Mapping[int, int] = field(default_factory=dict)
    number: str = ""
    sheet: Mapping[int, frozenset[int] | str] = field(default_factory=dict)

    @property
    def chosen(self) -> dict[int, int]:
        """What is marked, by option: ranks and dates as sent, 1 for what is only ticked."""
        return dict(self.marks) or dict.fromkeys(self.option_ids, 1)
