"""Single fields of a form: a word, a number, a moment. Wrong input is Invalid at its field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from forum.api.data import Invalid, now
from forum.api.web import YEARS, speech
from forum.api.web import gettext as _

Fields = Mapping[str, Sequence[str]]
Word = TypeVar("Word", bound=str)


def read_text(fields: Fields, name: str) -> str:
    """Return what was sent under a name, trimmed; empty when nothing was."""
    sent = fields.get(name, ())
    return sent[0].strip() if sent else ""


def read_word(fields: Fields, name: str, *, words: Sequence[Word], default: Word) -> Word:
    """Read one of several words; nothing is the default."""
    sent = read_text(fields, name)
    if not sent:
        return default
    for word in words:
        if word == sent:
            return word
    raise Invalid(name, _("Bitte wähle eine der Möglichkeiten."))


def read_number(fields: Fields, name: str, *, least: int = 1, most: int) -> int | None:
    """Read a whole number between two bounds; nothing is None."""
    sent = read_text(fields, name)
    if not sent:
        return None
    digits = sent.removeprefix("-")
    fits = sent.isascii() and digits.isdigit() and len(digits) < 11
    if not fits or not least <= int(sent) <= most:
        raise Invalid(
            name, _("Bitte gib eine Zahl von %(least)s bis %(most)s ein.", least=least, most=most)
        )
    return int(sent)


def read_end(fields: Fields, name: str = "polls_ends") -> datetime | None:
    """Read a local time to come; one that the change to summer time skips is the one after it."""
    sent = read_text(fields, name)
    if not sent:
        return None
    try:
        # A form sends "2026-12-24T18:00"; anything with a zone or a week in it is not ours.
        local = datetime.strptime(sent[:16], "%Y-%m-%dT%H:%M")  # noqa: DTZ007 – zone follows
        ends_at = to_utc(local, zone=speech().zone)
    except (ValueError, OverflowError):
        raise Invalid(name, _("Bitte gib Tag und Uhrzeit an.")) from None
    if ends_at <= now():
        raise Invalid(name, _("Das Ende liegt in der Vergangenheit."))
    if ends_at.year not in YEARS:
        raise Invalid(name, _("Das Ende liegt zu weit in der Zukunft."))
    return ends_at


def to_utc(local: datetime, *, zone: ZoneInfo) -> datetime:
    """Return the moment of a local time: of two alike the first, of none the one after."""
    return local.replace(tzinfo=zone).astimezone(UTC)
