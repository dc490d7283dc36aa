"""What still has to be brought into the index; the index itself is no table."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.database import BigId, Model


class SearchPending(Model):
    """A post, or with no post a whole topic, that has changed since it was indexed."""

    __tablename__ = "search_pending"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=True)
    topic_id: Mapped[int] = mapped_column(sa.ForeignKey("topic.id", ondelete="CASCADE"))
    post_id: Mapped[int | None] = mapped_column(sa.BigInteger)
