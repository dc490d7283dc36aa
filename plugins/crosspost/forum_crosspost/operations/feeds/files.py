"""A feed that lies in a file, for `forum import rss FILE` and its like."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from forum.api.data import unit, unscoped
from forum.plugin import ImportJob, ImportReport, Rejection
from forum_crosspost import limits
from forum_crosspost.feeds.identity import choose_ids
from forum_crosspost.feeds.items import Format, NotAFeed, ParsedFeed
from forum_crosspost.feeds.reading import read_feed
from forum_crosspost.feeds.words import tell
from forum_crosspost.models import Feed
from forum_crosspost.operations.feeds.sources import make_key, make_source
from forum_crosspost.operations.feeds.taking import Opener, take_feed
from forum_crosspost.sources import find_feed_source


def make_importer(format_: Format) -> Callable[[ImportJob], ImportReport]:
    """Return what runs an import of files in this format."""

    def run(job: ImportJob) -> ImportReport:
        return import_feed(job, format_)

    return run


def import_feed(job: ImportJob, format_: Format, *, opens_units: bool = True) -> ImportReport:
    """Take over the items of a feed in a file; the same file again changes nothing.

    The feed's own address in it is the source, so that a feed that is fetched later goes on there.
    A dry run does the same in one transaction that is undone.
    What is no such feed is refused as a whole.
    """
    try:
        feed = _read(job.file, format_)
    except NotAFeed as error:
        refused = Rejection(job.file.name, tell(error.kind))
        return ImportReport(source=format_, rejections=(refused,))
    if job.dry_run:
        with _undone():
            return _take(job, feed, format_, nullcontext)
    return _take(job, feed, format_, unit if opens_units else nullcontext)


def _read(file: Path, format_: Format) -> ParsedFeed:
    with file.open("rb") as opened:
        data = opened.read(limits.FEED_BYTES + 1)
    feed = read_feed(data)
    if feed.format != format_:
        raise NotAFeed("format", feed.format)
    return feed


def _take(job: ImportJob, feed: ParsedFeed, format_: Format, open_unit: Opener) -> ImportReport:
    key = make_key(feed.url or feed.link or f"{format_}:{feed.title or job.file.name}")
    with open_unit(), unscoped("crosspost: a feed is read for nobody") as session:
        source = find_feed_source(session, job.area.id, key=key)
        if source is None:
            label = feed.title or job.file.stem
            source = make_source(session, job.area.id, key=key, label=label)
            source.cfg = {"ids": choose_ids(feed.items)}
        source_id = source.id
        # As the first time: another way to tell items apart would bring all of them again.
        visited = session.get(Feed, source_id)
        ids = visited.ids if visited else source.cfg.get("ids") or choose_ids(feed.items)
    progress = take_feed(
        source_id,
        feed,
        ids=ids,
        open_unit=open_unit,
        actor_id=job.actor_id,
    )
    return progress.to_report(format_)


class _Undo(Exception):
    """Ends a unit that shall leave nothing behind."""


@contextmanager
def _undone() -> Iterator[None]:
    try:
        with unit():
            yield
            raise _Undo
    except _Undo:
        pass
