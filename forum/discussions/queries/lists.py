"""Lists of topics: an area's, and the feed over many; cut by key, each page costs the same."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, Literal

import sqlalchemy as sa

from forum.areas.scope import Scope
from forum.core.among import among
from forum.core.database import UTCDateTime, at_most, db
from forum.core.wall import Viewer
from forum.discussions.models import AreaRead, Follow, ReadState, Topic
from forum.discussions.queries.people import member
from forum.discussions.queries.rows import (
    VISIBLE,
    WAITING,
    join_mine,
)
from forum.web.pagination import Cut, Page, cut_page

Sort = Literal["active", "new", "most", "unanswered"]
Only = Literal["all", "unanswered"]
Way = Literal["top", "after", "before"]
MANY_AREAS: Final = 64

_SORTS: Final[dict[str, tuple[Any, type]]] = {
    "active": (Topic.rank_at, datetime),
    "new": (Topic.created_at, datetime),
    "unanswered": (Topic.created_at, datetime),
    "most": (Topic.reply_count, int),
}
_MY_FOLLOW: Final = sa.and_(
    Follow.topic_id == Topic.id, Follow.user_id == sa.bindparam("me", type_=sa.Integer)
)
# Not by the joined row: planners take "not equal" for rare and read whole areas to sort them.
_NOT_MUTED: Final = ~sa.exists().where(_MY_FOLLOW, Follow.level == "mute").correlate(Topic)
FEED_SHAPE: Final = (datetime, int)
_topic: Final = Topic.__table__.alias("t").c
_follow: Final = Follow.__table__.c


@dataclass(frozen=True, slots=True)
class TopicLine:
    """A topic of a list as far as it differs from reader to reader; `find_cards` has the rest.

    `unread` counts new posts since the last visit; `fresh`: never opened.
    """

    id: int
    version: int
    area_id: int
    author_id: int
    unread: int
    fresh: bool
    follow: str | None
    follow_why: str


def sort_shape(sort: Sort) -> tuple[type, type]:
    """Return the shape of the list's cursor, for `Cut.from_args`."""
    return (_SORTS[sort][1], int)


def new_to_me() -> sa.ColumnElement[bool]:
    """The condition that a topic without read state is new: younger than membership or clearing.

    Joins nothing: `since` comes from AreaRead, which the statement joins.
    """
    me = sa.bindparam("me", type_=sa.Integer)
    joined = sa.select(member.c.created_at).where(member.c.id == me).scalar_subquery()
    since = sa.func.coalesce(AreaRead.before, sa.type_coerce(joined, UTCDateTime()))
    return sa.and_(ReadState.id.is_(None), Topic.author_id != me, Topic.last_post_at > since)


def join_area_read(statement: sa.Select[Any]) -> sa.Select[Any]:
    """Join when the viewer cleared the topic's area."""
    me = sa.bindparam("me", type_=sa.Integer)
    return statement.outerjoin(
        AreaRead, sa.and_(AreaRead.area_id == Topic.area_id, AreaRead.user_id == me)
    )


_LINE: Final[tuple[Any, ...]] = (
    Topic.id,
    Topic.version,
    Topic.area_id,
    Topic.author_id,
    Topic.last_seq,
    Topic.last_post_at,
    Topic.rank_at,
    Topic.created_at,
    Topic.reply_count,
    ReadState.read_count,
    Follow.level.label("follow"),
    Follow.why.label("follow_why"),
    new_to_me().label("fresh"),
)


def _select_lines() -> sa.Select[Any]:
    statement = sa.select(*_LINE).select_from(Topic)
    return join_area_read(join_mine(statement)).where(VISIBLE)


def _cut(
    statement: sa.Select[Any], column: Any, way: Way, most: int, *, topic_id: Any = Topic.id
) -> sa.Select[Any]:
    """Order by (column, id), newest or largest first, and start where the cursor says."""
    place = sa.tuple_(column, topic_id)
    key = sa.tuple_(
        sa.bindparam("key_value", type_=column.type), sa.bindparam("key_id", type_=sa.Integer)
    )
    if way == "before":
        return statement.where(place > key).order_by(column, topic_id).limit(at_most(most))
    if way == "after":
        statement = statement.where(place < key)
    return statement.order_by(column.desc(), topic_id.desc()).limit(at_most(most))


@cache
def _list_statement(sort: Sort, way: Way, most: int) -> sa.Select[Any]:
    statement = _select_lines().where(Topic.area_id == sa.bindparam("area_id"))
    if sort == "unanswered":
        statement = statement.where(WAITING)
    return _cut(statement, _SORTS[sort][0], way, most)


@cache
def _feed_statement(only: Only, way: Way, most: int) -> sa.Select[Any]:
    statement = _select_lines().where(_NOT_MUTED)
    if only == "unanswered":
        statement = statement.where(WAITING)
    return _cut(statement, Topic.last_post_at, way, most)


@cache
def _own_feed_statement(areas: int, way: Way, most: int) -> sa.Select[Any]:
    """The last topics of own areas (binds `a0` …, of many `area_ids`) and of those followed.

    Each area gives its last ones by index, whatever it holds; of these the page is made. Where
    areas are many, the last of all are soon found among them. The parts only choose ids, by
    tables without the wall's conditions: the statement around them is walled.
    """
    chosen = sa.select(_topic.id).where(_topic.hidden_at.is_(None), _topic.deleted_at.is_(None))
    muted, followed = _select_own("mute").cte("muted"), _select_own("follow").cte("followed")
    unmuted = chosen.where(_topic.id.not_in(sa.select(muted.c.topic_id)))
    sources: list[sa.ColumnElement[bool]] = [among(_topic.area_id, "area_ids")]
    if areas <= MANY_AREAS:
        binds = [sa.bindparam(f"a{place}", type_=sa.Integer) for place in range(areas)]
        sources = [_topic.area_id == bind for bind in binds]
    parts = [unmuted.where(source) for source in sources]
    parts.append(chosen.join(followed, followed.c.topic_id == _topic.id))
    cuts = [
        _cut(part, _topic.last_post_at, way, most, topic_id=_topic.id).subquery() for part in parts
    ]
    last = sa.union_all(*(sa.select(cut.c.id) for cut in cuts))
    return _cut(_select_lines().where(Topic.id.in_(last)), Topic.last_post_at, way, most)


