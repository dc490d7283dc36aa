"""Lists of topics: an area's, and the feed over many; cut by key, each page costs the same."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, Literal

import sqlalchemy as sa

from forum.accounts.queries import find_people
from forum.areas.queries import AREA
from forum.areas.scope import Scope
from forum.core.among import among
from forum.core.database import UTCDateTime, db
from forum.core.wall import Viewer
from forum.discussions.models import AreaRead, Follow, ReadState, Topic
from forum.discussions.queries.people import member
from forum.discussions.queries.rows import (
    MINE_COLUMNS,
    TOPIC_COLUMNS,
    TOPIC_WIDTH,
    VISIBLE,
    WAITING,
    TopicRow,
    join_mine,
    to_mine,
)
from forum.web.pagination import Cut, Page, cut_page
from forum.web.people import Person

Sort = Literal["active", "new", "most", "unanswered"]
Only = Literal["all", "unanswered"]
Way = Literal["top", "after", "before"]
FACES: Final = 4
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


@dataclass(frozen=True, slots=True)
class AreaLine:
    """An area as a chip shows it."""

    id: int
    slug: str
    name: str
    accent: str
    kind: str
    everyone: bool
    plugins: frozenset[str]


@dataclass(frozen=True, slots=True)
class TopicCard:
    """A topic in a list. `unread` counts new posts since the last visit; `fresh`: never opened."""

    topic: TopicRow
    area: AreaLine
    author: Person
    people: tuple[Person, ...]
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


def _select_cards() -> sa.Select[Any]:
    statement = (
        sa.select(
            *TOPIC_COLUMNS,
            *MINE_COLUMNS,
            new_to_me().label("fresh"),
            AREA.id.label("area"),
            AREA.slug.label("area_slug"),
            AREA.name.label("area_name"),
            AREA.accent.label("area_accent"),
            AREA.kind.label("area_kind"),
            AREA.everyone.label("area_everyone"),
            AREA.plugins.label("area_plugins"),
        )
        .select_from(Topic)
        .join(AREA, AREA.id == Topic.area_id)
    )
    return join_area_read(join_mine(statement)).where(VISIBLE)


def _cut(statement: sa.Select[Any], column: Any, way: Way) -> sa.Select[Any]:
    """Order by (column, id), newest or largest first, and start where the cursor says."""
    place = sa.tuple_(column, Topic.id)
    key = sa.tuple_(
        sa.bindparam("key_value", type_=column.type), sa.bindparam("key_id", type_=sa.Integer)
    )
    most = sa.bindparam("most", type_=sa.Integer)
    if way == "before":
        return statement.where(place > key).order_by(column, Topic.id).limit(most)
    if way == "after":
        statement = statement.where(place < key)
    return statement.order_by(column.desc(), Topic.id.desc()).limit(most)


@cache
def _list_statement(sort: Sort, way: Way) -> sa.Select[Any]:
    statement = _select_cards().where(Topic.area_id == sa.bindparam("area_id"))
    if sort == "unanswered":
        statement = statement.where(WAITING)
    return _cut(statement, _SORTS[sort][0], way)


@cache
def _feed_statement(only: Only, way: Way) -> sa.Select[Any]:
    statement = _select_cards().where(_NOT_MUTED)
    if only == "unanswered":
        statement = statement.where(WAITING)
    return _cut(statement, Topic.last_post_at, way)


@cache
def _own_feed_statement(areas: int, way: Way) -> sa.Select[Any]:
    """The last topics of own areas (binds `area_0` …, of many `area_ids`) and of those followed.

    Each area gives its last ones by index, whatever it holds; of these the page is made. Where
    areas are many, the last of all are soon found among them.
    """
    seen = sa.select(Topic.id).where(VISIBLE, _NOT_MUTED)
    sources: list[sa.ColumnElement[bool]] = [among(Topic.area_id, "area_ids")]
    if areas <= MANY_AREAS:
        binds = [sa.bindparam(f"area_{place}", type_=sa.Integer) for place in range(areas)]
        sources = [Topic.area_id == bind for bind in binds]
    parts = [_cut(seen.where(source), Topic.last_post_at, way).subquery() for source in sources]
    followed = sa.select(Topic.id).join(Follow, _MY_FOLLOW).where(VISIBLE, Follow.level == "follow")
    parts.append(_cut(followed, Topic.last_post_at, way).subquery())
    last = sa.union_all(*(sa.select(part.c.id) for part in parts))
    return _cut(_select_cards().where(Topic.id.in_(last)), Topic.last_post_at, way)


def list_topics(scope: Scope, cut: Cut, *, sort: Sort = "active") -> Page[TopicCard]:
    """Return the topics of an area, with `active` the pinned ones first.

    Shapes: the cursor is (datetime, id), with `most` (count, id); see `sort_shape`.
    Cost: one statement and unknown people's.
    """
    name = "created_at" if sort in ("new", "unanswered") else "reply_count"
    name = "rank_at" if sort == "active" else name
    values = {"area_id": scope.area.id, "me": scope.user_id or 0, **_bind(cut)}
    rows = db.session.execute(_list_statement(sort, _way(cut)), values).all()
    page = cut_page(rows, cut, lambda row: (getattr(row, name), row.id))
    return Page(_to_cards(page.items), page.next, page.prev)


def list_feed(viewer: Viewer, cut: Cut, *, only: Only = "all") -> Page[TopicCard]:
    """Return topics of all areas, the last active first, without those the viewer has muted.

    Shapes: the cursor is (datetime, id), `FEED_SHAPE`.
    Cost: one statement and unknown people's.
    """
    values = {"me": viewer.user_id or 0, **_bind(cut)}
    return _read_feed(_feed_statement(only, _way(cut)), values, cut)


def list_own_feed(viewer: Viewer, cut: Cut, *, area_ids: Collection[int]) -> Page[TopicCard]:
    """Return topics of these areas, and those the viewer follows elsewhere, the last active first.

    Shapes: the cursor is (datetime, id), `FEED_SHAPE`.
    Cost: one statement and unknown people's; so many rows per area as a page has.
    """
    values = {"me": viewer.user_id or 0, **_bind(cut)}
    room = 1 << max(2, (len(area_ids) - 1).bit_length())  # few different statements
    if room > MANY_AREAS:
        room, values["area_ids"] = MANY_AREAS + 1, sorted(area_ids)
    else:
        padded = [*area_ids, *[0] * (room - len(area_ids))]
        values |= {f"area_{place}": area_id for place, area_id in enumerate(padded)}
    return _read_feed(_own_feed_statement(room, _way(cut)), values, cut)


def _read_feed(statement: sa.Select[Any], values: dict[str, Any], cut: Cut) -> Page[TopicCard]:
    rows = db.session.execute(statement, values).all()
    page = cut_page(rows, cut, lambda row: (row.last_post_at, row.id))
    return Page(_to_cards(page.items), page.next, page.prev)


def _way(cut: Cut) -> Way:
    if cut.before is not None:
        return "before"
    return "top" if cut.after is None else "after"


def _bind(cut: Cut) -> dict[str, Any]:
    key = cut.before or cut.after
    values: dict[str, Any] = {"most": cut.fetch}
    return values if key is None else {**values, "key_value": key[0], "key_id": key[1]}


def _to_cards(rows: Sequence[Any]) -> list[TopicCard]:
    topics = [TopicRow(*row[:TOPIC_WIDTH]) for row in rows]
    wanted = {i for topic in topics for i in (topic.author_id, *topic.people[:FACES])}
    people = find_people(wanted)
    return [_to_card(topic, row, people) for topic, row in zip(topics, rows, strict=True)]


def _to_card(topic: TopicRow, row: Any, people: Mapping[int, Person]) -> TopicCard:
    mine = to_mine(row)
    area = AreaLine(
        row.area,
        row.area_slug,
        row.area_name,
        row.area_accent,
        row.area_kind,
        row.area_everyone,
        frozenset(row.area_plugins),
    )
    return TopicCard(
        topic=topic,
        area=area,
        author=people[topic.author_id],
        people=tuple(people[i] for i in topic.people[:FACES] if i in people),
        unread=topic.last_seq - mine.read.count if mine.read else 0,
        fresh=bool(row.fresh),
        follow=mine.follow,
        follow_why=mine.follow_why,
    )
