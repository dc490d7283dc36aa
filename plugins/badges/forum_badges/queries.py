"""Reads of badges, under the wall: what the viewer may not read is not there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session as OrmSession

from forum.api.data import (
    NotFound,
    Scope,
    among,
    at_most,
    belongs_to,
    db,
    list_plugin_areas,
    member,
    select_above,
    unscoped,
)
from forum_badges import limits
from forum_badges.models import Achievement, Attendance, Award, Criterion, Session, Version
from forum_badges.values import Kind, Leaf


@dataclass(frozen=True, slots=True)
class AchievementRow:
    """An achievement as lists show it; `holders` is how many have it."""

    id: int
    uuid: str
    area_id: int
    name: str
    description: str
    number: int
    retired_at: datetime | None
    holders: int = 0


@dataclass(frozen=True, slots=True)
class VersionRow:
    """What a version says, with its conditions."""

    id: int
    number: int
    name: str
    description: str
    narrative: str
    minutes: int
    valid_days: int
    leaves: tuple[Leaf, ...] = ()


@dataclass(frozen=True, slots=True)
class AwardRow:
    """An award as pages show it, in the words of the version that was earned."""

    id: int
    area_id: int
    user_id: int
    achievement_id: int
    uuid: str
    name: str
    description: str
    narrative: str
    minutes: int
    valid_days: int
    event_at: datetime
    method: str
    visibility: str
    doubted_at: datetime | None
    revoked_at: datetime | None
    reason: str

    @property
    def ends_at(self) -> datetime | None:
        """Until when it is valid; None for ever."""
        return self.event_at + timedelta(days=self.valid_days) if self.valid_days else None


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member as an admin chooses one."""

    id: int
    name: str
    handle: str


_LISTED: Final = (
    Achievement.id,
    Achievement.uuid,
    Achievement.area_id,
    Achievement.name,
    Achievement.description,
    Achievement.number,
    Achievement.retired_at,
)
_HOLDERS: Final = (
    sa.select(sa.func.count())
    .select_from(Award)
    .where(Award.achievement_id == Achievement.id, Award.revoked_at.is_(None))
    .scalar_subquery()
)
_LIST: Final = (
    sa.select(*_LISTED, _HOLDERS)
    .where(Achievement.area_id == sa.bindparam("area", type_=sa.Integer))
    .order_by(Achievement.retired_at.is_not(None), Achievement.name, Achievement.id)
    .limit(at_most(limits.ACHIEVEMENTS))
)
_AWARDS: Final = (
    sa.select(
        Award.id,
        Award.area_id,
        Award.user_id,
        Award.achievement_id,
        Achievement.uuid,
        Version.name,
        Version.description,
        Version.narrative,
        Version.minutes,
        Version.valid_days,
        Award.event_at,
        Award.method,
        Award.visibility,
        Award.doubted_at,
        Award.revoked_at,
        Award.reason,
    )
    .join(Version, Version.id == Award.version_id)
    .join(Achievement, Achievement.id == Award.achievement_id)
    .order_by(Award.event_at.desc(), Award.id.desc())
)
_OF_MEMBER: Final = _AWARDS.where(Award.user_id == sa.bindparam("user", type_=sa.Integer)).limit(
    at_most(limits.OWN)
)
_SHOWN: Final = _AWARDS.where(
    Award.user_id == sa.bindparam("user", type_=sa.Integer),
    Award.visibility == "members",
    Award.revoked_at.is_(None),
).limit(at_most(limits.PANEL))
_BY_IDS: Final = _AWARDS.where(among(Award.id, "awards"))


def list_achievements(area_id: int) -> list[AchievementRow]:
    """Return what can be earned in an area, what no longer can last. Cost: one statement."""
    return [AchievementRow(*row) for row in db.session.execute(_LIST, {"area": area_id})]


def count_doubted(scope: Scope) -> dict[int, int]:
    """Return how many awards of each badge wait for a decision, for the area's admins.

    Cost: one statement.
    """
    wanted = (
        sa.select(Award.achievement_id, sa.func.count())
        .where(
            Award.area_id == scope.area.id,
            Award.doubted_at.is_not(None),
            Award.revoked_at.is_(None),
        )
        .group_by(Award.achievement_id)
    )
    return {row[0]: row[1] for row in db.session.execute(wanted)}