def _select_own(level: str) -> sa.Select[Any]:
    me = sa.bindparam("me", type_=sa.Integer)
    return sa.select(_follow.topic_id).where(_follow.user_id == me, _follow.level == level)


def list_topics(scope: Scope, cut: Cut, *, sort: Sort = "active") -> Page[TopicLine]:
    """Return the topics of an area, with `active` the pinned ones first.

    Shapes: the cursor is (datetime, id), with `most` (count, id); see `sort_shape`.
    Cost: one statement.
    """
    name = "created_at" if sort in ("new", "unanswered") else "reply_count"
    name = "rank_at" if sort == "active" else name
    values = {"area_id": scope.area.id, "me": scope.user_id or 0, **_bind(cut)}
    rows = db.session.execute(_list_statement(sort, _way(cut), cut.fetch), values).all()
    page = cut_page(rows, cut, lambda row: (getattr(row, name), row.id))
    return Page(_to_lines(page.items), page.next, page.prev)


def list_feed(viewer: Viewer, cut: Cut, *, only: Only = "all") -> Page[TopicLine]:
    """Return topics of all areas, the last active first, without those the viewer has muted.

    Shapes: the cursor is (datetime, id), `FEED_SHAPE`.
    Cost: one statement.
    """
    values = {"me": viewer.user_id or 0, **_bind(cut)}
    return _read_feed(_feed_statement(only, _way(cut), cut.fetch), values, cut)


def list_own_feed(viewer: Viewer, cut: Cut, *, area_ids: Collection[int]) -> Page[TopicLine]:
    """Return topics of these areas, and those the viewer follows elsewhere, the last active first.

    Shapes: the cursor is (datetime, id), `FEED_SHAPE`.
    Cost: one statement; so many rows per area as a page has.
    """
    values = {"me": viewer.user_id or 0, **_bind(cut)}
    room = 1 << max(2, (len(area_ids) - 1).bit_length())  # few different statements
    if room > MANY_AREAS:
        room, values["area_ids"] = MANY_AREAS + 1, sorted(area_ids)
    else:
        padded = [*area_ids, *[0] * (room - len(area_ids))]
        values |= {f"a{place}": area_id for place, area_id in enumerate(padded)}
    return _read_feed(_own_feed_statement(room, _way(cut), cut.fetch), values, cut)


@cache
def _latest_statement(areas: int, most: int) -> sa.Select[Any]:
    """The last topics of each of some areas (binds `a0` …), chosen as in `_own_feed_statement`."""
    chosen = sa.select(_topic.id).where(_topic.hidden_at.is_(None), _topic.deleted_at.is_(None))
    binds = [sa.bindparam(f"a{place}", type_=sa.Integer) for place in range(areas)]
    parts = [chosen.where(_topic.area_id == bind) for bind in binds]
    cuts = [
        _cut(part, _topic.last_post_at, "top", most, topic_id=_topic.id).subquery()
        for part in parts
    ]
    last = sa.union_all(*(sa.select(cut.c.id) for cut in cuts))
    newest_first = (Topic.last_post_at.desc(), Topic.id.desc())
    return _select_lines().where(Topic.id.in_(last)).order_by(*newest_first)


def list_latest_topics(
    viewer: Viewer, area_ids: Sequence[int], *, most: int
) -> dict[int, list[TopicLine]]:
    """Return the last active topics of each of up to 64 areas, by area; without what is muted.

    Cost: one statement, none for no areas; by index, whatever the areas hold.
    """
    ids = area_ids[:MANY_AREAS]
    if not ids:
        return {}
    room = 1 << (len(ids) - 1).bit_length()  # few different statements
    padded = [*ids, *[0] * (room - len(ids))]
    values = {f"a{place}": area_id for place, area_id in enumerate(padded)}
    rows = db.session.execute(
        _latest_statement(len(padded), most), {"me": viewer.user_id or 0, **values}
    ).all()
    found: dict[int, list[TopicLine]] = {}
    for line in _to_lines(rows):
        if line.follow != "mute":
            found.setdefault(line.area_id, []).append(line)
    return found


def _read_feed(statement: sa.Select[Any], values: dict[str, Any], cut: Cut) -> Page[TopicLine]:
    rows = db.session.execute(statement, values).all()
    page = cut_page(rows, cut, lambda row: (row.last_post_at, row.id))
    return Page(_to_lines(page.items), page.next, page.prev)


def _way(cut: Cut) -> Way:
    if cut.before is not None:
        return "before"
    return "top" if cut.after is None else "after"


def _bind(cut: Cut) -> dict[str, Any]:
    key = cut.before or cut.after
    return {} if key is None else {"key_value": key[0], "key_id": key[1]}


def _to_lines(rows: Sequence[Any]) -> list[TopicLine]:
    return [
        TopicLine(
            row.id,
            row.version,
            row.area_id,
            row.author_id,
            0 if row.read_count is None else row.last_seq - row.read_count,
            bool(row.fresh),
            row.follow,
            row.follow_why or "",
        )
        for row in rows
    ]
