"""Tables of the plugin: sources and their runs, which outside thing is which post, who wrote it.

Entries, edges and writers speak of a source and are read by imports alone; what pages show
of a post stands in `Origin`, walled with the post.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.api.data import AreaRowBound, BigId, JSONType, Model, PostBound, UTCDateTime, sortable
from forum_crosspost import limits


class Source(AreaRowBound, Model):
    """A place that messages come from, into one area; `key` tells several of one kind apart.

    `policy` is how much of a message and its writer may be shown (link, result, pseudonymous,
    named); `named` needs a `basis`, with who said so and when.
    """

    __tablename__ = "crosspost_source"
    __table_args__ = (
        sa.UniqueConstraint("area_id", "kind", "key"),
        sa.CheckConstraint("policy in ('link','result','pseudonymous','named')", name="policy"),
        sa.CheckConstraint("state in ('on','paused')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    key: Mapped[str] = mapped_column(sa.String(limits.EXT_ID), default="")
    label: Mapped[str] = mapped_column(sa.String(limits.LABEL))
    cfg: Mapped[dict[str, Any]] = mapped_column(JSONType, default=dict)
    policy: Mapped[str] = mapped_column(sa.String(12))
    basis: Mapped[str] = mapped_column(sa.String(40), default="")
    basis_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    basis_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(sa.String(8), default="on")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Feed(AreaRowBound, Model):
    """The address that a source is fetched from, and when; without this row nothing is fetched.

    `ids` says what an item is known by (its guid, its link, or a hash of it). `lease_until` is
    set while somebody fetches: one per host, which the index sees to. `reason` says why it does
    not work (a word of `feeds.words`), `detail` what was said. `every` are seconds.
    """

    __tablename__ = "crosspost_feed"
    __table_args__ = (
        sa.CheckConstraint("ids in ('guid','link','hash')", name="ids"),
        sa.CheckConstraint("state in ('on','paused','gone')", name="state"),
        sa.Index("ix_crosspost_feed_state_next_poll_at", "state", "next_poll_at"),
        sa.Index(
            "uq_crosspost_feed_host_leased",
            "host",
            unique=True,
            sqlite_where=sa.text("lease_until IS NOT NULL"),
            postgresql_where=sa.text("lease_until IS NOT NULL"),
        ),
    )

    source_id: Mapped[int] = mapped_column(
        sa.ForeignKey("crosspost_source.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )
    url: Mapped[str] = mapped_column(sa.String(limits.URL))
    host: Mapped[str] = mapped_column(sa.String(limits.HOST))
    ids: Mapped[str] = mapped_column(sa.String(4), default="guid")
    state: Mapped[str] = mapped_column(sa.String(8), default="on")
    reason: Mapped[str] = mapped_column(sa.String(20), default="")
    detail: Mapped[str] = mapped_column(sa.String(limits.DETAIL), default="")
    etag: Mapped[str] = mapped_column(sa.String(limits.EXT_ID), default="")
    last_modified: Mapped[str] = mapped_column(sa.String(limits.EXT_ID), default="")
    moved_to: Mapped[str] = mapped_column(sa.String(limits.URL), default="")
    moved_times: Mapped[int] = mapped_column(default=0)
    every: Mapped[int] = mapped_column(default=3_600)
    fails: Mapped[int] = mapped_column(default=0)
    next_poll_at: Mapped[datetime] = mapped_column(UTCDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    succeeded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    added_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("user.id", ondelete="SET NULL"), index=True
    )


class Run(Model):
    """One run of an import. Unfinished, it is continued at `cursor` by the next of the same file.

    `head` tells the file, `digest` stands for everything in it up to the cursor. `stats` are the
    figures of the report so far, `report` what was refused and remarked. Undone, what it did is
    taken back.
    """

    __tablename__ = "crosspost_run"
    __table_args__ = (
        sa.CheckConstraint("state in ('running','done','abandoned')", name="state"),
        sa.Index("ix_crosspost_run_source_id_state", "source_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("crosspost_source.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(8))
    state: Mapped[str] = mapped_column(sa.String(10), default="running")
    head: Mapped[str] = mapped_column(sa.String(64))
    cursor: Mapped[int] = mapped_column(BigId, default=0)
    digest: Mapped[str] = mapped_column(sa.String(64), default="")
    stats: Mapped[dict[str, int]] = mapped_column(JSONType, default=dict)
    report: Mapped[dict[str, Any]] = mapped_column(JSONType, default=dict)
    started_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class Upload(AreaRowBound, Model):
    """A file that an admin of the area handed in: looked at by a dry run, then taken over.

    `stored` is its name in the quarantine, "" once it is gone; `head` how its runs are found.
    `report` is what the dry run told. Units: `size` in bytes.
    """

    __tablename__ = "crosspost_upload"
    __table_args__ = (
        sa.CheckConstraint("kind in ('mbox','wxr')", name="kind"),
        sa.CheckConstraint("state in ('waiting','looked','queued','done','failed')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    label: Mapped[str] = mapped_column(sa.String(limits.LABEL))
    basis: Mapped[str] = mapped_column(sa.String(40))
    stored: Mapped[str] = mapped_column(sa.String(64))
    head: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int] = mapped_column(BigId)
    state: Mapped[str] = mapped_column(sa.String(8), default="waiting")
    report: Mapped[dict[str, Any]] = mapped_column(JSONType, default=dict)
    error: Mapped[str] = mapped_column(sa.String(limits.DETAIL), default="")
    added_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Entry(Model):
    """What an outside id is here: the only identity, so that nothing comes in twice.

    `kind` is `post`; `local_id` its id, `topic_id` the topic it was hung in last, `at` when it was
    written. `content_hash` is of what the source held when it was last taken over.
    """

    __tablename__ = "crosspost_map"
    __table_args__ = (sa.Index("ix_crosspost_map_source_id_topic_id", "source_id", "topic_id"),)

    source_id: Mapped[int] = mapped_column(
        sa.ForeignKey("crosspost_source.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    ext_id: Mapped[str] = mapped_column(sortable(limits.EXT_ID), primary_key=True)
    local_id: Mapped[int] = mapped_column(BigId)
    topic_id: Mapped[int | None]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    first_run_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("crosspost_run.id", ondelete="SET NULL"), index=True
    )
    last_run_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("crosspost_run.id", ondelete="SET NULL"), index=True
    )


class Edge(Model):
    """What an outside id answers ("" for nothing), also for ids of which we only heard.

    `rank` 0 is what the message says itself, 1 what `by_ext`, written `at`, says of others.
    """

    __tablename__ = "crosspost_edge"
    __table_args__ = (
        sa.Index("ix_crosspost_edge_source_id_parent_ext", "source_id", "parent_ext"),
    )

    source_id: Mapped[int] = mapped_column(
        sa.ForeignKey("crosspost_source.id", ondelete="CASCADE"), primary_key=True
    )
    child_ext: Mapped[str] = mapped_column(sortable(limits.EXT_ID), primary_key=True)
    parent_ext: Mapped[str] = mapped_column(sortable(limits.EXT_ID))
    rank: Mapped[int]
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_ext: Mapped[str] = mapped_column(sortable(limits.EXT_ID))


class Author(Model):
    """A writer of a source and the ghost that stands for them here.

    `ext_id` is made of the address (or name) by a keyed hash, never the address itself; equal to
    `addr_hmac` it lets the owner of the address claim the ghost later. An erased writer keeps the
    hash alone, so that no later import brings the name back.
    """

    __tablename__ = "crosspost_author"
    __table_args__ = (
        sa.UniqueConstraint("source_id", "ext_id"),
        sa.Index("ix_crosspost_author_addr_hmac", "addr_hmac"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(sa.ForeignKey("crosspost_source.id", ondelete="CASCADE"))
    ext_id: Mapped[str] = mapped_column(sa.String(64))
    display: Mapped[str] = mapped_column(sa.String(limits.NAME))
    addr_hmac: Mapped[str | None] = mapped_column(sa.String(64))
    ghost_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    claimed_by_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    claim_proof: Mapped[str] = mapped_column(sa.String(20), default="")
    claimed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    first_run_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("crosspost_run.id", ondelete="SET NULL"), index=True
    )


class Before(Model):
    """How something was before a run changed it, so that the run can be undone.

    `kind` is `text` (a post's version and hash, by its outside id), `edge` (what an id answered),
    `place` (where a post hung, by our id; with the topic's title where it opened it) or `closed`
    (a topic that was left empty). What is new needs no row: the map tells which run brought it.
    """

    __tablename__ = "crosspost_before"

    run_id: Mapped[int] = mapped_column(
        sa.ForeignKey("crosspost_run.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    key: Mapped[str] = mapped_column(sortable(limits.EXT_ID), primary_key=True)
    row: Mapped[dict[str, Any]] = mapped_column(JSONType, default=dict)


class Origin(PostBound, Model):
    """Where a post came from, as pages show it: it stays with the post wherever that goes.

    `author_id` is under which name it was written there, whoever has claimed it since.
    """

    __tablename__ = "crosspost_origin"

    post_id: Mapped[int] = mapped_column(
        sa.ForeignKey("post.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    source_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("crosspost_source.id", ondelete="SET NULL"), index=True
    )
    author_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("crosspost_author.id", ondelete="SET NULL"), index=True
    )
    kind: Mapped[str] = mapped_column(sa.String(20))
    label: Mapped[str] = mapped_column(sa.String(limits.LABEL))
    url: Mapped[str] = mapped_column(sa.String(limits.URL), default="")
    at: Mapped[datetime] = mapped_column(UTCDateTime)
