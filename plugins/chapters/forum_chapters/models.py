"""Tables of chapters: what a branch says of itself on its front page, and its logo."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.api.data import AreaBound, JSONType, Model, UTCDateTime
from forum_chapters import limits


class FrontPage(AreaBound, Model):
    """The front page of an area and its legal texts, each with the HTML that was made of it.

    `blocks` are words of `blocks.BLOCKS` in their order. Topics of `announcements_id` stand in the
    block of announcements. Nothing here is anybody's: who changed it, the area's log knows.
    """

    __tablename__ = "chapters_front_page"
    __table_args__ = (sa.UniqueConstraint("area_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(limits.TITLE), default="")
    text: Mapped[str] = mapped_column(sa.String(limits.TEXT), default="")
    text_html: Mapped[str] = mapped_column(sa.Text, default="")
    blocks: Mapped[list[str]] = mapped_column(JSONType, default=list)
    announcements_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("area.id", ondelete="SET NULL"), index=True
    )
    imprint: Mapped[str] = mapped_column(sa.String(limits.LEGAL), default="")
    imprint_html: Mapped[str] = mapped_column(sa.Text, default="")
    privacy: Mapped[str] = mapped_column(sa.String(limits.LEGAL), default="")
    privacy_html: Mapped[str] = mapped_column(sa.Text, default="")
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Logo(AreaBound, Model):
    """The logo of an area, as it is sent; `digest` stands in its address."""

    __tablename__ = "chapters_logo"
    __table_args__ = (sa.UniqueConstraint("area_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(sa.String(16))
    body: Mapped[bytes] = mapped_column(sa.LargeBinary(limits.LOGO))
