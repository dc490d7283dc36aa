"""Deleting an area for good, alone or with everything that stands in it."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.areas import rules
from forum.areas.events import AreaDeleted
from forum.areas.keepers import list_area_keepers
from forum.areas.models import Area, Grant
from forum.areas.scope import Scope, area_ref
from forum.areas.spec import check_reason
from forum.areas.upkeep import lock_tree, refresh_areas, refresh_users
from forum.core import audit, events
from forum.core.database import unscoped
from forum.core.errors import Conflict, Invalid
from forum.core.services import service
from forum.plugin.types import Veto
from forum.web.i18n import gettext as _


def delete_area(scope: Scope, *, reason: str = "", confirm: str = "") -> Mapping[str, int]:
    """Delete an area for good, with all that stands in it; return the rows dealt with by table.

    What anybody has written there goes only when `confirm` is the area's address, and with a
    reason. Areas below go first, each by itself: they may be others' to delete.

    Errors: raises Denied without the role; Conflict for the root, and while areas hang below;
        Invalid at `confirm` and `reason`, and at `confirm` for a plugin's veto; HookFailed.
    Cost: a fixed number of statements and some per 500 posts; linear in what is deleted.
    """
    rules.require(scope, "delete")
    reason = check_reason(reason)
    if scope.area.parent_id is None:
        raise Conflict(_("Die oberste Ebene kann nicht gelöscht werden."))
    with unscoped("areas: emptiness counts hidden things too") as session:
        lock_tree(session)
        _require_nothing_below(session, scope.area.id)
        # First what stands there, then the area, as everybody who writes there takes them.
        held = [keeper.hold(session, scope.area.id) for keeper in list_area_keepers()]
        _hold_area(session, scope.area.id)
        if any(held):
            _require_confirmation(scope, reason, confirm)
    rows = _ask_plugins(scope)
    with unscoped("areas: who deletes an area need not read it") as session:
        for keeper in reversed(list_area_keepers()):
            _add(rows, keeper.delete(session, scope.area.id))
        _delete_row(session, scope)
    _tell(scope, reason, rows)
    return rows


def _hold_area(session: Session, area_id: int) -> None:
    """Let nothing new begin there: what is to stand in an area refers to its row."""
    held = sa.select(Area.id).where(Area.id == area_id).with_for_update()
    if session.scalar(held) is None:
        raise Conflict(_("Den Bereich gibt es nicht mehr."))


def _require_nothing_below(session: Session, area_id: int) -> None:
    below = sa.select(Area.id).where(Area.parent_id == area_id).limit(1)
    if session.scalar(below) is not None:
        raise Conflict(_("Darunter hängen noch Bereiche. Lösch oder verschieb zuerst diese."))


def _require_confirmation(scope: Scope, reason: str, confirm: str) -> None:
    if confirm.strip() != scope.area.slug:
        text = _(
            "Hier steht noch etwas. Wenn alles gelöscht werden soll, gib die Adresse des Bereichs"
            " ein: %(slug)s.",
            slug=scope.area.slug,
        )
        raise Invalid("confirm", text)
    if not reason:
        raise Invalid("reason", _("Sag bitte, warum alles gelöscht werden soll."))


def _ask_plugins(scope: Scope) -> dict[str, int]:
    given = service("dispatcher").everywhere.delete_area(area_ref(scope))
    vetoes = [answer.message for _plugin, answer in given if isinstance(answer, Veto)]
    if vetoes:
        raise Invalid("confirm", " ".join(vetoes))
    rows: dict[str, int] = {}
    for _plugin, answer in given:
        _add(rows, answer)
    return rows


def _delete_row(session: Session, scope: Scope) -> None:
    """Delete the area itself; grants, read sets, states and addresses go by their keys."""
    area_id = scope.area.id
    people = set(session.scalars(sa.select(Grant.user_id).where(Grant.area_id == area_id)))
    session.execute(
        sa.delete(Area).where(Area.id == area_id).execution_options(synchronize_session=False)
    )
    refresh_users(session, people)
    if scope.area.everyone:  # the whole site read upwards from here
        above = session.scalar(sa.select(Area.path).where(Area.id == scope.area.parent_id))
        assert above is not None
        refresh_areas(session, above)


def _tell(scope: Scope, reason: str, rows: Mapping[str, int]) -> None:
    area_id, slug = scope.area.id, scope.area.slug
    events.append(AreaDeleted(area_id=area_id, actor_id=scope.user_id, slug=slug))
    audit.record(
        "areas.delete",
        scope.user_id,
        area_id=scope.area.parent_id,
        subject=f"area:{area_id}",
        reason=reason,
        slug=slug,
        rows={table: count for table, count in rows.items() if count},
    )


def _add(rows: dict[str, int], given: Mapping[str, int]) -> None:
    for table, count in given.items():
        rows[table] = rows.get(table, 0) + count
