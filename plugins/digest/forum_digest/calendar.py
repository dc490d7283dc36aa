"""When the next digest is due: pure, in the member's own time zone, through both clock changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from forum_digest.values import DAILY, MONTHLY, WEEKLY

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often, on which weekday (0 is Monday; not for daily ones) and at which hour where."""

    freq: str
    weekday: int
    hour: int
    zone: str


@dataclass(frozen=True, slots=True)
class Turn:
    """When one digest is due, and the name of the period that it is the only one of."""

    at: datetime
    key: str


def find_next_turn(rhythm: Rhythm, after: datetime) -> Turn:
    """Return the first turn later than a moment.

    An hour that a clock change leaves out is the one after it; one that comes twice is the first.
    """
    zone = ZoneInfo(rhythm.zone)
    # A day ahead of the calendar: what is due today at an hour that has passed is due later.
    day = after.astimezone(zone).date() - DAY
    while True:
        turn = _turn_on(rhythm, day, zone)
        if turn is not None and turn.at > after:
            return turn
        day += DAY


def _turn_on(rhythm: Rhythm, day: date, zone: ZoneInfo) -> Turn | None:
    if rhythm.freq != DAILY and day.weekday() != rhythm.weekday:
        return None
    if rhythm.freq == MONTHLY and day.day > 7:
        return None
    # Through UTC: local times in a gap are moved past it, of double ones the first is taken.
    at = datetime.combine(day, time(rhythm.hour), tzinfo=zone).astimezone(UTC)
    return Turn(at, name_period(rhythm.freq, day))


def name_period(freq: str, day: date) -> str:
    """Return the name of the day, week or month of a digest that is due on a day."""
    if freq == WEEKLY:
        year, week, _day = day.isocalendar()
        return f"w{year}-{week:02}"
    return f"m{day:%Y-%m}" if freq == MONTHLY else f"d{day:%Y-%m-%d}"
