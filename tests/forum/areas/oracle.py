"""Who reads what, by brute force, written from docs/areas.md and from nothing else.

Every question walks the whole tree again; no answer is kept.
"""

from __future__ import annotations

from dataclasses import dataclass

ANYBODY = "anonymous"
ORDER = ["hidden", "listed", "members", "public"]


@dataclass(frozen=True)
class Place:
    """An area of the small model."""

    id: int
    parent: int | None
    visibility: str
    sealed: bool
    everyone: bool


@dataclass(frozen=True)
class World:
    """Places, and who holds which role where: (user, place, role)."""

    places: dict[int, Place]
    held: frozenset[tuple[int, int, str]]

    def chain(self, place: int) -> list[Place]:
        """From the root to the place."""
        found: list[Place] = []
        here: int | None = place
        while here is not None:
            found.insert(0, self.places[here])
            here = self.places[here].parent
        return found

    def effective(self, place: int) -> str:
        """Never wider than the parent."""
        return min((p.visibility for p in self.chain(place)), key=ORDER.index)

    def belongs(self, user: int, place: int) -> bool:
        """Membership of the area itself; to an area of everyone all site members belong."""
        if self.places[place].everyone:
            return True
        return any(u == user and p == place for u, p, _ in self.held)

    def flows(self, user: int, place: int, roles: set[str]) -> bool:
        """Roles above member flow down to descendants until a seal."""
        chain = self.chain(place)
        for i, above in enumerate(chain):
            holds = any((user, above.id, role) in self.held for role in roles)
            if holds and not any(p.sealed for p in chain[i + 1 :]):
                return True
        return False

    def climbs(self, user: int, place: int) -> bool:
        """A member of an area reads its ancestors, except through a sealed one."""
        for below in self.places:
            chain = self.chain(below)
            ids = [p.id for p in chain]
            if below == place or place not in ids or not self.belongs(user, below):
                continue
            between = chain[ids.index(place) : -1]
            if not any(p.sealed for p in between):
                return True
        return False

    def reads(self, user: int | str, place: int) -> bool:
        """Whether the content may be read."""
        effective = self.effective(place)
        if effective == "public":
            return True
        if not isinstance(user, int):
            return False
        return (
            effective == "members"
            or self.belongs(user, place)
            or self.flows(user, place, {"editor", "moderator", "admin"})
            or self.climbs(user, place)
        )

    def discovers(self, user: int | str, place: int) -> bool:
        """Whether name, summary and core team may be known."""
        if self.reads(user, place):
            return True
        if not isinstance(user, int):
            return False
        if self.effective(place) == "listed":
            return True
        here = self.places[place]
        return here.sealed and here.parent is not None and self.flows(user, here.parent, {"admin"})
