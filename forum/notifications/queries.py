"""Reads of notifications: the inbox, what a mail may still say, what a member wants by mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from forum.areas.queries import AREA
from forum.core import limits
from forum.core.database import db
from forum.core.errors import NotFound
from forum.core.wall import Viewer, as_viewer
from forum.discussions.queries import POST, TOPIC, list_muters, post_url
from forum.markup import excerpt, plain
from forum.notifications.models import Notification, NotificationPreference
from forum.notifications.settings import HIDDEN, MAILED, MAILED_BY_DEFAULT
from forum.notifications.visibility import AREA_ID, shows_to_owner, with_content
from forum.web.pagination import Cut, Page, cut_page

INBOX_SHAPE: Final = (int, int)
"""The key of the inbox: 0 for unread and 1 for read, then the id, newest first."""

WORDS: Final = 140
"""Characters of a post that the inbox shows."""

_seen = sa.case((Notification.read_at.is_(None), 0), else_=1)
_COLUMNS: Final = (
    Notification.id,
    Notification.kind,
    Notification.detail,
    Notification.actor_id,
    Notification.created_at,
    Notification.read_at,
    AREA.name.label("area_name"),
    AREA.slug.label("area_slug"),
    AREA.accent.label("accent"),
    TOPIC.id.label("topic_id"),
    TOPIC.title.label("title"),
    TOPIC.hidden_at.label("topic_hidden_at"),
    POST.seq.label("seq"),
    POST.html.label("html"),
    POST.hidden_reason.label("reason"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the inbox: what happened where, and where it leads.

    `text` is the beginning of the post, or the reason for which it was hidden.
    """

    id: int
    kind: str
    detail: str
    actor_id: int | None
    at: datetime
    unread: bool
    area_name: str
    area_slug: str
    accent: str
    topic_id: int | None
    title: str
    text: str
    url: str

    @property
    def key(self) -> tuple[int, int]:
        """The place in the inbox."""
        return (0 if self.unread else 1, self.id)


@dataclass(frozen=True, slots=True)
class Due:
    """A notification that a mail may be about."""

    id: int
    kind: str
    post_id: int
    unread: bool


def list_inbox(viewer: Viewer, cut: Cut) -> Page[Entry]:
    """List what the viewer was told and may still see, unread first, then the newest.

    Shapes: `cut` with keys of INBOX_SHAPE.
    Cost: one statement.
    """
    statement = _inbox()
    key = sa.tuple_(_seen, -Notification.id)
    if cut.after is not None:
        statement = statement.where(key > _place(cut.after))
    if cut.before is not None:
        statement = statement.where(key < _place(cut.before))
        statement = statement.order_by(_seen.desc(), Notification.id)
    else:
        statement = statement.order_by(_seen, Notification.id.desc())
    with as_viewer(viewer):
        rows = db.session.execute(statement.limit(cut.fetch)).all()
    return cut_page([_to_entry(row) for row in rows], cut, lambda entry: entry.key)


def get_entry(viewer: Viewer, notification_id: int) -> Entry:
    """Return one line of the viewer's inbox.

    Errors: NotFound when it is another's, or about what the viewer may no longer see.
    Cost: one statement.
    """
    with as_viewer(viewer):
        statement = _inbox().where(Notification.id == notification_id)
        row = db.session.execute(statement).one_or_none()
    if row is None:
        raise NotFound
    return _to_entry(row)


def count_unread(viewer: Viewer) -> int:
    """Count what the viewer may see unread: what the counter on the bell is to equal."""
    statement = with_content(sa.select(sa.func.count()).select_from(Notification)).where(
        Notification.read_at.is_(None), shows_to_owner()
    )
    with as_viewer(viewer):
        return int(db.session.scalar(statement) or 0)


def _inbox() -> sa.Select[Any]:
    statement = with_content(sa.select(*_COLUMNS).select_from(Notification))
    found: sa.Select[Any] = statement.join(AREA, AREA.id == AREA_ID).where(shows_to_owner())
    return found


def _place(key: Any) -> sa.Tuple:
    seen, notification_id = key
    return sa.tuple_(sa.literal(seen), sa.literal(-notification_id))


