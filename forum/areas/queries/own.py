"""Somebody's place in the tree, for the export of their data, and what rests on them alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from forum.accounts.keepers import to_records
from forum.areas.models import Application, Area, Grant, Invitation, in_force
from forum.core.database import db, unscoped
from forum.core.wall import Viewer, as_viewer
from forum.plugin.types import ExportPart
from forum.web.i18n import gettext as _

_GRANTS = (
    Grant.area_id,
    Grant.role,
    Grant.title,
    Grant.source,
    Grant.starts_at,
    Grant.ends_at,
)
_APPLICATIONS = (
    Application.area_id,
    Application.reason,
    Application.state,
    Application.answer,
    Application.created_at,
    Application.decided_at,
)
_INVITATIONS = (
    Invitation.area_id,
    Invitation.role,
    Invitation.email,
    Invitation.uses,
    Invitation.max_uses,
    Invitation.created_at,
    Invitation.expires_at,
    Invitation.revoked_at,
)


def list_area_parts(user_id: int) -> list[ExportPart]:
    """Return memberships, applications and invitations; names of areas one may know of only.

    Cost: four statements.
    """
    statements = {
        "memberships": sa.select(*_GRANTS).where(Grant.user_id == user_id).order_by(Grant.id),
        "applications": sa.select(*_APPLICATIONS)
        .where(Application.user_id == user_id)
        .order_by(Application.id),
        "invitations": sa.select(*_INVITATIONS)
        .where(Invitation.created_by_id == user_id)
        .order_by(Invitation.id),
    }
    titles = {
        "memberships": _("Wo du Mitglied bist"),
        "applications": _("Wo du um Aufnahme gebeten hast"),
        "invitations": _("Wen du in Bereiche eingeladen hast"),
    }
    with unscoped("areas: own rows are handed over from areas one has left too") as session:
        found = {name: session.execute(s).mappings().all() for name, s in statements.items()}
    names = find_area_names(user_id, {row["area_id"] for rows in found.values() for row in rows})
    return [
        ExportPart(name, _name_areas(to_records(rows), names), titles[name])
        for name, rows in found.items()
    ]


def find_area_names(user_id: int, area_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of those of these areas that somebody may know of. Cost: one statement."""
    with as_viewer(Viewer(user_id)):
        rows = db.session.execute(
            sa.select(Area.id, Area.name).where(Area.id.in_(sorted(set(area_ids))))
        )
        return {row.id: row.name for row in rows}


def list_root_duties(user_id: int) -> list[str]:
    """Return what of the root rests on this person alone. Cost: one statement.

    Areas below have the admins above them; above the root there is nobody.
    """
    with unscoped("areas: who is the last admin is asked for who leaves") as session:
        admins = session.execute(
            sa.select(Grant.user_id, Area.name)
            .join(Area, Area.id == Grant.area_id)
            .where(Area.parent_id.is_(None), Grant.role == "admin", in_force())
        ).all()
    if {row.user_id for row in admins} != {user_id}:
        return []
    return [_("Admin von %(area)s", area=admins[0].name)]


def _name_areas(
    records: Iterable[dict[str, Any]], names: dict[int, str]
) -> list[dict[str, object]]:
    return [{"area": names.get(record["area_id"]), **record} for record in records]
