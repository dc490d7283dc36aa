"""Dates to find one of: lines such as "24.12.2026 18:00-20:00" as moments, moments as words."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from forum.api.web import YEARS, day, exactly
from forum.api.web import gettext as _
from forum_polls.fields import to_utc
from forum_polls.shapes import OptionRow
from forum_polls.values import OptionSpec

_CLOCK: Final = r"(\d{1,2})(?:[:.](\d{2}))?"
_LINE: Final = re.compile(
    r"(?:[^\W\d_]{2,10}\.?,?\s+)?"
    r"(?:(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})|(?P<iso>\d{4}-\d{2}-\d{2}))"
    rf"(?:[T,\s]+{_CLOCK}(?:\s*[-–]\s*{_CLOCK})?(?:\s*Uhr)?)?",
    re.ASCII | re.IGNORECASE,
)
DAY: Final = 24 * 60


def read_date(line: str, *, zone: ZoneInfo) -> OptionSpec | None:
    """Read one line; None when it names no date that exists.

    The text is the same for the same moment however it was written; without an hour it is the
    whole day, which has no zone.
    """
    found = _LINE.fullmatch(line.strip())
    if found is None:
        return None
    try:
        on = (
            date.fromisoformat(found["iso"])
            if found["iso"]
            else date(int(found["y"]), int(found["m"]), int(found["d"]))
        )
        if on.year not in YEARS:
            return None
        hour, minute, to_hour, to_minute = found.groups()[4:]
        if hour is None:
            begins = datetime(on.year, on.month, on.day, tzinfo=UTC)
            return OptionSpec(text=on.isoformat(), starts_at=begins, minutes=DAY)
        local = datetime(on.year, on.month, on.day, int(hour), int(minute or 0))  # noqa: DTZ001
        begins = to_utc(local, zone=zone)
        minutes = 0
        if to_hour is not None:
            until = local.replace(hour=int(to_hour) % 24, minute=int(to_minute or 0))
            until += timedelta(days=1) if until <= local else timedelta()
            if int(to_hour) > 24:
                return None
            minutes = int((to_utc(until, zone=zone) - begins).total_seconds() // 60)
    except (ValueError, OverflowError):
        return None
    text = begins.strftime("%Y-%m-%dT%H:%MZ") + (f"/{minutes}" if minutes else "")
    return OptionSpec(text=text, starts_at=begins, minutes=minutes or None)


def tell_date(option: OptionRow | OptionSpec, *, zone: ZoneInfo) -> str:
    """Say when a date is, in the reader's zone and language."""
    assert option.starts_at is not None
    if option.minutes == DAY:
        whole = option.starts_at.astimezone(UTC).date()
        return f"{_weekday(whole)}, {day(whole)}"
    local = option.starts_at.astimezone(zone)
    told = f"{_weekday(local.date())}, {exactly(option.starts_at)}"
    if not option.minutes:
        return told
    until = (option.starts_at + timedelta(minutes=option.minutes)).astimezone(zone)
    return _("%(start)s bis %(end)s", start=told, end=until.strftime("%H:%M"))


def _weekday(on: date) -> str:
    names = (_("Mo"), _("Di"), _("Mi"), _("Do"), _("Fr"), _("Sa"), _("So"))
    return names[on.weekday()]
