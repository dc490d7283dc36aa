"""Become a member: ask with name and address, confirm from the mailbox, choose a password there.

Nothing of a person is written before their mailbox has answered, and whoever asks learns nothing
about whose address is known: the request does the same work in every case, a job does the rest.
"""

from __future__ import annotations

import sqlalchemy as sa

from forum.accounts.events import UserRegistered
from forum.accounts.letters import send_letter, token_link
from forum.accounts.models import User
from forum.accounts.operations.creation import add_user
from forum.accounts.operations.tokens import issue_token, use_token
from forum.accounts.rules import require_admission
from forum.accounts.vouchers import find_voucher, redeem_voucher
from forum.core import events
from forum.core.database import db
from forum.core.errors import Gone
from forum.core.jobs import enqueue
from forum.web.i18n import gettext as _
from forum.web.mails import site_link


def request_registration(
    name: str, email: str, *, language: str, invite: str = "", leads_to: str = ""
) -> None:
    """Ask for the mail that leads on; `name` and `email` are clean."""
    args = {"name": name, "email": email, "language": language}
    enqueue("accounts.mail_registration", args={**args, "invite": invite, "leads_to": leads_to})


def mail_registration(name: str, email: str, *, language: str, invite: str, leads_to: str) -> None:
    """Send the link to confirm, or, to a member, the hint that there is an account."""
    member = db.session.execute(
        sa.select(User.id, User.language, User.name).where(User.email == email)
    ).one_or_none()
    if member is not None:
        send_letter(
            "already_member",
            email,
            language=member.language,
            user_id=member.id,
            name=member.name,
            link=site_link("accounts.login"),
            forgot=site_link("accounts.forgot"),
        )
        return
    token = issue_token("register", email, name=name, language=language)
    onward = {key: value for key, value in (("invite", invite), ("next", leads_to)) if value}
    link = token_link("accounts.confirm_registration", token, **onward)
    send_letter("confirm_registration", email, language=language, name=name, link=link)


def complete_registration(
    name: str,
    *,
    password_hash: str,
    token: str = "",
    invite: str = "",
    language: str = "",
    timezone: str = "",
) -> int:
    """Make somebody a member whose mailbox is proven by `token`, or by an invitation sent there.

    Errors: Gone when the link does not hold (any more), Invalid for a bad name.
    """
    voucher = find_voucher(invite)
    if token:
        email = use_token("register", token).email
    elif voucher is not None and voucher.proves and voucher.email:
        email = voucher.email
    else:
        raise Gone(_("Dieser Link gilt nicht mehr."))
    require_admission(voucher, email)
    user_id = add_user(
        name, email, password_hash=password_hash, language=language, timezone=timezone
    )
    if voucher is not None and not redeem_voucher(voucher, user_id=user_id, email=email):
        raise Gone(_("Diese Einladung ist schon aufgebraucht."))
    events.append(UserRegistered(actor_id=user_id, user_id=user_id, invited=voucher is not None))
    return user_id
