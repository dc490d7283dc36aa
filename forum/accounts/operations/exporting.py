"""Hand a member what is kept about them: asked for, collected by a job, gone in a week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from forum.accounts.bundle import write_bundle
from forum.accounts.keepers import list_keepers
from forum.accounts.letters import send_letter
from forum.accounts.models import DataExport, User
from forum.core import audit, clock
from forum.core.database import db, on_commit, read_unit, unit
from forum.core.errors import Conflict, NotFound
from forum.core.jobs import enqueue
from forum.core.services import service
from forum.core.storage import storage
from forum.plugin.types import ExportPart
from forum.web.i18n import gettext as _
from forum.web.i18n import speaking
from forum.web.mails import site_link

JOB: Final = "accounts.export"
KEPT: Final = timedelta(days=7)
_PERSON: Final = (User.id, User.email, User.name, User.language, User.timezone, User.portrait)


def request_export(user_id: int, *, by: int) -> None:
    """Ask for the file with a member's own data, for the member alone, whoever asks.

    Errors: NotFound for who cannot sign in to fetch it; Conflict while one is being made.
    """
    active = sa.select(User.id).where(User.id == user_id, User.state == "active")
    if db.session.scalar(active) is None:
        raise NotFound(_("Wer sich nicht anmelden kann, kann die Datei nicht abholen."))
    waiting = sa.select(DataExport.id).where(
        DataExport.user_id == user_id, DataExport.state == "waiting"
    )
    if db.session.scalar(waiting.limit(1)) is not None:
        raise Conflict(_("Die Datei wird schon zusammengestellt."))
    now = clock.now()
    export_id = db.session.scalar(
        sa.insert(DataExport)
        .values(user_id=user_id, state="waiting", size=0, asked_at=now, expires_at=now + KEPT)
        .returning(DataExport.id)
    )
    audit.record("accounts.request_export", by, subject=f"user:{user_id}")
    enqueue(JOB, args={"export_id": export_id})


def make_export(export_id: int) -> None:
    """Collect and keep the file and tell the member; the job, in units of its own.

    Errors: whatever a feature or plugin raises: no file then, the job tries again.
    """
    with read_unit() as session:
        user_id = session.scalar(
            sa.select(DataExport.user_id).where(
                DataExport.id == export_id, DataExport.state != "ready"
            )
        )
    if user_id is None:
        return
    try:
        content = collect_data(user_id)
    except Exception:
        _note_failure(export_id)
        raise
    file = storage().put(content, kind="zip")
    try:
        with unit():
            _finish(export_id, file, size=len(content))
    finally:
        _drop_unused(file)


def collect_data(user_id: int) -> bytes:
    """Return the zip with everything that is kept about a person; opens units of its own.

    Errors: NotFound for nobody and for who is erased; HookFailed when a plugin cannot: an
        incomplete file would pass for complete.
    Cost: a few statements per feature and plugin; the parts of plugins hold the write lock.
    """
    parts: dict[str, Sequence[ExportPart]] = {}
    with read_unit():
        person = _get_person(user_id)
        with speaking(person.language, zone=person.timezone):
            parts |= {keeper.name: keeper.export(user_id) for keeper in list_keepers()}
    # Hooks run in savepoints, which the read-only connection has none of.
    with unit(), speaking(person.language, zone=person.timezone):
        parts |= _ask_plugins(user_id)
    with read_unit(), speaking(person.language, zone=person.timezone):
        return write_bundle(parts, picture=_get_picture(person.portrait))


def forget_exports() -> int:
    """Delete files that were there for a week; return how many. A schedule."""
    return drop_exports(DataExport.expires_at <= clock.now())


def drop_exports(condition: sa.ColumnElement[bool]) -> int:
    """Delete exports, their files after the commit; return how many."""
    gone = sa.delete(DataExport).where(condition).returning(DataExport.file)
    files = db.session.scalars(gone.execution_options(synchronize_session=False)).all()
    for file in files:
        if file is not None:
            on_commit(partial(storage().delete, file))
    return len(files)


def _ask_plugins(user_id: int) -> Mapping[str, Sequence[ExportPart]]:
    return dict(service("dispatcher").everywhere.export_user(user_id))


def _get_person(user_id: int) -> Any:
    found = db.session.execute(
        sa.select(*_PERSON).where(User.id == user_id, User.state != "erased")
    ).one_or_none()
    if found is None:
        raise NotFound(_("Dieses Konto gibt es nicht (mehr)."))
    return found


def _get_picture(file: str | None) -> bytes | None:
    if file is not None:
        # Between reading the row and the file the member may have taken another one.
        with suppress(NotFound):
            return storage().get(file)
    return None


def _finish(export_id: int, file: str, *, size: int) -> None:
    done = (
        sa.update(DataExport)
        .where(DataExport.id == export_id, DataExport.state != "ready")
        .values(state="ready", file=file, size=size, expires_at=clock.now() + KEPT)
        .returning(DataExport.user_id)
        .execution_options(synchronize_session=False)
    )
    user_id = db.session.scalar(done)
    if user_id is None:
        return  # erased meanwhile, or made by another worker
    person = _get_person(user_id)
    if person.email is not None:
        send_letter(
            "export_ready",
            person.email,
            language=person.language,
            user_id=user_id,
            name=person.name,
            until=clock.now() + KEPT,
            link=site_link("accounts.settings_data"),
        )


def _drop_unused(file: str) -> None:
    """Nobody is to keep a file that no row speaks of."""
    with read_unit() as session:
        used = session.scalar(sa.select(DataExport.id).where(DataExport.file == file).limit(1))
    if used is None:
        storage().delete(file)


def _note_failure(export_id: int) -> None:
    with unit() as session:
        session.execute(
            sa.update(DataExport)
            .where(DataExport.id == export_id, DataExport.state == "waiting")
            .values(state="failed")
        )
