"""Threads out of what messages say they answer. Pure, and the same in whatever order they come.

Every id, of a message we have or of one we only heard of, has at most one parent: what the
message itself says, and for ids only heard of what the earliest message says that names both.
Source: Jamie Zawinski, Message Threading, without subjects; made independent of the order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

OWN: Final = 0
HEARSAY: Final = 1
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Claim:
    """That `child` answers `parent` ("" for nothing), said by the message `by`, written `at`."""

    child: str
    parent: str
    rank: int
    at: datetime
    by: str

    @property
    def order(self) -> tuple[int, datetime, str]:
        """Of several claims about one child the least holds."""
        return (self.rank, self.at, self.by)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message belongs: `thread` is the id of its topic's first message."""

    thread: str
    parent: str | None


def make_claims(ext_id: str, ancestors: tuple[str, ...], at: datetime) -> list[Claim]:
    """Return what one message says about itself and about what it answers."""
    nearest = ancestors[0] if ancestors else ""
    hearsay = [Claim(child, parent, HEARSAY, at, ext_id) for child, parent in pairwise(ancestors)]
    return [Claim(ext_id, nearest, OWN, at, ext_id), *hearsay]


def choose_claims(claims: Iterable[Claim]) -> dict[str, Claim]:
    """Return the claim that holds about each child."""
    chosen: dict[str, Claim] = {}
    for claim in claims:
        known = chosen.get(claim.child)
        if known is None or claim.order < known.order:
            chosen[claim.child] = claim
    return chosen


def resolve(parents: Mapping[str, str], times: Mapping[str, datetime]) -> dict[str, Place]:
    """Return the place of every message in `times`.

    Shapes: `parents` child → parent, of messages and of ids only heard of; "" for none.
    A message hangs on the nearest ancestor that we have. Those of one tree that have none share a
    topic: the earliest opens it, the others hang on it.
    Cost: linear; no recursion, so any depth.
    """
    above = _without_circles(parents, times)
    tops = _find_tops(above, times)
    nearest = {ext_id: _find_nearest(ext_id, above, times) for ext_id in times}
    first: dict[str, str] = {}
    for ext_id in sorted(times, key=lambda one: (times[one], one)):
        if nearest[ext_id] is None:
            first.setdefault(tops[ext_id], ext_id)
    places = {}
    for ext_id in times:
        thread = first[tops[ext_id]]
        parent = nearest[ext_id] or (thread if ext_id != thread else None)
        places[ext_id] = Place(thread, parent)
    return places


def _without_circles(
    parents: Mapping[str, str], times: Mapping[str, datetime]
) -> dict[str, str | None]:
    """Cut every circle above its earliest message."""
    above: dict[str, str | None] = {child: parent or None for child, parent in parents.items()}
    checked: set[str] = set()
    for start in sorted(above):
        trail: dict[str, None] = {}
        at: str | None = start
        while at is not None and at not in checked and at not in trail:
            trail[at] = None
            at = above.get(at)
        if at is not None and at in trail:
            circle = [*trail][[*trail].index(at) :]
            above[min(circle, key=lambda one: (times.get(one, _NEVER), one))] = None
        checked.update(trail)
    return above


def _find_tops(above: Mapping[str, str | None], start: Iterable[str]) -> dict[str, str]:
    tops: dict[str, str] = {}
    for ext_id in start:
        trail = []
        at = ext_id
        while at not in tops and (parent := above.get(at)) is not None:
            trail.append(at)
            at = parent
        top = tops.get(at, at)
        tops.update(dict.fromkeys([*trail, at], top))
    return tops


def _find_nearest(
    ext_id: str, above: Mapping[str, str | None], times: Mapping[str, datetime]
) -> str | None:
    at = above.get(ext_id)
    while at is not None and at not in times:
        at = above.get(at)
    return at


def choose_topics(
    places: Mapping[str, Place], topics: Mapping[str, int], fresh: Collection[str]
) -> dict[str, int | None]:
    """Return which topic each thread lives in; None for those that have to be opened.

    Shapes: `topics` message → topic for those that stand already. Where a topic falls apart, the
    part that nothing new came for keeps it: only what is new can open a topic. Where threads
    become one, the oldest topic stays.
    """
    members: dict[str, list[str]] = {}
    for ext_id, place in places.items():
        members.setdefault(place.thread, []).append(ext_id)
    claims: dict[int, list[tuple[bool, str]]] = {}
    for thread, ids in members.items():
        has_fresh = any(ext_id in fresh for ext_id in ids)
        for topic in {topics[ext_id] for ext_id in ids if ext_id in topics}:
            claims.setdefault(topic, []).append((has_fresh, thread))
    chosen: dict[str, int | None] = dict.fromkeys(members)
    for topic in sorted(claims, reverse=True):
        chosen[min(claims[topic])[1]] = topic
    return chosen