def _to_entry(row: Any) -> Entry:
    hidden = row.kind == HIDDEN
    return Entry(
        id=row.id,
        kind=row.kind,
        detail=row.detail,
        actor_id=row.actor_id,
        at=row.created_at,
        unread=row.read_at is None,
        area_name=row.area_name,
        area_slug=row.area_slug,
        accent=row.accent,
        topic_id=row.topic_id,
        title=row.title or "",
        text=row.reason if hidden else _begin(row.html or ""),
        url=_lead(row),
    )


def _begin(html: str) -> str:
    """Return the first words of a post: about two lines."""
    text = excerpt(plain(html))
    return text if len(text) <= WORDS else text[:WORDS].rsplit(" ", 1)[0] + "…"


def _lead(row: Any) -> str:
    """Return where a line leads; a hidden topic has no page for its author."""
    if row.topic_id is None:
        return f"/a/{row.area_slug}/"
    return post_url(row.topic_id, row.seq) if row.topic_hidden_at is None else ""


def list_due(viewer: Viewer, topic_id: int) -> list[Due]:
    """List what a mail about a topic would tell the viewer now, in the order of the log.

    Only what is wanted by mail, and nothing from a muted topic.
    Cost: three statements.
    """
    due = (Notification.mail_due_at.is_not(None), Notification.read_at.is_(None))
    about = Notification.topic_id == topic_id
    return _choose(viewer, topic_id, _list_tellable(viewer, about, *due))


def list_mailed(viewer: Viewer, topic_id: int, *, at: datetime) -> list[Due]:
    """List what of a mail made at this moment may still be told, as `list_due`."""
    about = Notification.topic_id == topic_id
    tellable = _list_tellable(viewer, about, Notification.mailed_at == at)
    return _choose(viewer, topic_id, tellable)


def count_mailed(viewer: Viewer, topic_id: int, *, at: datetime) -> int:
    """Count what the mail made at this moment is about, whether it may still be told or not."""
    statement = (
        sa.select(sa.func.count())
        .select_from(Notification)
        .where(Notification.topic_id == topic_id, Notification.mailed_at == at)
    )
    with as_viewer(viewer):
        return int(db.session.scalar(statement) or 0)


def _list_tellable(viewer: Viewer, *conditions: sa.ColumnElement[bool]) -> list[Due]:
    statement = (
        with_content(
            sa.select(
                Notification.id,
                Notification.kind,
                Notification.post_id,
                Notification.read_at.is_(None).label("unread"),
            ).select_from(Notification)
        )
        .where(*conditions, Notification.post_id.is_not(None), shows_to_owner())
        .order_by(Notification.id)
        .limit(limits.PAGE_ROWS)
    )
    with as_viewer(viewer):
        rows: Any = db.session.execute(statement).all()
    return [Due(*row) for row in rows]


def _choose(viewer: Viewer, topic_id: int, tellable: list[Due]) -> list[Due]:
    """Leave out what the member does not want by mail, all of it in a muted topic."""
    if not tellable or viewer.user_id in list_muters(topic_id):
        return []
    chosen = get_mail_preferences(viewer)
    return [due for due in tellable if chosen.get(due.kind)]


def get_mail_preferences(viewer: Viewer) -> dict[str, bool]:
    """Return for every kind that may be mailed whether the viewer wants it. Cost: one statement."""
    statement = sa.select(NotificationPreference.kind, NotificationPreference.mail)
    with as_viewer(viewer):
        said = {row.kind: row.mail for row in db.session.execute(statement)}
    return {kind: said.get(kind, kind in MAILED_BY_DEFAULT) for kind in MAILED}


def list_records(viewer: Viewer) -> list[dict[str, object]]:
    """Return what is kept about the viewer, for the export of their data."""
    statement = sa.select(
        Notification.kind,
        Notification.topic_id,
        Notification.post_id,
        Notification.area_id,
        Notification.created_at,
        Notification.read_at,
        Notification.mailed_at,
    ).order_by(Notification.id)
    with as_viewer(viewer):
        rows = db.session.execute(statement).mappings().all()
    return [{key: _plain(value) for key, value in row.items()} for row in rows]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
