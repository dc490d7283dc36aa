"""Asking to join, and answering."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from forum.areas import rules
from forum.areas.events import ApplicationDecided, ApplicationMade, ApplicationWithdrawn
from forum.areas.grants import Seat, lock_people
from forum.areas.models import Application
from forum.areas.operations.membership import become_member, tell_joined
from forum.areas.scope import Scope
from forum.areas.spec import check_reason
from forum.core import audit, clock, events, limits
from forum.core.database import db, unscoped
from forum.core.errors import Conflict, Denied, Invalid, NotFound
from forum.web.i18n import gettext as _


def apply_to_area(scope: Scope, *, reason: str) -> int:
    """Ask to join; return the application's id.

    Errors: raises Denied where one cannot apply, Invalid at `reason` when it says nothing or too
        much, Conflict when an application waits already.
    """
    if scope.user_id is None or not rules.can_apply(scope):
        raise Denied(_("Hier kann man nicht um Aufnahme bitten."))
    reason = check_reason(reason)
    if not reason:
        raise Invalid("reason", _("Bitte schreib kurz, warum du mitmachen möchtest."))
    row = Application(
        area_id=scope.area.id, user_id=scope.user_id, reason=reason, created_at=clock.now()
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        raise Conflict(_("Deine Anfrage liegt schon vor.")) from None
    events.append(
        ApplicationMade(
            area_id=scope.area.id,
            actor_id=scope.user_id,
            application_id=row.id,
            user_id=scope.user_id,
        )
    )
    audit.record("areas.apply", scope.user_id, area_id=scope.area.id)
    return row.id


def withdraw_application(scope: Scope) -> None:
    """Take the own application back. Errors: raises NotFound when none waits."""
    mine = (
        Application.area_id == scope.area.id,
        Application.user_id == scope.user_id,
        Application.state == "pending",
    )
    withdrawn = db.session.scalar(
        sa.update(Application)
        .where(*mine)
        .values(state="withdrawn", decided_at=clock.now())
        .returning(Application.id)
        .execution_options(synchronize_session=False)
    )
    if withdrawn is None or scope.user_id is None:
        raise NotFound
    events.append(
        ApplicationWithdrawn(
            area_id=scope.area.id,
            actor_id=scope.user_id,
            application_id=withdrawn,
            user_id=scope.user_id,
        )
    )
    audit.record("areas.withdraw_application", scope.user_id, area_id=scope.area.id)


def decide_application(
    scope: Scope, application_id: int, *, accept: bool, answer: str = ""
) -> None:
    """Accept or decline; the applicant is told, with the answer, by the event.

    Errors: raises Denied without the role, NotFound for an application of another area, Conflict
        when it has been decided or withdrawn meanwhile, Invalid at `answer` when it is too long.
    """
    rules.require(scope, "decide")
    if len(answer) > limits.REASON:
        raise Invalid("answer", _("Die Antwort ist zu lang."))
    area_id = scope.area.id
    with unscoped("areas: who is let in does not read yet") as session:
        user_id = session.scalar(
            sa.select(Application.user_id).where(
                Application.id == application_id, Application.area_id == area_id
            )
        )
        if user_id is None:
            raise NotFound
        seat = Seat(area_id, user_id)
        lock_people(session, seat)
        decided = session.scalar(
            sa.update(Application)
            .where(Application.id == application_id, Application.state == "pending")
            .values(
                state="accepted" if accept else "declined",
                answer=answer.strip(),
                decided_by_id=scope.user_id,
                decided_at=clock.now(),
            )
            .returning(Application.id)
            .execution_options(synchronize_session=False)
        )
        if decided is None:
            raise Conflict(_("Über diese Anfrage ist schon entschieden."))
        joined = accept and become_member(
            session, seat, source="application", granted_by=scope.user_id
        )
    events.append(
        ApplicationDecided(
            area_id=area_id,
            actor_id=scope.user_id,
            application_id=application_id,
            user_id=user_id,
            accepted=accept,
        )
    )
    audit.record(
        "areas.decide_application",
        scope.user_id,
        area_id=area_id,
        subject=f"user:{user_id}",
        reason=answer.strip(),
        accepted=accept,
    )
    if joined:
        tell_joined(area_id, user_id, source="application", actor_id=scope.user_id)
