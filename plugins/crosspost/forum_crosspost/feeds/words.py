"""Why a feed could not be taken, in words for the admins of an area."""

from __future__ import annotations

from typing import Final

from forum.api.web import lazy_gettext

WORDS: Final = {
    # The guarded fetch.
    "url": lazy_gettext(
        "Diese Adresse lässt sich nicht abrufen. Es gehen nur http und https, ohne Passwort und"
        " ohne eigenen Port."
    ),
    "address": lazy_gettext(
        "Diese Adresse führt in ein internes Netz oder ins Leere. Abgerufen wird nur, was im"
        " Internet für alle erreichbar ist."
    ),
    "name": lazy_gettext("Diesen Rechner gibt es nicht. Stimmt die Schreibweise?"),
    "connection": lazy_gettext("Dort antwortet niemand, oder die Antwort bricht ab."),
    "certificate": lazy_gettext("Das Zertifikat der Seite ist ungültig oder abgelaufen."),
    "slow": lazy_gettext("Die Antwort dauert zu lange."),
    "large": lazy_gettext("Die Antwort ist zu groß für einen Feed."),
    "redirects": lazy_gettext("Die Adresse leitet zu oft oder an einen unsicheren Ort weiter."),
    "encoding": lazy_gettext("Die Antwort ist so gepackt, dass sie sich nicht lesen lässt."),
    # Answers of the server.
    "denied": lazy_gettext("Der Server verweigert den Abruf (401 oder 403)."),
    "missing": lazy_gettext("Unter dieser Adresse gibt es nichts (404)."),
    "gone": lazy_gettext("Den Feed gibt es nicht mehr (410). Er wird nicht weiter abgerufen."),
    "busy": lazy_gettext("Der Server bittet darum, später wiederzukommen (429 oder 503)."),
    "status": lazy_gettext("Der Server antwortet mit einem Fehler."),
    # What came is no feed.
    "html": lazy_gettext(
        "Das ist eine Webseite und kein Feed. Die Adresse des Feeds steht oft unter „RSS“."
    ),
    "no_feed": lazy_gettext("Das ist kein RSS, Atom oder JSON Feed."),
    "format": lazy_gettext("Das ist ein Feed in einem anderen Format."),
    "empty": lazy_gettext("Die Antwort ist leer."),
    "broken": lazy_gettext("Der Feed ist beschädigt und lässt sich nicht lesen."),
    "entities": lazy_gettext(
        "Der Feed erklärt eigene Zeichenkürzel (Entities). Aus Vorsicht wird er nicht gelesen."
    ),
    # Here.
    "closed": lazy_gettext("In diesem Bereich wird nichts mehr geschrieben."),
    "undone": lazy_gettext(
        "Eine Übernahme wurde zurückgenommen. Abgerufen wird erst wieder, wenn du es sagst."
    ),
    "failure": lazy_gettext("Beim Übernehmen ist hier etwas schiefgegangen."),
}


def tell(kind: str) -> str:
    """Return the words for a reason, "" for none."""
    return str(WORDS[kind]) if kind in WORDS else ""
