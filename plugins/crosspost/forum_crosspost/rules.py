"""Who may bring things into an area and take them back, and whose names from elsewhere are."""

from __future__ import annotations

from forum.api.data import (
    Denied,
    Scope,
    find_verified_address,
    is_writable,
    keyed_digest,
    require_read,
)
from forum.api.web import gettext as _

PURPOSE = "crosspost.author"


def can_manage(scope: Scope) -> bool:
    """Whether the viewer sees runs and takes them back: the area's admins."""
    return scope.role == "admin"


def require_manage(scope: Scope) -> None:
    """Errors: Denied for who is no admin of the area."""
    if not can_manage(scope):
        raise Denied(_("Das dürfen nur Admins dieses Bereichs."))


def require_member(scope: Scope) -> int:
    """Return the viewer's id. Errors: Denied for who is not signed in."""
    if scope.user_id is None:
        raise Denied(_("Bitte melde dich an."))
    return scope.user_id


def hash_address(address: str) -> str:
    """Return what the owner of an address is known by; nobody can make an address of it."""
    return keyed_digest(PURPOSE, f"address:{address.lower()}")


def hash_own_address(scope: Scope) -> str | None:
    """Return the hash of the address that the viewer has shown to be theirs.

    Cost: one statement.
    """
    address = find_verified_address(scope.user_id) if scope.user_id is not None else None
    return hash_address(address) if address else None


def can_add_result(scope: Scope) -> bool:
    """Tell whether the viewer may write down what was found out elsewhere: the core team."""
    return scope.reads and scope.has_role("editor") and is_writable(scope.area)


def require_add_result(scope: Scope) -> None:
    """Errors: raises NotFound when not readable, Denied without the role."""
    require_read(scope)
    if not can_add_result(scope):
        raise Denied(_("Ergebnisse trägt das Kernteam des Bereichs ein."))
