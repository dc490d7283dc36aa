"""Giving badges by hand, taking them back with a reason, and what holders show of them."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from forum.api.data import (
    Conflict,
    Denied,
    Invalid,
    NotFound,
    Scope,
    db,
    now,
    record_audit,
    unscoped,
)
from forum.api.web import gettext as _
from forum_badges.compiling import upsert
from forum_badges.models import Award
from forum_badges.operations.engine import follow, tell
from forum_badges.operations.issuing import revoke_credential
from forum_badges.queries import get_achievement, get_version, list_where_on
from forum_badges.rules import require_manage, require_receivers
from forum_badges.values import ONCE, Visibility


def give_badge(scope: Scope, achievement_id: int, *, user_ids: Collection[int]) -> int:
    """Give a badge to members of the area or below it; return how many did not have it yet.

    Errors: NotFound, Denied; Invalid for who may not get it; Conflict when it has ended.
    """
    require_manage(scope)
    row = get_achievement(scope, achievement_id)
    if row.retired_at is not None:
        raise Conflict(_("Dieses Abzeichen wird nicht mehr vergeben."))
    require_receivers(scope, user_ids)
    version = get_version(achievement_id, row.number)
    at = now()
    with unscoped("badges: an award is written for others") as session:
        given = []
        for user_id in sorted(user_ids):
            insert = upsert(session, Award).values(
                area_id=scope.area.id,
                achievement_id=achievement_id,
                version_id=version.id,
                user_id=user_id,
                source_key=ONCE,
                method="manual",
                event_at=at,
                awarded_at=at,
                actor_id=scope.user_id,
            )
            made = session.execute(insert.on_conflict_do_nothing().returning(Award.id))
            award_id = made.scalar_one_or_none()
            if award_id is not None:
                given.append((award_id, user_id, at))
        tell(scope.area.id, given)
        for _award_id, user_id, _at in given:
            follow(session, achievement_id, user_id=user_id)
    about = f"badge:{achievement_id}"
    record_audit("badges.given", scope.user_id, area_id=scope.area.id, subject=about)
    return len(given)


def revoke_award(scope: Scope, award_id: int, *, reason: str) -> int:
    """Take an award back; the reason stays with it. Return the achievement's id.

    Errors: NotFound, Denied; Invalid without a reason; Conflict when it is taken back already.
    """
    award = _get_award(scope, award_id)
    if not reason:
        raise Invalid("reason", _("Bitte sag, warum: Wer das Abzeichen hatte, liest den Grund."))
    if award.revoked_at is not None:
        raise Conflict(_("Dieses Abzeichen ist schon zurückgenommen."))
    award.revoked_at, award.reason = now(), reason
    record_audit(
        "badges.revoked", scope.user_id, area_id=scope.area.id, subject=f"award:{award_id}"
    )
    db.session.flush()
    revoke_credential(award_id)
    _review_dependent(award)
    return award.achievement_id


def keep_award(scope: Scope, award_id: int) -> int:
    """Let somebody keep an award that is in doubt: an admin answers for it from now on.

    Return the achievement's id.
    Errors: NotFound, Denied; Conflict when there is nothing to decide any more.
    """
    award = _get_award(scope, award_id)
    if award.doubted_at is None or award.revoked_at is not None:
        raise Conflict(_("Hier ist nichts mehr zu entscheiden."))
    award.doubted_at, award.method, award.actor_id = None, "manual", scope.user_id
    record_audit("badges.kept", scope.user_id, area_id=scope.area.id, subject=f"award:{award_id}")
    db.session.flush()
    _review_dependent(award)
    return award.achievement_id


def _get_award(scope: Scope, award_id: int) -> Award:
    """Return an award of the area that the viewer may decide about."""
    require_manage(scope)
    award = db.session.scalars(
        sa.select(Award).where(Award.id == award_id, Award.area_id == scope.area.id)
    ).one_or_none()
    if award is None:
        raise NotFound
    if award.user_id == scope.user_id:
        raise Denied(_("Über eigene Abzeichen entscheiden andere Admins."))
    return award


def _review_dependent(award: Award) -> None:
    """Look anew at what the member has for having this one."""
    with unscoped("badges: what an award leads to may be in other areas") as session:
        follow(session, award.achievement_id, user_id=award.user_id, review=True)


def show_award(user_id: int, award_id: int, *, visibility: Visibility) -> None:
    """Show an own award on the profile, or keep it to oneself.

    Errors: NotFound for other people's, and where badges are off.
    """
    with unscoped("badges: own awards are one's own after leaving") as session:
        award = session.scalars(
            sa.select(Award).where(Award.id == award_id, Award.user_id == user_id)
        ).one_or_none()
        if award is None or not list_where_on([award.area_id]):
            raise NotFound
        award.visibility = visibility
        session.flush()
