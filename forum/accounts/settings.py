"""What members may choose for themselves."""

from __future__ import annotations

from typing import Final
from zoneinfo import available_timezones

from forum.web.i18n import lazy_gettext

APPEARANCES: Final = (
    ("auto", lazy_gettext("Wie mein Gerät")),
    ("light", lazy_gettext("Hell")),
    ("dark", lazy_gettext("Dunkel")),
)
FATES: Final = (
    ("keep", lazy_gettext("Sie bleiben stehen, unter „Ehemaliges Mitglied“")),
    ("delete", lazy_gettext("Ihre Texte und Titel werden gelöscht")),
)
SCOPES: Final = (
    ("read", lazy_gettext("Lesen, was du lesen darfst")),
    ("read write", lazy_gettext("Lesen, und in deinem Namen schreiben")),
    ("write", lazy_gettext("Nur in deinem Namen schreiben")),
)
DAYS: Final = 90
DAYS_AT_MOST: Final = 365
"""How long an access token is good for: what nobody renews is most often forgotten."""
_REGIONS: Final = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Pacific/")


def list_zones() -> list[tuple[str, str]]:
    """Return the time zones people live in, Europe's first, with readable names."""
    named = [zone for zone in available_timezones() if zone.startswith(_REGIONS)]
    ordered = sorted(named, key=lambda zone: (not zone.startswith("Europe/"), zone))
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in ordered)]
