"""Write a user: the one place where rows of people with an account begin."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from forum.accounts.models import User
from forum.accounts.names import base_handle, clean_name, make_handle, name_key
from forum.core import clock
from forum.core.config import current_config
from forum.core.database import db
from forum.core.errors import Conflict, Invalid
from forum.web.i18n import gettext as _

ATTEMPTS: Final = 5


def add_user(
    name: str,
    email: str,
    *,
    password_hash: str | None,
    language: str = "",
    timezone: str = "",
) -> int:
    """Write an active user with a confirmed address and return the id.

    Errors: Invalid for a bad name or an address that is taken.
    """
    name = clean_name(name)
    config = current_config()
    for _attempt in range(ATTEMPTS):
        now = clock.now()
        user = User(
            handle=make_handle(name, _taken(base_handle(name))),
            name=name,
            name_key=name_key(name),
            email=email,
            email_verified_at=now,
            password_hash=password_hash,
            language=language or config.language,
            timezone=timezone or config.timezone,
            created_at=now,
        )
        try:
            with db.session.begin_nested():
                db.session.add(user)
        except IntegrityError:
            _require_free(email)
            continue  # somebody of the same name was faster: the next handle
        return user.id
    raise Conflict("no free handle found")


def _require_free(email: str) -> None:
    if db.session.scalar(sa.select(User.id).where(User.email == email)) is not None:
        raise Invalid("email", _("Zu dieser Adresse gibt es schon ein Konto."))


def _taken(stem: str) -> set[str]:
    near = sa.select(User.handle).where(User.handle >= stem, User.handle <= f"{stem}~")
    return {*db.session.scalars(near)}
