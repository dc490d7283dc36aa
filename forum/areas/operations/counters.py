"""What discussions keep with an area: how many topics, when the last post came."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from forum.areas.models import Area
from forum.core.database import UTCDateTime, unscoped

_COUNT: Final = (
    sa.update(Area)
    .where(Area.id == sa.bindparam("at_area"))
    .values(topic_count=Area.topic_count + sa.bindparam("topics"), version=Area.version + 1)
    .execution_options(synchronize_session=False)
)
_POSTED_AT: Final = sa.bindparam("posted_at", type_=UTCDateTime())
_COUNT_POST: Final = _COUNT.values(
    last_post_at=sa.case(
        (sa.or_(Area.last_post_at.is_(None), Area.last_post_at < _POSTED_AT), _POSTED_AT),
        else_=Area.last_post_at,
    )
)
_RECALL: Final = (
    sa.update(Area)
    .where(Area.id == sa.bindparam("at_area"), Area.last_post_at <= sa.bindparam("gone_at"))
    .values(
        last_post_at=sa.bindparam("latest", type_=UTCDateTime()),
        version=Area.version + 1,
    )
    .execution_options(synchronize_session=False)
)


def touch_area(area_id: int, *, topics: int = 0, posted_at: datetime | None = None) -> None:
    """Add to the number of topics (negative to take away) and note a post.

    Cost: one statement.
    """
    values: dict[str, Any] = {"at_area": area_id, "topics": topics}
    if posted_at is not None:
        values["posted_at"] = posted_at
    with unscoped("areas: counters belong to the area, not to who writes") as session:
        session.execute(_COUNT if posted_at is None else _COUNT_POST, values)


def recall_post(area_id: int, *, gone_at: datetime, latest: datetime | None) -> None:
    """Note that a post of that time is gone for good; `latest` is when the last one left came.

    An area whose last post is younger stays as it is.
    Cost: one statement.
    """
    values = {"at_area": area_id, "gone_at": gone_at, "latest": latest}
    with unscoped("areas: counters belong to the area, not to who writes") as session:
        session.execute(_RECALL, values)
