"""Reads of an area's sources: what is fetched and how it goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import NotFound, Scope, db
from forum_crosspost import limits
from forum_crosspost.models import Entry, Feed, Source

FEED: Final = "feed"
"""The kind of sources that are feeds, fetched or brought as a file."""


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed as the admins of its area see it."""

    source_id: int
    label: str
    policy: str
    basis: str
    url: str
    state: str
    reason: str
    detail: str
    fails: int
    next_poll_at: datetime
    succeeded_at: datetime | None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source of an area: the feed when it is fetched, how many posts came from it."""

    id: int
    kind: str
    label: str
    policy: str
    posts: int
    feed: FeedRow | None


_FEEDS: Final = (
    sa.select(
        Feed.source_id,
        Source.label,
        Source.policy,
        Source.basis,
        *(getattr(Feed, name) for name in FeedRow.__slots__[4:]),
    )
    .join(Source, Source.id == Feed.source_id)
    .where(Feed.area_id == sa.bindparam("area_id"))
)


def list_sources(scope: Scope) -> list[SourceRow]:
    """Return the sources of an area, those that are fetched first.

    Cost: two statements.
    """
    area = {"area_id": scope.area.id}
    feeds = {row.source_id: FeedRow(*row) for row in db.session.execute(_FEEDS, area)}
    posts = (
        sa.select(sa.func.count())
        .select_from(Entry)
        .where(Entry.source_id == Source.id, Entry.kind == "post")
        .scalar_subquery()
    )
    rows = db.session.execute(
        sa.select(Source.id, Source.kind, Source.label, Source.policy, posts)
        .where(Source.area_id == scope.area.id)
        .order_by(Source.label, Source.id)
        .limit(limits.SOURCES)
    )
    found = [
        SourceRow(id_, kind, label, policy, count, feeds.get(id_))
        for id_, kind, label, policy, count in rows
    ]
    return sorted(found, key=lambda one: one.feed is None)


def get_feed(scope: Scope, source_id: int) -> FeedRow:
    """Return a feed of the area. Errors: raises NotFound when there is none.

    Cost: one statement.
    """
    statement = _FEEDS.where(Feed.source_id == source_id)
    row = db.session.execute(statement, {"area_id": scope.area.id}).one_or_none()
    if row is None:
        raise NotFound
    return FeedRow(*row)


def find_feed_source(session: Session, area_id: int, *, key: str) -> Source | None:
    """Return the source of a feed in an area, fetched or not. Cost: one statement."""
    return session.scalars(
        sa.select(Source).where(Source.area_id == area_id, Source.kind == FEED, Source.key == key)
    ).first()
