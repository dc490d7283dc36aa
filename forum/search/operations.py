"""Bring what was written into the index, in batches, and build the index anew."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

import sqlalchemy as sa

from forum.core.database import read_unit, unit, unscoped
from forum.core.jobs import enqueue
from forum.core.services import service
from forum.discussions.queries import TOPIC
from forum.discussions.queries.indexing import (
    IndexedPost,
    list_all_posts_to_index,
    list_posts_to_index,
)
from forum.markup import plain
from forum.plugin.types import PostRef
from forum.search.added import collect_texts
from forum.search.index import Document, Index
from forum.search.models import SearchPending

BATCH: Final = 500
JOB: Final = "search.update_index"
COMPACT_JOB: Final = "search.compact_index"
FORGET_JOB: Final = "search.forget_posts"


def mark_pending(topic_id: int, *, post_id: int | None = None) -> None:
    """Note that a post (or all posts of a topic) changed and ask the worker to index it.

    Nothing is to do for a topic that is gone: who deleted it says which posts went.
    Cost: two statements.
    """
    there = sa.select(TOPIC.id, sa.literal(post_id, sa.BigInteger())).where(TOPIC.id == topic_id)
    noted = sa.insert(SearchPending).from_select(["topic_id", "post_id"], there)
    with unscoped("search: what is to index is noted for everybody") as session:
        session.execute(noted)
    enqueue(JOB, dedup_key=JOB)


def update_index() -> int:
    """Index what is pending; return how many notes were worked off.

    Opens units of its own, so that no transaction waits while the index is written. Killed
    between the two, it indexes the same posts once more, which changes nothing.
    """
    if _index().is_outdated():
        rebuild_index()
    worked = 0
    while True:
        with read_unit() as session:
            rows = session.execute(
                sa.select(SearchPending.id, SearchPending.topic_id, SearchPending.post_id)
                .order_by(SearchPending.id)
                .limit(BATCH)
            ).all()
            if not rows:
                return worked
            topics = {row.topic_id for row in rows if row.post_id is None}
            posts = {row.post_id for row in rows if row.post_id is not None}
            documents, gone = _split(list_posts_to_index(posts, topics))
        _index().write(documents, remove=gone)
        with unit() as session:
            session.execute(
                sa.delete(SearchPending).where(SearchPending.id.in_([row.id for row in rows]))
            )
        worked += len(rows)


def ask_to_compact() -> None:
    """Ask the worker to leave nothing of removed posts in the index. Cost: one statement."""
    enqueue(COMPACT_JOB, dedup_key=COMPACT_JOB)


def ask_to_forget(post_ids: list[int]) -> None:
    """Ask the worker to take posts that are gone for good out of the index. Cost: one statement."""
    enqueue(FORGET_JOB, args={"post_ids": post_ids})


def forget_posts(post_ids: Collection[int]) -> None:
    """Take posts that are gone out of the index, and their words with the next compaction.

    A number may belong to another post again by now: that one is indexed.
    """
    with read_unit():
        documents, _ = _split(list_posts_to_index(post_ids))
    _index().write(documents, remove={*post_ids} - {one.post_id for one in documents})
    with unit():
        ask_to_compact()


def compact_index() -> None:
    """Index what is pending, then throw out what removed posts have left behind."""
    update_index()
    _index().compact()


def rebuild_index() -> int:
    """Forget the index and build it from the database; return the number of documents."""
    index = _index()
    index.clear()
    last = 0
    while True:
        with read_unit():
            rows = list_all_posts_to_index(after=last, limit=BATCH * 10)
            if not rows:
                return index.count()
            documents, _gone = _split(rows)
            last = rows[-1].id
        index.write(documents)


def _index() -> Index:
    index: Index = service("search")
    return index


def _split(rows: Iterable[IndexedPost]) -> tuple[list[Document], list[int]]:
    shown, gone = [], []
    for row in rows:
        if row.shown:
            shown.append(row)
        else:
            gone.append(row.id)
    documents = {row.id: _document(row) for row in shown}
    added = collect_texts([PostRef(row.id, row.topic_id, row.author_id, row.seq) for row in shown])
    return [*documents.values(), *_add(documents, added)], gone


def _add(
    documents: Mapping[int, Document], added: Iterable[tuple[str, int, str]]
) -> Iterator[Document]:
    """Give each text of a plugin the post around it: words of both are found together."""
    for plugin, post_id, text in added:
        document = documents[post_id]
        yield replace(document, plugin=plugin, text=f"{document.text}\n{text}")


def _document(row: IndexedPost) -> Document:
    return Document(
        post_id=row.id,
        topic_id=row.topic_id,
        area_id=row.area_id,
        author_id=row.author_id,
        at=row.created_at,
        title=row.title if row.seq == 1 else "",
        text=plain(row.html),
        language=row.language,
        kind=row.kind,
    )
