"""The words of digests: rhythms, channels, states, and why none came."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from forum.api.web import lazy_gettext

OFF: Final = "off"
DAILY: Final = "daily"
WEEKLY: Final = "weekly"
MONTHLY: Final = "monthly"
FREQS: Final = {
    OFF: lazy_gettext("Gar nicht"),
    DAILY: lazy_gettext("Jeden Tag"),
    WEEKLY: lazy_gettext("Einmal in der Woche"),
    MONTHLY: lazy_gettext("Einmal im Monat"),
}

MAIL: Final = "mail"
PORTAL: Final = "portal"
CHANNELS: Final = {
    MAIL: lazy_gettext("Per Mail"),
    PORTAL: lazy_gettext("Nur hier im Forum"),
}

WEEKDAYS: Final = (
    lazy_gettext("Montag"),
    lazy_gettext("Dienstag"),
    lazy_gettext("Mittwoch"),
    lazy_gettext("Donnerstag"),
    lazy_gettext("Freitag"),
    lazy_gettext("Samstag"),
    lazy_gettext("Sonntag"),
)

PLANNED: Final = "planned"
COMPOSED: Final = "composed"
SENT: Final = "sent"
SKIPPED: Final = "skipped"
STATES: Final[Mapping[str, str]] = {
    PLANNED: "planned",
    COMPOSED: "composed",
    SENT: "sent",
    SKIPPED: "skipped",
}

EMPTY: Final = "empty"
TOO_LITTLE: Final = "too_little"
PAUSED: Final = "paused"
STOPPED: Final = "stopped"
WAITING: Final = "waiting"
BOUNCED: Final = "bounced"
REFUSED: Final = "refused"
NO_SERVER: Final = "no_server"
CHANGED: Final = "changed"
REASONS: Final = {
    EMPTY: lazy_gettext("Seit deinem letzten Besuch gab es nichts Neues für dich."),
    TOO_LITTLE: lazy_gettext("Es gab zu wenig Neues. Das kommt in die nächste Übersicht."),
    PAUSED: lazy_gettext("Du hattest die Übersicht angehalten."),
    STOPPED: lazy_gettext("Du hast die Übersicht abbestellt, bevor sie abging."),
    WAITING: lazy_gettext("Die vorige Übersicht wartete noch darauf, abgeschickt zu werden."),
    BOUNCED: lazy_gettext("Deine Adresse hat mehrmals keine Mail angenommen. Wir warten etwas."),
    REFUSED: lazy_gettext("Der Mailserver hat die Übersicht nicht angenommen."),
    NO_SERVER: lazy_gettext("Es war kein Mailserver erreichbar."),
    CHANGED: lazy_gettext("Was darin stand, hat sich geändert, bevor sie abging."),
}
FIGURES: Final = {
    EMPTY: lazy_gettext("Nichts Neues"),
    TOO_LITTLE: lazy_gettext("Zu wenig Neues"),
    PAUSED: lazy_gettext("Angehalten"),
    STOPPED: lazy_gettext("Abbestellt"),
    WAITING: lazy_gettext("Die vorige wartete noch"),
    BOUNCED: lazy_gettext("Adresse nimmt nichts an"),
    REFUSED: lazy_gettext("Vom Mailserver abgelehnt"),
    NO_SERVER: lazy_gettext("Kein Mailserver erreichbar"),
    CHANGED: lazy_gettext("Inhalt hat sich geändert"),
}
"""The reasons as operators read them, who see nobody's digest."""
