"""What `populate(world)` of a plugin may do; the conformance kit fills the protocol."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from forum.plugin.types.refs import AreaRef, PostRef, TopicRef


@dataclass(frozen=True, slots=True)
class SamplePlace:
    """An area of the kit where the plugin is on: its posts, and who may write there."""

    area: AreaRef
    posts: tuple[PostRef, ...]
    member_ids: tuple[int, ...]


class SampleWorld(Protocol):
    """The kit's world while a plugin fills its tables: every table needs a row or more.

    A plugin's `sample.py` holds `populate(world)`; it does for every place what members would do
    there, each by the operations of the plugin's own.
    """

    @property
    def places(self) -> Sequence[SamplePlace]:
        """Where the plugin is on; a closed area is among them."""

    def text(self, place: SamplePlace, user_id: int) -> str:
        """Return a hostile line of 90 signs for what the plugin's own tables hold of a member."""

    def title(self, place: SamplePlace, user_id: int) -> str:
        """Return the same for what becomes topics and posts, which stay where the plugin is off."""

    def acting(self, place: SamplePlace, user_id: int) -> AbstractContextManager[Any]:
        """Write as a member, in a unit of its own; gives the scope that operations take."""

    def start_topic(
        self,
        place: SamplePlace,
        user_id: int,
        *,
        kind: str = "discussion",
        extra: Mapping[str, tuple[str, ...]] | None = None,
    ) -> tuple[TopicRef, PostRef]:
        """Start a topic as the composer does; title and text are the kit's."""

    def tell_link(self, address: str) -> None:
        """Name an address that carries the right in itself, as links in mails do.

        Nothing leads to it from pages; with its last sign changed it must do nothing.
        """

    def tell_call(
        self, method: str, address: str, body: Mapping[str, object] | None = None
    ) -> None:
        """Name a request that an endpoint of the plugin in the API answers: every one needs one.

        The address stands below `/api/v1` (`/areas/kreis/kudos/3`), the body is what goes as JSON.
        """
