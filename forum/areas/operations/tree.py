"""Making, changing, moving, sealing and archiving areas; deleting is in `deletion`."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.areas import rules
from forum.areas.events import (
    AreaArchived,
    AreaCreated,
    AreaEdited,
    AreaMoved,
    AreaReopened,
    AreaSealed,
    AreaUnsealed,
)
from forum.areas.grants import Seat, write_grant
from forum.areas.models import Area, Grant, in_force
from forum.areas.paths import is_within, list_ids, within
from forum.areas.plugin_upkeep import resolve_plugins
from forum.areas.scope import Scope, area_ref
from forum.areas.slugs import claim_slug, keep_old_slug
from forum.areas.spec import AreaSpec, check_accent, check_reason, check_spec, to_columns
from forum.areas.upkeep import (
    count_members,
    lock_tree,
    rederive,
    refresh_areas,
)
from forum.core import audit, clock, events
from forum.core.database import unscoped
from forum.core.errors import Conflict, Invalid
from forum.core.services import service
from forum.plugin.types import AreaRef
from forum.web.i18n import gettext as _

_REDERIVES = frozenset({"visibility", "own_theme", "own_accent"})
_REFRESHES = frozenset({"visibility", "everyone"})


def create_root(spec: AreaSpec, *, admin_id: int | None) -> int:
    """Make the one area everything hangs under, with its first admin; return its id.

    Errors: raises Conflict when there is one already, Invalid for a spec that does not hold.
    """
    check_spec(spec)
    with unscoped("areas: the first area has no area above it") as session:
        lock_tree(session)
        if session.scalar(sa.select(Area.id).limit(1)) is not None:
            raise Conflict(_("Es gibt schon eine oberste Ebene."))
        area_id = _insert(session, spec, parent=None, actor_id=admin_id)
        _settle(session, area_id, chair_id=admin_id)
    _tell_created(area_id, actor_id=admin_id, parent_id=None)
    return area_id


def create_area(scope: Scope, spec: AreaSpec, *, chair_id: int | None = None) -> int:
    """Make an area below the scope's; return its id.

    A sealed area gets `chair_id`, or who makes it, as its admin: nobody else could ever act there.

    Errors: raises Denied without the role, Invalid at the field that does not hold.
    """
    rules.require(scope, "create_below")
    check_spec(spec)
    _require_everyone(scope, wanted=spec.everyone)
    if spec.sealed and chair_id is None:
        chair_id = scope.user_id
    with unscoped("areas: a new area, its read sets and its address") as session:
        lock_tree(session)
        area_id = _insert(session, spec, parent=scope, actor_id=scope.user_id)
        _settle(session, area_id, chair_id=chair_id)
    _tell_created(area_id, actor_id=scope.user_id, parent_id=scope.area.id)
    return area_id


def _insert(session: Session, spec: AreaSpec, *, parent: Scope | None, actor_id: int | None) -> int:
    values = {
        **to_columns(spec),
        "parent_id": None if parent is None else parent.area.id,
        "slug": claim_slug(session, spec.slug, name=spec.name),
        "sealed": spec.sealed,
        "language": spec.language or ("de" if parent is None else parent.area.language),
        "path": "",
        "effective": spec.visibility,
        "created_at": clock.now(),
        "created_by_id": actor_id,
    }
    inserted = session.execute(sa.insert(Area).values(values).returning(Area.id))
    return int(inserted.scalar_one())


def _settle(session: Session, area_id: int, *, chair_id: int | None) -> None:
    """Give a new area its place, its chair, its plugins and its readers."""
    rederive(session, area_id)
    if chair_id is not None:
        write_grant(session, Seat(area_id, chair_id), role="admin", title="chair", source="system")
        count_members(session, [area_id])
    resolve_plugins(session, area_id)
    refresh_areas(session, _get_path(session, area_id))


def _tell_created(area_id: int, *, actor_id: int | None, parent_id: int | None) -> None:
    events.append(AreaCreated(area_id=area_id, actor_id=actor_id, parent_id=parent_id))
    audit.record("areas.create", actor_id, area_id=area_id, parent=parent_id)


def _require_everyone(scope: Scope, *, wanted: bool) -> None:
    if not wanted or scope.standing.system:
        return
    root_id = list_ids(scope.area.path)[0]
    if scope.standing.grants.get(root_id) != "admin":
        raise Invalid("everyone", _("Alle aufnehmen können nur Admins der obersten Ebene."))


def edit_area(scope: Scope, spec: AreaSpec) -> None:
    """Make the area what the spec says; the seal has operations of its own.

    Errors: raises Denied without the role, Invalid at the field that does not hold.
    Cost: few statements when only words change; linear in the areas below otherwise.
    """
    rules.require(scope, "edit")
    check_spec(spec)
    with unscoped("areas: what follows from an edit reaches hidden areas too") as session:
        lock_tree(session)
        wanted = {**to_columns(spec), "language": spec.language or scope.area.language}
        wanted["slug"] = claim_slug(
            session, spec.slug or scope.area.slug, name=spec.name, own_id=scope.area.id
        )
        changed = _change(session, scope, wanted)
        _require_everyone(scope, wanted="everyone" in changed)
        if "slug" in changed:
            keep_old_slug(session, scope.area.id, old=scope.area.slug, new=wanted["slug"])
        if changed.keys() & _REDERIVES:
            rederive(session, scope.area.id)
        if changed.keys() & _REFRESHES:
            refresh_areas(session, scope.area.path)
    if changed:
        fields = sorted(changed)
        events.append(AreaEdited(area_id=scope.area.id, actor_id=scope.user_id, fields=fields))


def change_look(scope: Scope, *, theme: str, accent: str) -> None:
    """Choose the area's own theme and accent, "" for what is above; nothing else changes.

    Errors: raises Denied without the role, Invalid at `accent` for what is no colour or does not
        stand out. Whether there is such a theme is asked where it is chosen.
    Cost: few statements; linear in the areas below.
    """
    rules.require(scope, "edit")
    check_accent(accent)
    wanted = {"own_theme": theme, "own_accent": accent.removeprefix("#").lower()}
    with unscoped("areas: a look is inherited by hidden areas too") as session:
        lock_tree(session)
        changed = _change(session, scope, wanted)
        if changed:
            rederive(session, scope.area.id)
    if changed:
        fields = sorted(changed)
        events.append(AreaEdited(area_id=scope.area.id, actor_id=scope.user_id, fields=fields))


def _change(session: Session, scope: Scope, wanted: dict[str, Any]) -> dict[str, Any]:
    """Write what differs, audit it with from and to, return it."""
    columns = [getattr(Area, name) for name in wanted]
    present = session.execute(sa.select(*columns).where(Area.id == scope.area.id)).one()
    before = dict(zip(wanted, present, strict=True))
    changed = {name: value for name, value in wanted.items() if value != before[name]}
    if changed:
        session.execute(
            sa.update(Area)
            .where(Area.id == scope.area.id)
            .values(**changed, version=Area.version + 1)
            .execution_options(synchronize_session=False)
        )
        details = {name: [_plain(before[name]), _plain(changed[name])] for name in changed}
        audit.record("areas.edit", scope.user_id, area_id=scope.area.id, changed=details)
    return changed


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def move_area(scope: Scope, target: Scope) -> None:
    """Hang the area, with everything below it, under another one.

    One transaction with what plugins keep: there is no moment in which something closed shows in
    the open. The address stays.

    Errors: raises Denied without the roles in the area, above it and at the target; Invalid at
        `parent` when the target lies in the area itself, the tree would become too deep, or for
        a plugin's veto; HookFailed when a plugin cannot follow.
    Cost: a dozen statements; linear in the areas below.
    """
    rules.require_move_area(scope, target)
    area_id = scope.area.id
    with unscoped("areas: a move takes hidden areas along") as session:
        lock_tree(session)
        old, goal = _get_path(session, area_id), _get_path(session, target.area.id)
        if is_within(goal, old):
            raise Invalid("parent", _("Ein Bereich kann nicht unter sich selbst hängen."))
        source_id = session.scalar(sa.select(Area.parent_id).where(Area.id == area_id))
        if source_id == target.area.id:
            return
        _set(session, area_id, parent_id=target.area.id)
        rederive(session, area_id)
        resolve_plugins(session, area_id)
        new = _get_path(session, area_id)
        refresh_areas(session, old, new)
        assert source_id is not None
        source = _get_ref(session, source_id)
        moved = list(session.scalars(sa.select(Area.id).where(within(Area.path, new))))
    hooks = service("dispatcher").everywhere
    vetoes = hooks.move_area(area_ref(scope), source, area_ref(target), sorted(moved))
    if vetoes:
        raise Invalid("parent", " ".join(veto.message for _plugin, veto in vetoes))
    events.append(
        AreaMoved(
            area_id=area_id,
            actor_id=scope.user_id,
            source_id=source_id,
            target_id=target.area.id,
        )
    )
    for place in (area_id, source_id, target.area.id):
        audit.record(
            "areas.move",
            scope.user_id,
            area_id=place,
            subject=f"area:{area_id}",
            source=source_id,
            target=target.area.id,
        )


def archive_area(scope: Scope, *, reason: str = "") -> None:
    """Make the area read-only, kept and searchable."""
    rules.require(scope, "archive")
    reason = check_reason(reason)
    if scope.area.archived_at is None:
        _mark_archived(scope, reason, archive=True)
        events.append(AreaArchived(area_id=scope.area.id, actor_id=scope.user_id))


def reopen_area(scope: Scope, *, reason: str = "") -> None:
    """Let an archived area live again."""
    rules.require(scope, "archive")
    reason = check_reason(reason)
    if scope.area.archived_at is not None:
        _mark_archived(scope, reason, archive=False)
        events.append(AreaReopened(area_id=scope.area.id, actor_id=scope.user_id))


def _mark_archived(scope: Scope, reason: str, *, archive: bool) -> None:
    with unscoped("areas: an admin above archives without reading") as session:
        _set(session, scope.area.id, archived_at=clock.now() if archive else None)
    name = "areas.archive" if archive else "areas.reopen"
    audit.record(name, scope.user_id, area_id=scope.area.id, reason=reason)


def archive_ended_areas() -> int:
    """Archive what was meant for a time that is over; return how many. For the schedule."""
    now = clock.now()
    with unscoped("areas: the schedule has no viewer") as session:
        ended = list(
            session.scalars(
                sa.update(Area)
                .where(Area.ends_at <= now, Area.archived_at.is_(None))
                .values(archived_at=now, version=Area.version + 1)
                .returning(Area.id)
                .execution_options(synchronize_session=False)
            )
        )
    events.append(*(AreaArchived(area_id=area_id, origin="system") for area_id in ended))
    for area_id in ended:
        audit.record("areas.archive", None, area_id=area_id, reason="ends_at")
    return len(ended)


def seal_area(scope: Scope, *, reason: str = "") -> None:
    """Let roles from above stop here.

    Errors: raises Denied without the role, Invalid when the area has no admin of its own, who
        alone could take the seal away again.
    """
    rules.require(scope, "seal")
    if scope.area.parent_id is None:
        raise Invalid("sealed", _("Über der obersten Ebene ist nichts, was man abhalten könnte."))
    _set_seal(scope, reason, sealed=True)


def unseal_area(scope: Scope, *, reason: str = "") -> None:
    """Let roles from above flow in again. Errors: Denied for all but the area's own admins."""
    rules.require(scope, "unseal")
    _set_seal(scope, reason, sealed=False)


