"""Before what cannot be undone: ask once more who it is, and who goes on."""

from __future__ import annotations

from forum.accounts.authentication import unlocked
from forum.accounts.current import CurrentUser
from forum.accounts.passwords import verify_password
from forum.accounts.queries import find_credentials_of
from forum.accounts.queries.privacy import find_successor
from forum.accounts.views.blueprint import limit
from forum.core.errors import Invalid
from forum.web.i18n import gettext as _


def verify_again(user: CurrentUser, password: str, *, field: str) -> str:
    """Return the stored hash that the password fits; counted like a login.

    Errors: Invalid at `field`; TooMany.
    """
    limit("login.account", f"mail:{user.email}")
    with unlocked():
        found = find_credentials_of(user.id)
        stored = found.password_hash if found else None
        if not verify_password(stored, password) or stored is None:
            raise Invalid(field, _("Das Passwort stimmt nicht."))
    return stored


def get_successor(who: str | None) -> int | None:
    """Return the id of who is to take over, None when nobody is named.

    Errors: Invalid at `successor`.
    """
    if not who:
        return None
    found = find_successor(who)
    if found is None:
        raise Invalid("successor", _("Wir kennen niemanden mit diesem @Namen."))
    return found
