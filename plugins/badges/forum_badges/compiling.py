"""Conditions as statements: when each member reached what, for one member or for everybody.

A condition is told in two ways that have to agree: here as a set, for back-filling and for the
date of an award, and in `operations.engine` as a counter that grows with each event. Tests hold
both against a third one in plain Python.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from forum.api.data import UTCDateTime, select_below, select_standing
from forum_badges.models import Award, Counter, Criterion, Feed
from forum_badges.values import DISTINCT, ONCE, STANDING

_AWARD_COLUMNS: Final = (
    "area_id",
    "achievement_id",
    "version_id",
    "user_id",
    "source_key",
    "method",
    "event_at",
    "awarded_at",
)


def upsert(session: Session, model: Any) -> Any:
    """Return the insert of the database at hand that knows what to do with a conflict."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgresql else sqlite.insert
    return insert(model)


def is_counted(criterion: Criterion) -> list[sa.ColumnElement[bool]]:
    """Return what an event of the feed has to be for a condition: type, place and value."""
    conditions: list[sa.ColumnElement[bool]] = [
        Feed.name == criterion.event,
        Feed.area_id.in_(select_below(criterion.area_id)),
        sa.not_(Feed.undone),
    ]
    if criterion.field:
        conditions.append(Feed.fields[criterion.field].as_string() == criterion.value)
    return conditions


def select_reached(criterion: Criterion, user_id: int | None = None) -> sa.Select[Any]:
    """Select who has met a condition, and since when: the moment of the n-th event."""
    if criterion.kind == "has":
        earned = sa.select(Award.user_id, Award.event_at.label("at")).where(
            Award.achievement_id == criterion.required_id,
            Award.revoked_at.is_(None),
            Award.doubted_at.is_(None),
        )
        return _only(earned, Award.user_id, user_id)
    if criterion.kind in STANDING:
        role = criterion.value or "member"
        stood = select_standing(criterion.area_id, days=criterion.least, role=role).subquery()
        return _only(sa.select(stood.c.user_id, stood.c.at), stood.c.user_id, user_id)
    counted = is_counted(criterion)
    if user_id is not None:
        counted.append(Feed.user_id == user_id)
    steps: Any = sa.select(Feed.user_id, Feed.at, Feed.event_id.label("tie")).where(*counted)
    key = DISTINCT.get(criterion.kind)
    if key is not None:
        column = getattr(Feed, key)
        steps = (
            sa.select(Feed.user_id, sa.func.min(Feed.at).label("at"), column.label("tie"))
            .where(*counted, column.is_not(None))
            .group_by(Feed.user_id, column)
        )
    step = steps.subquery()
    place = sa.func.row_number().over(partition_by=step.c.user_id, order_by=(step.c.at, step.c.tie))
    numbered = sa.select(step.c.user_id, step.c.at, place.label("place")).subquery()
    return sa.select(numbered.c.user_id, numbered.c.at).where(numbered.c.place == criterion.least)


def _only(wanted: Any, column: Any, user_id: int | None) -> sa.Select[Any]:
    return cast(sa.Select[Any], wanted if user_id is None else wanted.where(column == user_id))


def select_earned(criteria: Sequence[Criterion], user_id: int | None = None) -> sa.Select[Any]:
    """Select who has earned a version, and when: the first clause all of which was met."""
    clauses: dict[int, list[Criterion]] = defaultdict(list)
    for criterion in criteria:
        clauses[criterion.clause].append(criterion)
    met = sa.union_all(*(_select_clause(clause, user_id) for clause in clauses.values()))
    either = met.subquery()
    return sa.select(either.c.user_id, sa.func.min(either.c.at).label("at")).group_by(
        either.c.user_id
    )


def _select_clause(criteria: Sequence[Criterion], user_id: int | None) -> sa.Select[Any]:
    """Select who has met all of these, and when the last of them was."""
    each = sa.union_all(*(select_reached(one, user_id) for one in criteria)).subquery()
    return (
        sa.select(each.c.user_id, sa.func.max(each.c.at).label("at"))
        .group_by(each.c.user_id)
        .having(sa.func.count() == len(criteria))
    )


def make_awards(
    session: Session,
    criteria: Sequence[Criterion],
    *,
    achievement_id: int,
    at: datetime,
    user_id: int | None = None,
) -> Any:
    """Return the one statement that writes all awards of a version, each at most once.

    An award that is there already gets another date when events came late or were undone, and is no
    longer in doubt. What time alone fulfilled may have ended since: there the first date stays.
    """
    first = criteria[0]
    earned = select_earned(criteria, user_id).subquery()
    rows = sa.select(
        sa.literal(first.area_id, sa.Integer),
        sa.literal(achievement_id, sa.Integer),
        sa.literal(first.version_id, sa.Integer),
        earned.c.user_id,
        sa.literal(ONCE, sa.String),
        sa.literal("auto", sa.String),
        earned.c.at,
        sa.literal(at, UTCDateTime),
    ).where(sa.true())  # without a condition SQLite takes ON CONFLICT for a join's
    insert = upsert(session, Award).from_select(_AWARD_COLUMNS, rows)
    lasting = any(criterion.kind in STANDING for criterion in criteria)
    other = Award.event_at.__gt__ if lasting else Award.event_at.__ne__
    return insert.on_conflict_do_update(
        index_elements=["achievement_id", "user_id", "source_key"],
        set_={"event_at": insert.excluded.event_at, "doubted_at": None},
        where=sa.and_(
            sa.or_(other(insert.excluded.event_at), Award.doubted_at.is_not(None)),
            insert.excluded.version_id == Award.version_id,
            Award.method == "auto",
            Award.revoked_at.is_(None),
        ),
    ).returning(Award.id, Award.user_id, Award.event_at)


def make_counters(session: Session, criterion: Criterion, user_id: int | None = None) -> list[Any]:
    """Return the two statements that count a condition anew, as counters would have.

    For everybody or one member: those who have nothing any more are forgotten, the others counted.
    """
    counted = is_counted(criterion)
    mine = [Counter.criterion_id == criterion.id]
    if user_id is not None:
        counted.append(Feed.user_id == user_id)
        mine.append(Counter.user_id == user_id)
    key = DISTINCT.get(criterion.kind)
    value = sa.func.count() if key is None else sa.func.count(sa.distinct(getattr(Feed, key)))
    rows = (
        sa.select(sa.literal(criterion.id, sa.Integer), Feed.user_id, value)
        .where(*counted)
        .group_by(Feed.user_id)
    )
    insert = upsert(session, Counter).from_select(["criterion_id", "user_id", "value"], rows)
    return [
        sa.delete(Counter)
        .where(*mine, Counter.user_id.not_in(sa.select(Feed.user_id).where(*counted)))
        .execution_options(synchronize_session=False),
        insert.on_conflict_do_update(
            index_elements=["criterion_id", "user_id"],
            set_={"value": insert.excluded.value},
            where=insert.excluded.value != Counter.value,
        ),
    ]
