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
from forum_crosspost.formats import FORMATS, Piece, Reading
from forum_crosspost.mail.mbox import read_head
from forum_crosspost.operations.authors import count_known
from forum_crosspost.operations.batches import write_batch
from forum_crosspost.operations.runs import Progress, advance_run, begin_run, hold_run
from forum_crosspost.records import Message, Refused

Opener = Callable[[], AbstractContextManager[Any]]


def run_import(
    job: ImportJob,
    *,
    kind: str = "mbox",
    key: str = "",
    basis: str = "",
    opens_units: bool = True,
) -> ImportReport:
    """Import a file into an area; the same file again changes nothing.

    Each batch is a transaction of its own, unless `opens_units` is False: then all is written in
    the caller's. `basis` is what a source that is new rests on, "" for what its kind does. A dry
    run does the same in one transaction that is undone.
    Errors: Conflict when another process imports the same file.
    """
    if job.dry_run:
        with _undone():
            return _Import(job, kind, key, basis, nullcontext).run()
    return _Import(job, kind, key, basis, unit if opens_units else nullcontext).run()


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

    def __init__(self, job: ImportJob, kind: str, key: str, basis: str, open_unit: Opener) -> None:
        self.job = job
        self.kind = kind
        self.key = key
        self.basis = basis
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
        return self.progress.to_report(self.kind)

    def _begin(self, *, anew: bool) -> None:
        self.seen.clear()
        head = read_head(self.job.file)
        with self.open_unit():
            self.progress = begin_run(
                self.job, kind=self.kind, key=self.key, head=head, basis=self.basis, anew=anew
            )

    def _read(self) -> None:
        with self.job.file.open("rb") as file:
            reading = FORMATS[self.kind].open(file, self.label)
            start = end = self.progress.cursor
            is_known = start == 0
            for piece in reading:
                if start and piece.end <= start:
                    for ext_id in reading.list_ids(piece):
                        self._is_new(ext_id)  # what comes again later is refused as before
                    is_known = piece.end == start and reading.digest() == self.progress.digest
                    continue
                if not is_known:
                    raise _OtherFile
                self._take(reading, piece)
                end = piece.end
                if len(self.batch) >= limits.BATCH_MESSAGES or self.size >= limits.BATCH_BYTES:
                    self._write(end, reading.digest())
            if not is_known:
                raise _OtherFile
            self._write(end, reading.digest(), is_done=True)

    def _take(self, reading: Reading, piece: Piece) -> None:
        for record in reading.read(piece):
            if isinstance(record, Refused):
                self.progress.refuse(record.ext_id, record.reason)
            elif not self._is_new(record.ext_id):
                self.progress.refuse(record.ext_id, _("diese Kennung kommt mehrmals vor"))
            else:
                self._note(record)

    def _note(self, message: Message) -> None:
        for text in message.remarks:
            self.progress.remark(message.ext_id, text)
        self.progress.stats.attachments += message.attachments
        self.progress.stats.guessed += message.guessed
        self.batch.append(message)
        self.size += len(message.text)

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
            if is_done:
                self.progress.stats.authors_known = count_known(session, run)
            advance_run(session, self.progress, cursor=cursor, digest=digest, is_done=is_done)
        self.batch, self.size = [], 0
