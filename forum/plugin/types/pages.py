"""Pages that panels can stand on, and the slots that such a page has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from forum.plugin.types.checked import Checked
from forum.plugin.types.refs import AreaRef, PostRef, TopicRef, ViewerRef


class Slot(StrEnum):
    """Every place for a panel; each is rendered by core and by a theme that overrides the page."""

    TEXT = "text"
    """Inside the text of a post, where its author wrote a directive of the plugin."""
    POST = "post"
    """Under the text of one post, above its actions."""
    TOPIC_SIDE = "topic-side"
    """Beside a topic; below it on narrow screens."""
    AREA_SIDE = "area-side"
    """Beside the topic list on an area's home."""
    COMPOSER = "composer"
    """Inside the form for a new topic, and for an answer (the page then has a topic)."""
    PROFILE = "profile"
    """On a member's profile, below what they say of themselves."""
    AREA_SETTINGS = "area-settings"
    """Below the settings of an area, for those who may change them."""
    SETTINGS = "settings"
    """Among the own settings, below what comes by mail."""
    ADMIN = "admin"
    """On the operator's page of plugins, below what is loaded."""


@dataclass(frozen=True, slots=True)
class TopicPage:
    """The posts of one page of a topic, all that are shown and none that is not.

    `version` grows with everything that changes what the topic shows anybody, touching included:
    `forum.api.web.keep_for_topic` keeps under it what is the same for every reader.
    """

    area: AreaRef
    viewer: ViewerRef
    topic: TopicRef
    posts: tuple[PostRef, ...]
    version: int = 0


@dataclass(frozen=True, slots=True)
class AreaPage:
    """A page of an area with the slots that it has; the topic when it is about one.

    `sent` holds what stood in the fields of plugins, by name, where a form is shown again.
    """

    area: AreaRef
    viewer: ViewerRef
    slots: frozenset[Slot]
    topic: TopicRef | None = None
    sent: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page without an area with the slots that it has; on a profile, whose it is.

    The viewer's role is that of a reader: roles belong to areas. Whoever sees the slot ADMIN runs
    the site.
    """

    viewer: ViewerRef
    slots: frozenset[Slot]
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Panel(Checked):
    """A template of the plugin with what it needs; core renders it, escaped, in the area's theme.

    Among the panels of a slot the lower `order` stands first, then the order of plugins.

    `key`, where it is given, names everything that the template shows: what is stored (a topic's
    `version` stands for all that hangs on it) and what is the reader's own. Panels of one area
    with equal keys look alike, so one of them is kept for all until anything changes; language,
    time zone, day and theme are added to the key, and the token of forms is put in for each reader.

    Errors: TypeError for a key that has no hash.
    """

    slot: Slot
    template: str
    context: Mapping[str, object] = field(default_factory=dict)
    order: int = 100
    key: tuple[object, ...] = ()

    def __post_init__(self) -> None:
        Checked.__post_init__(self)
        hash(self.key)
