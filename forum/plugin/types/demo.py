"""What `seed_demo` may do with the demo federation; `forum.demo` fills the protocol."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Protocol

from forum.plugin.types.refs import AreaRef, PostRef, TopicRef


class DemoWorld(Protocol):
    """The demo while it is built: deterministic, so draw only from `rng` and count from `now`."""

    @property
    def rng(self) -> Random:
        """A generator of the plugin's own: other plugins' draws do not shift it."""

    @property
    def now(self) -> datetime:
        """The demo's present."""

    def get_area(self, slug: str) -> AreaRef:
        """Find an area of the demo; KeyError when there is none."""

    def get_user_id(self, name: str) -> int:
        """Find a persona; KeyError when there is none."""

    def list_member_ids(self, area: AreaRef) -> Sequence[int]:
        """List who belongs to an area, in a stable order."""

    def get_secret(self, area: AreaRef) -> str:
        """Return the token that only readers of a closed area may see; KeyError for a public one.

        What a plugin shows of closed areas carries it: tests walk over the site and look for it.
        """

    def switch_on(self, area: AreaRef) -> None:
        """Switch the calling plugin on there, as the area's admin would."""

    def forbid(self, area: AreaRef, *, reason: str) -> None:
        """Forbid the calling plugin there and below, as the area's admin would."""

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

    def reply(self, topic: TopicRef, author_id: int, *, text: str, at: datetime) -> PostRef:
        """Reply through the same operation as the form."""
