"""What pages call kinds of sources, states and figures of runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from forum.api.web import lazy_gettext as _

if TYPE_CHECKING:
    from forum_crosspost.queries import RunRow

WORDS: Final = {
    "mbox": _("Mailingliste"),
    "wxr": _("Webseite"),
    "feed": _("Feed"),
    "result-facebook": _("Ergebnis aus der Facebook-Gruppe"),
    "result-linkedin": _("Ergebnis von LinkedIn"),
    "result-xing": _("Ergebnis von XING"),
    "result-whatsapp": _("Ergebnis aus WhatsApp"),
    "result-chat": _("Ergebnis aus dem Chat"),
    "result-other": _("Ergebnis von anderswo:"),
}
FIGURES: Final = {
    "topics_new": _("neue Themen"),
    "posts_new": _("neue Beiträge"),
    "posts_changed": _("geänderte Beiträge"),
    "posts_same": _("unverändert"),
    "authors_new": _("neue Namen"),
    "orphans": _("Antworten, deren Bezug fehlt"),
    "attachments": _("Anhänge, nicht übernommen"),
    "guessed": _("Texte, deren Zeichen erraten sind"),
    "authors_known": _("Namen, die schon hier waren"),
    "addresses": _("Mailadressen in Texten, gekürzt"),
    "phones": _("vermutlich Telefonnummern in Texten"),
    "hosts": _("vermutlich Adressen von Rechnern in Texten"),
    "dropped": _("Mail- und Rechneradressen neben Texten, nicht übernommen"),
    "bytes": _("neuer Text, in Byte"),
}
FILES: Final = {
    "waiting": _("wird geprüft"),
    "looked": _("geprüft"),
    "queued": _("wird übernommen"),
    "done": _("ist übernommen"),
    "failed": _("geht so nicht"),
}
ALWAYS: Final = ("topics_new", "posts_new", "posts_changed", "posts_same", "authors_new")


def tell_kind(kind: str) -> str:
    """Return what a source of this kind is called, "" for one that we do not know."""
    return str(WORDS.get(kind, ""))


def tell_state(run: RunRow) -> str:
    """Return how a run stands, in a word or two."""
    if run.undone_at is not None:
        return str(_("zurückgenommen"))
    if run.state == "running":
        return str(_("läuft, oder unterbrochen"))
    return str(_("abgebrochen") if run.state == "abandoned" else _("fertig"))


def tell_file(state: str) -> str:
    """Return how a file that was handed in stands."""
    return str(FILES[state])


def tell_figures(stats: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return the figures of a run with what they count; of the rarer ones those that are not 0."""
    found = [(name, str(label), stats.get(name, 0)) for name, label in FIGURES.items()]
    return [(label, count) for name, label, count in found if count or name in ALWAYS]
