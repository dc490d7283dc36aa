"""What plugins say is new in areas: one line each, for feeds and digests."""

from dataclasses import dataclass
from datetime import datetime

from forum.plugin.types.checked import Checked
from forum.plugin.types.refs import AreaRef


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestWindow:
    """What is asked for: these areas, in all of which the plugin is on, and this stretch of time.

    `since` belongs to it, `until` does not; more than `limit` items per area are not used.
    """

    areas: tuple[AreaRef, ...]
    since: datetime
    until: datetime
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestItem(Checked):
    """One line: what happened in an area at `at`, in the language that is being spoken.

    `key` is unique within the plugin and stays the same whenever it is told again
    (`poll-12-closed`). It is about a topic, or one post of it, or the area alone. `path` is a page
    of this site, "" for the post or topic it is about. `title` is one line, `text` plain.
    `deadline` is until when readers can do something, `important` what nobody should miss.
    """

    key: str
    area_id: int
    at: datetime
    title: str
    text: str = ""
    topic_id: int | None = None
    post_id: int | None = None
    path: str = ""
    deadline: datetime | None = None
    important: bool = False
