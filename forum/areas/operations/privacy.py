"""What becomes of somebody's place in the tree when they leave for good."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.accounts.keepers import Leaver
from forum.areas.events import ApplicationWithdrawn
from forum.areas.models import Application, Grant, Invitation
from forum.areas.operations.membership import list_roles, set_role, tell_settled
from forum.areas.queries import get_system_scope
from forum.areas.upkeep import count_members, lock_tree, refresh_users
from forum.core import events
from forum.core.database import unscoped


def erase_places(leaver: Leaver) -> dict[str, int]:
    """Delete grants, deputyships, applications and invitations; bring read sets in step.

    Whom they let in stays in; what they decided about others stays, by their id.
    Cost: a fixed number of statements, two more per area they belonged to.
    """
    user_id = leaver.user_id
    with unscoped("areas: an erasure reaches hidden areas too") as session:
        lock_tree(session)
        own = sa.or_(Grant.user_id == user_id, Grant.deputy_for_id == user_id)
        ended = _delete(session, Grant, own, Grant.area_id, Grant.user_id)
        asked = _delete(
            session,
            Application,
            Application.user_id == user_id,
            Application.id,
            Application.area_id,
            Application.state,
        )
        # No address must not mean: every link that is for no address in particular.
        sent = sa.or_(Invitation.created_by_id == user_id, Invitation.email == (leaver.email or ""))
        links = _delete(session, Invitation, sent, Invitation.id)
        touched = {(row.area_id, row.user_id) for row in ended}
        refresh_users(session, {user_id, *(person for _area, person in touched)})
        count_members(session, sorted({area_id for area_id, _person in touched}))
        roles = list_roles(session, touched)
    tell_settled(touched, roles)
    for row in asked:
        if row.state == "pending":
            _tell_withdrawn(row, user_id)
    return {
        "area_grant": len(ended),
        "area_application": len(asked),
        "area_invitation": len(links),
    }


def hand_over_root(_user_id: int, successor_id: int) -> None:
    """Let somebody else be admin of the root in the place of who leaves."""
    set_role(get_system_scope(None), successor_id, role="admin")


def _delete(
    session: Session, model: Any, condition: sa.ColumnElement[bool], *columns: Any
) -> list[Any]:
    gone = sa.delete(model).where(condition).returning(*columns)
    return [*session.execute(gone.execution_options(synchronize_session=False))]


def _tell_withdrawn(row: Any, user_id: int) -> None:
    events.append(
        ApplicationWithdrawn(
            area_id=row.area_id, application_id=row.id, user_id=user_id, origin="system"
        )
    )
