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
from forum_badges.crediting import credit, list_undone
from forum_badges.models import Achievement, Counter, Criterion, Feed, Version
from forum_badges.operations.reviewing import list_dependent, review_awards
from forum_badges.operations.undoing import is_undone, take_back
from forum_badges.values import COUNTED, DISTINCT, STANDING, Happened

AWARDED: Final = "badges.awarded"
RECOUNT: Final = "badges.recount"
TICK: Final = "badges.tick"

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

    An event that undoes others counts down, and puts in doubt what is no longer reached.
    Cost: four statements, and for each condition that wants the event two, three where it is
    reached; one more for each kind of event that it undoes.
    """
    happened, undone = credit(event), list_undone(event)
    if happened is None and not undone:
        return
    with unscoped("badges: what happened counts whoever looks") as session:
        for undo in undone if event.area_id is not None else ():
            for changed in take_back(session, undo, event_id=event.id, area_id=event.area_id or 0):
                _count_anew(session, *changed)
        if happened is None or not _take_down(session, happened):
            return
        for criterion, achievement_id in _list_wanting(session, happened.name, happened.area_id):
            if _fits(criterion, happened) and _count_on(session, criterion, happened):
                award_version(session, achievement_id, user_id=happened.user_id)


def _list_wanting(session: Session, name: str, area_id: int) -> Sequence[Any]:
    wanted = _IN_FORCE.where(Criterion.event == name, Criterion.area_id.in_(select_above(area_id)))
    return session.execute(wanted).all()


def _count_anew(session: Session, name: str, area_id: int, user_id: int) -> None:
    """Count for one member what an event went into that counts no longer, or again."""
    found = _list_wanting(session, name, area_id)
    for criterion, _achievement_id in found:
        for statement in make_counters(session, criterion, user_id):
            session.execute(statement)
    # Who has an earlier version has it by the conditions of that one.
    earlier = (
        sa.select(Version.achievement_id)
        .join(Criterion, Criterion.version_id == Version.id)
        .where(Criterion.event == name, Criterion.area_id.in_(select_above(area_id)))
    )
    for achievement_id in sorted(set(session.scalars(earlier))):
        award_version(session, achievement_id, user_id=user_id, review=True)


def award_version(
    session: Session,
    achievement_id: int,
    *,
    user_id: int | None = None,
    depth: int = 0,
    review: bool = False,
) -> int:
    """Award an achievement to whoever has earned it, then what it is a condition of.

    With `review` what was awarded and is earned no longer waits for a decision from now on. The
    session is unscoped. Return how many rows were written.
    Cost: two statements, with `review` a few more; those of `notify` where somebody is to be told.
    """
    given = _give(session, achievement_id, user_id=user_id)
    changed = review_awards(session, achievement_id, user_id=user_id) if review else False
    if not given and not changed:
        return 0
    return given + follow(session, achievement_id, user_id=user_id, depth=depth, review=review)


def _give(session: Session, achievement_id: int, *, user_id: int | None) -> int:
    found = session.execute(_IN_FORCE.where(Version.achievement_id == achievement_id)).all()
    criteria = [criterion for criterion, _ in found]
    if not criteria or not _is_on(criteria[0].area_id):
        return 0
    statement = make_awards(
        session, criteria, achievement_id=achievement_id, at=now(), user_id=user_id
    )
    given = session.execute(statement).all()
    tell(criteria[0].area_id, [(row.id, row.user_id, row.event_at) for row in given])
    return len(given)


def follow(
    session: Session,
    achievement_id: int,
    *,
    user_id: int | None = None,
    depth: int = 0,
    review: bool = False,
) -> int:
    """Award what somebody gets for having an achievement; the session is unscoped."""
    if depth >= limits.DEPTH:
        return 0
    return sum(
        award_version(session, found, user_id=user_id, depth=depth + 1, review=review)
        for found in list_dependent(session, achievement_id)
    )


def backfill(achievement_id: int) -> int:
    """Count and award one achievement over everything that was; return how many were awarded.

    Cost: two statements per condition, one for all awards, and a few to review them.
    """
    with unscoped("badges: what was counts whoever looks") as session:
        found = session.execute(_IN_FORCE.where(Version.achievement_id == achievement_id)).all()
        for criterion, _ in found:
            for statement in make_counters(session, criterion) if criterion.kind in COUNTED else ():
                session.execute(statement)
        return award_version(session, achievement_id, review=True)


def tick(area_ids: Sequence[int]) -> None:
    """Award in these areas what only time has fulfilled: roles held and belonging.

    Cost: one statement, two for each badge with such a condition.
    """
    with unscoped("badges: the schedule has no viewer") as session:
        wanted = _IN_FORCE.where(Criterion.kind.in_(STANDING), Criterion.area_id.in_(area_ids))
        for achievement_id in sorted({found for _, found in session.execute(wanted)}):
            award_version(session, achievement_id)


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
    """Write the event to the feed; return False when it does not count.

    That is when it stands there already, its member is gone, or it was undone before it came.
    """
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
        "key": happened.key,
        "undone": is_undone(happened.key, happened.id) if happened.key else False,
    }
    insert = upsert(session, Feed).values(row).on_conflict_do_nothing()
    return session.execute(insert.returning(Feed.undone)).scalar_one_or_none() is False


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