def get_achievement(scope: Scope, achievement_id: int) -> AchievementRow:
    """Return an achievement of the area.

    Errors: NotFound.
    """
    wanted = sa.select(*_LISTED, _HOLDERS).where(
        Achievement.id == achievement_id, Achievement.area_id == scope.area.id
    )
    found = db.session.execute(wanted).one_or_none()
    if found is None:
        raise NotFound
    return AchievementRow(*found)


def find_place(uuid: str) -> str | None:
    """Return the page of an achievement that the viewer may read, where badges are on.

    Cost: two statements.
    """
    wanted = sa.select(Achievement.id, Achievement.area_id).where(Achievement.uuid == uuid)
    found = db.session.execute(wanted).one_or_none()
    if found is None:
        return None
    area = list_plugin_areas([found.area_id]).get(found.area_id)
    if area is None or "badges" not in area.plugins:
        return None
    return f"/a/{area.slug}/badges/{found.id}"


def get_version(achievement_id: int, number: int) -> VersionRow:
    """Return a version with its conditions. Cost: two statements.

    Errors: NotFound.
    """
    wanted = sa.select(
        Version.id,
        Version.number,
        Version.name,
        Version.description,
        Version.narrative,
        Version.minutes,
        Version.valid_days,
    ).where(Version.achievement_id == achievement_id, Version.number == number)
    found = db.session.execute(wanted).one_or_none()
    if found is None:
        raise NotFound
    return VersionRow(*found, _list_leaves(db.session(), found.id))


def _list_leaves(session: OrmSession, version_id: int) -> tuple[Leaf, ...]:
    wanted = sa.select(Criterion).where(Criterion.version_id == version_id)
    return tuple(
        Leaf(
            kind=cast(Kind, one.kind),
            event=one.event,
            field=one.field,
            value=one.value,
            least=one.least,
            required_id=one.required_id,
            clause=one.clause,
        )
        for one in session.scalars(wanted.order_by(Criterion.position))
    )


def list_requirable(scope: Scope, *, besides: int | None = None) -> list[AchievementRow]:
    """Return achievements of the area and above that another one may ask for."""
    wanted = (
        sa.select(*_LISTED)
        .where(
            Achievement.area_id.in_(select_above(scope.area.id)),
            Achievement.retired_at.is_(None),
            Achievement.id != (besides or 0),
        )
        .order_by(Achievement.name, Achievement.id)
        .limit(at_most(limits.ACHIEVEMENTS))
    )
    return [AchievementRow(*row) for row in db.session.execute(wanted)]


def list_edges(session: OrmSession, ids: Iterable[int]) -> dict[int, set[int]]:
    """Return what each of these achievements asks for in force; the session is unscoped."""
    wanted = (
        sa.select(Version.achievement_id, Criterion.required_id)
        .join(Criterion, Criterion.version_id == Version.id)
        .join(
            Achievement,
            sa.and_(Achievement.id == Version.achievement_id, Achievement.number == Version.number),
        )
        .where(Version.achievement_id.in_(sorted(ids)), Criterion.required_id.is_not(None))
    )
    found: dict[int, set[int]] = {}
    for achievement_id, required_id in session.execute(wanted):
        found.setdefault(achievement_id, set()).add(required_id or 0)
    return found


def list_shown(user_id: int) -> list[AwardRow]:
    """Return what a member shows to others, as far as the viewer may read it.

    Cost: two statements, one without awards.
    """
    return _keep_on(db.session.execute(_SHOWN, {"user": user_id}))


def list_own(user_id: int) -> list[AwardRow]:
    """Return a member's own awards, also from areas they have left, where badges are on.

    Cost: two statements, one without awards.
    """
    with unscoped("badges: what one has earned stays one's own after leaving") as session:
        rows = session.execute(_OF_MEMBER, {"user": user_id}).all()
    return _keep_on(rows)