def _set_seal(scope: Scope, reason: str, *, sealed: bool) -> None:
    reason = check_reason(reason)
    if scope.area.sealed == sealed:
        return
    area_id = scope.area.id
    with unscoped("areas: a seal changes who reads below and above") as session:
        lock_tree(session)
        if sealed:
            _require_own_admin(session, area_id)
        _set(session, area_id, sealed=sealed)
        rederive(session, area_id)
        refresh_areas(session, scope.area.path)
    kind = AreaSealed if sealed else AreaUnsealed
    events.append(kind(area_id=area_id, actor_id=scope.user_id))
    name = "areas.seal" if sealed else "areas.unseal"
    audit.record(name, scope.user_id, area_id=area_id, reason=reason)


def _require_own_admin(session: Session, area_id: int) -> None:
    admins = sa.select(Grant.id).where(Grant.area_id == area_id, Grant.role == "admin", in_force())
    if session.scalar(admins.limit(1)) is None:
        raise Invalid("sealed", _("Gib dem Bereich zuerst einen eigenen Admin."))


def _get_path(session: Session, area_id: int) -> str:
    found = session.scalar(sa.select(Area.path).where(Area.id == area_id))
    if found is None:
        raise Conflict(_("Den Bereich gibt es nicht mehr."))
    return found


def _get_ref(session: Session, area_id: int) -> AreaRef:
    columns = (Area.id, Area.slug, Area.name)
    return AreaRef(*session.execute(sa.select(*columns).where(Area.id == area_id)).one())


def _set(session: Session, area_id: int, **values: Any) -> None:
    session.execute(
        sa.update(Area)
        .where(Area.id == area_id)
        .values(**values, version=Area.version + 1)
        .execution_options(synchronize_session=False)
    )
