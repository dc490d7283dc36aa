"""Reads of polls: whole polls with their answers and the viewer's own vote, in one statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, cast

import sqlalchemy as sa

from forum.api.data import (
    SHOWN_POSTS,
    NotFound,
    Scope,
    among,
    at_most,
    current_viewer,
    db,
    get_settings_in_force,
    member,
    now,
    post_url,
)
from forum.api.web import Cut, Page, cut_page
from forum_polls import limits
from forum_polls.models import Choice, Option, Poll, Vote
from forum_polls.settings import Settings


@dataclass(frozen=True, slots=True)
class PollRow:
    """A poll and the post that it hangs on."""

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
    topic_id: int
    seq: int
    area_id: int
    author_id: int
    title: str

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
    def url(self) -> str:
        """The address of the post."""
        return post_url(self.topic_id, self.seq)


@dataclass(frozen=True, slots=True)
class OptionRow:
    """An answer; `votes` may be shown only where `rules.can_see_results` says so."""

    id: int
    text: str
    votes: int
    author: str | None
    mine: bool = False


@dataclass(frozen=True, slots=True)
class FullPoll:
    """A poll as its panel shows it; without the viewer's vote it is the same for all."""

    poll: PollRow
    options: list[OptionRow] = field(default_factory=list)

    @property
    def has_voted(self) -> bool:
        """Whether the viewer's vote is in force."""
        return any(option.mine for option in self.options)


_shown: Final = SHOWN_POSTS.c
_FROM_POLL: Final = tuple(getattr(Poll, name) for name in PollRow.__slots__[:14])
_FROM_POST: Final = (
    _shown.topic_id,
    _shown.seq,
    _shown.area_id,
    _shown.author_id,
    _shown.title,
)
POLL_COLUMNS: Final = (*_FROM_POLL, *_FROM_POST)
"""What a PollRow is made of, in its order; the statement joins SHOWN_POSTS."""
_WIDTH: Final = len(POLL_COLUMNS)

_POLLS: Final = sa.select(*POLL_COLUMNS).join(SHOWN_POSTS, _shown.post_id == Poll.post_id)
_FULL: Final = (
    sa.select(
        *POLL_COLUMNS,
        Option.id,
        Option.text,
        Option.votes,
        member.c.name,
    )
    .select_from(Poll)
    .join(SHOWN_POSTS, _shown.post_id == Poll.post_id)
    .join(Option, Option.poll_id == Poll.id)
    .outerjoin(member, member.c.id == Option.author_id)
    .order_by(Poll.id, Option.position, Option.id)
)
_OWN: Final = (
    sa.select(Choice.option_id)
    .join(Vote, Vote.id == Choice.vote_id)
    .where(
        among(Vote.poll_id, "polls"), Vote.user_id == sa.bindparam("me"), Vote.ended_at.is_(None)
    )
)
_OF_POSTS: Final = _FULL.where(among(Poll.post_id, "posts"))
_BY_ID: Final = _FULL.where(
    Poll.id == sa.bindparam("poll"), _shown.area_id == sa.bindparam("area", type_=sa.Integer)
)
_IN_AREA: Final = _POLLS.where(_shown.area_id == sa.bindparam("area", type_=sa.Integer))
_STILL_OPEN: Final = sa.and_(
    Poll.closed_at.is_(None),
    sa.or_(Poll.ends_at.is_(None), Poll.ends_at > sa.bindparam("now", type_=Poll.ends_at.type)),
)
_OPEN: Final = (
    _IN_AREA.where(_STILL_OPEN)
    .order_by(Poll.ends_at.is_(None), Poll.ends_at, Poll.id.desc())
    .limit(at_most(limits.SIDE))
)


POLLS_SHAPE: Final = (datetime, int)
"""Of the cursors that `list_polls` is cut by."""


def get_settings(area_id: int) -> Settings:
    """Return what the area decides about polls. Cost: one statement."""
    return cast(Settings, get_settings_in_force(area_id, "polls"))


def list_polls_of_posts(post_ids: Collection[int]) -> list[FullPoll]:
    """Return the polls of these posts without anybody's vote, oldest first.

    Cost: one statement; none without posts.
    """
    if not post_ids:
        return []
    return _gather(db.session.execute(_OF_POSTS, {"posts": sorted(post_ids)}))


def list_with_own_votes(polls: Sequence[FullPoll]) -> list[FullPoll]:
    """Return the polls with the answers the viewer has chosen.

    Cost: one statement; none without polls or for nobody.
    """
    me = current_viewer().user_id
    if me is None or not polls:
        return list(polls)
    own = {*db.session.scalars(_OWN, {"polls": [full.poll.id for full in polls], "me": me})}
    if not own:
        return list(polls)
    return [
        FullPoll(full.poll, [replace(option, mine=option.id in own) for option in full.options])
        for full in polls
    ]


def get_full_poll(scope: Scope, poll_id: int) -> FullPoll:
    """Return a poll of the area with the viewer's vote.

    Errors: NotFound, also for polls of other areas and under posts that are not shown.
    """
    values = {"poll": poll_id, "area": scope.area.id}
    found = _gather(db.session.execute(_BY_ID, values))
    if not found:
        raise NotFound
    return list_with_own_votes(found)[0]


def list_open_polls(area_id: int) -> list[PollRow]:
    """Return some open polls of an area, those that end soon first. Cost: one statement."""
    rows: Any = db.session.execute(_OPEN, {"area": area_id, "now": now()})
    return [PollRow(*row) for row in rows]


def list_polls(scope: Scope, cut: Cut) -> Page[PollRow]:
    """Return the area's polls, newest first. Cost: one statement."""
    key = sa.tuple_(Poll.created_at, Poll.id)
    statement = _IN_AREA.order_by(Poll.created_at.desc(), Poll.id.desc())
    if cut.after is not None:
        statement = statement.where(key < _key(cut.after))
    elif cut.before is not None:
        statement = _IN_AREA.order_by(Poll.created_at, Poll.id).where(key > _key(cut.before))
    rows: Any = db.session.execute(statement.limit(cut.fetch), {"area": scope.area.id})
    polls = [PollRow(*row) for row in rows]
    return cut_page(polls, cut, lambda poll: (poll.created_at, poll.id))


def _gather(rows: Iterable[Any]) -> list[FullPoll]:
    found: dict[int, FullPoll] = {}
    for row in rows:
        full = found.get(row[0])
        if full is None:
            full = found[row[0]] = FullPoll(PollRow(*row[:_WIDTH]))
        full.options.append(OptionRow(*row[_WIDTH:]))
    return list(found.values())


def _key(cursor: tuple[Any, ...]) -> Any:
    return sa.tuple_(sa.literal(cursor[0], Poll.created_at.type), sa.literal(cursor[1]))
