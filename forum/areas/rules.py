"""Who may do what in an area: a table of actions, and the few that need more than a role.

Every rule takes the scope: the area as the viewer sees it, with the effective role. What an
admin above may do to a sealed area without a role in it is said per action (`above`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from forum.areas.queries.readable import list_holders, list_readers
from forum.areas.scope import RANK, AreaRow, OwnArea, Role, Scope
from forum.core import clock
from forum.core.errors import Denied, NotFound
from forum.web.i18n import gettext as _

Action = Literal[
    "edit",
    "create_below",
    "archive",
    "delete",
    "seal",
    "unseal",
    "decide",
    "invite",
    "remove_member",
    "set_roles",
    "appoint_chair",
    "moderate",
    "switch_plugins",
    "see_log",
]


@dataclass(frozen=True, slots=True)
class Rule:
    """The least role, and more conditions.

    `above`: also an admin above the seal; `living`: not in an archived area; `content`: only
    where the content is readable, which a role is not enough for in an area that is shut.
    """

    least: Role
    above: bool = False
    living: bool = False
    content: bool = False


RULES: Final[Mapping[Action, Rule]] = {
    "edit": Rule("admin"),
    "create_below": Rule("admin", living=True),
    "archive": Rule("admin", above=True),
    "delete": Rule("admin", above=True),
    "seal": Rule("admin"),
    "unseal": Rule("admin"),
    "decide": Rule("editor", living=True),
    "invite": Rule("editor", living=True),
    "remove_member": Rule("moderator"),
    "set_roles": Rule("admin"),
    "appoint_chair": Rule("admin", above=True),
    "moderate": Rule("moderator", content=True),
    "switch_plugins": Rule("admin"),
    "see_log": Rule("editor"),
}


def can(scope: Scope, action: Action) -> bool:
    """Tell whether the viewer may do this in the area."""
    rule = RULES[action]
    if rule.living and not is_writable(scope.area):
        return False
    if rule.content and not scope.reads:
        return False
    if rule.above and is_overseer(scope):
        return True
    return scope.has_role(rule.least)


def can_edit(scope: Scope) -> bool:
    """Tell whether the viewer may change what the area says of itself."""
    return can(scope, "edit")


def require_edit(scope: Scope) -> None:
    """Errors: raises NotFound when not readable, Denied without the role."""
    require(scope, "edit")


def can_create_below(scope: Scope) -> bool:
    """Tell whether the viewer may make areas below this one."""
    return can(scope, "create_below")


def require_create_below(scope: Scope) -> None:
    """Errors: raises NotFound when not readable, Denied without the role or in a closed area."""
    require(scope, "create_below")


def is_overseer(scope: Scope) -> bool:
    """Tell whether the viewer is an admin above the area's seal."""
    return scope.area.sealed and scope.standing.oversees(scope.area)


def require(scope: Scope, action: Action) -> None:
    """Refuse what the viewer may not do.

    Errors: raises NotFound when the viewer does not read the area and does not oversee it
        either, Denied otherwise.
    """
    if can(scope, action):
        return
    require_read(scope)
    raise Denied(_("Dazu fehlt dir in diesem Bereich die nötige Rolle."))


def is_writable(area: AreaRow | OwnArea) -> bool:
    """Tell whether anything may be written: not archived, not over, not shut by a plugin's lack."""
    if area.archived_at is not None or area.closed:
        return False
    return area.ends_at is None or area.ends_at > clock.now()


def can_read(scope: Scope) -> bool:
    """Tell whether the content is readable; having a scope at all means it is discoverable."""
    return scope.reads


def require_read(scope: Scope) -> None:
    """Errors: raises NotFound for content of an area that is only discoverable."""
    if not scope.reads:
        raise NotFound


def can_start_topic(scope: Scope) -> bool:
    """Tell whether the viewer may start a topic here."""
    return _can_write(scope, scope.area.topics_by)


def can_start_in(area: OwnArea) -> bool:
    """Tell whether a member may start a topic in an own area, as far as its grant there says."""
    return is_writable(area) and (area.topics_by != "editors" or RANK[area.role] >= RANK["editor"])


def can_reply(scope: Scope) -> bool:
    """Tell whether the viewer may reply here (whether the topic is open is its own matter)."""
    return _can_write(scope, scope.area.replies_by)


def _can_write(scope: Scope, who: str) -> bool:
    if not scope.reads or not is_writable(scope.area):
        return False
    if who == "editors":
        return scope.has_role("editor")
    if who == "site":
        return scope.user_id is not None or scope.standing.system
    return scope.role is not None


