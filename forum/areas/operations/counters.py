"""What discussions keep with an area: how many topics, when the last post came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from forum.areas.models import Area
from forum.core.database import unscoped


def touch_area(area_id: int, *, topics: int = 0, posted_at: datetime | None = None) -> None:
    """Add to the number of topics (negative to take away) and note a post.

    Cost: one statement.
    """
    values: dict[str, Any] = {
        "topic_count": Area.topic_count + topics,
        "version": Area.version + 1,
    }
    if posted_at is not None:
        later = sa.or_(Area.last_post_at.is_(None), Area.last_post_at < posted_at)
        values["last_post_at"] = sa.case((later, posted_at), else_=Area.last_post_at)
    with unscoped("areas: counters belong to the area, not to who writes") as session:
        session.execute(
            sa.update(Area)
            .where(Area.id == area_id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
