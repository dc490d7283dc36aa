"""Awarding by criteria: live with each event, and for everything that was, set by set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import list_plugin_areas, member, notify, now, select_above, unscoped
from forum.plugin import EventRef
from forum_badges import limits
from forum_badges.compiling import is_counted, make_awards, make_counters, upsert
from forum_badges.crediting import credit
from forum_badges.models import Achievement, Counter, Criterion, Feed, Version
from forum_badges.values import DISTINCT, Happened

AWARDED: Final = "badges.awarded"
RECOUNT: Final = "badges.recount"

_IN_FORCE: Final = (
    sa.select(Criterion, Version.achievement_id)
    .join(Version, Version.id == Criterion.version_id)
    .join(
        Achievement,
        sa.and_(
            Achievement.id == Version.achievement_id,
            Achievement.number == Version.number,
            Achievement.retired_at.is_(None),
        ),
    )
    .order_by(Criterion.version_id, Criterion.position)
)


def handle_event(event: EventRef) -> None:
    """Credit whoever did it, count on, and award what is reached now; twice is as once.

    Cost: four statements, and for each condition that wants the event two, three where it is
    reached.
    """
    happened = credit(event)
    if happened is None:
        return
    with unscoped("badges: what happened counts whoever looks") as session:
        if not _take_down(session, happened):
            return
        wanted = _IN_FORCE.where(
            Criterion.event == happened.name, Criterion.area_id.in_(select_above(happened.area_id))
        )
        for criterion, achievement_id in session.execute(wanted).all():
            if _fits(criterion, happened) and _count_on(session, criterion, happened):
                award_version(session, achievement_id, user_id=happened.user_id)


def award_version(
    session: Session, achievement_id: int, *, user_id: int | None = None, depth: int = 0
) -> int:
    """Award an achievement to whoever has earned it, then what it is a condition of.

    The session is unscoped. Return how many rows were written.
    Cost: two statements; those of `notify` where somebody is to be told.
    """
    found = session.execute(_IN_FORCE.where(Version.achievement_id == achievement_id)).all()
    criteria = [criterion for criterion, _ in found]
    if not criteria or not _is_on(criteria[0].area_id):
        return 0
    statement = make_awards(
        session, criteria, achievement_id=achievement_id, at=now(), user_id=user_id
    )
    given = session.execute(statement).all()
    if not given:
        return 0
    tell(criteria[0].area_id, [(row.id, row.user_id, row.event_at) for row in given])
    return len(given) + follow(session, achievement_id, user_id=user_id, depth=depth)


def follow(
    session: Session, achievement_id: int, *, user_id: int | None = None, depth: int = 0
) -> int:
    """Award what somebody gets for having an achievement; the session is unscoped."""
    if depth >= limits.DEPTH:
        return 0
    leads_to = _IN_FORCE.where(Criterion.required_id == achievement_id)
    next_ids = {found for _, found in session.execute(leads_to)}
    return sum(
        award_version(session, found, user_id=user_id, depth=depth + 1)
        for found in sorted(next_ids)
    )


def backfill(achievement_id: int) -> int:
    """Count and award one achievement over everything that was; return how many were awarded.

    Cost: one statement per condition and one for all awards.
    """
    with unscoped("badges: what was counts whoever looks") as session:
        found = session.execute(_IN_FORCE.where(Version.achievement_id == achievement_id)).all()
        for criterion, _ in found:
            if criterion.kind != "has":
                session.execute(make_counters(session, criterion))
        return award_version(session, achievement_id)


def recount(area_ids: Sequence[int]) -> None:
    """Bring all achievements of these areas up to date: for what began while events went by."""
    with unscoped("badges: the schedule has no viewer") as session:
        wanted = sa.select(Achievement.id).where(
            Achievement.area_id.in_(area_ids), Achievement.retired_at.is_(None)
        )
        ids = session.scalars(wanted.order_by(Achievement.id)).all()
    for achievement_id in ids:
        backfill(achievement_id)


def tell(area_id: int, given: Sequence[tuple[int, int, datetime]]) -> None:
    """Tell members of their awards, but for what they earned long ago."""
    recent = now() - limits.QUIET_AFTER
    for award_id, user_id, at in given:
        if at >= recent:
            key, values = f"award-{award_id}", {"award": award_id}
            notify(AWARDED, [user_id], key=key, area_id=area_id, values=values)


def _is_on(area_id: int) -> bool:
    area = list_plugin_areas([area_id]).get(area_id)
    return area is not None and "badges" in area.plugins


def _take_down(session: Session, happened: Happened) -> bool:
    """Write the event to the feed; return False when it stands there or its member is gone."""
    active = sa.select(member.c.id).where(
        member.c.id == happened.user_id, member.c.state == "active"
    )
    if session.scalar(active) is None:
        return False
    row: Mapping[str, Any] = {
        "event_id": happened.id,
        "name": happened.name,
        "user_id": happened.user_id,
        "area_id": happened.area_id,
        "topic_id": happened.topic_id,
        "day": happened.at.date(),
        "at": happened.at,
        "fields": happened.fields,
    }
    insert = upsert(session, Feed).values(row).on_conflict_do_nothing()
    return session.execute(insert.returning(Feed.id)).scalar_one_or_none() is not None


def _fits(criterion: Criterion, happened: Happened) -> bool:
    return not criterion.field or happened.fields.get(criterion.field) == criterion.value


def _count_on(session: Session, criterion: Criterion, happened: Happened) -> bool:
    """Count an event; tell whether the condition is reached by it, or earlier than it was."""
    step = 0 if _is_known(session, criterion, happened) else 1
    row = {"criterion_id": criterion.id, "user_id": happened.user_id, "value": step}
    insert = upsert(session, Counter).values(row)
    counted = insert.on_conflict_do_update(
        index_elements=["criterion_id", "user_id"],
        set_={"value": Counter.value + insert.excluded.value},
    ).returning(Counter.value)
    value = cast(int, session.execute(counted).scalar_one())
    if value < criterion.least:
        return False
    return (step == 1 and value == criterion.least) or _is_late(session, happened)


def _is_known(session: Session, criterion: Criterion, happened: Happened) -> bool:
    """Tell whether a condition on different days, areas or topics has counted this one already."""
    key = DISTINCT.get(criterion.kind)
    if key is None:
        return False
    values = {
        "day": happened.at.date(),
        "area_id": happened.area_id,
        "topic_id": happened.topic_id,
    }
    if values[key] is None:
        return True
    same = sa.select(Feed.id).where(
        Feed.user_id == happened.user_id,
        Feed.event_id != happened.id,
        getattr(Feed, key) == values[key],
        *is_counted(criterion),
    )
    return session.scalar(same.limit(1)) is not None


def _is_late(session: Session, happened: Happened) -> bool:
    """Tell whether later events of the kind came before this one."""
    later = sa.select(Feed.id).where(
        Feed.name == happened.name, Feed.user_id == happened.user_id, Feed.at > happened.at
    )
    return session.scalar(later.limit(1)) is not None
