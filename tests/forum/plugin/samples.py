"""Values that hooks are called with, and loaded plugins to call."""

from datetime import UTC, datetime
from importlib.metadata import EntryPoint

from forum.plugin import (
    AreaPage,
    AreaRef,
    EventRef,
    PostDraft,
    PostRef,
    Slot,
    TopicPage,
    TopicRef,
    ViewerRef,
)
from forum.plugin.dispatch import Dispatcher
from forum.plugin.guard import Guard
from forum.plugin.loader import GROUP, Loaded, load_plugins
from tests.broken_plugins import points
from tests.forum.plugin.examples import search

AREA = AreaRef(7, "bonn", "Bonn")
OTHER = AreaRef(8, "koeln", "Köln")
VIEWER = ViewerRef(3, "member")
TOPIC = TopicRef(11, 7, "discussion", "Radwege")
POSTS = tuple(PostRef(100 + seq, 11, 3, seq) for seq in range(1, 26))
TOPIC_PAGE = TopicPage(AREA, VIEWER, TOPIC, POSTS)
AREA_PAGE = AreaPage(AREA, VIEWER, frozenset({Slot.AREA_SIDE}))
DRAFT = PostDraft(area=AREA, author_id=3, source="Hallo", topic=TOPIC)
EVENT = EventRef(
    id=5,
    name="discussions.post_created",
    at=datetime(2026, 3, 1, tzinfo=UTC),
    area_id=7,
    actor_id=3,
    origin="member",
    payload={"post_id": 101},
)


def examples(*names: str) -> list[EntryPoint]:
    """Give entry points of the example plugins."""
    return [EntryPoint(name, f"tests.forum.plugin.examples.{name}", GROUP) for name in names]


def load(*names: str, broken: tuple[str, ...] = (), builtin: bool = False) -> Loaded:
    """Load examples and broken plugins together."""
    found = [*examples(*names), *points(*broken)]
    return load_plugins(enabled="all", found=found, builtins=[search] if builtin else [])


def dispatcher(*names: str, broken: tuple[str, ...] = (), strict: bool = False) -> Dispatcher:
    """Give a dispatcher over examples and broken plugins."""
    return Dispatcher(load(*names, broken=broken), Guard(strict=strict))
