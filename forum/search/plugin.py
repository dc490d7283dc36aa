"""The built-in plugin `search`: what happened in the log becomes work for the index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from forum.plugin import EventRef, JobSpec, Manifest, hookimpl
from forum.search import operations

_POST_EVENTS: Final = tuple(
    f"discussions.post_{what}"
    for what in ("created", "edited", "deleted", "restored", "hidden", "unhidden")
)
_TOPIC_EVENTS: Final = tuple(
    f"discussions.topic_{what}"
    for what in ("moved", "renamed", "deleted", "restored", "hidden", "unhidden")
)

_ERASED: Final = "accounts.user_erased"
_PURGED: Final = "discussions.posts_purged"

manifest = Manifest(
    name="search",
    title="Suche",
    summary="Findet, was man lesen darf",
    core=">=1.0,<2",
    licence="core",
    events=(*_POST_EVENTS, *_TOPIC_EVENTS, "discussions.posts_moved", _PURGED, _ERASED),
)


@hookimpl
def on_event(event: EventRef) -> None:
    """Note which posts have to be brought into the index anew."""
    if event.name == _ERASED:
        operations.ask_to_compact()
        return
    if event.name == _PURGED:
        post_ids = event.payload["post_ids"]
        assert isinstance(post_ids, list)
        operations.ask_to_forget(post_ids)
        return
    topic_id = event.payload["topic_id"]
    assert isinstance(topic_id, int)
    post_id = event.payload.get("post_id") if event.name in _POST_EVENTS else None
    operations.mark_pending(topic_id, post_id=post_id if isinstance(post_id, int) else None)


@hookimpl
def register_jobs() -> Sequence[JobSpec]:
    """Name the jobs that write the index."""
    return (
        JobSpec(name=operations.JOB, run=_update_index, per_area=False, transaction=False),
        JobSpec(name=operations.FORGET_JOB, run=_forget, per_area=False, transaction=False),
        JobSpec(name=operations.COMPACT_JOB, run=_compact, per_area=False, transaction=False),
    )


def _update_index(_arguments: Mapping[str, object]) -> None:
    operations.update_index()


def _forget(arguments: Mapping[str, object]) -> None:
    post_ids = arguments["post_ids"]
    assert isinstance(post_ids, list)
    operations.forget_posts(post_ids)


def _compact(_arguments: Mapping[str, object]) -> None:
    operations.compact_index()
