"""Items of a feed into posts: what stands here costs no write, the rest comes in batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import now, unit, unscoped
from forum.api.web import gettext as _
from forum_crosspost import limits
from forum_crosspost.feeds.items import ParsedFeed
from forum_crosspost.feeds.texts import Manner, read_item
from forum_crosspost.models import Entry, Origin, Run, Source
from forum_crosspost.operations.batches import write_batch
from forum_crosspost.operations.links import POST
from forum_crosspost.operations.runs import Progress
from forum_crosspost.operations.statements import as_rows
from forum_crosspost.records import Message, Refused

Opener = Callable[[], AbstractContextManager[Any]]


def take_feed(
    source_id: int,
    feed: ParsedFeed,
    *,
    ids: str,
    kind: str = "import",
    open_unit: Opener = unit,
    actor_id: int | None = None,
    finish: Callable[[Session, Progress], None] | None = None,
) -> Progress:
    """Take over what is new or changed in a feed, each batch in a unit of its own.

    `finish` runs in the last of them, so that the place up to which a feed was read stands only
    when everything does; after a kill the same feed is read again and finds what came in.
    Cost: two statements where nothing is new, about twenty per batch.
    """
    taking = _Taking(source_id, kind, actor_id)
    with open_unit(), unscoped("crosspost: a feed is read for nobody") as session:
        taking.look(session, feed, ids)
        batches = [*_batched(taking.news)]
        if not batches and finish is not None:
            finish(session, taking.progress)
    for number, batch in enumerate(batches, 1):
        with open_unit(), unscoped("crosspost: a feed is read for nobody") as session:
            taking.write(session, batch, is_done=number == len(batches))
            if number == len(batches) and finish is not None:
                finish(session, taking.progress)
    return taking.progress


def _batched(news: Sequence[Message]) -> Iterable[Sequence[Message]]:
    for start in range(0, len(news), limits.FEED_BATCH):
        yield news[start : start + limits.FEED_BATCH]


class _Taking:
    """One feed on its way in; a run is noted only where something is written."""

    def __init__(self, source_id: int, kind: str, actor_id: int | None) -> None:
        self.source_id = source_id
        self.kind = kind
        self.actor_id = actor_id
        self.progress = Progress(0)
        self.news: list[Message] = []

    def look(self, session: Session, feed: ParsedFeed, ids: str) -> None:
        """Sort out what is known and unchanged."""
        source = session.get_one(Source, self.source_id)
        manner = Manner(
            label=source.label, key=source.key, policy=source.policy, ids=ids, now=now()
        )
        messages = self._read(feed, manner)
        known = _list_known(session, source.id, messages)
        messages = _recognise(session, source.id, messages, known)
        for message in messages:
            if known.get(message.ext_id) == message.content_hash:
                self.progress.stats.posts_same += 1
            else:
                self.news.append(message)

    def _read(self, feed: ParsedFeed, manner: Manner) -> list[Message]:
        found: dict[str, Message] = {}
        for item in feed.items:
            record = read_item(item, manner)
            if isinstance(record, Refused):
                self.progress.refuse(record.ext_id, record.reason)
            elif record.ext_id in found:
                self.progress.refuse(record.ext_id, _("diese Kennung kommt mehrmals vor"))
            else:
                found[record.ext_id] = record
                for text in record.remarks:
                    self.progress.remark(record.ext_id, text)
        return [*found.values()]

    def write(self, session: Session, batch: Sequence[Message], *, is_done: bool) -> None:
        """Write a batch and the run's figures."""
        source = session.scalars(
            sa.select(Source).where(Source.id == self.source_id).with_for_update()
        ).one()
        run = self._hold_run(session)
        figures = write_batch(session, source, run, batch)
        self.progress.stats.add(figures)
        self.progress.refused += figures.refused
        run.stats = asdict(self.progress.stats)
        run.report = {"refused": self.progress.refused, "remarks": self.progress.remarks}
        if is_done:
            run.state, run.ended_at = "done", now()
        session.flush()

    def _hold_run(self, session: Session) -> Run:
        if self.progress.run_id:
            return session.get_one(Run, self.progress.run_id)
        # Whoever left one open was killed, or has lost the feed: this one goes on.
        left = sa.update(Run).where(Run.source_id == self.source_id, Run.state == "running")
        left = left.values(state="abandoned", ended_at=now())
        session.execute(left.execution_options(synchronize_session=False))
        run = Run(source_id=self.source_id, kind=self.kind, head="", started_at=now())
        run.started_by_id = self.actor_id
        session.add(run)
        session.flush()
        self.progress.run_id = run.id
        return run


def _list_known(session: Session, source_id: int, messages: Iterable[Message]) -> dict[str, str]:
    ids = as_rows(session, {message.ext_id for message in messages})
    rows = session.execute(
        sa.select(Entry.ext_id, Entry.content_hash).where(
            Entry.source_id == source_id, Entry.kind == POST, Entry.ext_id.in_(ids)
        )
    )
    return {row.ext_id: row.content_hash for row in rows}


def _recognise(
    session: Session, source_id: int, messages: Sequence[Message], known: dict[str, str]
) -> list[Message]:
    """Give items that came back under another guid the id under which they stand here.

    It is the same when address and time are, and no other item of the feed has that address.
    """
    links = Counter(message.url for message in messages)
    strange = {
        message.url: message
        for message in messages
        if message.ext_id not in known and message.url and links[message.url] == 1
    }
    if not strange:
        return [*messages]
    rows = session.execute(
        sa.select(Entry.ext_id, Entry.content_hash, Entry.at, Origin.url)
        .join(Origin, Origin.post_id == Entry.local_id)
        .where(
            Entry.source_id == source_id,
            Entry.kind == POST,
            Origin.source_id == source_id,
            Origin.url.in_(as_rows(session, [*strange])),
        )
    )
    renamed: dict[str, str] = {}
    for row in rows:
        if row.ext_id not in known and strange[row.url].at == row.at:
            renamed[strange[row.url].ext_id] = row.ext_id
            known[row.ext_id] = row.content_hash
    return [
        replace(message, ext_id=renamed.get(message.ext_id, message.ext_id)) for message in messages
    ]