def get_own(user_id: int, award_id: int) -> AwardRow:
    """Return an own award.

    Errors: NotFound.
    """
    found = next((one for one in list_own(user_id) if one.id == award_id), None)
    if found is None:
        raise NotFound
    return found


def list_awards_by_id(award_ids: Collection[int]) -> list[AwardRow]:
    """Return these awards as far as the viewer may read them. Cost: one statement."""
    if not award_ids:
        return []
    rows: Any = db.session.execute(_BY_IDS, {"awards": sorted(award_ids)})
    return [AwardRow(*row) for row in rows]


def list_awards_of(achievement_id: int) -> list[tuple[AwardRow, str]]:
    """Return who has an achievement, for its admins: awards with names. Cost: one statement."""
    wanted = _AWARDS.where(Award.achievement_id == achievement_id).add_columns(member.c.name)
    wanted = wanted.join(member, member.c.id == Award.user_id).limit(at_most(limits.OWN))
    rows: Any = db.session.execute(wanted)
    return [(AwardRow(*row[:-1]), row[-1]) for row in rows]


def list_members(scope: Scope) -> list[MemberRow]:
    """Return who belongs to the area or to one below it, by name: whom its admins may award."""
    with unscoped("badges: admins of an area award whoever belongs below it") as session:
        rows = session.execute(
            sa.select(member.c.id, member.c.name, member.c.handle)
            .where(member.c.state == "active", belongs_to(member.c.id, scope.area.id, below=True))
            .order_by(member.c.name, member.c.id)
            .limit(at_most(limits.ATTENDEES))
        ).all()
    return [MemberRow(*row) for row in rows]


def list_belonging(scope: Scope, user_ids: Collection[int]) -> set[int]:
    """Return which of these belong to the area or below it. Cost: one statement."""
    with unscoped("badges: whom an award may go to does not depend on who asks") as session:
        return set(
            session.scalars(
                sa.select(member.c.id).where(
                    member.c.id.in_(sorted(user_ids)),
                    member.c.state == "active",
                    belongs_to(member.c.id, scope.area.id, below=True),
                )
            )
        )


def list_sessions(scope: Scope) -> list[tuple[Session, int]]:
    """Return the area's latest sessions with how many attended. Cost: two statements."""
    wanted = sa.select(Session).where(Session.area_id == scope.area.id)
    newest = wanted.order_by(Session.held_at.desc(), Session.id.desc())
    found = db.session.scalars(newest.limit(at_most(limits.SESSIONS))).all()
    counted = sa.select(Attendance.session_id, sa.func.count()).where(
        Attendance.session_id.in_([one.id for one in found])
    )
    with unscoped("badges: how many attended, for the area's admins") as session:
        rows = session.execute(counted.group_by(Attendance.session_id)).all()
    numbers = {row[0]: row[1] for row in rows}
    return [(one, numbers.get(one.id, 0)) for one in found]


def get_session(scope: Scope, session_id: int) -> Session:
    """Return a session of the area.

    Errors: NotFound.
    """
    wanted = sa.select(Session).where(Session.id == session_id, Session.area_id == scope.area.id)
    found = db.session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_attendees(session_id: int) -> dict[int, str]:
    """Return who was there, by id with names, for the area's admins. Cost: one statement."""
    wanted = (
        sa.select(Attendance.user_id, member.c.name)
        .join(member, member.c.id == Attendance.user_id)
        .where(Attendance.session_id == session_id)
        .order_by(member.c.name, member.c.id)
    )
    with unscoped("badges: who attended is shown to the area's admins") as session:
        return {row.user_id: row.name for row in session.execute(wanted)}


def list_where_on(area_ids: Collection[int]) -> set[int]:
    """Return in which of these areas badges are on. Cost: one statement."""
    areas = list_plugin_areas(area_ids)
    return {area_id for area_id, area in areas.items() if "badges" in area.plugins}


def _keep_on(rows: Iterable[Any]) -> list[AwardRow]:
    found = [AwardRow(*row) for row in rows]
    on = list_where_on({row.area_id for row in found}) if found else set()
    return [row for row in found if row.area_id in on]
