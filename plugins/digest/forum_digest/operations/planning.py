"""Planning: whose digest is due gets one row per period, set by set, however many plan at once.

A late start makes up for one turn: what was due several times is due once, the next is ahead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from forum.api.data import RECIPIENTS, UTCDateTime, now, unit, unscoped
from forum_digest import limits, values
from forum_digest.calendar import Rhythm, find_next_turn
from forum_digest.models import Issue, Pref
from forum_digest.queries import RHYTHM, get_settings
from forum_digest.settings import Settings

WEEKDAY: Final = 1
HOUR: Final = 7
"""When those get theirs who never chose: on Tuesdays at seven, where they live."""
QUIET: Final = {"synchronize_session": False}
AT_ONCE: Final = 200
"""Different rhythms whose next turn one statement sets."""


def plan_digests(root_id: int) -> None:
    """Give every member whose digest is due a planned one, and move the next turn ahead.

    Cost: seven statements, one more for each 200 different rhythms.
    """
    at = now()
    with unit(), unscoped("digest: planning is for all") as session:
        settings = get_settings(root_id)
        _let_returned_go(session, settings, at)
        if settings.inactive != values.OFF:
            _enrol_inactive(session, settings, at)
        due = session.execute(
            sa.select(*RHYTHM).where(_is_due(at)).distinct().order_by(*RHYTHM)
        ).all()
        if due:
            _insert_issues(session, at)
            _move_on(session, [Rhythm(*row) for row in due], at)


def _is_due(at: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Pref.next_due_at <= at, Pref.freq != values.OFF)


def _long_away(settings: Settings, at: datetime) -> tuple[Any, ...]:
    seen = RECIPIENTS.c.seen_at
    away = timedelta(days=settings.inactive_days)
    return (seen <= at - away, seen > at - limits.GONE_AFTER)


def _let_returned_go(session: Session, settings: Settings, at: datetime) -> None:
    """Who never chose gets nothing once they are back, or have been away for a year."""
    away = (
        sa.exists()
        .where(RECIPIENTS.c.user_id == Pref.user_id, *_long_away(settings, at))
        .correlate(Pref)
    )
    keeps = away if settings.inactive != values.OFF else sa.false()
    session.execute(
        sa.delete(Pref).where(Pref.chosen.is_(sa.false()), ~keeps).execution_options(**QUIET)
    )


def _enrol_inactive(session: Session, settings: Settings, at: datetime) -> None:
    """Give a rhythm to those who have long been away and never chose one."""
    known = sa.exists().where(Pref.user_id == RECIPIENTS.c.user_id)
    new = (*_long_away(settings, at), ~known)
    zones = session.scalars(sa.select(RECIPIENTS.c.timezone).where(*new).distinct()).all()
    if not zones:
        return
    turns = {
        zone: find_next_turn(Rhythm(settings.inactive, WEEKDAY, HOUR, zone), at) for zone in zones
    }
    zone = RECIPIENTS.c.timezone
    columns = {
        "user_id": RECIPIENTS.c.user_id,
        "channel": sa.literal(values.MAIL),
        "freq": sa.literal(settings.inactive),
        "weekday": sa.literal(WEEKDAY),
        "hour": sa.literal(HOUR),
        "zone": zone,
        "language": sa.literal(""),
        "areas": sa.literal([], Pref.areas.type),
        "next_due_at": _case(zone, ((z, turns[z].at) for z in zones), UTCDateTime()),
        "next_key": _case(zone, ((z, turns[z].key) for z in zones), sa.String()),
        "mark": RECIPIENTS.c.seen_at,
        "chosen": sa.false(),
    }
    _insert_from(session, Pref, columns, sa.select(*columns.values()).where(*new))


def _insert_issues(session: Session, at: datetime) -> None:
    """One row for each whose turn it is; where the period has one already nothing happens."""
    unsettled = (
        sa.exists()
        .where(Issue.user_id == Pref.user_id, Issue.state.in_((values.PLANNED, values.COMPOSED)))
        .correlate(Pref)
    )
    paused = sa.func.coalesce(Pref.paused_until > at, sa.false())
    waits = sa.or_(paused, unsettled)
    columns = {
        "user_id": Pref.user_id,
        "channel": Pref.channel,
        "period_key": Pref.next_key,
        "state": sa.case((waits, values.SKIPPED), else_=values.PLANNED),
        "reason": sa.case((paused, values.PAUSED), (unsettled, values.WAITING), else_=""),
        "from_mark": Pref.mark,
        "to_mark": sa.literal(at, UTCDateTime()),
        "tries": sa.literal(0),
        "items": sa.literal(0),
        "settled_at": sa.case((waits, sa.literal(at, UTCDateTime())), else_=sa.null()),
    }
    source = (
        sa.select(*columns.values())
        .join(RECIPIENTS, RECIPIENTS.c.user_id == Pref.user_id)
        .where(_is_due(at))
    )
    _insert_from(session, Issue, columns, source)


def _insert_from(
    session: Session, model: Any, columns: dict[str, Any], source: sa.Select[Any]
) -> None:
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgresql else sqlite.insert
    statement = insert(model).from_select(list(columns), source, include_defaults=False)
    session.execute(statement.on_conflict_do_nothing())


def _move_on(session: Session, rhythms: Sequence[Rhythm], at: datetime) -> None:
    """Set the next turn of all that were due, by their rhythm, in their own zone."""
    for start in range(0, len(rhythms), AT_ONCE):
        some = rhythms[start : start + AT_ONCE]
        turns = [(_follows(rhythm), find_next_turn(rhythm, at)) for rhythm in some]
        due = sa.case(*((c, sa.literal(turn.at, UTCDateTime())) for c, turn in turns))
        key = sa.case(*((c, turn.key) for c, turn in turns))
        session.execute(
            sa.update(Pref)
            .where(_is_due(at), sa.or_(*(condition for condition, _turn in turns)))
            .values(next_due_at=due, next_key=key)
            .execution_options(**QUIET)
        )


def _follows(rhythm: Rhythm) -> sa.ColumnElement[bool]:
    return sa.and_(
        Pref.freq == rhythm.freq,
        Pref.weekday == rhythm.weekday,
        Pref.hour == rhythm.hour,
        Pref.zone == rhythm.zone,
    )


def _case(column: Any, pairs: Iterable[tuple[str, Any]], kind: Any) -> sa.Case[Any]:
    return sa.case(*((column == name, sa.literal(value, kind)) for name, value in pairs))
