"""What answers what: claims of new messages are stored, whole threads are read back."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import among
from forum_crosspost.models import Edge, Entry
from forum_crosspost.operations.statements import as_rows, upsert
from forum_crosspost.threads import OWN, Claim, choose_claims

POST = "post"


@dataclass(slots=True)
class Forest:
    """All threads that a batch touches: parents by child, and the messages that stand here."""

    parents: dict[str, str] = field(default_factory=dict)
    times: dict[str, datetime] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)


def store_claims(
    session: Session, source_id: int, claims: Iterable[Claim]
) -> dict[str, dict[str, Any]]:
    """Store what messages say; about each id the claim of the least order holds.

    Return, by child, what was said before and does not hold any more.
    Cost: two statements.
    """
    chosen = choose_claims(claims)
    before = _find_beaten(session, source_id, chosen)
    rows = [
        {
            "source_id": source_id,
            "child_ext": claim.child,
            "parent_ext": claim.parent,
            "rank": claim.rank,
            "at": claim.at,
            "by_ext": claim.by,
        }
        for claim in chosen.values()
    ]
    if not rows:
        return {}
    insert = upsert(session, Edge)
    new = insert.excluded
    earlier = sa.tuple_(new.at, new.by_ext) < sa.tuple_(Edge.at, Edge.by_ext)
    statement = insert.on_conflict_do_update(
        index_elements=["source_id", "child_ext"],
        set_={name: new[name] for name in ("parent_ext", "rank", "at", "by_ext")},
        where=sa.or_(
            new.rank < Edge.rank, new.rank == OWN, sa.and_(new.rank == Edge.rank, earlier)
        ),
    )
    session.execute(statement, rows)
    return before


def _find_beaten(
    session: Session, source_id: int, chosen: dict[str, Claim]
) -> dict[str, dict[str, Any]]:
    columns = (Edge.child_ext, Edge.parent_ext, Edge.rank, Edge.at, Edge.by_ext)
    known = session.execute(
        sa.select(*columns).where(Edge.source_id == source_id, among(Edge.child_ext, "ids")),
        {"ids": [*chosen]},
    )
    beaten = {}
    for row in known:
        new = chosen[row.child_ext]
        wins = new.rank == OWN or new.order < (row.rank, row.at, row.by_ext)
        if wins and (new.parent, *new.order) != (row.parent_ext, row.rank, row.at, row.by_ext):
            beaten[row.child_ext] = {**row._mapping, "at": row.at.isoformat()}
    return beaten


def load_forest(session: Session, source_id: int, touched: Collection[str]) -> Forest:
    """Return the whole threads of these ids, and of all messages in the topics they stand in.

    Cost: one statement, two more for each round in which topics turn out to hold other threads.
    """
    forest = Forest()
    seen: set[int] = set()
    wanted = set(touched)
    while wanted:
        for row in session.execute(_threads(session, source_id, wanted)):
            if row.parent_ext is not None:
                forest.parents[row.ext_id] = row.parent_ext
            if row.local_id is not None:
                forest.times[row.ext_id] = row.at
                forest.posts[row.ext_id] = row.local_id
                forest.topics[row.ext_id] = row.topic_id
        topics = set(forest.topics.values()) - seen
        seen |= topics
        wanted = _list_in_topics(session, source_id, topics) - forest.times.keys()
    return forest


def _list_in_topics(session: Session, source_id: int, topic_ids: Collection[int]) -> set[str]:
    if not topic_ids:
        return set()
    ids = as_rows(session, [str(one) for one in topic_ids]).subquery()
    statement = sa.select(Entry.ext_id).where(
        Entry.source_id == source_id,
        Entry.kind == POST,
        Entry.topic_id.in_(sa.select(sa.cast(ids.c.value, sa.Integer))),
    )
    return {*session.scalars(statement)}


def _threads(session: Session, source_id: int, touched: Collection[str]) -> sa.Select[Any]:
    """Climb from the ids to the tops of their threads, then come down to everything below."""
    up = as_rows(session, touched).cte("up", recursive=True)
    column = up.columns[0]
    above = sa.select(Edge.parent_ext).where(
        Edge.source_id == source_id, Edge.child_ext == column, Edge.parent_ext != ""
    )
    up = up.union(above)
    down = sa.select(up.columns[0].label("ext_id")).cte("down", recursive=True)
    below = sa.select(Edge.child_ext).where(
        Edge.source_id == source_id, Edge.parent_ext == down.c.ext_id
    )
    down = down.union(below)
    ext_id = down.c.ext_id
    edge = sa.and_(Edge.source_id == source_id, Edge.child_ext == ext_id)
    entry = sa.and_(Entry.source_id == source_id, Entry.kind == POST, Entry.ext_id == ext_id)
    return (
        sa.select(ext_id, Edge.parent_ext, Entry.local_id, Entry.topic_id, Entry.at)
        .select_from(down)
        .outerjoin(Edge, edge)
        .outerjoin(Entry, entry)
    )
