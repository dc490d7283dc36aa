"""Reads of the files that admins handed in: what they bring, how far their import is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from forum.api.data import NotFound, Scope, at_most, db
from forum_crosspost.models import Run, Source, Upload
from forum_crosspost.rules import require_manage

FILES: Final = 50


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of the area. Units: `size` in bytes. `report` is what the dry run told."""

    id: int
    kind: str
    label: str
    size: int
    state: str
    error: str
    created_at: datetime
    head: str
    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Progress:
    """The run of a file, and how much of the file it has read. Units: `percent` of its bytes."""

    run_id: int
    percent: int


_COLUMNS: Final = tuple(getattr(Upload, name) for name in FileRow.__slots__)


def list_files(scope: Scope) -> list[FileRow]:
    """Return the files of an area, newest first. Errors: Denied. Cost: one statement."""
    require_manage(scope)
    rows = db.session.execute(
        sa.select(*_COLUMNS)
        .where(Upload.area_id == scope.area.id)
        .order_by(Upload.id.desc())
        .limit(at_most(FILES))
    )
    return [FileRow(*row) for row in rows]


def get_file(scope: Scope, upload_id: int) -> FileRow:
    """Return a file of the area. Errors: Denied, NotFound. Cost: one statement."""
    require_manage(scope)
    mine = sa.and_(Upload.id == upload_id, Upload.area_id == scope.area.id)
    row = db.session.execute(sa.select(*_COLUMNS).where(mine)).one_or_none()
    if row is None:
        raise NotFound
    return FileRow(*row)


def find_progress(scope: Scope, file: FileRow) -> Progress | None:
    """Return the last run of a file since it was handed in, None before there is one.

    Cost: one statement.
    """
    row = db.session.execute(
        sa.select(Run.id, Run.cursor)
        .join(Source, Source.id == Run.source_id)
        .where(
            Source.area_id == scope.area.id,
            Source.kind == file.kind,
            Run.head == file.head,
            sa.or_(Run.started_at >= file.created_at, Run.ended_at >= file.created_at),
        )
        .order_by(Run.id.desc())
        .limit(at_most(1))
    ).first()
    if row is None:
        return None
    return Progress(row.id, min(100, row.cursor * 100 // max(file.size, 1)))
