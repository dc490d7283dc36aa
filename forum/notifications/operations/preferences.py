"""What a member wants by mail; also without being signed in, by the link that stands in a mail."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite

from forum.core.database import db
from forum.core.errors import Invalid
from forum.core.wall import Viewer
from forum.notifications.models import NotificationPreference
from forum.notifications.notices import list_choices, list_mailed_kinds
from forum.web.i18n import gettext as _


def set_mail_preferences(viewer: Viewer, *, mailed: Collection[str]) -> None:
    """Send mail about these kinds and about no other that the viewer can choose.

    Errors: raises Invalid at `mailed` for a kind there is none of.
    """
    offered = list_choices(viewer)
    if not set(mailed) <= offered.keys():
        raise Invalid("mailed", _("Diese Auswahl kennen wir nicht."))
    _write(viewer, {kind: kind in mailed for kind in offered})


def stop_mails(viewer: Viewer, *, kinds: Collection[str]) -> None:
    """Send no more mail about these kinds; unknown ones are passed over."""
    known = list_mailed_kinds()
    _write(viewer, {kind: False for kind in kinds if kind in known})


def _write(viewer: Viewer, chosen: dict[str, bool]) -> None:
    if viewer.user_id is None or not chosen:
        return
    rows = [{"user_id": viewer.user_id, "kind": k, "mail": v} for k, v in chosen.items()]
    on_postgresql = db.session().get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgresql else sqlite.insert
    statement = insert(NotificationPreference)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["user_id", "kind"], set_={"mail": statement.excluded.mail}
        ),
        rows,
    )
