"""Change or recover what proves who one is: password and mail address.

Hashes come in ready made: hashing does not belong inside a write transaction. Whether an address
is known shows in nobody's browser, only in the mailbox that it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from forum.accounts.events import AddressChanged, PasswordChanged
from forum.accounts.letters import send_letter, token_link
from forum.accounts.models import User
from forum.accounts.operations.access_tokens import end_access_tokens
from forum.accounts.operations.feedkeys import revoke_feed_key
from forum.accounts.operations.sessions import close_other_sessions
from forum.accounts.operations.tokens import drop_tokens, issue_token, use_token
from forum.core import audit, clock, events
from forum.core.database import db, require_row
from forum.core.errors import Conflict, Gone
from forum.core.jobs import enqueue
from forum.web.i18n import gettext as _
from forum.web.mails import site_link


@dataclass(frozen=True, slots=True)
class _Member:
    """To whom a letter goes."""

    id: int
    email: str | None
    name: str
    language: str


def request_reset(email: str) -> None:
    """Ask for the mail with the reset link; the same work whether the address is known or not."""
    enqueue("accounts.mail_reset", args={"email": email})


def mail_reset(email: str) -> None:
    """Send the reset link when the address belongs to somebody who may sign in."""
    user = _find_active(User.email == email)
    if user is None:
        return
    token = issue_token("reset", email, user_id=user.id)
    _tell(user, "reset", email, link=token_link("accounts.reset", token))


def reset_password(token: str, password_hash: str) -> int:
    """Set the password of whom the link was sent to; sessions and access tokens end.

    Return the user's id.

    Errors: Gone when the link does not hold, or the address has changed since it was sent.
    """
    grant = use_token("reset", token)
    changed = (
        sa.update(User)
        .where(User.id == grant.user_id, User.email == grant.email, User.state == "active")
        .values(password_hash=password_hash)
    )
    try:
        require_row(db.session.execute(changed))
    except Conflict:
        raise Gone(_("Dieser Link gilt nicht mehr.")) from None
    assert grant.user_id is not None
    _after_password(grant.user_id, keep=None, how="reset")
    return grant.user_id


def change_password(user_id: int, *, old_hash: str, new_hash: str, keep: int | None) -> None:
    """Set a password whose predecessor was verified as `old_hash`.

    Other sessions and all access tokens end: whoever got in by the old one is out.

    Errors: Conflict when the password changed in between.
    """
    changed = (
        sa.update(User)
        .where(User.id == user_id, User.password_hash == old_hash)
        .values(password_hash=new_hash)
    )
    require_row(db.session.execute(changed))
    _after_password(user_id, keep=keep, how="change")


def renew_hash(user_id: int, *, old_hash: str, new_hash: str) -> None:
    """Store the same password at today's cost; silently nothing when it changed in between."""
    db.session.execute(
        sa.update(User)
        .where(User.id == user_id, User.password_hash == old_hash)
        .values(password_hash=new_hash)
    )


def request_address_change(user_id: int, email: str) -> None:
    """Ask for the mails of an address change; `email` is clean, the password was verified."""
    enqueue("accounts.mail_address", args={"user_id": user_id, "email": email})


def mail_address(user_id: int, email: str) -> None:
    """Send the link to the new address and a note to the present one."""
    user = _find_active(User.id == user_id)
    if user is None or user.email == email:
        return
    if _find(User.email == email) is not None:
        send_letter("address_taken", email, language=user.language)
        return
    token = issue_token("address", email, user_id=user_id, old=user.email)
    _tell(user, "confirm_address", email, link=token_link("accounts.confirm_address", token))
    if user.email:
        forgot = site_link("accounts.forgot")
        _tell(user, "address_note", user.email, address=email, link=forgot)


def confirm_address(token: str) -> int:
    """Make the address that the link was sent to the member's own. Return the user's id.

    Errors: Gone when the link does not hold, or address or member have changed since.
    """
    grant = use_token("address", token)
    changed = (
        sa.update(User)
        .where(
            User.id == grant.user_id,
            User.email.is_not_distinct_from(grant.details.get("old")),
            User.state == "active",
        )
        .values(email=grant.email, email_verified_at=clock.now())
    )
    try:
        with db.session.begin_nested():
            require_row(db.session.execute(changed))
    except (Conflict, IntegrityError):
        raise Gone(_("Dieser Link gilt nicht mehr.")) from None
    assert grant.user_id is not None
    drop_tokens(grant.user_id, "reset", "address")
    audit.record("accounts.change_address", grant.user_id, subject=f"user:{grant.user_id}")
    events.append(AddressChanged(actor_id=grant.user_id, user_id=grant.user_id))
    return grant.user_id


def _after_password(user_id: int, *, keep: int | None, how: str) -> None:
    close_other_sessions(user_id, keep=keep)
    end_access_tokens(user_id)
    revoke_feed_key(user_id)
    drop_tokens(user_id, "reset", "address")
    audit.record("accounts.change_password", user_id, subject=f"user:{user_id}", how=how)
    events.append(PasswordChanged(actor_id=user_id, user_id=user_id))
    user = _find(User.id == user_id)
    if user is not None and user.email:
        forgot = site_link("accounts.forgot")
        _tell(user, "password_changed", user.email, at=clock.now(), link=forgot)


def _tell(user: _Member, template: str, to: str, **values: Any) -> None:
    send_letter(template, to, language=user.language, user_id=user.id, name=user.name, **values)


def _find_active(condition: sa.ColumnElement[bool]) -> _Member | None:
    return _find(sa.and_(condition, User.state == "active"))


def _find(condition: sa.ColumnElement[bool]) -> _Member | None:
    columns = sa.select(User.id, User.email, User.name, User.language)
    row = db.session.execute(columns.where(condition)).one_or_none()
    return _Member(row.id, row.email, row.name, row.language) if row else None
