"""What operators do: create people, give site roles, help somebody back in, begin the site."""

from __future__ import annotations

from typing import Final, Literal

import sqlalchemy as sa

from forum.accounts.addresses import clean_address
from forum.accounts.current import SiteRoleName
from forum.accounts.events import UserRegistered
from forum.accounts.letters import token_link
from forum.accounts.models import SiteRole, User
from forum.accounts.operations.creation import add_user
from forum.accounts.operations.tokens import issue_token
from forum.core import audit, clock, events
from forum.core.database import db
from forum.core.errors import Gone, NotFound
from forum.web.i18n import gettext as _

# One number for all set-up attempts: PostgreSQL lets them in one by one, SQLite does so anyway.
_SETUP_LOCK: Final = 0x5E70


def create_user(
    name: str,
    email: str,
    *,
    password_hash: str | None = None,
    language: str = "",
    timezone: str = "",
    origin: Literal["member", "import", "system"] = "system",
) -> int:
    """Create an active member and return the id; without a password they come in by reset link.

    Errors: Invalid for a bad name, a bad address or one that is taken.
    """
    user_id = add_user(
        name,
        clean_address(email),
        password_hash=password_hash,
        language=language,
        timezone=timezone,
    )
    audit.record("accounts.create_user", None, subject=f"user:{user_id}")
    events.append(UserRegistered(user_id=user_id, invited=True, origin=origin))
    return user_id


def promote_user(email: str, role: SiteRoleName, *, by: int | None = None) -> int:
    """Give a site role; nothing happens when they have it. Return the user's id.

    Errors: NotFound when no active member has the address.
    """
    user_id = _require_user(email)
    held = sa.select(SiteRole.role).where(SiteRole.user_id == user_id, SiteRole.role == role)
    if db.session.scalar(held) is None:
        _give_role(user_id, role, by=by)
        audit.record("accounts.promote_user", by, subject=f"user:{user_id}", role=role)
    return user_id


def reset_link(email: str) -> str:
    """Return a link to choose a new password, for an operator to hand over.

    Errors: NotFound when no active member has the address.
    """
    user_id = _require_user(email)
    audit.record("accounts.reset_link", None, subject=f"user:{user_id}")
    return token_link("accounts.reset", issue_token("reset", clean_address(email), user_id=user_id))


def create_first_admin(name: str, email: str, *, password_hash: str, language: str = "") -> int:
    """Create the member who runs the site and return the id; works once.

    Errors: Gone when there is an operator already, Invalid as with `create_user`.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(sa.select(sa.func.pg_advisory_xact_lock(_SETUP_LOCK)))
    if db.session.scalar(sa.select(SiteRole.user_id).limit(1)) is not None:
        raise Gone(_("Das Forum ist schon eingerichtet."))
    user_id = add_user(name, clean_address(email), password_hash=password_hash, language=language)
    _give_role(user_id, "operator", by=None)
    _give_role(user_id, "privacy", by=None)
    audit.record("accounts.create_first_admin", user_id, subject=f"user:{user_id}")
    events.append(UserRegistered(actor_id=user_id, user_id=user_id, invited=False))
    return user_id


def hand_over_site(user_id: int, successor_id: int) -> None:
    """Let somebody else run the site in the place of who leaves."""
    held = sa.select(SiteRole.role).where(
        SiteRole.user_id == successor_id, SiteRole.role == "operator"
    )
    if db.session.scalar(held) is None:
        _give_role(successor_id, "operator", by=user_id)
        audit.record("accounts.hand_over_site", user_id, subject=f"user:{successor_id}")


def _give_role(user_id: int, role: SiteRoleName, *, by: int | None) -> None:
    db.session.add(SiteRole(user_id=user_id, role=role, granted_by_id=by, created_at=clock.now()))
    db.session.flush()


def _require_user(email: str) -> int:
    active = sa.select(User.id).where(User.email == clean_address(email), User.state == "active")
    found: int | None = db.session.scalar(active)
    if found is None:
        raise NotFound(f"no active member has the address {email}")
    return found