def list_repliers(area: AreaRow, user_ids: Iterable[int]) -> set[int]:
    """Return which of these members of the site may reply in an area now.

    Cost: two statements at most.
    """
    if not is_writable(area):
        return set()
    readers = list_readers(area.id, user_ids)
    if area.replies_by == "site":
        return readers
    return list_holders(area, readers, least="editor" if area.replies_by == "editors" else "member")


def require_start_topic(scope: Scope) -> None:
    """Errors: raises NotFound when not readable, Denied with the reason otherwise."""
    require_read(scope)
    if not can_start_topic(scope):
        raise Denied(_why_not(scope, scope.area.topics_by))


def require_reply(scope: Scope) -> None:
    """Errors: raises NotFound when not readable, Denied with the reason otherwise."""
    require_read(scope)
    if not can_reply(scope):
        raise Denied(_why_not(scope, scope.area.replies_by))


def _why_not(scope: Scope, who: str) -> str:
    if not is_writable(scope.area):
        return _("Dieser Bereich ist abgeschlossen: Man kann hier nur noch lesen.")
    if scope.user_id is None:
        return _("Bitte melde dich an, um zu schreiben.")
    if who == "editors":
        return _("Hier schreibt nur das Kernteam.")
    return _("Tritt dem Bereich bei, um zu schreiben.")


def can_moderate(scope: Scope) -> bool:
    """Tell whether the viewer moderates here."""
    return can(scope, "moderate")


def require_moderate(scope: Scope) -> None:
    """Errors: raises NotFound when not readable, Denied without the role."""
    require(scope, "moderate")


def can_move_area(scope: Scope, target: Scope) -> bool:
    """Tell whether the area may be hung under the target.

    It takes an admin in the area itself, where it is taken away and where it goes.
    """
    if scope.area.parent_id is None or scope.viewer != target.viewer:
        return False
    if not can(target, "create_below"):
        return False
    return scope.has_role("admin") and can_take_away(scope)


def can_take_away(scope: Scope) -> bool:
    """Tell whether the viewer is an admin where the area hangs now."""
    if scope.standing.system:
        return True
    # The ids from which roles flow into the parent: those above this area, or above its seal.
    above = scope.area.above or tuple(i for i in scope.area.flow if i != scope.area.id)
    return any(scope.standing.grants.get(i) == "admin" for i in above)


def require_move_area(scope: Scope, target: Scope) -> None:
    """Errors: raises NotFound when either is not readable, Denied without the roles."""
    require_read(scope)
    require_read(target)
    if not can_move_area(scope, target):
        raise Denied(_("Zum Verschieben musst du hier, darüber und am Ziel Admin sein."))


def can_give_role(scope: Scope, role: Role) -> bool:
    """Tell whether the viewer may hand this role to somebody here: never one above the own."""
    if not can(scope, "invite" if role == "member" else "set_roles"):
        return False
    return scope.role is not None and RANK[role] <= RANK[scope.role]


def can_join(scope: Scope) -> bool:
    """Tell whether the viewer may join at once."""
    # Who oversees a hidden area from above a seal knows of it and is still not asked in.
    open_to_them = scope.reads or scope.area.effective != "hidden"
    return scope.area.joining == "open" and open_to_them and _may_become_member(scope)


def can_apply(scope: Scope) -> bool:
    """Tell whether the viewer may ask to join."""
    return scope.area.joining == "apply" and _may_become_member(scope)


def _may_become_member(scope: Scope) -> bool:
    return scope.user_id is not None and not scope.member and is_writable(scope.area)


def can_leave(scope: Scope) -> bool:
    """Tell whether the viewer may leave; nobody leaves an area of everyone."""
    return scope.user_id is not None and scope.member and not scope.area.everyone


def can_switch_plugins(scope: Scope) -> bool:
    """Tell whether the viewer may switch plugins here: admins, and the operator anywhere."""
    return scope.standing.operator or can(scope, "switch_plugins")


def require_name_hosts(scope: Scope, *, below: str = "") -> None:
    """Errors: raises Denied for all but the operator: whoever has a trusted name sees logins.

    Below a domain that the operator has set aside for this, the area's own admins name them too.
    """
    if scope.standing.operator:
        return
    if not below:
        raise Denied(_("Namen von Rechnern vergibt, wer das Forum betreibt."))
    require(scope, "edit")


def require_switch_plugins(scope: Scope) -> None:
    """Errors: raises NotFound when not readable, Denied without the role."""
    if not can_switch_plugins(scope):
        require(scope, "switch_plugins")
