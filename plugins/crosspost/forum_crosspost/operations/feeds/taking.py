"""Items of a feed into posts: what stands here costs no write, the rest comes in batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import Conflict, among, now, unit, unscoped
from forum.api.web import gettext as _
from forum_crosspost import limits
from forum_crosspost.feeds.items import ParsedFeed
from forum_crosspost.feeds.texts import Candidate, Manner, identify, write_message
from forum_crosspost.models import Entry, Origin, Run, Source
from forum_crosspost.operations.authors import count_known
from forum_crosspost.operations.batches import write_batch
from forum_crosspost.operations.links import POST
from forum_crosspost.operations.runs import Progress
from forum_crosspost.records import Message, Refused

Opener = Callable[[], AbstractContextManager[Any]]


def take_feed(
    source_id: int,
    feed: ParsedFeed,
    *,
    ids: str,
    kind: str = "import",
    tells: bool = False,
    open_unit: Opener = unit,
    actor_id: int | None = None,
    finish: Callable[[Session, Progress], None] | None = None,
) -> Progress:
    """Take over what is new or changed in a feed, each batch in a unit of its own.

    `finish` runs in the last of them, so that the place up to which a feed was read stands only
    when everything does; after a kill the same feed is read again and finds what came in.
    It `tells` of what was written since the source was set up; everything else comes silently.
    Errors: Conflict when the run was taken back or given up by somebody else meanwhile.
    Cost: two statements where nothing is new, about twenty per batch.
    """
    taking = _Taking(source_id, kind, actor_id, tells=tells)
    found = taking.identify(feed, ids)
    with open_unit(), unscoped("crosspost: a feed is read for nobody") as session:
        taking.look(session, found)
        batches = [*_batched(taking.news)]
        if not batches and finish is not None:
            finish(session, taking.progress)
    for number, batch in enumerate(batches, 1):
        messages = taking.convert(batch)  # the slow part, while nobody waits for us
        with open_unit(), unscoped("crosspost: a feed is read for nobody") as session:
            taking.write(session, messages, is_done=number == len(batches))
            if number == len(batches) and finish is not None:
                finish(session, taking.progress)
    return taking.progress


def _batched(news: Sequence[Candidate]) -> Iterable[Sequence[Candidate]]:
    for start in range(0, len(news), limits.FEED_BATCH):
        yield news[start : start + limits.FEED_BATCH]


class _Taking:
    """One feed on its way in; a run is noted only where something is written."""

    def __init__(self, source_id: int, kind: str, actor_id: int | None, *, tells: bool) -> None:
        self.source_id = source_id
        self.kind = kind
        self.actor_id = actor_id
        self.tells = tells
        self.now = now()
        self.manner: Manner | None = None
        self.progress = Progress(0)
        self.news: list[Candidate] = []

    def identify(self, feed: ParsedFeed, ids: str) -> list[Candidate]:
        """Return the items that can be told apart, the first of those that cannot."""
        found: dict[str, Candidate] = {}
        for item in feed.items:
            one = identify(item, ids=ids, now=self.now)
            if isinstance(one, Refused):
                self.progress.refuse(one.ext_id, one.reason)
            elif one.ext_id in found:
                self.progress.refuse(one.ext_id, _("diese Kennung kommt mehrmals vor"))
            else:
                found[one.ext_id] = one
        return [*found.values()]

    def look(self, session: Session, found: Sequence[Candidate]) -> None:
        """Sort out what is known and unchanged."""
        source = session.get_one(Source, self.source_id)
        self.manner = Manner(
            label=source.label,
            key=source.key,
            policy=source.policy,
            news_since=source.created_at if self.tells else None,
        )
        known = _list_known(session, source.id, found)
        for one in _recognise(session, source.id, found, known):
            if known.get(one.ext_id) == one.content_hash:
                self.progress.stats.posts_same += 1
            else:
                self.news.append(one)

    def convert(self, batch: Sequence[Candidate]) -> list[Message]:
        """Return the messages of a batch."""
        assert self.manner is not None
        messages = [write_message(one, self.manner) for one in batch]
        for message in messages:
            self.progress.stats.attachments += message.attachments
            for text in message.remarks:
                self.progress.remark(message.ext_id, text)
        return messages

    def write(self, session: Session, batch: Sequence[Message], *, is_done: bool) -> None:
        """Write a batch and the run's figures."""
        source = session.scalars(
            sa.select(Source).where(Source.id == self.source_id).with_for_update()
        ).one()
        run = self._hold_run(session)
        figures = write_batch(session, source, run, batch)
        self.progress.stats.add(figures)
        self.progress.refused += figures.refused
        if is_done:
            self.progress.stats.authors_known = count_known(session, run)
        run.stats = asdict(self.progress.stats)
        run.report = {"refused": self.progress.refused, "remarks": self.progress.remarks}
        if is_done:
            run.state, run.ended_at = "done", now()
        session.flush()

    def _hold_run(self, session: Session) -> Run:
        if self.progress.run_id:
            held = session.get_one(Run, self.progress.run_id)
            if held.state != "running":
                raise Conflict(_("Ein anderer Import dieser Datei läuft gerade."))
            return held
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


def _list_known(session: Session, source_id: int, found: Iterable[Candidate]) -> dict[str, str]:
    rows = session.execute(
        sa.select(Entry.ext_id, Entry.content_hash).where(
            Entry.source_id == source_id, Entry.kind == POST, among(Entry.ext_id, "ids")
        ),
        {"ids": {one.ext_id for one in found}},
    )
    return {row.ext_id: row.content_hash for row in rows}


def _recognise(
    session: Session, source_id: int, found: Sequence[Candidate], known: dict[str, str]
) -> list[Candidate]:
    """Give items that came back under another guid the id under which they stand here.

    It is the same when address and time are, and no other item of the feed has that address.
    """
    links = Counter(one.item.link for one in found)
    strange = {
        one.item.link: one
        for one in found
        if one.ext_id not in known and one.item.link and links[one.item.link] == 1
    }
    if not strange:
        return [*found]
    rows = session.execute(
        sa.select(Entry.ext_id, Entry.content_hash, Entry.at, Origin.url)
        .join(Origin, Origin.post_id == Entry.local_id)
        .where(
            Entry.source_id == source_id,
            Entry.kind == POST,
            Origin.source_id == source_id,
            among(Origin.url, "urls"),
        ),
        {"urls": [*strange]},
    )
    renamed: dict[str, str] = {}
    for row in rows:
        if row.ext_id not in known and strange[row.url].at == row.at:
            renamed[strange[row.url].ext_id] = row.ext_id
            known[row.ext_id] = row.content_hash
    return [
        replace(one, ext_id=renamed[one.ext_id]) if one.ext_id in renamed else one for one in found
    ]
