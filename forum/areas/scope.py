"""Where a request takes place: the area as a frozen row, and what the viewer is in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from forum.core.services import service
from forum.core.wall import Viewer

Role = Literal["member", "editor", "moderator", "admin"]
RANK: Final[Mapping[str, int]] = {"member": 1, "editor": 2, "moderator": 3, "admin": 4}


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area as pages need it; the columns of `models.Area` under the same names."""

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
    plugins: frozenset[str]
    language: str
    theme: str | None
    accent: str | None
    version: int
    topic_count: int
    member_count: int
    last_post_at: datetime | None
    ends_at: datetime | None
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a viewer is anywhere: the highest active grant per area, loaded once per request."""

    viewer: Viewer
    grants: Mapping[int, Role]

    def role_in(self, area: AreaRow) -> Role | None:
        """Return the effective role: own grant, or what flows down from above."""
        roles = [self.grants[i] for i in area.flow if i in self.grants]
        flowing = [r for r in roles if RANK[r] > RANK["member"]]
        if area.id in self.grants:
            flowing.append(self.grants[area.id])
        elif area.everyone and self.viewer.user_id is not None:
            flowing.append("member")
        return max(flowing, key=RANK.__getitem__, default=None)

    def is_member(self, area: AreaRow) -> bool:
        """Tell whether the viewer belongs to the area itself."""
        return area.id in self.grants or (area.everyone and self.viewer.user_id is not None)


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
