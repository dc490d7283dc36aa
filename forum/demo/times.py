"""When things happen in the demo: on weekdays, in office hours, more of it lately."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
FIRST = datetime(2019, 3, 4, 8, tzinfo=UTC)


def draw_moment(rng: Random, *, start: datetime, end: datetime) -> datetime:
    """Return a moment between the two, nearer to `end` more often; `start` when they are equal."""
    span = (end - start).total_seconds()
    if span <= 0:
        return start
    moment = start + timedelta(seconds=span * rng.random() ** 0.45)
    return min(max(_office_hours(rng, moment), start), end)


def draw_next(rng: Random, after: datetime, *, end: datetime) -> datetime:
    """Return when somebody replies: minutes or days later, never after `end`."""
    wait = timedelta(minutes=rng.choice((4, 12, 35, 90, 240, 600, 1500, 2900, 6000)))
    moment = _office_hours(rng, after + wait * (0.5 + rng.random()))
    left = end - after
    return moment if after < moment < end else after + left * (0.05 + 0.3 * rng.random())


def _office_hours(rng: Random, moment: datetime) -> datetime:
    local = moment.astimezone(ZONE)
    if local.weekday() > 4 and rng.random() < 0.85:
        local += timedelta(days=7 - local.weekday())
    if not 8 <= local.hour < 18 and rng.random() < 0.8:
        local = local.replace(hour=rng.randint(8, 17), minute=rng.randrange(60))
    return local.astimezone(UTC)
