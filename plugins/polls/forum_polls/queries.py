"""Reads of polls: whole polls with their options in one statement, the viewer's part in another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import (
    SHOWN_POSTS,
    NotFound,
    Scope,
    among,
    at_most,
    belongs_to,
    current_viewer,
    db,
    get_settings_in_force,
    member,
    now,
)
from forum.api.web import Cut, Page, cut_page
from forum_polls import limits
from forum_polls.models import Choice, Option, Poll, Turnout, Vote
from forum_polls.settings import Settings
from forum_polls.shapes import FullPoll, OptionRow, PollRow
from forum_polls.values import OUTCOMES

_shown: Final = SHOWN_POSTS.c
_FROM_POLL: Final = (
    Poll.id,
    Poll.post_id,
    Poll.name,
    Poll.question,
    Poll.kind,
    Poll.min_choices,
    Poll.max_choices,
    Poll.own_answers,
    Poll.results,
    Poll.voters,
    Poll.created_at,
    Poll.ends_at,
    Poll.closed_at,
    Poll.reopened_at,
    Poll.parent_id,
    Poll.secret,
    Poll.terms,
    Poll.voters_rule,
    Poll.voters_area_id,
    Poll.voters_role,
    Poll.count,
    Poll.entitled,
    Poll.seal,
    Poll.reminded_at,
)
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

POLLS: Final = sa.select(*POLL_COLUMNS).join(SHOWN_POSTS, _shown.post_id == Poll.post_id)


def _with_options(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Return the statement for polls with their options, or only with those that the rules name."""
    return (
        sa.select(
            *POLL_COLUMNS,
            Option.id,
            Option.text,
            Option.votes,
            member.c.name,
            Option.state,
            Option.maybes,
            Option.starts_at,
            Option.minutes,
            Option.created_at,
        )
        .select_from(Poll)
        .join(SHOWN_POSTS, _shown.post_id == Poll.post_id)
        .outerjoin(Option, sa.and_(Option.poll_id == Poll.id, *conditions))
        .outerjoin(member, member.c.id == Option.author_id)
        .order_by(Poll.id, Option.position, Option.id)
    )


_FULL: Final = _with_options()
_me: Final = sa.bindparam("me", type_=sa.Integer)


