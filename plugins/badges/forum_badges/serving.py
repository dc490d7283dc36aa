"""Badges in the API for programs: those of an area, and what the token's member has earned.

What may be read is what the pages show; nothing is given or signed here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from forum.api.data import Denied, Scope, Viewer
from forum.plugin import ApiRoute, AreaApi, SiteApi
from forum_badges import limits
from forum_badges.queries import AwardRow, list_achievements, list_own
from forum_badges.rules import can_manage


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Badge(_Told):
    """What can be earned in an area."""

    id: int
    name: str
    description: str
    retired: bool
    holders: int | None = Field(
        description=f"How many have it; null below {limits.FEW} for who does not award it."
    )


class Badges(_Told):
    """All badges of an area, those that are no longer given last."""

    items: tuple[Badge, ...]


class OwnAward(_Told):
    """A badge of one's own, in the words of the version that was earned."""

    id: int
    badge_id: int
    area_id: int
    name: str
    description: str
    minutes: int
    earned_at: datetime
    valid_until: datetime | None
    method: str = Field(description="auto: by its conditions, manual: by an admin.")
    shown: bool = Field(description="Whether other members see it on the profile.")
    revoked_at: datetime | None
    reason: str


class OwnAwards(_Told):
    """Badges of one's own, the latest first."""

    items: tuple[OwnAward, ...]


def list_here(scope: Scope) -> Badges:
    """Give the badges of an area."""
    manages = can_manage(scope)
    return Badges(
        items=tuple(
            Badge(
                id=row.id,
                name=row.name,
                description=row.description,
                retired=row.retired_at is not None,
                holders=row.holders if manages or row.holders >= limits.FEW else None,
            )
            for row in list_achievements(scope.area.id)
        )
    )


def list_mine(viewer: Viewer) -> OwnAwards:
    """Give what the member has earned."""
    if viewer.user_id is None:
        raise Denied
    return OwnAwards(items=tuple(_tell(one) for one in list_own(viewer.user_id)))


def _tell(award: AwardRow) -> OwnAward:
    return OwnAward(
        id=award.id,
        badge_id=award.achievement_id,
        area_id=award.area_id,
        name=award.name,
        description=award.description,
        minutes=award.minutes,
        earned_at=award.event_at,
        valid_until=award.ends_at,
        method=award.method,
        shown=award.visibility == "members",
        revoked_at=award.revoked_at,
        reason=award.reason,
    )


API: Final = (
    AreaApi(
        (
            ApiRoute(
                rule="/",
                endpoint="list",
                summary="List the badges of an area",
                view=list_here,
                answer=Badges,
            ),
        )
    ),
    SiteApi(
        (
            ApiRoute(
                rule="/awards",
                endpoint="awards",
                summary="List one's own badges",
                view=list_mine,
                answer=OwnAwards,
            ),
        )
    ),
)
