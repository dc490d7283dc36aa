"""The pipeline of an import: read, leave out, collect, write batch by batch, go on after a kill."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any

from forum.api.data import unit, unscoped
from forum.api.web import gettext as _
from forum.plugin import ImportJob, ImportReport
from forum_crosspost import limits
from forum_crosspost.mail.mbox import Mbox, RawMail, read_head
from forum_crosspost.mail.reading import find_id, read_mail
from forum_crosspost.operations.batches import write_batch
from forum_crosspost.operations.runs import Progress, advance_run, begin_run, hold_run
from forum_crosspost.records import Message, Refused

KIND = "mbox"
Opener = Callable[[], AbstractContextManager[Any]]


def run_import(job: ImportJob, *, key: str = "", opens_units: bool = True) -> ImportReport:
    """Import an mbox file into an area; the same file again changes nothing.

    Each batch is a transaction of its own, unless `opens_units` is False: then all is written in
    the caller's. A dry run does the same in one transaction that is undone.
    Errors: Conflict when another process imports the same file.
    """
    if job.dry_run:
        with _undone():
            return _Import(job, key, nullcontext).run()
    return _Import(job, key, unit if opens_units else nullcontext).run()


@contextmanager
def _undone() -> Iterator[None]:
    """Run the block in a unit that ends without a commit."""
    try:
        with unit():
            yield
            raise _Undo
    except _Undo:
        pass


class _Undo(Exception):
    """Ends a unit that shall leave nothing behind."""


class _OtherFile(Exception):
    """The file is not the one that the unfinished run has read."""


class _Import:
    """One run over one file, in batches that end by number or by size."""

    def __init__(self, job: ImportJob, key: str, open_unit: Opener) -> None:
        self.job = job
        self.key = key
        self.open_unit = open_unit
        self.label = Path(job.file).stem[: limits.LABEL]
        self.progress = Progress(0)
        self.seen: set[int] = set()
        self.batch: list[Message] = []
        self.size = 0

    def run(self) -> ImportReport:
        """Import the file from where the last run of it stood."""
        self._begin(anew=False)
        try:
            self._read()
        except _OtherFile:
            self._begin(anew=True)
            self._read()
        return self.progress.to_report(KIND)

    def _begin(self, *, anew: bool) -> None:
        self.seen.clear()
        head = read_head(self.job.file)
        with self.open_unit():
            self.progress = begin_run(self.job, kind=KIND, key=self.key, head=head, anew=anew)

    def _read(self) -> None:
        with self.job.file.open("rb") as file:
            mbox = Mbox(file)
            start = end = self.progress.cursor
            is_known = start == 0
            for raw in mbox:
                if raw.end <= start:
                    self._is_new(find_id(raw))  # what comes again later is refused as before
                    is_known = raw.end == start and mbox.digest() == self.progress.digest
                    continue
                if not is_known:
                    raise _OtherFile
                self._take(raw)
                end = raw.end
                if len(self.batch) >= limits.BATCH_MESSAGES or self.size >= limits.BATCH_BYTES:
                    self._write(end, mbox.digest())
            if not is_known:
                raise _OtherFile
            self._write(end, mbox.digest(), is_done=True)

    def _take(self, raw: RawMail) -> None:
        record = read_mail(raw, label=self.label)
        if isinstance(record, Refused):
            self.progress.refuse(record.ext_id, record.reason)
        elif not self._is_new(record.ext_id):
            self.progress.refuse(record.ext_id, _("diese Message-ID kommt mehrmals vor"))
        else:
            for text in record.remarks:
                self.progress.remark(record.ext_id, text)
            self.batch.append(record)
            self.size += len(record.text)

    def _is_new(self, ext_id: str) -> bool:
        short = int.from_bytes(hashlib.sha256(ext_id.encode()).digest()[:8])
        if short in self.seen:
            return False
        self.seen.add(short)
        return True

    def _write(self, cursor: int, digest: str, *, is_done: bool = False) -> None:
        """Write the batch and where the run stands, together or not at all."""
        with self.open_unit(), unscoped("crosspost: an import has no viewer") as session:
            source, run = hold_run(session, self.progress)
            figures = write_batch(session, source, run, self.batch)
            self.progress.stats.add(figures)
            self.progress.refused += figures.refused
            advance_run(session, self.progress, cursor=cursor, digest=digest, is_done=is_done)
        self.batch, self.size = [], 0
