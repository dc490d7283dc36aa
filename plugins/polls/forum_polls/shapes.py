"""A poll as pages and operations have it: frozen rows, without statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from forum.api.data import now, post_url
from forum_polls.values import ONE_CLICK, Terms


@dataclass(frozen=True, slots=True)
class PollRow:
    """A poll and the post that it hangs on; the columns of `models.Poll` under the same names."""

    id: int
    post_id: int
    name: str
    question: str
    kind: str
    min_choices: int
    max_choices: int | None
    own_answers: str
    results: str
    voters: int
    created_at: datetime
    ends_at: datetime | None
    closed_at: datetime | None
    reopened_at: datetime | None
    parent_id: int | None
    secret: bool
    stored_terms: Mapping[str, Any] | None
    voters_rule: str
    voters_area_id: int | None
    voters_role: str
    count: Mapping[str, Any] | None
    entitled: int | None
    seal: str | None
    reminded_at: datetime | None
    topic_id: int
    seq: int
    area_id: int
    author_id: int
    title: str

    @property
    def terms(self) -> Terms:
        """What its kind needs beyond options."""
        return Terms(**(self.stored_terms or {}))

    @property
    def ended_at(self) -> datetime | None:
        """When voting ended, by hand or by the clock; None while it is open."""
        if self.closed_at is not None:
            return self.closed_at
        return self.ends_at if self.ends_at is not None and self.ends_at <= now() else None

    @property
    def is_open(self) -> bool:
        """Whether votes count at this moment."""
        return self.ended_at is None

    @property
    def is_final(self) -> bool:
        """Whether a vote cast stays as it is: a secret one cannot be found again to change it."""
        return self.secret

    @property
    def one_choice(self) -> bool:
        """Whether one option is chosen."""
        return self.kind in ONE_CLICK

    @property
    def url(self) -> str:
        """The address of the post."""
        return post_url(self.topic_id, self.seq)


@dataclass(frozen=True, slots=True)
class OptionRow:
    """An option; `votes` and `maybes` may be shown only where `rules.can_see_results` says so.

    `mark` is the viewer's: 0 for none, a rank, how a date fits, otherwise 1.
    """

    id: int
    text: str
    votes: int
    author: str | None
    state: str = "shown"
    maybes: int = 0
    starts_at: datetime | None = None
    minutes: int | None = None
    created_at: datetime | None = None
    mark: int = 0

    @property
    def mine(self) -> bool:
        """Whether the viewer chose it."""
        return self.mark > 0


@dataclass(frozen=True, slots=True)
class FullPoll:
    """A poll as its panel shows it; without the viewer's part it is the same for all.

    `options` are those to choose from; `waiting` and `hidden` ones stand apart. `voted_at` is
    unknown for secret polls. `entitled` tells whether the voters' rule lets the viewer vote.
    Polls that have a `stamp` say the same where it is the same, but for the viewer's part.
    """

    poll: PollRow
    options: list[OptionRow] = field(default_factory=list)
    aside: list[OptionRow] = field(default_factory=list)
    questions: list[FullPoll] = field(default_factory=list)
    has_voted: bool = False
    voted_at: datetime | None = None
    entitled: bool = True
    stamp: str = ""

    def is_late(self, option: OptionRow) -> bool:
        """Tell whether an option came after the viewer's vote."""
        since, at = self.voted_at, option.created_at
        return since is not None and at is not None and at > since and not option.mine

    def count_late(self) -> int:
        """Count the options that came after the viewer's vote."""
        return sum(self.is_late(option) for option in self.options)
