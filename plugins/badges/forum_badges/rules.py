"""Who may do what with badges: an area's admins keep them, nobody gives one to themselves."""

from __future__ import annotations

from collections.abc import Collection

from forum.api.data import Denied, Invalid, Scope, is_writable, require_read, unscoped
from forum.api.web import gettext as _
from forum_badges import limits
from forum_badges.queries import list_belonging, list_edges


def can_manage(scope: Scope) -> bool:
    """Tell whether the viewer may make and give badges here."""
    return scope.reads and scope.has_role("admin") and is_writable(scope.area)


def require_manage(scope: Scope) -> None:
    """Errors: NotFound when not readable, Denied with the reason."""
    require_read(scope)
    if not is_writable(scope.area):
        raise Denied(_("Dieser Bereich ist abgeschlossen: Man kann hier nur noch lesen."))
    if not can_manage(scope):
        raise Denied(_("Abzeichen vergeben nur die Admins des Bereichs."))


def require_receivers(scope: Scope, user_ids: Collection[int]) -> None:
    """Refuse giving something to oneself, and to who does not belong to the area or below it.

    Errors: Invalid at the field `people`.
    """
    if scope.user_id is not None and scope.user_id in user_ids:
        raise Invalid("people", _("Dir selbst kannst du das nicht bescheinigen."))
    if set(user_ids) - list_belonging(scope, user_ids):
        raise Invalid("people", _("Das geht nur für Mitglieder dieses Bereichs."))


def require_no_circle(achievement_id: int | None, required_id: int, *, field: str) -> None:
    """Refuse a badge that would be a condition of itself, or of too long a row of others.

    Errors: Invalid at the field.
    Cost: one statement for each step of the row.
    """
    level, depth = {required_id}, 1
    while level:
        if achievement_id in level:
            raise Invalid(field, _("So wäre dieses Abzeichen eine Bedingung für sich selbst."))
        if depth > limits.DEPTH:
            raise Invalid(
                field,
                _("Es dürfen höchstens %(num)s Abzeichen aufeinander aufbauen.", num=limits.DEPTH),
            )
        with unscoped("badges: a circle leads through areas one may not read") as session:
            edges = list_edges(session, level)
        level = set[int]().union(*edges.values())
        depth += 1
