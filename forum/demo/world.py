"""What `seed_demo` of a plugin may do with the demo: `forum.plugin.DemoWorld` filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random

from forum.areas.operations import set_plugin_state
from forum.areas.queries import get_scope, get_system_scope
from forum.core import clock
from forum.core.wall import Viewer, as_viewer
from forum.discussions.operations import TopicDraft, reply, start_topic
from forum.plugin import AreaRef, PostRef, TopicRef
from forum.plugin.states import State


class World:
    """The demo while one plugin seeds it; `plugin` is who does."""

    def __init__(
        self,
        plugin: str,
        *,
        seed: int,
        now: datetime,
        areas: Mapping[str, AreaRef],
        members: Mapping[str, Sequence[int]],
        personas: Mapping[str, int],
        secrets: Mapping[str, str],
    ) -> None:
        self._plugin = plugin
        self._secrets = secrets
        self._rng = Random(f"{seed}:{plugin}")
        self._now = now
        self._areas = areas
        self._members = members
        self._personas = personas

    @property
    def rng(self) -> Random:
        """A generator of the plugin's own."""
        return self._rng

    @property
    def now(self) -> datetime:
        """The demo's present."""
        return self._now

    def get_area(self, slug: str) -> AreaRef:
        """Find an area of the demo; KeyError when there is none."""
        return self._areas[slug]

    def get_user_id(self, name: str) -> int:
        """Find a persona; KeyError when there is none."""
        return self._personas[name]

    def list_member_ids(self, area: AreaRef) -> Sequence[int]:
        """List who belongs to an area, in a stable order."""
        return self._members[area.slug]

    def get_secret(self, area: AreaRef) -> str:
        """Return the token that stands in the title of the area's own secret."""
        return self._secrets[area.slug]

    def switch_on(self, area: AreaRef) -> None:
        """Switch the calling plugin on there."""
        self._set_state(area, "on")

    def forbid(self, area: AreaRef, *, reason: str) -> None:
        """Forbid the calling plugin there and below."""
        self._set_state(area, "forbidden", reason=reason)

    def _set_state(self, area: AreaRef, state: str, *, reason: str = "") -> None:
        scope = get_system_scope(area.slug)
        set_plugin_state(scope, self._plugin, state=State(state), reason=reason)

    def start_topic(
        self,
        area: AreaRef,
        author_id: int,
        *,
        title: str,
        text: str,
        at: datetime,
        kind: str = "discussion",
        extra: Mapping[str, tuple[str, ...]] | None = None,
    ) -> tuple[TopicRef, PostRef]:
        """Start a topic through the same operation as the form, at a time in the past."""
        viewer = Viewer(author_id)
        draft = TopicDraft(title=title, source=text, kind=kind, extra=dict(extra or {}))
        with as_viewer(viewer), clock.freeze(at):
            made = start_topic(get_scope(viewer, area.slug), draft)
        topic = TopicRef(id=made.topic_id, area_id=area.id, kind=kind, title=title)
        return topic, PostRef(made.post_id, made.topic_id, author_id, made.seq)

    def reply(self, topic: TopicRef, author_id: int, *, text: str, at: datetime) -> PostRef:
        """Reply through the same operation as the form."""
        viewer = Viewer(author_id)
        slug = next(area.slug for area in self._areas.values() if area.id == topic.area_id)
        with as_viewer(viewer), clock.freeze(at):
            made = reply(get_scope(viewer, slug), topic.id, source=text)
        return PostRef(made.post_id, made.topic_id, author_id, made.seq)
