"""What discussions keep with an area: how many topics, when the last post came."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from forum.areas.models import Area
from forum.core.database import unscoped


def touch_area(area_id: int, *, topics: int = 0, posted_at: datetime | None = None) -> None:
    """Add to the number of topics (negative to take away) and note a post.

    Cost: one statement.
    """
    later = sa.func.coalesce(Area.last_post_at, posted_at) < posted_at
    last = sa.case((sa.or_(Area.last_post_at.is_(None), later), posted_at), else_=Area.last_post_at)
    with unscoped("areas: counters belong to the area, not to who writes") as session:
        session.execute(
            sa.update(Area)
            .where(Area.id == area_id)
            .values(
                topic_count=Area.topic_count + topics,
                last_post_at=Area.last_post_at if posted_at is None else last,
                version=Area.version + 1,
            )
            .execution_options(synchronize_session=False)
        )
