"""Who may moderate what. A moderator of one area is nobody in the next one."""

from __future__ import annotations

from forum.areas.rules import can_moderate
from forum.areas.scope import Scope
from forum.core.errors import Denied, NotFound
from forum.discussions import rules
from forum.web.i18n import gettext as _


def can_see_moderation(scope: Scope) -> bool:
    """Tell whether the viewer sees what is hidden in an area and who did it, also when it is over.

    Who oversees a sealed area from above does not read it, so does not moderate it either.
    """
    return scope.reads and can_moderate(scope)


def can_hide(scope: Scope) -> bool:
    """Tell whether the viewer may hide and show posts and topics here."""
    return rules.can_hide(scope)


def require_see_moderation(scope: Scope) -> None:
    """Errors: raises NotFound where the viewer does not read, Denied without the role."""
    if not scope.reads:
        raise NotFound
    if not can_see_moderation(scope):
        raise Denied(_("Das sieht nur die Moderation dieses Bereichs."))


def require_hide(scope: Scope) -> None:
    """Errors: raises Denied without the role, and where nothing may be written any more."""
    if not can_hide(scope):
        raise Denied(_("Ausblenden kann nur die Moderation dieses Bereichs."))
