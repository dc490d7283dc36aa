"""Tables of the tree: areas, grants, applications, invitations, read sets, plugins."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.core import clock, limits
from forum.core.database import NEVER_AGAIN, JSONType, Model, UTCDateTime, sortable
from forum.core.wall import AreaRowBound, bind_model, is_own, may_discover, may_read

_SELDOM_SET = sa.text("deputy_for_id IS NOT NULL")


class Area(Model):
    """One room of the federation.

    What is derived from the tree stands with the row and is rewritten, by `upkeep`, with what it
    depends on: `path` (ids from the root to here, see `paths`), `flow` (ids from which roles flow
    down to here: the path from the nearest sealed area on), `above` (for a sealed area: the ids
    whose admins oversee it without reading it), `effective` (the narrower of own and inherited
    visibility), `theme` and `accent` (the nearest ones chosen on the way up; hex without `#`, ""
    is none), `plugins` (the active ones), `closed` (`posting` or `visibility`: what stays shut
    because a plugin that restricts it is on here but not loaded).
    """

    __tablename__ = "area"
    __table_args__ = (
        sa.CheckConstraint(
            "kind in ('federation','region','committee','topic','role','adhoc')", name="kind"
        ),
        sa.CheckConstraint(
            "visibility in ('public','members','listed','hidden')", name="visibility"
        ),
        sa.CheckConstraint("joining in ('open','apply','invite','rule','none')", name="joining"),
        sa.Index("ix_area_created_by_id", "created_by_id"),
        sa.CheckConstraint("topics_by in ('members','site','editors')", name="topics_by"),
        sa.CheckConstraint("replies_by in ('members','site','editors')", name="replies_by"),
        sa.Index(
            "uq_area_root",
            "depth",
            unique=True,
            sqlite_where=sa.text("parent_id is null"),
            postgresql_where=sa.text("parent_id is null"),
        ),
        sa.Index(
            "ix_area_everyone",
            "id",
            sqlite_where=sa.text("everyone"),
            postgresql_where=sa.text("everyone"),
        ),
        sa.Index("ix_area_ends_at", "ends_at"),
        NEVER_AGAIN,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("area.id", ondelete="RESTRICT"), index=True
    )
    path: Mapped[str] = mapped_column(sortable(400), index=True)
    depth: Mapped[int] = mapped_column(default=0)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(sa.String(12))
    name: Mapped[str] = mapped_column(sa.String(limits.NAME))
    slug: Mapped[str] = mapped_column(sa.String(limits.SLUG), unique=True)
    summary: Mapped[str] = mapped_column(sa.String(limits.SUMMARY), default="")
    visibility: Mapped[str] = mapped_column(sa.String(8), default="members")
    effective: Mapped[str] = mapped_column(sa.String(8))
    sealed: Mapped[bool] = mapped_column(default=False)
    everyone: Mapped[bool] = mapped_column(default=False)
    casual: Mapped[bool] = mapped_column(default=False)
    joining: Mapped[str] = mapped_column(sa.String(8), default="open")
    topics_by: Mapped[str] = mapped_column(sa.String(8), default="members")
    replies_by: Mapped[str] = mapped_column(sa.String(8), default="members")
    flow: Mapped[list[int]] = mapped_column(JSONType, default=list)
    above: Mapped[list[int]] = mapped_column(JSONType, default=list)
    plugins: Mapped[list[str]] = mapped_column(JSONType, default=list)
    closed: Mapped[str] = mapped_column(sa.String(10), default="")
    language: Mapped[str] = mapped_column(sa.String(8), default="de")
    own_theme: Mapped[str] = mapped_column(sa.String(40), default="")
    own_accent: Mapped[str] = mapped_column(sa.String(6), default="")
    theme: Mapped[str] = mapped_column(sa.String(40), default="")
    accent: Mapped[str] = mapped_column(sa.String(6), default="")
    tokens: Mapped[dict[str, Any]] = mapped_column(JSONType, default=dict)
    version: Mapped[int] = mapped_column(default=1)
    topic_count: Mapped[int] = mapped_column(default=0)
    member_count: Mapped[int] = mapped_column(default=0)
    last_post_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    archived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))


bind_model(Area, lambda cls: may_discover(cls.id))


class AreaSlug(Model):
    """An address an area had once; it redirects."""

    __tablename__ = "area_slug"

    slug: Mapped[str] = mapped_column(sa.String(limits.SLUG), primary_key=True)
    area_id: Mapped[int] = mapped_column(sa.ForeignKey("area.id", ondelete="CASCADE"), index=True)


class AreaHost(Model):
    """A further host name that leads to an area."""

    __tablename__ = "area_host"

    host: Mapped[str] = mapped_column(sa.String(253), primary_key=True)
    area_id: Mapped[int] = mapped_column(sa.ForeignKey("area.id", ondelete="CASCADE"), index=True)


class Grant(Model):
    """Why somebody belongs to an area and as what; the highest grant in force counts.

    `source`: self, application, invitation, admin, rule, seat, deputy, system. `in_force` is off
    until `starts_at` has come; a grant whose end has come is deleted, the log remembers it.
    """

    __tablename__ = "area_grant"
    __table_args__ = (
        sa.UniqueConstraint("area_id", "user_id", "source"),
        sa.Index("ix_area_grant_user_id_area_id", "user_id", "area_id"),
        sa.Index("ix_area_grant_ends_at", "ends_at"),
        sa.Index("ix_area_grant_granted_by_id", "granted_by_id"),
        sa.Index(
            "ix_area_grant_deputy_for_id",
            "deputy_for_id",
            sqlite_where=_SELDOM_SET,
            postgresql_where=_SELDOM_SET,
        ),
        sa.CheckConstraint("role in ('member','editor','moderator','admin')", name="role"),
        sa.CheckConstraint("title in ('','chair','deputy','office')", name="title"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(sa.ForeignKey("area.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(sa.String(10), default="member")
    title: Mapped[str] = mapped_column(sa.String(8), default="")
    source: Mapped[str] = mapped_column(sa.String(12))
    in_force: Mapped[bool] = mapped_column(default=True)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    editor_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    moderator_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    admin_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    deputy_for_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))


def _may_see_grant(cls: type[Grant]) -> sa.ColumnElement[bool]:
    """The own ones; the core team of what one may discover; all of what one may read."""
    team = sa.and_(cls.role != "member", may_discover(cls.area_id))
    return sa.or_(is_own(cls.user_id), team, may_read(cls.area_id))


bind_model(Grant, _may_see_grant)


def in_force() -> sa.ColumnElement[bool]:
    """Return the condition that a grant counts when the statement runs."""
    now = sa.bindparam("grants_at", callable_=clock.now, type_=UTCDateTime())
    ended = sa.and_(Grant.ends_at.is_not(None), Grant.ends_at <= now)
    return sa.and_(Grant.in_force, sa.not_(ended))


class Application(Model):
    """Somebody asks to join; decided by the core team, with an answer."""

    __tablename__ = "area_application"
    __table_args__ = (
        sa.Index(
            "uq_area_application_pending",
            "area_id",
            "user_id",
            unique=True,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area_id: Mapped[int] = mapped_column(sa.ForeignKey("area.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(sa.String(limits.REASON))
    state: Mapped[str] = mapped_column(sa.String(10), default="pending")
    answer: Mapped[str] = mapped_column(sa.String(limits.REASON), default="")
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


bind_model(Application, lambda cls: sa.or_(is_own(cls.user_id), may_read(cls.area_id)))


class Invitation(AreaRowBound, Model):
    """A link that lets its holder join an area."""

    __tablename__ = "area_invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    role: Mapped[str] = mapped_column(sa.String(10), default="member")
    email: Mapped[str | None] = mapped_column(sa.String(limits.EMAIL))
    max_uses: Mapped[int] = mapped_column(default=1)
    uses: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class PluginPolicy(Model):
    """What a plugin said about itself when it was last loaded.

    So that an area stays closed where a plugin that restricts it is on but not loaded.
    """

    __tablename__ = "area_plugin_policy"

    plugin: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    default: Mapped[bool] = mapped_column(default=False)
    restricts: Mapped[str] = mapped_column(sa.String(10), default="")
    requires: Mapped[list[str]] = mapped_column(JSONType, default=list)
    site_only: Mapped[bool] = mapped_column(default=False)


class AreaReader(Model):
    """The materialised read sets: a row means discoverable, `reads` means content too.

    `principal`: 0 everybody, -1 every signed-in member of the site, above 0 a user.
    """

    __tablename__ = "area_reader"

    area_id: Mapped[int] = mapped_column(
        sa.ForeignKey("area.id", ondelete="CASCADE"), primary_key=True
    )
    principal: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
    reads: Mapped[bool] = mapped_column(default=False)


class PluginState(AreaRowBound, Model):
    """What an admin has said about a plugin in an area: on, off, forced, forbidden."""

    __tablename__ = "area_plugin_state"
    __table_args__ = (
        sa.UniqueConstraint("area_id", "plugin"),
        sa.CheckConstraint("state in ('on','off','forced','forbidden')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plugin: Mapped[str] = mapped_column(sa.String(40))
    state: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[str] = mapped_column(sa.String(limits.REASON), default="")
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class PluginSettings(AreaRowBound, Model):
    """The values an area sets for a plugin, and the keys it locks for the areas below."""

    __tablename__ = "area_plugin_settings"
    __table_args__ = (sa.UniqueConstraint("area_id", "plugin"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plugin: Mapped[str] = mapped_column(sa.String(40))
    values: Mapped[dict[str, Any]] = mapped_column(JSONType, default=dict)
    locked: Mapped[list[str]] = mapped_column(JSONType, default=list)
    changed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
