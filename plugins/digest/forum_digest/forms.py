"""The form in which a member chooses digests."""

from __future__ import annotations

from typing import Final

from forum.api.web import Choice, Choices, Form, Number, list_languages, list_zones
from forum.api.web import lazy_gettext as _l
from forum_digest import limits, values
from forum_digest.operations import Wish

HOURS: Final = tuple((str(hour), f"{hour:02}:00") for hour in range(24))


def _list_freqs() -> list[tuple[str, str]]:
    return [(freq, str(label)) for freq, label in values.FREQS.items()]


def _list_channels() -> list[tuple[str, str]]:
    return [(channel, str(label)) for channel, label in values.CHANNELS.items()]


def _list_weekdays() -> list[tuple[str, str]]:
    return [(str(number), str(label)) for number, label in enumerate(values.WEEKDAYS)]


def _list_speech() -> list[tuple[str, str]]:
    return [("", str(_l("wie in meinem Konto"))), *list_languages()]


class PrefForm(Form):
    """How often, how, when and from where."""

    freq = Choice(_l("Wie oft?"), _list_freqs, radio=True)
    channel = Choice(_l("Wie?"), _list_channels, radio=True)
    weekday = Choice(_l("Wochentag"), _list_weekdays)
    hour = Choice(_l("Uhrzeit"), HOURS)
    zone = Choice(_l("Zeitzone"), list_zones)
    language = Choice(_l("Sprache"), _list_speech)
    areas = Choices(_l("Aus welchen Bereichen?"), ())
    pause_days = Number(_l("Pause in Tagen"), low=0, high=limits.PAUSE, required=False)

    def to_wish(self) -> Wish:
        """Return what was sent, as operations take it."""
        return Wish(
            freq=self.freq.data or values.OFF,
            channel=self.channel.data or values.MAIL,
            weekday=int(self.weekday.data),
            hour=int(self.hour.data),
            zone=self.zone.data,
            language=self.language.data or "",
            areas=tuple(int(area) for area in self.areas.data or ()),
            pause_days=self.pause_days.data or 0,
        )
