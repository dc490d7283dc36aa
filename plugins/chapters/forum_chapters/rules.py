"""Who may do what with a branch. Roles are core's; here stands what the plugin adds to them."""

from __future__ import annotations

from forum.api.data import Denied, Scope, is_writable, require_edit
from forum.api.web import gettext as _
from forum_chapters.settings import Settings


def can_write_page(scope: Scope) -> bool:
    """Tell whether the viewer may change front page and legal texts."""
    return scope.has_role("admin") and is_writable(scope.area)


def require_write_page(scope: Scope) -> None:
    """Errors: raises NotFound or Denied without the role, Denied in a closed area."""
    require_edit(scope)
    if not can_write_page(scope):
        raise Denied(_("Dieser Bereich ist abgeschlossen: Man kann hier nur noch lesen."))


def require_own_look(scope: Scope, settings: Settings) -> None:
    """Errors: raises Denied without the role, and where the roof has locked how areas look."""
    require_edit(scope)
    if not settings.look:
        raise Denied(_("Das Aussehen ist weiter oben festgelegt und hier nicht änderbar."))


def require_own_host(scope: Scope, settings: Settings) -> None:
    """Errors: raises Denied without the role, and where there is no domain for names."""
    require_edit(scope)
    if not settings.domain:
        raise Denied(_("Wer das Forum betreibt, hat hier keine eigenen Adressen vorgesehen."))