def voters_rule_holds(user_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition that the voters' rule of a poll, beyond the area's, lets one vote."""
    below = belongs_to(user_id, Poll.voters_area_id, below=True)
    ranked = belongs_to(user_id, Poll.voters_area_id, least=Poll.voters_role)
    return sa.case(
        (Poll.voters_rule == "area", sa.true()),
        (Poll.voters_rule == "role", ranked),
        else_=below,
    )


def _own_part(entitled: Any) -> sa.Select[Any]:
    """Return the statement for what a viewer has chosen; `entitled` tells who may choose."""
    return (
        sa.select(
            Poll.id,
            entitled,
            Turnout.user_id,
            Vote.cast_at,
            Choice.option_id,
            Choice.mark,
        )
        .select_from(Poll)
        .outerjoin(Turnout, sa.and_(Turnout.poll_id == Poll.id, Turnout.user_id == _me))
        .outerjoin(
            Vote,
            sa.and_(Vote.poll_id == Poll.id, Vote.user_id == _me, Vote.ended_at.is_(None)),
        )
        .outerjoin(Choice, Choice.vote_id == Vote.id)
        .where(among(Poll.id, "polls"))
    )


# Most polls leave it to the area who votes; asking for rules of their own takes four subqueries,
# which PostgreSQL plans for longer than it runs the rest.
_OWN: Final = _own_part(sa.true())
_OWN_UNDER_RULES: Final = _own_part(voters_rule_holds(_me))
_STILL_OPEN: Final = sa.and_(
    Poll.closed_at.is_(None),
    sa.or_(Poll.ends_at.is_(None), Poll.ends_at > sa.bindparam("now", type_=Poll.ends_at.type)),
)
_OF_IDS: Final = _FULL.where(among(Poll.id, "polls"))
_OF_POSTS: Final = _FULL.where(among(Poll.post_id, "posts"))
_OF_FIRST_POSTS: Final = _FULL.where(among(_shown.topic_id, "topics"), _shown.seq == 1)
_OF_KIND: Final = _with_options(~_STILL_OPEN, Poll.kind.in_(OUTCOMES)).where(
    among(_shown.topic_id, "topics"), _shown.seq == 1, Poll.name == "poll"
)
_BY_ID: Final = _FULL.where(
    sa.or_(Poll.id == sa.bindparam("poll"), Poll.parent_id == sa.bindparam("poll")),
    _shown.area_id == sa.bindparam("area", type_=sa.Integer),
)
_ANY: Final = _FULL.where(
    sa.or_(Poll.id == sa.bindparam("poll"), Poll.parent_id == sa.bindparam("poll"))
)
_IN_AREA: Final = POLLS.where(
    _shown.area_id == sa.bindparam("area", type_=sa.Integer), Poll.parent_id.is_(None)
)
_OPEN: Final = (
    _IN_AREA.where(_STILL_OPEN)
    .order_by(Poll.ends_at.is_(None), Poll.ends_at, Poll.id.desc())
    .limit(at_most(limits.SIDE))
)
_WHERE: Final = (
    sa.select(_shown.area_id)
    .join(Poll, Poll.post_id == _shown.post_id)
    .where(Poll.id == sa.bindparam("poll"))
)


POLLS_SHAPE: Final = (datetime, int)
"""Of the cursors that `list_polls` is cut by."""


@dataclass(slots=True)
class _Own:
    entitled: bool
    has_voted: bool
    voted_at: datetime | None
    marks: dict[int, int] = field(default_factory=dict)


def get_settings(area_id: int) -> Settings:
    """Return what the area decides about polls. Cost: one statement."""
    return cast(Settings, get_settings_in_force(area_id, "polls"))


def list_polls_of_posts(post_ids: Collection[int]) -> list[FullPoll]:
    """Return the polls of these posts without anybody's part, oldest first.

    Cost: one statement; none without posts.
    """
    if not post_ids:
        return []
    return _gather(db.session.execute(_OF_POSTS, {"posts": sorted(post_ids)}))


def list_polls_by_id(poll_ids: Collection[int]) -> list[FullPoll]:
    """Return these polls, without the questions of surveys and without anybody's part.

    Cost: one statement; none without ids.
    """
    if not poll_ids:
        return []
    return _gather(db.session.execute(_OF_IDS, {"polls": sorted(poll_ids)}))


def list_polls_for_all(session: Session, post_ids: Collection[int]) -> list[FullPoll]:
    """Return the polls of these posts whoever reads them later: the session is unscoped.

    Cost: one statement.
    """
    return _gather(session.execute(_OF_POSTS, {"posts": sorted(post_ids)}))


def list_polls_of_topics(topic_ids: Collection[int]) -> list[FullPoll]:
    """Return the polls of the first posts of these topics without anybody's part.

    Cost: one statement; none without topics.
    """
    if not topic_ids:
        return []
    return _gather(db.session.execute(_OF_FIRST_POSTS, {"topics": sorted(topic_ids)}))


def list_polls_by_kind(topic_ids: Collection[int]) -> list[FullPoll]:
    """Return what topics of the kind ask; with options once it has ended and they tell how.

    Cost: one statement.
    """
    values = {"topics": sorted(topic_ids), "now": now()}
    return _gather(db.session.execute(_OF_KIND, values))


def list_with_own_votes(polls: Sequence[FullPoll]) -> list[FullPoll]:
    """Return the polls with what the viewer has chosen and may choose.

    Cost: one statement; none without polls or for nobody.
    """
    me = current_viewer().user_id
    if me is None or not polls:
        return list(polls)
    own: dict[int, _Own] = {}
    ruled = any(full.poll.voters_rule != "area" for full in polls)
    values = {"polls": [full.poll.id for full in polls], "me": me}
    rows = db.session.execute(_OWN_UNDER_RULES if ruled else _OWN, values)
    for poll_id, entitled, voter, voted_at, option_id, mark in rows:
        part = own.setdefault(poll_id, _Own(bool(entitled), voter is not None, voted_at))
        if option_id is not None:
            part.marks[option_id] = mark
    return [_with_part(full, own.get(full.poll.id)) for full in polls]


def get_full_poll(scope: Scope, poll_id: int) -> FullPoll:
    """Return a poll of the area with the viewer's part.

    Errors: NotFound, also for polls of other areas, under posts that are not shown, and for
    single questions of a survey.
    """
    values = {"poll": poll_id, "area": scope.area.id}
    found = [one for one in _gather(db.session.execute(_BY_ID, values)) if one.poll.id == poll_id]
    if not found:
        raise NotFound
    return list_with_own_votes(found)[0]


def find_any_poll(session: Session, poll_id: int) -> FullPoll | None:
    """Return a poll whoever may read it, for work without a viewer: the session is unscoped."""
    rows = session.execute(_ANY, {"poll": poll_id})
    return next((one for one in _gather(rows) if one.poll.id == poll_id), None)


def get_area_id(poll_id: int) -> int:
    """Return the area of a poll that the viewer may read.

    Errors: NotFound.
    """
    found = db.session.scalar(_WHERE, {"poll": poll_id})
    if found is None:
        raise NotFound
    return int(found)


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
    """Put options to their polls and questions to their surveys."""
    found: dict[int, FullPoll] = {}
    for row in rows:
        full = found.get(row[0])
        if full is None:
            full = found[row[0]] = FullPoll(PollRow(*row[:_WIDTH]))
        if row[_WIDTH] is None:
            continue
        option = OptionRow(*row[_WIDTH:])
        if option.state == "shown":
            full.options.append(option)
        elif option.state != "merged":
            full.aside.append(option)
    for full in found.values():
        parent = found.get(full.poll.parent_id or 0)
        if parent is not None:
            parent.questions.append(full)
    return [full for full in found.values() if full.poll.parent_id is None]


def _with_part(full: FullPoll, own: _Own | None) -> FullPoll:
    if own is None:
        return full
    return replace(
        full,
        options=[
            replace(option, mark=own.marks[option.id]) if option.id in own.marks else option
            for option in full.options
        ],
        has_voted=own.has_voted,
        voted_at=own.voted_at,
        entitled=own.entitled,
    )


def _key(cursor: tuple[Any, ...]) -> Any:
    return sa.tuple_(sa.literal(cursor[0], Poll.created_at.type), sa.literal(cursor[1]))
