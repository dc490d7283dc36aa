"""The log of an area: who did what to whom, when and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from forum.areas.queries.persons import PERSON, USER, to_person
from forum.areas.scope import Scope
from forum.core.audit import AuditEntry
from forum.core.database import db
from forum.core.wall import as_viewer
from forum.web.pagination import Cut, Page, cut_page
from forum.web.people import Person


@dataclass(frozen=True, slots=True)
class LogRow:
    """One entry; `actor` is None for what happened by itself, `subject` like `user:12`."""

    id: int
    at: datetime
    actor: Person | None
    action: str
    subject: str
    reason: str
    details: Mapping[str, Any]


def list_log(scope: Scope, cut: Cut) -> Page[LogRow]:
    """List what was done in the area, the latest first.

    Shapes: `cut` with keys (int,).
    Cost: one statement.
    """
    entry = AuditEntry
    statement = _select_entries(scope)
    if cut.before is not None:
        statement = statement.where(entry.id > cut.before[0]).order_by(entry.id)
    else:
        if cut.after is not None:
            statement = statement.where(entry.id < cut.after[0])
        statement = statement.order_by(entry.id.desc())
    with as_viewer(scope.viewer):
        rows = db.session.execute(statement.limit(cut.fetch)).all()
    page = cut_page(rows, cut, lambda row: (row.id,))
    return Page([_to_log(row) for row in page.items], page.next, page.prev)


def list_plugin_log(scope: Scope, plugin: str, *, limit: int) -> list[LogRow]:
    """List how a plugin was last switched and set in the area, the latest first.

    Cost: one statement.
    """
    entry = AuditEntry
    statement = _select_entries(scope).where(entry.subject == f"plugin:{plugin}")
    with as_viewer(scope.viewer):
        rows = db.session.execute(statement.order_by(entry.id.desc()).limit(limit)).all()
    return [_to_log(row) for row in rows]


def _select_entries(scope: Scope) -> sa.Select[Any]:
    entry = AuditEntry
    return (
        sa.select(
            entry.id, entry.at, entry.action, entry.subject, entry.reason, entry.details, *PERSON
        )
        .outerjoin(USER, USER.c.id == entry.actor_id)
        .where(entry.area_id == scope.area.id)
    )


def _to_log(row: Any) -> LogRow:
    return LogRow(row.id, row.at, to_person(row), row.action, row.subject, row.reason, row.details)
