"""Change what a member says about themselves, their picture and how the site behaves for them."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

import sqlalchemy as sa

from forum.accounts.avatars import Picture, store_picture
from forum.accounts.current import Appearance
from forum.accounts.events import UserChanged
from forum.accounts.models import User
from forum.accounts.names import clean_name, name_key
from forum.core import events, limits
from forum.core.database import db, on_commit, require_row
from forum.core.errors import Invalid
from forum.core.storage import storage
from forum.web.i18n import gettext as _


def update_profile(
    user_id: int, *, name: str, title: str = "", organisation: str = "", bio: str = ""
) -> None:
    """Change the profile; the handle stays, so that links hold.

    Errors: Invalid at the field that does not fit.
    """
    for field, text, most in (
        ("title", title, limits.LABEL),
        ("organisation", organisation, limits.LABEL),
        ("bio", bio, limits.BIO),
    ):
        if len(text) > most:
            raise Invalid(field, _("Das ist zu lang."))
    name = clean_name(name)
    values = {"name": name, "title": title, "organisation": organisation, "bio": bio}
    _update(user_id, **values, name_key=name_key(name))
    events.append(UserChanged(actor_id=user_id, user_id=user_id, fields=sorted(values)))


def set_avatar(user_id: int, picture: Picture) -> None:
    """Show this picture from now on; the files of the one before go."""
    portrait, avatar = store_picture(picture)
    _replace_picture(user_id, avatar=avatar, portrait=portrait)


def remove_avatar(user_id: int) -> None:
    """Show initials again."""
    _replace_picture(user_id, avatar=None, portrait=None)


def set_preferences(
    user_id: int,
    *,
    language: str,
    timezone: str,
    appearance: Appearance,
    shortcuts: bool,
) -> None:
    """Change language, time zone, appearance and single-key shortcuts.

    Errors: Invalid for a time zone that does not exist.
    """
    if timezone not in available_timezones():
        raise Invalid("timezone", _("Diese Zeitzone kennen wir nicht."))
    stored = db.session.scalar(
        sa.select(User.preferences).where(User.id == user_id).with_for_update()
    )
    chosen: dict[str, Any] = {**(stored or {}), "appearance": appearance, "shortcuts": shortcuts}
    _update(user_id, language=language, timezone=timezone, preferences=chosen)


def _update(user_id: int, **values: Any) -> None:
    changed = sa.update(User).where(User.id == user_id, User.state == "active").values(**values)
    require_row(db.session.execute(changed))


def _replace_picture(user_id: int, *, avatar: str | None, portrait: str | None) -> None:
    before = db.session.execute(
        sa.select(User.avatar, User.portrait).where(User.id == user_id).with_for_update()
    ).one()
    _update(user_id, avatar=avatar, portrait=portrait)
    for file in before:
        if file is not None and file not in (avatar, portrait):
            drop_unused(file)
    events.append(UserChanged(actor_id=user_id, user_id=user_id, fields=["avatar"]))


def drop_unused(file: str) -> None:
    """Delete a file after the commit, unless somebody else has uploaded the same picture."""
    used = sa.select(User.id).where(sa.or_(User.avatar == file, User.portrait == file)).limit(1)
    if db.session.scalar(used) is None:
        on_commit(lambda: storage().delete(file))
