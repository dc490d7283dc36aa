"""Runs of imports: begun, continued where a killed one stood, moved on with every batch."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from forum.api.data import Conflict, now, unscoped
from forum.api.web import gettext as _
from forum.plugin import ImportJob, ImportReport, Rejection, Remark
from forum_crosspost import limits
from forum_crosspost.formats import FORMATS
from forum_crosspost.models import Run, Source
from forum_crosspost.words import tell_kind


@dataclass(slots=True)
class Stats:
    """The figures of a report, and some that only the page of the run shows."""

    topics_new: int = 0
    posts_new: int = 0
    posts_changed: int = 0
    posts_same: int = 0
    authors_new: int = 0
    orphans: int = 0
    attachments: int = 0
    guessed: int = 0
    authors_known: int = 0
    addresses: int = 0
    phones: int = 0
    hosts: int = 0
    dropped: int = 0
    bytes: int = 0

    def add(self, other: Any) -> None:
        """Add the figures of a batch."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name, 0))


REPORTED: Final = ("topics_new", "posts_new", "posts_changed", "posts_same", "authors_new")


@dataclass(slots=True)
class Progress:
    """Where a run stands; everything that has to survive the death of the process."""

    run_id: int
    cursor: int = 0
    digest: str = ""
    stats: Stats = field(default_factory=Stats)
    refused: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)

    def refuse(self, ext_id: str, reason: str) -> None:
        """Note something that is left out."""
        self.refused.append((ext_id, reason))

    def remark(self, ext_id: str, text: str) -> None:
        """Note something that came in not quite as it was; the first ones are enough to see."""
        if len(self.remarks) < limits.REMARKS:
            self.remarks.append((ext_id, text))

    def to_report(self, source: str) -> ImportReport:
        """Return the report of the run so far."""
        return ImportReport(
            source=source,
            **{name: getattr(self.stats, name) for name in REPORTED},
            figures={k: v for k, v in asdict(self.stats).items() if k not in REPORTED},
            rejections=tuple(Rejection(*one) for one in self.refused),
            remarks=tuple(Remark(*one) for one in self.remarks),
        )


def begin_run(
    job: ImportJob, *, kind: str, key: str, head: str, basis: str = "", anew: bool = False
) -> Progress:
    """Return the unfinished run of this file, or a new one; `anew` gives the unfinished one up.

    `basis` says on what a source that is new may show names.
    """
    with unscoped("crosspost: an import has no viewer") as session:
        source = _find_source(session, job, kind=kind, key=key, basis=basis)
        run = session.scalars(
            sa.select(Run)
            .where(Run.source_id == source.id, Run.state == "running", Run.head == head)
            .order_by(Run.id.desc())
        ).first()
        if run is not None and not anew:
            return _resume(run)
        if run is not None:
            run.state, run.ended_at = "abandoned", now()
        made = Run(source_id=source.id, kind="import", head=head, started_at=now())
        made.started_by_id = job.actor_id
        session.add(made)
        session.flush()
        return Progress(made.id)


def _find_source(session: Session, job: ImportJob, *, kind: str, key: str, basis: str) -> Source:
    found = session.scalars(
        sa.select(Source).where(
            Source.area_id == job.area.id, Source.kind == kind, Source.key == key
        )
    ).first()
    if found is not None:
        return found
    made = Source(area_id=job.area.id, kind=kind, key=key, label=tell_kind(kind))
    # Whoever runs the command answers for it: the list's terms, or that it was public already.
    made.policy, made.basis = "named", basis or FORMATS[kind].basis
    made.basis_at, made.basis_by_id, made.created_at = now(), job.actor_id, now()
    session.add(made)
    session.flush()
    return made


def _resume(run: Run) -> Progress:
    return Progress(
        run_id=run.id,
        cursor=run.cursor,
        digest=run.digest,
        stats=Stats(**run.stats),
        refused=[(one[0], one[1]) for one in run.report.get("refused", ())],
        remarks=[(one[0], one[1]) for one in run.report.get("remarks", ())],
    )


def hold_run(session: Session, progress: Progress) -> tuple[Source, Run]:
    """Return a run and its source, and let no other import of the source in until the unit ends.

    Errors: Conflict when another process has moved the run on.
    """
    run = session.get_one(Run, progress.run_id)
    source = session.scalars(
        sa.select(Source).where(Source.id == run.source_id).with_for_update()
    ).one()
    session.refresh(run)
    if run.state != "running" or run.cursor != progress.cursor:
        raise Conflict(_("Ein anderer Import dieser Datei läuft gerade."))
    return source, run


def advance_run(
    session: Session, progress: Progress, *, cursor: int, digest: str, is_done: bool
) -> None:
    """Store where the run stands now. Errors: Conflict as in `hold_run`."""
    values: dict[str, Any] = {
        "cursor": cursor,
        "digest": digest,
        "stats": asdict(progress.stats),
        "report": {"refused": progress.refused, "remarks": progress.remarks},
    }
    if is_done:
        values |= {"state": "done", "ended_at": now()}
    result = session.execute(
        sa.update(Run)
        .where(Run.id == progress.run_id, Run.cursor == progress.cursor)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    if result.rowcount != 1:
        raise Conflict(_("Ein anderer Import dieser Datei läuft gerade."))
    progress.cursor, progress.digest = cursor, digest
