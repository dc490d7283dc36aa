"""What discussions say happened. Ids only; `area_id` is where the topic stands at that moment.

Imports have `origin="import"`: indexes take them in, notifications and criteria do not. What comes
from elsewhere now has `system` and no actor: told of, it counts for nobody. What shows on the page
of its own topic alone does not stamp: the topic's version tells it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from forum.core.events import Event


@dataclass(frozen=True, kw_only=True)
class TopicEvent(Event):
    """Base of what happens to a whole topic."""

    name: ClassVar[str] = ""
    topic_id: int


@dataclass(frozen=True, kw_only=True)
class TopicCreated(TopicEvent):
    """A topic was started; `PostCreated` for its first post follows."""

    name: ClassVar[str] = "discussions.topic_created"
    stamps: ClassVar[bool] = False
    post_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class TopicMoved(TopicEvent):
    """A topic stands in another area now; `area_id` is the target's."""

    name: ClassVar[str] = "discussions.topic_moved"
    source_id: int
    target_id: int


@dataclass(frozen=True, kw_only=True)
class TopicRenamed(TopicEvent):
    """A topic has another title."""

    name: ClassVar[str] = "discussions.topic_renamed"


@dataclass(frozen=True, kw_only=True)
class TopicLocked(TopicEvent):
    """Nobody but moderators may reply any more."""

    name: ClassVar[str] = "discussions.topic_locked"


@dataclass(frozen=True, kw_only=True)
class TopicUnlocked(TopicEvent):
    """Members may reply again."""

    name: ClassVar[str] = "discussions.topic_unlocked"


@dataclass(frozen=True, kw_only=True)
class TopicPinned(TopicEvent):
    """A topic stands at the top of its area."""

    name: ClassVar[str] = "discussions.topic_pinned"


@dataclass(frozen=True, kw_only=True)
class TopicUnpinned(TopicEvent):
    """A topic stands where its last post puts it again."""

    name: ClassVar[str] = "discussions.topic_unpinned"


@dataclass(frozen=True, kw_only=True)
class TopicDeleted(TopicEvent):
    """A topic without replies went with its first post."""

    name: ClassVar[str] = "discussions.topic_deleted"


@dataclass(frozen=True, kw_only=True)
class TopicRestored(TopicEvent):
    """A deleted topic is back."""

    name: ClassVar[str] = "discussions.topic_restored"


@dataclass(frozen=True, kw_only=True)
class TopicHidden(TopicEvent):
    """A topic without replies was hidden with its first post."""

    name: ClassVar[str] = "discussions.topic_hidden"


@dataclass(frozen=True, kw_only=True)
class TopicUnhidden(TopicEvent):
    """A hidden topic shows again."""

    name: ClassVar[str] = "discussions.topic_unhidden"


@dataclass(frozen=True, kw_only=True)
class PostsMoved(TopicEvent):
    """Posts of other topics stand in this one now: an import learned what they answer."""

    name: ClassVar[str] = "discussions.posts_moved"
    post_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PostsPurged(Event):
    """Posts are gone for good: with their area, whose id `area_id` was, or with their import.

    No row tells of them. Comes before the area's own event, of which plugins hear by the hook
    `delete_area`; an import that is taken back has `origin="import"`.
    """

    name: ClassVar[str] = "discussions.posts_purged"
    post_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PostEvent(Event):
    """Base of what happens to one post."""

    name: ClassVar[str] = ""
    topic_id: int
    post_id: int
    seq: int
    author_id: int


@dataclass(frozen=True, kw_only=True)
class PostCreated(PostEvent):
    """A post was written; the first post of a topic has no parent.

    `mentioned_ids` are members who may read the area, `quoted_ids` the quoted posts.
    """

    name: ClassVar[str] = "discussions.post_created"
    stamps: ClassVar[bool] = False
    parent_id: int | None = None
    parent_author_id: int | None = None
    mentioned_ids: tuple[int, ...] = ()
    quoted_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PostEdited(PostEvent):
    """A post has another text; `mentioned_ids` are only those whom the old one left out."""

    name: ClassVar[str] = "discussions.post_edited"
    stamps: ClassVar[bool] = False
    version: int
    mentioned_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PostDeleted(PostEvent):
    """A post's text is gone for readers; its place in the tree stays."""

    name: ClassVar[str] = "discussions.post_deleted"


@dataclass(frozen=True, kw_only=True)
class PostRestored(PostEvent):
    """A deleted post is back."""

    name: ClassVar[str] = "discussions.post_restored"


@dataclass(frozen=True, kw_only=True)
class PostHidden(PostEvent):
    """A moderator has hidden a post; the reason stands with the post."""

    name: ClassVar[str] = "discussions.post_hidden"


@dataclass(frozen=True, kw_only=True)
class PostUnhidden(PostEvent):
    """A hidden post shows again."""

    name: ClassVar[str] = "discussions.post_unhidden"


@dataclass(frozen=True, kw_only=True)
class ReactionAdded(PostEvent):
    """Somebody (`actor_id`) reacted to a post of `author_id`."""

    name: ClassVar[str] = "discussions.reaction_added"
    stamps: ClassVar[bool] = False
    kind: str


@dataclass(frozen=True, kw_only=True)
class ReactionRemoved(PostEvent):
    """Somebody took a reaction back."""

    name: ClassVar[str] = "discussions.reaction_removed"
    stamps: ClassVar[bool] = False
    kind: str
