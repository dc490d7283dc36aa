"""Who reads what in the demo, worked out by hand from docs/areas.md and the data it declares.

Nothing of the permission code is asked: every question walks the tree again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from forum.demo.people import PERSONAS
from forum.demo.tree import list_seeds

WIDTH: Final = ("hidden", "listed", "members", "public")
FLOWING: Final = ("editor", "moderator", "admin")


@dataclass(frozen=True)
class Federation:
    """Areas as demo.json tells them, and the grants of the personas."""

    areas: Mapping[str, Mapping[str, Any]]
    grants: Mapping[str, Mapping[str, str]]
    everyones: frozenset[str]

    def list_above(self, slug: str) -> list[str]:
        """Return the area and its ancestors, the area first."""
        found = [slug]
        while (parent := self.areas[found[-1]]["parent"]) is not None:
            found.append(parent)
        return found

    def tell_width(self, slug: str) -> str:
        """Return the effective visibility: never wider than that of an area above."""
        return min((self.areas[s]["visibility"] for s in self.list_above(slug)), key=WIDTH.index)

    def belongs(self, persona: str, slug: str) -> bool:
        """Tell whether the persona is a member of the area itself."""
        return slug in self.everyones or slug in self.grants[persona]

    def reads(self, persona: str | None, slug: str) -> bool:
        """Tell whether somebody may read the content."""
        width = self.tell_width(slug)
        if width == "public":
            return True
        if persona is None:
            return False
        if width == "members" or self.belongs(persona, slug):
            return True
        return self._inherits(persona, slug, FLOWING) or self._looks_up(persona, slug)

    def discovers(self, persona: str | None, slug: str) -> bool:
        """Tell whether somebody may know name, summary and core team."""
        if self.reads(persona, slug):
            return True
        if persona is None:
            return False
        area = self.areas[slug]
        if self.tell_width(slug) == "listed":
            return True
        above = area["parent"]
        if not area["sealed"] or above is None:
            return False
        held_above = self.grants[persona].get(above) == "admin"
        return held_above or self._inherits(persona, above, ("admin",))

    def list_readers(self, slug: str) -> list[str]:
        """Return the personas who read an area."""
        return sorted(persona for persona in self.grants if self.reads(persona, slug))

    def _inherits(self, persona: str, slug: str, roles: tuple[str, ...]) -> bool:
        """A role above member flows down from where it is held, until a seal."""
        for here in self.list_above(slug):
            if self.grants[persona].get(here) in roles:
                return True
            if self.areas[here]["sealed"]:
                return False
        return False

    def _looks_up(self, persona: str, slug: str) -> bool:
        """A member reads the areas above the own one, but not through a sealed one."""
        for own in (*self.grants[persona], *self.everyones):
            path = self.list_above(own)[1:]
            if slug in path:
                on_the_way = path[: path.index(slug) + 1]
                if not any(self.areas[s]["sealed"] for s in on_the_way):
                    return True
        return False


def read_federation(demo: Mapping[str, Any]) -> Federation:
    """Take the areas from demo.json, the grants from the personas that the demo declares."""
    seeds = {seed.slug: seed for seed in list_seeds()}
    return Federation(
        areas=demo["areas"],
        grants={p.key: {slug: role for slug, role, _title in p.grants} for p in PERSONAS},
        everyones=frozenset(slug for slug, seed in seeds.items() if seed.everyone),
    )
