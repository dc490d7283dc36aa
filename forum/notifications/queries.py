"""Reads of notifications: the inbox, what a mail may still say, what a member wants by mail."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from forum.areas.queries import AREA
from forum.core import limits
from forum.core.among import among
from forum.core.database import db, unscoped
from forum.core.errors import NotFound
from forum.core.wall import Viewer, as_viewer
from forum.discussions.queries import POST, TOPIC, list_muters, post_url
from forum.markup import excerpt, plain
from forum.notifications.models import Notification, NotificationPreference
from forum.notifications.notices import is_mailed_by_default, list_mailed_kinds
from forum.notifications.settings import HIDDEN, MENTION, QUOTE, REPLY
from forum.notifications.subjects import Subject
from forum.notifications.visibility import AREA_ID, shows_to_owner, with_content
from forum.plugin import NoticeRef
from forum.web.pagination import Cut, Page, cut_page

INBOX_SHAPE: Final = (int, int)
"""The key of the inbox: 0 for unread and 1 for read, then the id, newest first."""

WORDS: Final = 140
"""Characters of a post that the inbox shows."""

_seen = sa.case((Notification.read_at.is_(None), 0), else_=1)
_COLUMNS: Final = (
    Notification.id,
    Notification.user_id,
    Notification.kind,
    Notification.detail,
    Notification.values,
    Notification.post_id,
    Notification.actor_id,
    Notification.created_at,
    Notification.read_at,
    AREA.id.label("area_id"),
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
    user_id: int
    kind: str
    detail: str
    values: Mapping[str, str | int]
    actor_id: int | None
    at: datetime
    unread: bool
    area_id: int
    area_name: str
    area_slug: str
    accent: str
    topic_id: int | None
    post_id: int | None
    title: str
    text: str
    url: str

    @property
    def key(self) -> tuple[int, int]:
        """The place in the inbox."""
        return (0 if self.unread else 1, self.id)

    def to_notice(self, name: str) -> NoticeRef:
        """Return it as the plugin that tells it is asked for its words; `name` is who did it."""
        return NoticeRef(
            id=self.id,
            user_id=self.user_id,
            type=self.kind,
            area_id=self.area_id,
            topic_id=self.topic_id,
            post_id=self.post_id,
            name=name,
            title=self.title,
            values=self.values,
        )


@dataclass(frozen=True, slots=True)
class Due:
    """A notification that a mail may be about; no post where it is about an area itself."""

    id: int
    kind: str
    post_id: int | None
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


def list_entries(viewer: Viewer, ids: Collection[int]) -> dict[int, Entry]:
    """Return lines of the viewer's inbox by id, without what they may no longer see.

    Cost: one statement, none for no ids.
    """
    if not ids:
        return {}
    statement = _inbox().where(Notification.id.in_(sorted(ids))).limit(len(ids))
    with as_viewer(viewer):
        return {row.id: _to_entry(row) for row in db.session.execute(statement)}


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
        user_id=row.user_id,
        kind=row.kind,
        detail=row.detail,
        values=row.values,
        actor_id=row.actor_id,
        at=row.created_at,
        unread=row.read_at is None,
        area_id=row.area_id,
        area_name=row.area_name,
        area_slug=row.area_slug,
        accent=row.accent,
        topic_id=row.topic_id,
        post_id=row.post_id,
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


def list_due(viewer: Viewer, subject: Subject) -> list[Due]:
    """List what a mail about a topic or an area would tell the viewer now, in the order of the log.

    Only what is wanted by mail, and nothing from a muted topic.
    Cost: three statements.
    """
    due = (Notification.mail_due_at.is_not(None), Notification.read_at.is_(None))
    return _choose(viewer, subject, _list_tellable(viewer, subject.covers(), *due))


def list_mailed(viewer: Viewer, subject: Subject, *, at: datetime) -> list[Due]:
    """List what of a mail made at this moment may still be told, as `list_due`."""
    tellable = _list_tellable(viewer, subject.covers(), Notification.mailed_at == at)
    return _choose(viewer, subject, tellable)


def count_mailed(viewer: Viewer, subject: Subject, *, at: datetime) -> int:
    """Count what the mail made at this moment is about, whether it may still be told or not."""
    statement = (
        sa.select(sa.func.count())
        .select_from(Notification)
        .where(subject.covers(), Notification.mailed_at == at)
    )
    with as_viewer(viewer):
        return int(db.session.scalar(statement) or 0)


@dataclass(frozen=True, slots=True)
class Addressed:
    """That somebody spoke to a member, unread so far: why (mention, reply, quote) and where."""

    user_id: int
    kind: str
    topic_id: int
    seq: int
    at: datetime


def list_addressed(user_ids: Collection[int], *, since: datetime) -> list[Addressed]:
    """List where these members were spoken to and have not looked, as far as each may see it now.

    Cost: one statement, whatever the number of members.
    """
    statement = (
        with_content(
            sa.select(
                Notification.user_id,
                Notification.kind,
                Notification.topic_id,
                POST.seq,
                Notification.created_at,
            ).select_from(Notification)
        )
        .where(
            among(Notification.user_id, "users"),
            Notification.kind.in_((MENTION, REPLY, QUOTE)),
            Notification.read_at.is_(None),
            Notification.created_at >= since,
            shows_to_owner(),
        )
        .order_by(Notification.id.desc())
    )
    with unscoped("notifications: summaries are made for many") as s:
        rows: Any = s.execute(statement, {"users": sorted(user_ids)})
        return [Addressed(*row) for row in rows]


def _list_tellable(viewer: Viewer, *conditions: sa.ColumnElement[bool]) -> list[Due]:
    has_place = sa.or_(Notification.post_id.is_not(None), Notification.topic_id.is_(None))
    statement = (
        with_content(
            sa.select(
                Notification.id,
                Notification.kind,
                Notification.post_id,
                Notification.read_at.is_(None).label("unread"),
            ).select_from(Notification)
        )
        .where(*conditions, has_place, shows_to_owner())
        .order_by(Notification.id)
        .limit(limits.PAGE_ROWS)
    )
    with as_viewer(viewer):
        rows: Any = db.session.execute(statement).all()
    return [Due(*row) for row in rows]


def _choose(viewer: Viewer, subject: Subject, tellable: list[Due]) -> list[Due]:
    """Leave out what the member does not want by mail, all of it in a muted topic."""
    if not tellable:
        return []
    if subject.topic_id is not None and viewer.user_id in list_muters(subject.topic_id):
        return []
    chosen = get_mail_preferences(viewer)
    return [due for due in tellable if chosen.get(due.kind)]


def get_mail_preferences(viewer: Viewer) -> dict[str, bool]:
    """Return for every kind that may be mailed whether the viewer wants it. Cost: one statement."""
    statement = sa.select(NotificationPreference.kind, NotificationPreference.mail)
    with as_viewer(viewer):
        said = {row.kind: row.mail for row in db.session.execute(statement)}
    return {kind: said.get(kind, is_mailed_by_default(kind)) for kind in list_mailed_kinds()}


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
        Notification.values,
    ).order_by(Notification.id)
    with as_viewer(viewer):
        rows = db.session.execute(statement).mappings().all()
    return [{key: _plain(value) for key, value in row.items()} for row in rows]


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
