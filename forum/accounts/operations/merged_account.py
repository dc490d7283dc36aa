"""What becomes of an account that goes into another: its roles move, its keys end."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from forum.accounts.keepers import Merger
from forum.accounts.models import (
    AccessToken,
    DataExport,
    LoginSession,
    MailToken,
    SiteInvitation,
    SiteRole,
    User,
)
from forum.accounts.operations.exporting import drop_exports
from forum.accounts.operations.own_data import empty_row
from forum.core import audit, idempotency, jobs, mail
from forum.core.database import db

_FILLED = ("title", "organisation", "bio")
"""Lines of the profile that the other account's fill where they are empty."""


def merge_account(merger: Merger) -> dict[str, int]:
    """Move site roles, invitations and the log; end sessions and links; leave an empty row.

    Cost: twenty statements, one a scan of the jobs.
    """
    source_id = merger.source_id
    address = db.session.scalar(sa.select(User.email).where(User.id == source_id)) or ""
    rows = {
        "site_role": _move_roles(merger),
        "site_invitation": _move(SiteInvitation.created_by_id, merger),
        "audit_entry": audit.move_entries(source_id, merger.target_id),
        "mail": mail.forget_mail_of(source_id, address),
        "job": jobs.forget_jobs_about(source_id, address or None),
        "idempotency_key": idempotency.forget_keys_of(source_id),
        "data_export": drop_exports(DataExport.user_id == source_id),
        "login_session": _delete(LoginSession, LoginSession.user_id == source_id),
        "access_token": _delete(AccessToken, AccessToken.user_id == source_id),
        "mail_token": _delete(
            MailToken, sa.or_(MailToken.user_id == source_id, MailToken.email == address)
        ),
    }
    _fill_profile(merger)
    empty_row(source_id, handle=merger.source_handle)
    return {**rows, "user": 1}


def _move_roles(merger: Merger) -> int:
    held = db.session.scalars(sa.select(SiteRole.role).where(SiteRole.user_id == merger.target_id))
    known = held.all()
    moved: Any = db.session.execute(
        sa.update(SiteRole)
        .where(SiteRole.user_id == merger.source_id, SiteRole.role.not_in(known))
        .values(user_id=merger.target_id)
        .execution_options(synchronize_session=False)
    )
    _delete(SiteRole, SiteRole.user_id == merger.source_id)
    _move(SiteRole.granted_by_id, merger)
    return int(moved.rowcount)


def _move(column: Any, merger: Merger) -> int:
    moved: Any = db.session.execute(
        sa.update(column.class_)
        .where(column == merger.source_id)
        .values({column.key: merger.target_id})
        .execution_options(synchronize_session=False)
    )
    return int(moved.rowcount)


def _fill_profile(merger: Merger) -> None:
    """Take over what the other profile lacks."""
    columns = [getattr(User, name) for name in (*_FILLED, "avatar", "portrait")]
    source, target = (
        db.session.execute(sa.select(*columns).where(User.id == user_id)).one()
        for user_id in (merger.source_id, merger.target_id)
    )
    values: dict[str, Any] = {
        name: getattr(source, name)
        for name in _FILLED
        if getattr(source, name) and not getattr(target, name)
    }
    if source.portrait and not target.portrait:
        values |= {"avatar": source.avatar, "portrait": source.portrait}
    if values:
        db.session.execute(
            sa.update(User)
            .where(User.id == merger.target_id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def _delete(model: Any, condition: sa.ColumnElement[bool]) -> int:
    gone = sa.delete(model).where(condition).execution_options(synchronize_session=False)
    result: Any = db.session.execute(gone)
    return int(result.rowcount)
