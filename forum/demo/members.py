"""Who belongs where in the demo: homes, interests, committees and who looks after them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from random import Random

from forum.areas.operations import NewMember
from forum.areas.scope import Role
from forum.demo.people import PERSONAS, PersonSeed
from forum.demo.tree import AreaSeed

# Who looks after an area of a kind: how many, as what, under which title.
_TEAMS: Mapping[str, tuple[tuple[int, Role, str], ...]] = {
    "region": ((1, "admin", "chair"), (1, "editor", "")),
    "committee": ((1, "admin", "chair"),),
    "topic": ((2, "editor", ""),),
    "role": ((1, "editor", ""),),
    "adhoc": ((1, "admin", "chair"),),
    "federation": (),
}
_PLACED_BY_PERSONA = {"kreis-osnabrueck", "ni-recht", "ni"}


class Memberships:
    """Collects grants without doubles; remembers who belongs to which area."""

    def __init__(self, areas: Mapping[str, int], since: datetime) -> None:
        self._areas = areas
        self._since = since
        self._grants: dict[tuple[str, int], NewMember] = {}
        self.by_area: dict[str, list[int]] = {slug: [] for slug in areas}

    def add(self, slug: str, user_id: int, role: Role = "member", title: str = "") -> None:
        """Note a grant; the first one of a pair stays."""
        if (slug, user_id) in self._grants:
            return
        self._grants[slug, user_id] = NewMember(
            area_id=self._areas[slug],
            user_id=user_id,
            role=role,
            title=title,
            starts_at=self._since,
        )
        self.by_area[slug].append(user_id)

    def promote(self, slug: str, user_id: int, role: Role, title: str) -> None:
        """Make a member of the area somebody who looks after it."""
        grant = self._grants[slug, user_id]
        if grant.role == "member":
            self._grants[slug, user_id] = replace(grant, role=role, title=title)

    def __iter__(self) -> Iterator[NewMember]:
        return iter(self._grants.values())


def place_people(
    rng: Random,
    seeds: Sequence[AreaSeed],
    areas: Mapping[str, int],
    people: Sequence[tuple[PersonSeed, int]],
    personas: Mapping[str, int],
    *,
    since: datetime,
) -> Memberships:
    """Return who belongs where; `people` and `personas` carry user ids."""
    members = Memberships(areas, since)
    parents = {seed.slug: seed.parent for seed in seeds}
    for persona in PERSONAS:
        for slug, role, title in persona.grants:
            members.add(slug, personas[persona.key], _as_role(role), title)
    by_land: dict[str, list[int]] = {}
    for seed, user_id in people:
        land = _land_of(seed.home, parents)
        by_land.setdefault(land, []).append(user_id)
        for slug in dict.fromkeys((seed.home, land, *seed.interests)):
            members.add(slug, user_id)
    everybody = [user_id for _, user_id in people]
    for area in seeds:
        pool = by_land.get(_land_of(area.slug, parents), everybody)
        _staff(rng, area, pool, members, everybody)
    return members


def _staff(
    rng: Random,
    area: AreaSeed,
    pool: Sequence[int],
    members: Memberships,
    everybody: Sequence[int],
) -> None:
    """Give an area the people that it lacks: its team, and enough to talk."""
    if area.kind == "federation" or area.everyone:
        return
    least = {"committee": 6, "role": 8, "adhoc": 10}.get(area.kind, 5 + int(5 * area.weight))
    source = pool if len(pool) >= least else everybody
    missing = least - len(members.by_area[area.slug])
    for user_id in rng.sample(source, max(0, missing)):
        members.add(area.slug, user_id)
    if area.slug in _PLACED_BY_PERSONA:
        return
    own = [user_id for user_id in members.by_area[area.slug] if user_id in set(everybody)]
    for count, role, title in _TEAMS[area.kind]:
        for user_id in own[:count]:
            members.promote(area.slug, user_id, role, title)
        own = own[count:]


def _land_of(slug: str, parents: Mapping[str, str | None]) -> str:
    while (parent := parents[slug]) not in (None, "bund"):
        assert parent is not None
        slug = parent
    return slug


def _as_role(role: str) -> Role:
    for known in ("member", "editor", "moderator", "admin"):
        if role == known:
            return known
    raise ValueError(role)
