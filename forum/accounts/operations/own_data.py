"""What becomes of an account, and of what the core keeps about a person, when they leave."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from forum.accounts.keepers import Leaver
from forum.accounts.models import (
    AccessToken,
    DataExport,
    ErasureRequest,
    FeedKey,
    LoginSession,
    MailToken,
    SiteInvitation,
    SiteRole,
    User,
)
from forum.accounts.operations.exporting import drop_exports
from forum.accounts.operations.people import drop_unused
from forum.core import audit, idempotency, jobs, mail
from forum.core.config import current_config
from forum.core.database import db


def erase_account(leaver: Leaver) -> dict[str, int]:
    """Leave a row without a person, and nothing that leads to one; return rows by table.

    Cost: twenty-three statements, one a scan of the jobs.
    """
    user_id, address = leaver.user_id, leaver.email or ""
    rows = {
        "site_invitation": _erase_invitations(user_id, address),
        "mail": mail.forget_mail_of(user_id, address)
        + mail.forget_mail_naming(leaver.name, leaver.handle),
        "job": jobs.forget_jobs_about(user_id, leaver.email),
        "audit_entry": audit.forget_reasons(user_id),
        "idempotency_key": idempotency.forget_keys_of(user_id),
        "data_export": drop_exports(DataExport.user_id == user_id),
        "access_token": _delete(AccessToken, AccessToken.user_id == user_id),
        "login_session": _delete(LoginSession, LoginSession.user_id == user_id),
        "feed_key": _delete(FeedKey, FeedKey.user_id == user_id),
        "mail_token": _delete(
            MailToken, sa.or_(MailToken.user_id == user_id, MailToken.email == address)
        ),
        "site_role": _delete(SiteRole, SiteRole.user_id == user_id),
        "erasure_request": _delete(ErasureRequest, ErasureRequest.user_id == user_id),
    }
    empty_row(user_id, handle=leaver.pseudonym)
    return {**rows, "user": 1}


def _erase_invitations(user_id: int, address: str) -> int:
    """Links that somebody gave out end with them; to whom they went is nobody's business then."""
    own = SiteInvitation.created_by_id == user_id
    invited = db.session.scalars(
        sa.select(SiteInvitation.email).where(own, SiteInvitation.email.is_not(None))
    )
    mail.forget_mail_to_strangers(*(email for email in invited if email))
    return _delete(SiteInvitation, sa.or_(own, SiteInvitation.email == address))


def empty_row(user_id: int, *, handle: str) -> None:
    """Leave nothing of a person in their row but the id, the first moment and this handle."""
    pictures = db.session.execute(
        sa.select(User.avatar, User.portrait).where(User.id == user_id)
    ).one()
    config = current_config()
    values: dict[str, Any] = {
        "handle": handle,
        "name": "",
        "name_key": "",
        "email": None,
        "email_verified_at": None,
        "password_hash": None,
        "state": "erased",
        "source": "",
        "title": "",
        "organisation": "",
        "bio": "",
        "avatar": None,
        "portrait": None,
        "language": config.language,
        "timezone": config.timezone,
        "preferences": {},
        "unread_notifications": 0,
        "last_seen_at": None,
    }
    db.session.execute(
        sa.update(User)
        .where(User.id == user_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    for file in pictures:
        if file is not None:
            drop_unused(file)


def _delete(model: Any, condition: sa.ColumnElement[bool]) -> int:
    gone = sa.delete(model).where(condition).execution_options(synchronize_session=False)
    result: Any = db.session.execute(gone)
    return int(result.rowcount)
