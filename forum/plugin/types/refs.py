"""References to what core keeps: ids and the few facts that nearly every plugin needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Role = Literal["reader", "member", "editor", "moderator", "admin"]
"""From least to most; "reader" is whoever may read the area, signed in or not."""


@dataclass(frozen=True, slots=True)
class AreaRef:
    """An area that the reader of the page, or the writer of the post, may see."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class ViewerRef:
    """Who looks: no id when anonymous, the effective role in the area at hand.

    `can_reply` says whether the area lets the viewer write replies; the role alone does not tell.
    """

    user_id: int | None
    role: Role = "reader"
    can_reply: bool = False


@dataclass(frozen=True, slots=True)
class TopicRef:
    """A topic and where it stands."""

    id: int
    area_id: int
    kind: str
    title: str


@dataclass(frozen=True, slots=True)
class PostRef:
    """A post by its place in the topic; no author when erased."""

    id: int
    topic_id: int
    author_id: int | None
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRef:
    """An event of the log. The id is the idempotency key: delivery is at least once."""

    id: int
    name: str
    at: datetime
    area_id: int | None
    actor_id: int | None
    origin: Literal["member", "import", "system"]
    payload: Mapping[str, object]
