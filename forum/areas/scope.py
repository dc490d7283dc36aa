"""Where a request takes place: the area as a frozen row, and what the viewer is in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from forum.core.services import service
from forum.core.wall import ANONYMOUS, Viewer
from forum.plugin.types import AreaRef

Role = Literal["member", "editor", "moderator", "admin"]
ALL_ROLES: Final[tuple[Role, ...]] = ("member", "editor", "moderator", "admin")
RANK: Final[Mapping[str, int]] = {role: rank for rank, role in enumerate(ALL_ROLES, 1)}


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area as pages need it; the columns of `models.Area` under the same names.

    `theme` and `accent` are resolved down the tree; `accent` is hex without `#`, "" is none.
    """

    id: int
    parent_id: int | None
    path: str
    depth: int
    kind: str
    name: str
    slug: str
    summary: str
    visibility: str
    effective: str
    sealed: bool
    everyone: bool
    casual: bool
    joining: str
    topics_by: str
    replies_by: str
    flow: tuple[int, ...]
    above: tuple[int, ...]
    plugins: frozenset[str]
    closed: str
    language: str
    theme: str
    accent: str
    version: int
    topic_count: int
    member_count: int
    last_post_at: datetime | None
    ends_at: datetime | None
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnArea:
    """An area the viewer belongs to, as the navigation shows it; `role` is the own grant's."""

    id: int
    parent_id: int | None
    path: str
    depth: int
    kind: str
    slug: str
    name: str
    accent: str
    role: Role
    position: int
    everyone: bool
    casual: bool
    topics_by: str
    closed: str
    ends_at: datetime | None
    archived_at: datetime | None

    @property
    def archived(self) -> bool:
        """Whether the area is read-only for good."""
        return self.archived_at is not None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a viewer is anywhere: the highest grant in force per area, loaded once per request.

    `areas` are the own ones in the order of the tree; `operator` is the site role; `system` is
    nobody in front of a screen: the command line, the demo, a job.
    """

    viewer: Viewer
    grants: Mapping[int, Role]
    areas: tuple[OwnArea, ...] = ()
    operator: bool = False
    system: bool = False

    def role_in(self, area: AreaRow) -> Role | None:
        """Return the effective role: own grant, or what flows down from above."""
        if self.system:
            return "admin"
        roles = [self.grants[i] for i in area.flow if i in self.grants]
        flowing = [r for r in roles if RANK[r] > RANK["member"]]
        if self.is_member(area):
            flowing.append(self.grants.get(area.id, "member"))
        return max(flowing, key=RANK.__getitem__, default=None)

    def is_member(self, area: AreaRow) -> bool:
        """Tell whether the viewer belongs to the area itself."""
        return area.id in self.grants or (area.everyone and self.viewer.user_id is not None)

    def is_admin_at(self, flow: Iterable[int]) -> bool:
        """Tell whether an admin's role of the viewer flows into an area, by its `flow`."""
        return self.system or any(self.grants.get(i) == "admin" for i in flow)

    def oversees(self, area: AreaRow) -> bool:
        """Tell whether the viewer is an admin above the seal of a sealed area."""
        return self.is_admin_at(area.above) if area.sealed else self.system


SYSTEM: Final = Standing(viewer=ANONYMOUS, grants={}, operator=True, system=True)


@dataclass(frozen=True, slots=True)
class Scope:
    """An area seen by one viewer: what every operation, query and hook is given.

    `role` is effective (inherited roles included), `member` own membership, `reads` whether the
    content is readable and not only name and summary.
    """

    viewer: Viewer
    standing: Standing
    area: AreaRow
    role: Role | None
    member: bool
    reads: bool

    @property
    def user_id(self) -> int | None:
        """The viewer's user id, None when anonymous."""
        return self.viewer.user_id

    @property
    def plugins(self) -> frozenset[str]:
        """The plugins active here."""
        return self.area.plugins

    @property
    def hooks(self) -> Any:
        """The hooks of the plugins active here (`forum.plugin.dispatch.Hooks`)."""
        return service("dispatcher").for_area(self.area.plugins)

    def has_role(self, least: Role) -> bool:
        """Tell whether the viewer's effective role is at least `least`."""
        return self.role is not None and RANK[self.role] >= RANK[least]


def area_ref(scope: Scope) -> AreaRef:
    """Return the area as hooks are told of it."""
    return AreaRef(scope.area.id, scope.area.slug, scope.area.name)


def make_scope(standing: Standing, area: AreaRow, *, reads: bool) -> Scope:
    """Put area and standing together."""
    return Scope(
        viewer=standing.viewer,
        standing=standing,
        area=area,
        role=standing.role_in(area),
        member=standing.is_member(area),
        reads=reads,
    )
