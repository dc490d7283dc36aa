"""Who discovers and who reads which area: the pure rule. `upkeep` keeps its answer in rows.

Written from docs/areas.md; tests hold it against an oracle that is written from there too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from forum.core.wall import EVERYBODY, SITE

WIDTH: Final[Mapping[str, int]] = {"hidden": 0, "listed": 1, "members": 2, "public": 3}

Row = tuple[int, int, bool]
"""(area id, principal, reads), as in `area_reader`."""


@dataclass(frozen=True, slots=True)
class AreaFact:
    """What counts of an area; `shut` when nobody may read it for the time being."""

    id: int
    parent_id: int | None
    visibility: str
    sealed: bool = False
    everyone: bool = False
    shut: bool = False


@dataclass(frozen=True, slots=True)
class GrantFact:
    """What counts of a grant in force."""

    area_id: int
    user_id: int
    role: str


def narrower(own: str, inherited: str) -> str:
    """Return the narrower of two visibilities."""
    return min(own, inherited, key=WIDTH.__getitem__)


def compute_readers(areas: Iterable[AreaFact], grants: Iterable[GrantFact]) -> set[Row]:
    """Compute the rows of all given areas, none more than needed.

    A user gets a row only where the site has none that says as much. Areas come in any order,
    each with all its ancestors; a member of an area that is missing counts nowhere.
    Cost: linear in areas, grants and rows.
    """
    tree = _Tree(areas)
    people = _People(grants)
    rows: set[Row] = set()
    site_reads = tree.list_site_reads()
    for fact in tree.ordered:
        flow = people.flow_into(fact)
        base = _base(tree.effective[fact.id], fact.id in site_reads)
        rows |= {(fact.id, principal, reads) for principal, reads in base.items()}
        if any(base.values()) or (fact.shut and base):
            continue
        readers = flow.staff | people.climbing_to(fact.id, tree)
        rows |= {(fact.id, user, True) for user in readers}
        if not base:
            rows |= {(fact.id, user, False) for user in flow.overseers - readers}
    return {_shut(row, tree) for row in rows}


def _base(effective: str, everyone_reads: bool) -> dict[int, bool]:
    """Return what everybody and the site may: principal and whether it reads."""
    if effective == "public":
        return {EVERYBODY: True}
    if effective == "members" or everyone_reads:
        return {SITE: True}
    return {SITE: False} if effective == "listed" else {}


def _shut(row: Row, tree: _Tree) -> Row:
    area_id, principal, reads = row
    return (area_id, principal, reads and not tree.facts[area_id].shut)


class _Tree:
    """The areas with parents first, and their effective visibility."""

    def __init__(self, areas: Iterable[AreaFact]) -> None:
        self.facts = {fact.id: fact for fact in areas}
        self.children: dict[int | None, list[AreaFact]] = defaultdict(list)
        for fact in self.facts.values():
            self.children[fact.parent_id].append(fact)
        self.ordered = self._order()
        self.effective: dict[int, str] = {}
        for fact in self.ordered:
            inherited = "public" if fact.parent_id is None else self.effective[fact.parent_id]
            self.effective[fact.id] = narrower(fact.visibility, inherited)

    def _order(self) -> list[AreaFact]:
        ordered = list(self.children[None])
        for fact in ordered:  # grows while it is walked
            ordered += self.children.get(fact.id, ())
        return ordered

    def list_site_reads(self) -> set[int]:
        """Return what members of `everyone` areas read: those areas, and upwards."""
        found: set[int] = set()
        for fact in self.ordered:
            if fact.everyone:
                found.add(fact.id)
                found.update(self.climb(fact))
        return found

    def climb(self, fact: AreaFact) -> Iterable[int]:
        """Walk the ancestors up to, and without, the nearest sealed one."""
        while fact.parent_id is not None:
            fact = self.facts[fact.parent_id]
            if fact.sealed:
                return
            yield fact.id

    def is_closed(self, area_id: int) -> bool:
        """Tell whether the site does not read the area by its visibility."""
        return WIDTH[self.effective[area_id]] < WIDTH["members"]


@dataclass(frozen=True, slots=True)
class _Flow:
    """Whose role flows into an area (`staff`: editors and above), and who oversees it."""

    staff: frozenset[int] = frozenset()
    admins: frozenset[int] = frozenset()
    overseers: frozenset[int] = frozenset()


@dataclass(slots=True)
class _Own:
    members: set[int] = field(default_factory=set)
    staff: set[int] = field(default_factory=set)
    admins: set[int] = field(default_factory=set)


class _People:
    """The grants by area, and what they become on the way down and up."""

    def __init__(self, grants: Iterable[GrantFact]) -> None:
        self._own: dict[int, _Own] = defaultdict(_Own)
        self._flows: dict[int, _Flow] = {}
        self._climbers: dict[int, frozenset[int]] = {}
        for grant in grants:
            own = self._own[grant.area_id]
            own.members.add(grant.user_id)
            if grant.role != "member":
                own.staff.add(grant.user_id)
            if grant.role == "admin":
                own.admins.add(grant.user_id)

    def flow_into(self, fact: AreaFact) -> _Flow:
        """Return what flows into an area; its parent's flow has been asked for before."""
        above = _Flow() if fact.parent_id is None else self._flows[fact.parent_id]
        own = self._own.get(fact.id)
        inherited = _Flow(above.staff, above.admins)
        flow = _Flow(overseers=above.admins) if fact.sealed else inherited
        if own is not None and own.staff:
            flow = _Flow(flow.staff | own.staff, flow.admins | own.admins, flow.overseers)
        self._flows[fact.id] = flow
        return flow

    def climbing_to(self, area_id: int, tree: _Tree) -> frozenset[int]:
        """Return the members of a closed area and those who read it from below.

        What lies below a closed area is closed, so this never walks into the open.
        """
        found = self._climbers.get(area_id)
        if found is None:
            own = self._own.get(area_id)
            found = frozenset(own.members) if own else frozenset()
            if not tree.facts[area_id].sealed:
                below = [self.climbing_to(c.id, tree) for c in tree.children.get(area_id, ())]
                found = found.union(*below)
            self._climbers[area_id] = found
        return found
