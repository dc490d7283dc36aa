"""The words that polls are made of: kinds, rules for results and own answers, what a form says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

Kind = Literal["single", "multiple"]
OwnAnswers = Literal["off", "open"]
Results = Literal["always", "after_vote", "after_close"]

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
OWN_ANSWERS: Final[tuple[OwnAnswers, ...]] = get_args(OwnAnswers)
RESULTS: Final[tuple[Results, ...]] = get_args(Results)
"""From open to tight: a poll with votes moves to the right only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollSpec:
    """A poll that may be stored: every rule of `forms` holds. No `max_choices`: any number."""

    question: str
    options: tuple[str, ...]
    kind: Kind = "single"
    min_choices: int = 1
    max_choices: int | None = 1
    own_answers: OwnAnswers = "off"
    results: Results = "always"
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ballot:
    """What a member sends: ids of options, and an answer of their own or an empty text."""

    option_ids: frozenset[int] = frozenset()
    answer: str = ""
