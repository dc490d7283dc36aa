"""Reads of digests: what a member wants and got, and how it stands for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from forum.api.data import (
    MEMBERSHIPS,
    RECIPIENTS,
    NotFound,
    Viewer,
    as_viewer,
    db,
    get_settings_in_force,
    get_system_scope,
    unscoped,
)
from forum_digest import limits, values
from forum_digest.models import Issue, Pref
from forum_digest.settings import Settings

NAME: Final = "digest"
RHYTHM: Final = (Pref.freq, Pref.weekday, Pref.hour, Pref.zone)


@dataclass(frozen=True, slots=True)
class PrefRow:
    """What a member wants; the columns of `models.Pref` under the same names."""

    channel: str
    freq: str
    weekday: int
    hour: int
    zone: str
    language: str
    areas: list[int]
    paused_until: datetime | None
    next_due_at: datetime | None
    mark: datetime
    chosen: bool


@dataclass(frozen=True, slots=True)
class IssueRow:
    """One digest of the viewer's: how it stands, and why none came."""

    id: int
    channel: str
    state: str
    reason: str
    to_mark: datetime
    items: int

    @property
    def why(self) -> str:
        """Why it did not come, in words."""
        return str(values.REASONS[self.reason]) if self.reason in values.REASONS else ""


_PREF: Final = sa.select(*(getattr(Pref, name) for name in PrefRow.__slots__))
_ISSUES: Final = (
    sa.select(*(getattr(Issue, name) for name in IssueRow.__slots__))
    .order_by(Issue.id.desc())
    .limit(limits.LISTED)
)


def find_root() -> int | None:
    """Return the id of the root where digests are on there, else None. Cost: one statement."""
    try:
        area = get_system_scope(None).area
    except NotFound:
        return None
    return area.id if NAME in area.plugins else None


def get_settings(root_id: int) -> Settings:
    """Return what the federation decided. Cost: one statement."""
    found = get_settings_in_force(root_id, NAME)
    assert isinstance(found, Settings)
    return found


def find_pref(viewer: Viewer) -> PrefRow | None:
    """Return what the viewer wants, None when they never said and nobody asked for them."""
    with as_viewer(viewer):
        row = db.session.execute(_PREF).one_or_none()
    return PrefRow(*row) if row is not None else None


def find_account(viewer: Viewer) -> Any:
    """Return address, language, zone and last visit of the viewer, None without an address."""
    wanted = sa.select(RECIPIENTS).where(RECIPIENTS.c.user_id == (viewer.user_id or 0))
    return db.session.execute(wanted).one_or_none()


def list_own_ids(viewer: Viewer) -> set[int]:
    """Return the areas that the viewer belongs to. Cost: one statement."""
    mine = sa.select(MEMBERSHIPS.c.area_id).where(MEMBERSHIPS.c.user_id == (viewer.user_id or 0))
    with as_viewer(viewer):
        return set(db.session.scalars(mine))


def list_issues(viewer: Viewer) -> list[IssueRow]:
    """List the viewer's last digests, the newest first, with those that did not come."""
    with as_viewer(viewer):
        return [IssueRow(*row) for row in db.session.execute(_ISSUES)]


def count_issues(*, since: datetime) -> Mapping[tuple[str, str], int]:
    """Count digests by state and reason: what operators learn, and no more than that."""
    wanted = (
        sa.select(Issue.state, Issue.reason, sa.func.count())
        .where(Issue.to_mark >= since)
        .group_by(Issue.state, Issue.reason)
        .order_by(Issue.state, Issue.reason)
    )
    with unscoped("digest: operators learn figures alone") as session:
        return {(state, reason): number for state, reason, number in session.execute(wanted)}
