"""Names of hosts that a branch chooses, as far as who runs the site has set a domain aside."""

from __future__ import annotations

from forum.api.data import Invalid, Scope, add_host, remove_host
from forum.api.web import gettext as _
from forum_chapters import rules
from forum_chapters.queries import get_settings


def take_host(scope: Scope, name: str) -> str:
    """Let a name below the operator's domain lead to the area; return it whole.

    `name` is the whole name or what stands before the domain.

    Errors: Denied without the role or a domain; Invalid at `host` for a foreign or taken name.
    """
    settings = get_settings(scope)
    rules.require_own_host(scope, settings)
    name = name.strip().lower()
    if not name:
        raise Invalid("host", _("Bitte fülle dieses Feld aus."))
    whole = name if "." in name else f"{name}.{settings.domain}"
    return add_host(scope, whole, below=settings.domain)


def give_up_host(scope: Scope, name: str) -> str:
    """Let a name no longer lead to the area. Errors: as `take_host`, NotFound for another's."""
    settings = get_settings(scope)
    rules.require_own_host(scope, settings)
    return remove_host(scope, name, below=settings.domain)
