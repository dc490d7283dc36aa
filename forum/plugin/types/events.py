"""Events of plugins: what a plugin says of them once, and one of them on its way into the log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from forum.plugin.types.checked import Checked

FieldKind = Literal[
    "user",
    "users",
    "topic",
    "post",
    "posts",
    "area",
    "id",
    "ids",
    "number",
    "text",
    "texts",
    "flag",
]
"""What a field of a payload is; the plural ones are lists, `id` is a row of the plugin's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventField(Checked):
    """A field of a payload: its name, what it is, and its msgid for people who make rules of it.

    An `optional` field may be None or left out.
    """

    name: str
    kind: FieldKind
    label: str
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoing(Checked):
    """That an event takes back what an earlier one told: one of type `event`, equal in `by`.

    `by` names fields that both have, `actor_id` among them where it is the same person's to undo.
    Undoing an event that undoes brings the first one back. All that undo one type name the same
    fields: a consumer knows an event by them.
    """

    event: str
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSpec(Checked):
    """A type of event, `<plugin>.<noun>_<past>`; what must not be known later is in no payload.

    `title` is the msgid of what happened, one sentence. With `per_area` every event names its
    area and reaches the plugins that are on there; without, it has none and reaches plugins of
    scope `site`. `keep_days`: how long the log keeps it, None for as long as the site. `stamps`:
    pages kept in common may show it; False where only pages show it whose topic is touched too.
    `undoes`: which earlier events count no more once this one was written.
    """

    name: str
    title: str
    fields: tuple[EventField, ...] = ()
    per_area: bool = True
    keep_days: int | None = None
    stamps: bool = True
    undoes: tuple[Undoing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft(Checked):
    """An event for `forum.api.data.append_events`; its id and time come with the log."""

    name: str
    payload: Mapping[str, object] = field(default_factory=dict)
    area_id: int | None = None
    actor_id: int | None = None
    origin: Literal["member", "import", "system"] = "member"
