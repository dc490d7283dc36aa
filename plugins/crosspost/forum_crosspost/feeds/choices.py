"""What values are called where people choose or read them."""

from __future__ import annotations

from typing import Final

from forum.api.web import lazy_gettext

POLICY_WORDS: Final = {
    "link": lazy_gettext("Titel, Anfang und Link zum Original"),
    "pseudonymous": lazy_gettext("ganzer Text, ohne Namen"),
    "named": lazy_gettext("ganzer Text, mit Namen"),
}
POLICY_NOTES: Final = {
    "link": lazy_gettext("Das geht immer: So viel zeigt auch jede Suchmaschine."),
    "pseudonymous": lazy_gettext("Nur mit dem Recht, die Texte hier zu zeigen."),
    "named": lazy_gettext("Nur mit einer Grundlage, die du unten angibst."),
}
BASE_WORDS: Final = {
    "": lazy_gettext("nicht nötig: ohne Namen"),
    "membership-rules": lazy_gettext("Satzung oder Ordnung des Verbands"),
    "list-terms": lazy_gettext("Regeln der Quelle, denen alle zugestimmt haben"),
    "individual": lazy_gettext("Einwilligung aller, die dort schreiben"),
    "public-federated": lazy_gettext("öffentlich und zum Weitergeben gedacht"),
}
KIND_WORDS: Final = {
    "mbox": lazy_gettext("Archiv einer Mailingliste (mbox)"),
    "wxr": lazy_gettext("Export einer WordPress-Seite (WXR)"),
}
PLACE_WORDS: Final = {
    "facebook": lazy_gettext("Facebook-Gruppe"),
    "linkedin": lazy_gettext("LinkedIn"),
    "xing": lazy_gettext("XING"),
    "whatsapp": lazy_gettext("WhatsApp"),
    "chat": lazy_gettext("anderer Chat"),
    "other": lazy_gettext("anderswo"),
}
STATE_WORDS: Final = {
    "on": lazy_gettext("wird abgerufen"),
    "paused": lazy_gettext("ruht"),
    "gone": lazy_gettext("aufgegeben"),
}
ID_WORDS: Final = {
    "guid": lazy_gettext("an ihrer Kennung"),
    "link": lazy_gettext("an ihrer Adresse, weil die Kennungen fehlen oder wechseln"),
    "hash": lazy_gettext("an ihrem Text, weil Kennungen und Adressen nicht taugen"),
}
FORMAT_WORDS: Final = {"rss": "RSS", "atom": "Atom", "jsonfeed": "JSON Feed"}
