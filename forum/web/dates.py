"""Points in time as people say them: "heute, 07:51", "gestern, 18:22", "3. September, 09:12".

Patterns come from the catalogue, names of months from CLDR; both are resolved once per page.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import get_month_names
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from forum.core.clock import now
from forum.web.i18n import Speech, gettext, speech

_ = gettext
_KEPT = 4096


@dataclass(frozen=True, slots=True)
class Clockface:
    """What is needed to tell times on one page."""

    speech: Speech
    today: date
    zone: ZoneInfo
    months: Mapping[int, str]
    patterns: Mapping[str, str]
    tags: dict[datetime, Markup] = field(default_factory=dict, compare=False)

    def words(self, at: datetime) -> str:
        """Tell a time as words, the shortest that is still clear."""
        local = at.astimezone(self.zone)
        day = local.date()
        if day == self.today:
            kind = "today"
        elif day == self.today - timedelta(days=1):
            kind = "yesterday"
        elif day == self.today + timedelta(days=1):
            kind = "tomorrow"
        else:
            kind = "same_year" if day.year == self.today.year else "other_year"
        return self.patterns[kind] % self._parts(local)

    def exactly(self, at: datetime) -> str:
        """Tell a time in full."""
        return self.patterns["exact"] % self._parts(at.astimezone(self.zone))

    def day(self, at: datetime | date, *, year: bool = False) -> str:
        """Tell a day; the year when it is another one, or always."""
        local = at.astimezone(self.zone).date() if isinstance(at, datetime) else at
        kind = "day_year" if year or local.year != self.today.year else "day"
        names = {"day": local.day, "month": self.months[local.month], "year": local.year}
        return self.patterns[kind] % names

    def tag(self, at: datetime) -> Markup:
        """Return `<time>` with words, the exact time in the title; made once a day per time."""
        known = self.tags.get(at)
        if known is None:
            if len(self.tags) >= _KEPT:
                self.tags.clear()
            known = self.tags[at] = self._tag(at)
        return known

    def _tag(self, at: datetime) -> Markup:
        stamp = at.astimezone(UTC).isoformat(timespec="minutes")
        title, words = escape(self.exactly(at)), escape(self.words(at))
        # Every part is escaped above; Markup.format costs ten times as much per post.
        return Markup(f'<time datetime="{stamp}" title="{title}">{words}</time>')  # noqa: S704

    def _parts(self, local: datetime) -> dict[str, object]:
        return {
            "day": local.day,
            "month": self.months[local.month],
            "year": local.year,
            "time": f"{local.hour:02d}:{local.minute:02d}",
        }


_face: ContextVar[Clockface | None] = ContextVar("forum_clockface", default=None)


def clockface() -> Clockface:
    """Return the page's clockface, made anew when language, zone or day have changed."""
    spoken, today = speech(), now()
    face = _face.get()
    if face is None or face.speech != spoken or face.today != _day(today, spoken.zone):
        face = _make(spoken, _day(today, spoken.zone))
        _face.set(face)
    return face


def in_words(at: datetime) -> str:
    """Tell a time as words."""
    return clockface().words(at)


def exactly(at: datetime) -> str:
    """Tell a time in full: "20. November 2026, 14:05 Uhr"."""
    return clockface().exactly(at)


def day(at: datetime | date, *, year: bool = False) -> str:
    """Tell a day: "3. September" or "3. September 2025"; on paper, say the `year` always."""
    return clockface().day(at, year=year)


def time_tag(at: datetime | None) -> Markup:
    """Return the `<time>` element of a point in time (the template filter `when`)."""
    return clockface().tag(at) if at is not None else Markup("")


def number(value: float) -> str:
    """Write a number with the language's separators (the template filter `num`)."""
    if isinstance(value, int) and -1000 < value < 1000:
        return str(value)
    return str(escape(format_decimal(value, locale=speech().language)))


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _make(spoken: Speech, today: date) -> Clockface:
    patterns = {
        "today": _("heute, %(time)s"),
        "yesterday": _("gestern, %(time)s"),
        "tomorrow": _("morgen, %(time)s"),
        "same_year": _("%(day)s. %(month)s, %(time)s"),
        "other_year": _("%(day)s. %(month)s %(year)s, %(time)s"),
        "exact": _("%(day)s. %(month)s %(year)s, %(time)s Uhr"),
        "day": _("%(day)s. %(month)s"),
        "day_year": _("%(day)s. %(month)s %(year)s"),
    }
    months = get_month_names("wide", "format", locale=spoken.language)
    return Clockface(spoken, today, spoken.zone, months, patterns)
