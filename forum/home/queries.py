"""What the start page reads: feeds, whom one can help, where one could join, what strangers see.

Everything under the wall of the bound viewer; pages for search engines under that of nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import sqlalchemy as sa

from forum.areas.queries import AREA
from forum.areas.scope import Standing
from forum.core import clock
from forum.core.among import among
from forum.core.database import UTCDateTime, at_most, db
from forum.core.wall import ANONYMOUS, ANY_MEMBER, as_viewer, may_read
from forum.discussions.queries import (
    TOPIC,
    VISIBLE,
    WAITING,
    TopicLine,
    list_feed,
    list_own_feed,
    topic_url,
)
from forum.web.kept import keep_part
from forum.web.pagination import Cut, Page

Tab = Literal["mine", "all", "unanswered"]
FRESH: Final = timedelta(days=60)
TIPS: Final = 3
LIVELY: Final = 60
"""Of so many lively areas some are left for whoever is in most of them."""
PUBLIC_AREAS: Final = 8
SITEMAP: Final = 20_000
CHUNK: Final = 500

_living: Final = sa.and_(
    AREA.archived_at.is_(None),
    sa.or_(AREA.ends_at.is_(None), AREA.ends_at > sa.bindparam("now", type_=UTCDateTime())),
)


@dataclass(frozen=True, slots=True)
class OpenTopic:
    """A topic that waits for its first answer."""

    title: str
    url: str
    area_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AreaTip:
    """An area as it is recommended; None instead of a figure that is nobody's business."""

    id: int
    slug: str
    name: str
    kind: str
    summary: str
    accent: str
    joining: str
    topic_count: int
    member_count: int
    last_post_at: datetime | None


@dataclass(frozen=True, slots=True)
class PublicFace:
    """The federation, None when it is not public, and its public areas."""

    root: AreaTip | None
    areas: tuple[AreaTip, ...]


@dataclass(frozen=True, slots=True)
class PublicPage:
    """A page for search engines; `at` is the last change, None when it is not known."""

    path: str
    at: datetime | None


_TIP: Final = tuple(getattr(AREA, name) for name in AreaTip.__slots__)
_OPEN_TOPICS: Final = (
    sa.select(TOPIC.id, TOPIC.slug, TOPIC.title, TOPIC.created_at, AREA.name.label("area_name"))
    .join(AREA, AREA.id == TOPIC.area_id)
    .where(
        among(TOPIC.area_id, "area_ids"),
        TOPIC.author_id != sa.bindparam("me"),
        TOPIC.created_at > sa.bindparam("since", type_=UTCDateTime()),
        VISIBLE,
        WAITING,
        _living,
    )
    .order_by(TOPIC.created_at.desc(), TOPIC.id.desc())
    .limit(at_most(TIPS))
)
_LIVELY: Final = (
    sa.select(*_TIP)
    .where(
        # Regions are where one is at home, not what one is interested in.
        AREA.kind.in_(("topic", "role", "adhoc", "committee")),
        AREA.joining.in_(("open", "apply")),
        sa.not_(AREA.everyone),
        AREA.last_post_at > sa.bindparam("since", type_=UTCDateTime()),
        may_read(AREA.id),
        _living,
    )
    .order_by(AREA.last_post_at.desc(), AREA.id)
    .limit(at_most(LIVELY))
)
_PUBLIC: Final = (
    sa.select(*_TIP)
    .where(may_read(AREA.id), sa.or_(AREA.parent_id.is_(None), _living))
    .order_by(AREA.depth, AREA.last_post_at.desc().nulls_last(), AREA.id)
    .limit(at_most(PUBLIC_AREAS + 1))
)

_PAGES: Final = (
    sa.select(AREA.slug, AREA.last_post_at).where(may_read(AREA.id)).order_by(AREA.path).limit(5000)
)
_TOPIC_PAGES: Final = (
    sa.select(TOPIC.id, TOPIC.slug, TOPIC.last_post_at)
    .where(
        sa.tuple_(TOPIC.last_post_at, TOPIC.id)
        < sa.tuple_(
            sa.bindparam("before", type_=UTCDateTime()), sa.bindparam("last_id", type_=sa.Integer)
        ),
        VISIBLE,
    )
    .order_by(TOPIC.last_post_at.desc(), TOPIC.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer, literal_execute=True))
)


def list_home(standing: Standing, cut: Cut, *, tab: Tab) -> Page[TopicLine]:
    """Return the feed of a tab: own areas and followed topics, everything, what waits.

    Cost: one statement.
    """
    own = {area.id for area in standing.areas}
    if tab == "mine":
        return list_own_feed(standing.viewer, cut, area_ids=own)
    return list_feed(standing.viewer, cut, only="all" if tab == "all" else "unanswered")


def list_open_topics(standing: Standing) -> list[OpenTopic]:
    """Return the latest topics of own areas that nobody has answered and others have begun.

    Cost: one statement.
    """
    rows = db.session.execute(_OPEN_TOPICS, _bind(standing))
    return [
        OpenTopic(row.title, topic_url(row.id, row.slug), row.area_name, row.created_at)
        for row in rows
    ]


def list_area_tips(standing: Standing) -> list[AreaTip]:
    """Return lively areas that all members may read and this one could join.

    Which are lively is looked up for all members at once and may be of half a minute ago.
    Cost: one statement, none when it is kept.
    """
    own = {area.id for area in standing.areas}
    lively = keep_part(("lively areas",), _list_lively, weight=20_000)
    return [tip for tip in lively if tip.id not in own][:TIPS]


def _list_lively() -> list[AreaTip]:
    now = clock.now()
    with as_viewer(ANY_MEMBER):
        rows = db.session.execute(_LIVELY, {"since": now - FRESH, "now": now})
        return [AreaTip(*row) for row in rows]


def _bind(standing: Standing) -> dict[str, Any]:
    now = clock.now()
    return {
        "area_ids": sorted(area.id for area in standing.areas),
        "me": standing.viewer.user_id or 0,
        "since": now - FRESH,
        "now": now,
    }


def get_public_face() -> PublicFace:
    """Return what strangers see first: the federation, and its liveliest public areas.

    Cost: one statement.
    """
    rows = db.session.execute(_PUBLIC, {"now": clock.now()})
    areas = [AreaTip(*row) for row in rows]
    if areas and areas[0].kind == "federation":
        return PublicFace(areas[0], tuple(areas[1:]))
    return PublicFace(None, tuple(areas[:PUBLIC_AREAS]))


def list_public_pages() -> Iterator[PublicPage]:
    """Return the addresses a search engine may know: public areas, then their topics.

    Shapes: at most SITEMAP addresses, the last active first; made while they are taken.
    Cost: one statement per 500.
    """
    with as_viewer(ANONYMOUS):
        pages = [PublicPage(f"/a/{slug}/", at) for slug, at in db.session.execute(_PAGES)]
    yield from pages
    left, before = SITEMAP - len(pages), clock.now()
    last_id = 0
    while left > 0:
        values = {"before": before, "last_id": last_id, "most": min(CHUNK, left)}
        with as_viewer(ANONYMOUS):
            rows = db.session.execute(_TOPIC_PAGES, values).all()
        yield from (PublicPage(topic_url(row.id, row.slug), row.last_post_at) for row in rows)
        if len(rows) < CHUNK:
            return
        left, before, last_id = left - len(rows), rows[-1].last_post_at, rows[-1].id
