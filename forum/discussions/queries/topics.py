"""One topic with everything its page asks about it, in one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from forum.areas.beside import get_kept_scope_by_id
from forum.areas.scope import Scope, Standing
from forum.core.database import db
from forum.core.errors import NotFound
from forum.core.stamps import STAMP, note_stamp
from forum.discussions.models import Topic
from forum.discussions.queries.rows import (
    MINE_COLUMNS,
    TOPIC_COLUMNS,
    TOPIC_WIDTH,
    Mine,
    TopicRow,
    join_mine,
    to_mine,
)
from forum.discussions.readstate import Read

_TOPIC_PAGE: Final = join_mine(sa.select(*TOPIC_COLUMNS, *MINE_COLUMNS).select_from(Topic)).where(
    Topic.id == sa.bindparam("topic_id")
)
_VERSION: Final = sa.select(Topic.version, STAMP).where(Topic.id == sa.bindparam("topic_id"))
_AREA_OF: Final = sa.select(Topic.area_id).where(Topic.id == sa.bindparam("topic_id"))


@dataclass(frozen=True, slots=True)
class TopicPage:
    """A topic, the scope of its area, and what it is to the viewer."""

    topic: TopicRow
    scope: Scope
    mine: Mine

    @property
    def read(self) -> Read | None:
        """What the viewer has read; None before the first visit."""
        return self.mine.read

    @property
    def read_at(self) -> datetime | None:
        """When the viewer read here last."""
        return self.mine.read_at

    @property
    def follow(self) -> str | None:
        """`follow`, `mute` or None."""
        return self.mine.follow

    @property
    def unread(self) -> int:
        """How many posts are new since the last visit; 0 before the first."""
        return self.topic.last_seq - self.mine.read.count if self.mine.read else 0


def get_topic_page(standing: Standing, topic_id: int) -> TopicPage:
    """Return topic, area, role, read state and follow of the bound viewer.

    Moderators see hidden and deleted topics, authors their own deleted ones, to bring them back.
    Errors: NotFound when it is not there for the viewer.
    Cost: one statement, one more for an area that was not kept.
    """
    values = {"topic_id": topic_id, "me": standing.viewer.user_id or 0}
    row = db.session.execute(_TOPIC_PAGE, values).one_or_none()
    if row is None:
        raise NotFound
    topic = TopicRow(*row[:TOPIC_WIDTH])
    scope = get_kept_scope_by_id(standing, topic.area_id)
    own = topic.author_id == standing.viewer.user_id
    hidden = topic.hidden_at is not None or (topic.deleted_at is not None and not own)
    if not scope.reads or (hidden and not scope.has_role("moderator")):
        raise NotFound
    return TopicPage(topic, scope, to_mine(row))


def find_page_version(topic_id: int) -> tuple[int, int] | None:
    """Return the version of all that the topic's pages show somebody without an account.

    None when the bound viewer may not read the topic's area. Read it before the page is made:
    what changes meanwhile is then filed under a version that nobody asks for any more.
    Cost: one statement over three primary keys.
    """
    row = db.session.execute(_VERSION, {"topic_id": topic_id}).one_or_none()
    if row is None:
        return None
    note_stamp(row[1])
    return row[0], row[1]


def get_area_id(topic_id: int) -> int:
    """Return in which area a topic stands.

    Errors: NotFound when the viewer may not read it.
    """
    found: Any = db.session.execute(_AREA_OF, {"topic_id": topic_id}).scalar_one_or_none()
    if found is None:
        raise NotFound
    return int(found)
