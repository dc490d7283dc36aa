"""Pages of discussions: topics, writing, single posts, the home of an area."""

from forum.discussions.views import acting, areas, editing, feeds, looking, moving, topics, writing
from forum.discussions.views.areas import area_pages
from forum.discussions.views.blueprint import blueprint

__all__ = [
    "acting",
    "area_pages",
    "areas",
    "blueprint",
    "editing",
    "feeds",
    "looking",
    "moving",
    "topics",
    "writing",
]
