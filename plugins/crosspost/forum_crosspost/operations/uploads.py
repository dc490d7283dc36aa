"""Files that admins of an area hand in: looked at by a dry run first, taken over when they say so.

Both are jobs. A worker that dies in between does it again; the import goes on where it stood.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import (
    Conflict,
    Invalid,
    NotFound,
    Scope,
    TooLarge,
    db,
    drop_file,
    find_file,
    get_system_scope,
    is_writable,
    keep_file,
    now,
    on_commit,
    read_unit,
    record_audit,
    unit,
    unscoped,
)
from forum.api.jobs import enqueue
from forum.api.web import gettext as _
from forum.plugin import AreaRef, ImportJob, ImportReport
from forum_crosspost import limits
from forum_crosspost.formats import FORMATS
from forum_crosspost.mail.charsets import one_line
from forum_crosspost.mail.mbox import read_head
from forum_crosspost.models import Upload
from forum_crosspost.operations.feeds.managing import BASES
from forum_crosspost.operations.importing import run_import
from forum_crosspost.rules import require_manage

LOOK_JOB: Final = "crosspost.look_at_upload"
TAKE_JOB: Final = "crosspost.import_upload"
RESUME: Final = "crosspost.resume_uploads"
EVERY: Final = timedelta(minutes=10)
JOBS: Final = {"waiting": LOOK_JOB, "queued": TAKE_JOB}
OPEN: Final = ("waiting", "looked", "queued")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpload:
    """What a form sends; `label` is what the file is called there, `basis` why names may show."""

    stream: BinaryIO
    label: str
    kind: str
    basis: str


def add_upload(scope: Scope, new: NewUpload) -> int:
    """Keep a file in quarantine and have it looked at; return its id.

    Errors: Denied; Invalid at `file`, `kind` or `basis`.
    """
    require_manage(scope)
    if new.kind not in FORMATS:
        raise Invalid("kind", _("Bitte sag, was das für eine Datei ist."))
    if new.basis not in BASES:
        raise Invalid("basis", _("Mit Namen geht es nur, wenn du sagst, worauf das beruht."))
    area_id, session = scope.area.id, db.session()
    waiting = sa.select(sa.func.count()).select_from(Upload)
    waiting = waiting.where(Upload.area_id == area_id, Upload.state.in_(OPEN))
    if (session.scalar(waiting) or 0) >= limits.UPLOADS:
        raise Invalid(
            "file", _("Hier warten schon viele Dateien. Übernimm oder entferne erst eine.")
        )
    name, size = _keep(new.stream)
    row = Upload(area_id=area_id, kind=new.kind, basis=new.basis, stored=name, size=size)
    row.label = one_line(new.label)[-limits.LABEL :] or _("ohne Namen")
    row.head, row.added_by_id, row.created_at = read_head(find_file(name)), scope.user_id, now()
    session.add(row)
    session.flush()
    _record(scope, "upload_added", row.id, kind=new.kind, size=size)
    _enqueue(LOOK_JOB, area_id, row.id)
    return row.id


def _keep(stream: BinaryIO) -> tuple[str, int]:
    try:
        name = keep_file(stream, most=limits.UPLOAD_BYTES)
    except TooLarge:
        raise Invalid("file", _("Die Datei ist zu groß (höchstens 10 MB).")) from None
    size = find_file(name).stat().st_size
    if not size:
        drop_file(name)
        raise Invalid("file", _("Die Datei ist leer."))
    return name, size


def take_upload(scope: Scope, upload_id: int) -> None:
    """Have a file taken over that was looked at.

    Errors: NotFound, Denied; Conflict while it was not looked at, and when it is gone.
    """
    row = _hold(scope, upload_id)
    if row.state != "looked":
        raise Conflict(_("Das geht erst, wenn die Datei geprüft ist."))
    row.state = "queued"
    _record(scope, "upload_taken", upload_id)
    _enqueue(TAKE_JOB, scope.area.id, upload_id)


def drop_upload(scope: Scope, upload_id: int) -> None:
    """Remove a file and what was found in it; what was taken over stays.

    Errors: NotFound, Denied; Conflict while it is taken over.
    """
    row = _hold(scope, upload_id)
    if row.state == "queued":
        raise Conflict(_("Diese Datei wird gerade übernommen."))
    stored = row.stored
    db.session.delete(row)
    _record(scope, "upload_dropped", upload_id)
    on_commit(lambda: drop_file(stored))


def _hold(scope: Scope, upload_id: int) -> Upload:
    require_manage(scope)
    mine = sa.select(Upload).where(Upload.id == upload_id, Upload.area_id == scope.area.id)
    row: Upload | None = db.session.scalars(mine.with_for_update(of=Upload)).one_or_none()
    if row is None:
        raise NotFound
    return row


def look_at_upload(arguments: Mapping[str, object]) -> None:
    """Find out by a dry run what a file would bring, and note it. The job of `add_upload`."""
    _work(arguments, "waiting", dry_run=True)


def import_upload(arguments: Mapping[str, object]) -> None:
    """Take a file over. The job of `take_upload`."""
    _work(arguments, "queued", dry_run=False)


def resume_uploads(area_ids: Sequence[int]) -> None:
    """Give files a job again whose job is gone: the plugin was off when its turn came. A schedule.

    Cost: one statement where nothing waits.
    """
    waiting = sa.select(Upload.id, Upload.area_id, Upload.state).where(
        Upload.area_id.in_(area_ids), Upload.state.in_(JOBS)
    )
    with _everywhere() as session:
        rows = session.execute(waiting.order_by(Upload.id).limit(limits.UPLOADS)).all()
    for row in rows:
        _enqueue(JOBS[row.state], row.area_id, row.id)


def _work(arguments: Mapping[str, object], state: str, *, dry_run: bool) -> None:
    upload_id = arguments["upload_id"]
    assert isinstance(upload_id, int)
    with unit(), _everywhere() as session:
        row = session.get(Upload, upload_id)
        if row is None or row.state != state:
            return  # removed meanwhile, or done by who was thought dead
        session.expunge(row)
    try:
        report = _run(row, dry_run=dry_run)
    except (Conflict, NotFound, Invalid) as error:
        _note(row.id, state="failed", error=error.message[: limits.DETAIL])
        return
    except Exception as error:  # a broken file must not be tried for ever
        log.exception("upload %s", row.id)
        what = _(
            "Beim Lesen ist hier etwas schiefgegangen (%(error)s).", error=type(error).__name__
        )
        _note(row.id, state="failed", error=what)
        return
    if dry_run:
        _note(row.id, state="looked", report=_write(report))
    else:
        _note(row.id, state="done", stored="")
        drop_file(row.stored)


def _run(row: Upload, *, dry_run: bool) -> ImportReport:
    try:
        file = find_file(row.stored)
    except NotFound:
        raise Conflict(_("Die Datei ist nicht mehr da. Lade sie noch einmal hoch.")) from None
    with read_unit():  # in the job's own session SQLite would wait for itself
        area = get_system_scope(row.area_id).area
    if not is_writable(area):
        raise Conflict(_("In diesem Bereich wird nichts mehr geschrieben."))
    place = AreaRef(area.id, area.slug, area.name)
    job = ImportJob(area=place, file=file, actor_id=row.added_by_id, dry_run=dry_run)
    return run_import(job, kind=row.kind, basis=row.basis)


def _write(report: ImportReport) -> dict[str, Any]:
    """Return a report to be stored: figures, and the first of what is left out and remarked."""
    told = report.as_dict()
    names = ("topics_new", "posts_new", "posts_changed", "posts_same", "authors_new")
    return {
        "stats": {**{name: told[name] for name in names}, **report.figures},
        "rejected": len(report.rejections),
        "refused": [(one.id, one.reason) for one in report.rejections[: limits.REFUSED_SHOWN]],
        "remarks": [(one.id, one.text) for one in report.remarks],
    }


def _note(upload_id: int, **values: Any) -> None:
    with unit(), _everywhere() as session:
        statement = sa.update(Upload).where(Upload.id == upload_id).values(**values)
        session.execute(statement.execution_options(synchronize_session=False))


def _enqueue(name: str, area_id: int, upload_id: int) -> None:
    enqueue(
        name,
        args={"area_id": area_id, "upload_id": upload_id},
        dedup_key=f"{name}:{upload_id}",
    )


def _record(scope: Scope, verb: str, upload_id: int, **details: Any) -> None:
    subject = f"crosspost_upload:{upload_id}"
    action = f"crosspost.{verb}"
    record_audit(action, scope.user_id, area_id=scope.area.id, subject=subject, **details)


def _everywhere() -> AbstractContextManager[Session]:
    """Return a session for the work of jobs, which no viewer limits."""
    return unscoped("crosspost: files are read for nobody")
