"""Making achievements: each change is a version of its own, what was earned keeps its words."""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa

from forum.api.data import (
    Conflict,
    Invalid,
    Scope,
    db,
    list_event_types,
    now,
    record_audit,
    unscoped,
)
from forum.api.web import gettext as _
from forum_badges import limits
from forum_badges.crediting import FILTERED
from forum_badges.models import Achievement, Criterion, Version
from forum_badges.operations.engine import backfill
from forum_badges.queries import get_achievement, list_requirable
from forum_badges.rules import require_manage, require_no_circle
from forum_badges.values import COUNTED, ROLES, Draft, Leaf


def create_achievement(scope: Scope, draft: Draft) -> int:
    """Make an achievement and award it to whoever has earned it already; return its id.

    Errors: NotFound, Denied, Invalid; Conflict when the area has as many as it may.
    """
    require_manage(scope)
    _check(scope, draft, achievement_id=None)
    here = sa.select(sa.func.count()).select_from(Achievement)
    if (db.session.scalar(here.filter_by(area_id=scope.area.id)) or 0) >= limits.ACHIEVEMENTS:
        raise Conflict(_("Mehr Abzeichen kann ein Bereich nicht haben."))
    made = Achievement(
        area_id=scope.area.id,
        uuid=str(uuid4()),
        name=draft.name,
        description=draft.description,
        number=1,
        created_at=now(),
    )
    db.session.add(made)
    db.session.flush()
    _write_version(made, draft)
    backfill(made.id)
    _note(scope, "badges.created", made.id)
    return made.id


def edit_achievement(scope: Scope, achievement_id: int, *, draft: Draft, number: int) -> None:
    """Give an achievement a new version; `number` is the one that was changed.

    Errors: NotFound, Denied, Invalid; Conflict when somebody else was faster or it has ended.
    """
    require_manage(scope)
    get_achievement(scope, achievement_id)
    _let_nobody_link(draft)
    _check(scope, draft, achievement_id=achievement_id)
    held = sa.select(Achievement).where(Achievement.id == achievement_id).with_for_update()
    found = db.session.scalars(held.execution_options(populate_existing=True)).one()
    if found.number != number or found.retired_at is not None:
        raise Conflict(_("Dieses Abzeichen hat inzwischen jemand anders geändert."))
    found.name, found.description, found.number = draft.name, draft.description, number + 1
    db.session.flush()
    _write_version(found, draft)
    backfill(achievement_id)
    _note(scope, "badges.edited", achievement_id)


def retire_achievement(scope: Scope, achievement_id: int, *, retired: bool) -> None:
    """Let nobody earn an achievement any more, or let it be earned again; awards stay.

    Errors: NotFound, Denied.
    """
    require_manage(scope)
    if (get_achievement(scope, achievement_id).retired_at is not None) == retired:
        return
    changed = sa.update(Achievement).where(Achievement.id == achievement_id)
    db.session.execute(changed.values(retired_at=now() if retired else None))
    if not retired:
        backfill(achievement_id)
    name = "badges.retired" if retired else "badges.reopened"
    _note(scope, name, achievement_id)


def _note(scope: Scope, action: str, achievement_id: int) -> None:
    about = f"badge:{achievement_id}"
    record_audit(action, scope.user_id, area_id=scope.area.id, subject=about)


def _write_version(achievement: Achievement, draft: Draft) -> None:
    version = Version(
        area_id=achievement.area_id,
        achievement_id=achievement.id,
        number=achievement.number,
        name=draft.name,
        description=draft.description,
        narrative=draft.narrative,
        minutes=draft.minutes,
        valid_days=draft.valid_days,
        created_at=now(),
    )
    db.session.add(version)
    db.session.flush()
    for position, leaf in enumerate(draft.leaves):
        db.session.add(
            Criterion(
                area_id=achievement.area_id,
                version_id=version.id,
                position=position,
                clause=leaf.clause,
                kind=leaf.kind,
                event=leaf.event,
                field=leaf.field,
                value=leaf.value,
                least=leaf.least,
                required_id=leaf.required_id,
            )
        )
    db.session.flush()


def _check(scope: Scope, draft: Draft, *, achievement_id: int | None) -> None:
    known = {row.id for row in list_requirable(scope, besides=achievement_id)}
    for number, leaf in enumerate(draft.leaves, 1):
        if leaf.kind in COUNTED:
            _check_event(leaf, number)
        elif leaf.kind == "role_held" and leaf.value not in ROLES:
            raise Invalid(f"role_{number}", _("Welche Rolle?"))
        elif leaf.kind == "has":
            field = f"required_{number}"
            if leaf.required_id is None or leaf.required_id not in known | {achievement_id}:
                raise Invalid(field, _("Dieses Abzeichen gibt es hier nicht."))
            require_no_circle(achievement_id, leaf.required_id, field=field)


def _let_nobody_link(draft: Draft) -> None:
    """Let nobody else make a badge a condition until the unit ends: two could close a circle.

    Whoever does locks the same row, the oldest badge there is.
    """
    if not any(leaf.kind == "has" for leaf in draft.leaves):
        return
    with unscoped("badges: a circle leads through areas one may not read") as session:
        oldest = sa.select(Achievement.id).order_by(Achievement.id).limit(1)
        session.execute(oldest.with_for_update(key_share=True))


def _check_event(leaf: Leaf, number: int) -> None:
    """Refuse a condition on what cannot happen here, or on a field that the event has not."""
    event = next((one for one in list_event_types() if one.name == leaf.event), None)
    if event is None or not event.per_area:
        raise Invalid(f"event_{number}", _("Dieses Ereignis gibt es hier nicht."))
    fields = {field.name for field in event.fields if field.kind in FILTERED}
    if leaf.field and leaf.field not in fields:
        raise Invalid(f"field_{number}", _("Diese Angabe hat das Ereignis nicht."))
    if leaf.value and not leaf.field:
        raise Invalid(f"field_{number}", _("Welche Angabe soll diesen Wert haben?"))
