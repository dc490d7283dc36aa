"""One batch of messages in one transaction: identities, links, writers, posts, their places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import (
    Hanging,
    Hung,
    ImportOutcome,
    ImportRecord,
    among,
    hang_posts,
    import_batch,
    now,
)
from forum_crosspost.models import Entry, Origin, Run, Source
from forum_crosspost.operations.authors import Known, find_ghosts, hash_writer
from forum_crosspost.operations.before import WITHDRAWN, note_edges, note_places, note_texts
from forum_crosspost.operations.links import POST, Forest, load_forest, store_claims
from forum_crosspost.personal import count_personal
from forum_crosspost.records import Message
from forum_crosspost.threads import Place, choose_topics, make_claims, resolve


@dataclass(slots=True)
class Figures:
    """What a batch did, as the report counts it."""

    topics_new: int = 0
    posts_new: int = 0
    posts_changed: int = 0
    posts_same: int = 0
    authors_new: int = 0
    orphans: int = 0
    addresses: int = 0
    phones: int = 0
    hosts: int = 0
    dropped: int = 0
    bytes: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)

    def count_texts(self, messages: Iterable[Message]) -> None:
        """Count what comes in with these messages: its size, and what of people stands in it."""
        for message in messages:
            found = count_personal(message.text)
            self.addresses += found.addresses
            self.phones += found.phones
            self.hosts += found.hosts
            self.dropped += message.dropped
            self.bytes += len(message.text.encode()) + len(message.title.encode())


@dataclass(slots=True)
class _Sorted:
    """The messages of a batch by what has to be done about them."""

    fresh: list[Message] = field(default_factory=list)
    changed: list[tuple[Message, Entry]] = field(default_factory=list)
    same: int = 0


def write_batch(session: Session, source: Source, run: Run, messages: Sequence[Message]) -> Figures:
    """Take messages over; those that stand here already cost nothing more than being looked up.

    Cost: about twenty statements for a batch with news, one for a batch without.
    """
    batch = _sort(session, source, messages)
    figures = Figures(posts_same=batch.same)
    news = [*batch.fresh, *(message for message, _entry in batch.changed)]
    if not news:
        return figures
    _store_links(session, source, run, news)
    writers = [one.writer for one in news]
    ghosts, figures.authors_new = find_ghosts(session, source, run, writers)
    plan = _Plan.make(session, source, batch.fresh)
    records = [*plan.records(ghosts), *_edits(batch.changed, ghosts)]
    outcome = import_batch(source.area_id, records, actor_id=run.started_by_id)
    _store_entries(session, source, run, batch, outcome, ghosts)
    note_places(session, run, plan.hang(session, source, outcome))
    figures.orphans = plan.count_orphans()
    figures.count_texts(news)
    figures.topics_new, figures.posts_new = outcome.topics_new, outcome.posts_new
    figures.posts_changed = outcome.posts_changed
    # A post that was deleted here stays so; the source is not told that it lost.
    lost = {message.ext_id for message, _entry in batch.changed}
    figures.refused = [one for one in outcome.rejected if one[0] not in lost]
    figures.posts_same += len(batch.changed) - outcome.posts_changed
    return figures


def _sort(session: Session, source: Source, messages: Sequence[Message]) -> _Sorted:
    # As an array: to join them PostgreSQL compares each with each in a table it knows nothing of.
    rows = session.scalars(
        sa.select(Entry).where(
            Entry.source_id == source.id, Entry.kind == POST, among(Entry.ext_id, "ids")
        ),
        {"ids": {message.ext_id for message in messages}},
    )
    known = {row.ext_id: row for row in rows}
    found = _Sorted()
    for message in sorted(messages, key=lambda one: (one.at, one.ext_id)):
        entry = known.get(message.ext_id)
        if entry is None:
            found.fresh.append(message)
        elif entry.content_hash == message.content_hash:
            found.same += 1
        else:
            found.changed.append((message, entry))
    return found


def _store_links(session: Session, source: Source, run: Run, messages: Iterable[Message]) -> None:
    claims = [
        claim
        for message in messages
        if not message.stands_alone
        for claim in make_claims(message.ext_id, message.ancestors, message.at)
    ]
    note_edges(session, run, store_claims(session, source.id, claims))


@dataclass(slots=True)
class _Plan:
    """Where the messages of all touched threads belong."""

    fresh: dict[str, Message]
    forest: Forest
    places: dict[str, Place]
    topics: dict[str, int | None]

    @classmethod
    def make(cls, session: Session, source: Source, fresh: Sequence[Message]) -> _Plan:
        touched = {one for message in fresh for one in (message.ext_id, *message.ancestors)}
        forest = load_forest(session, source.id, touched)
        forest.times.update((message.ext_id, message.at) for message in fresh)
        places = resolve(forest.parents, forest.times)
        new = {message.ext_id: message for message in fresh}
        return cls(new, forest, places, choose_topics(places, forest.topics, new))

    def count_orphans(self) -> int:
        """Return how many new messages answer something of which nothing is here."""
        fresh = self.fresh.values()
        return sum(bool(m.ancestors) and self.places[m.ext_id].parent is None for m in fresh)

    def records(self, ghosts: dict[str, Known]) -> list[ImportRecord]:
        """Return the new messages; parents that come with them by key, others by our id."""
        records = []
        for ext_id, message in self.fresh.items():
            place = self.places[ext_id]
            records.append(
                ImportRecord(
                    key=ext_id,
                    thread=place.thread,
                    author_id=ghosts[hash_writer(message.writer)].ghost_id,
                    # News stands where the reader has not been yet, its origin tells the rest.
                    at=now() if message.is_news else message.at,
                    origin="outside" if message.is_news else "import",
                    source=message.text,
                    title=message.title,
                    parent=self.forest.posts.get(place.parent or "", place.parent),
                    topic_id=self.topics[place.thread],
                    breaks=True,
                )
            )
        return records

    def hang(self, session: Session, source: Source, outcome: ImportOutcome) -> Hung:
        """Hang threads anew in which something stood before; the others are right already."""
        posts = {**self.forest.posts, **{key: two[1] for key, two in outcome.posts.items()}}
        topics = {**self.topics, **{k: v for k, v in outcome.topics.items() if k in self.topics}}
        stirred = {self.places[ext_id].thread for ext_id in self.forest.posts}
        hangings, moved = [], []
        for ext_id, place in self.places.items():
            topic_id = topics[place.thread]
            if place.thread not in stirred or topic_id is None or ext_id not in posts:
                continue
            parent_id = posts.get(place.parent) if place.parent else None
            message = self.fresh.get(ext_id)
            title = message.title if message else ""
            hangings.append(Hanging(posts[ext_id], topic_id, parent_id, title))
            if self.forest.topics.get(ext_id, topic_id) != topic_id:
                key = {"source_id": source.id, "kind": POST, "ext_id": ext_id}
                moved.append({**key, "topic_id": topic_id})
        hung = hang_posts(hangings)
        _note_topics(session, moved)
        return hung


def _edits(
    changed: Iterable[tuple[Message, Entry]], ghosts: dict[str, Known]
) -> Iterable[ImportRecord]:
    for message, entry in changed:
        yield ImportRecord(
            key=message.ext_id,
            thread=message.ext_id,
            author_id=ghosts[hash_writer(message.writer)].ghost_id,
            at=message.at,
            source=message.text,
            title=message.title,
            post_id=entry.local_id,
            topic_id=entry.topic_id,
            breaks=True,
            restores=entry.content_hash == WITHDRAWN,
        )


def _store_entries(
    session: Session,
    source: Source,
    run: Run,
    batch: _Sorted,
    outcome: ImportOutcome,
    ghosts: dict[str, Known],
) -> None:
    taken = [message for message in batch.fresh if message.ext_id in outcome.posts]
    if taken:
        session.execute(sa.insert(Entry), [_entry(source, run, one, outcome) for one in taken])
    back = [message for message, entry in batch.changed if entry.content_hash == WITHDRAWN]
    shown = [one for one in (*taken, *back) if one.ext_id in outcome.posts]
    if shown:
        session.execute(sa.insert(Origin), [_origin(source, o, outcome, ghosts) for o in shown])
    note_texts(session, run, batch.changed, outcome)
    for message, entry in batch.changed:
        if entry.content_hash == WITHDRAWN:
            entry.first_run_id = run.id
        entry.content_hash = message.content_hash
        entry.last_run_id = run.id
    session.flush()


def _entry(source: Source, run: Run, message: Message, outcome: ImportOutcome) -> dict[str, Any]:
    topic_id, post_id = outcome.posts[message.ext_id]
    return {
        "source_id": source.id,
        "kind": POST,
        "ext_id": message.ext_id,
        "local_id": post_id,
        "topic_id": topic_id,
        "at": message.at,
        "content_hash": message.content_hash,
        "first_run_id": run.id,
        "last_run_id": run.id,
    }


def _origin(
    source: Source, message: Message, outcome: ImportOutcome, ghosts: dict[str, Known]
) -> dict[str, Any]:
    return {
        "post_id": outcome.posts[message.ext_id][1],
        "source_id": source.id,
        "author_id": ghosts[hash_writer(message.writer)].author_id,
        "kind": source.kind,
        "label": message.label,
        "url": message.url,
        "at": message.at,
    }


def _note_topics(session: Session, moved: Sequence[dict[str, Any]]) -> None:
    if moved:
        session.execute(sa.update(Entry), moved)
