"""The words for what areas, roles and states are called, the same everywhere."""

from __future__ import annotations

from typing import Final

from forum.web.i18n import lazy_gettext as _l

KINDS: Final = {
    "federation": _l("Verband"),
    "region": _l("Region"),
    "committee": _l("Gremium"),
    "topic": _l("Themenbereich"),
    "role": _l("Funktion"),
    "adhoc": _l("Auf Zeit"),
}
VISIBILITIES: Final = {
    "public": _l("Öffentlich: Alle lesen mit, auch ohne Konto"),
    "members": _l("Für Mitglieder der Seite"),
    "listed": _l("Angezeigt: Alle sehen Namen und Kernteam, den Inhalt nur, wer dazugehört"),
    "hidden": _l("Verborgen: Nur wer dazugehört, weiß, dass es ihn gibt"),
}
READERS: Final = {
    "public": _l("Alle, auch ohne Konto."),
    "members": _l("Alle, die auf dieser Seite angemeldet sind."),
    "listed": _l(
        "Die Mitglieder dieses Bereichs und der Bereiche darunter, dazu Moderation und Admins."
    ),
    "hidden": _l(
        "Die Mitglieder dieses Bereichs und der Bereiche darunter, dazu Moderation und Admins."
    ),
    "sealed": _l("Nur die Mitglieder dieses Bereichs."),
}
JOININGS: Final = {
    "open": _l("Offen: Wer mag, tritt bei"),
    "apply": _l("Auf Anfrage: Das Kernteam entscheidet"),
    "invite": _l("Nur mit Einladung"),
    "rule": _l("Nach Regel"),
    "none": _l("Geschlossen"),
}
WRITERS: Final = {
    "members": _l("Mitglieder des Bereichs"),
    "site": _l("Alle, die angemeldet sind"),
    "editors": _l("Nur das Kernteam"),
}
HOLDERS: Final = {
    "reader": _l("alle, die hier lesen"),
    "member": _l("Mitglieder"),
    "editor": _l("Redaktion und höhere Rollen"),
    "moderator": _l("Moderation und Admins"),
    "admin": _l("nur Admins"),
}
"""Who has a right, by the least role that has it."""
ROLES: Final = {
    "member": _l("Mitglied"),
    "editor": _l("Redaktion"),
    "moderator": _l("Moderation"),
    "admin": _l("Admin"),
}
TITLES: Final = {
    "": _l("ohne"),
    "chair": _l("Vorsitz"),
    "deputy": _l("Stellvertretung"),
    "office": _l("Geschäftsstelle"),
}
STATES: Final = {
    "open": _l("Offen"),
    "apply": _l("Auf Anfrage"),
    "invite": _l("Auf Einladung"),
    "closed": _l("Geschlossen"),
    "archived": _l("Abgeschlossen"),
}
HOW_TO_JOIN: Final = {
    "open": _l("Du kannst sofort beitreten."),
    "apply": _l("Schreib dem Kernteam, warum du mitmachen möchtest."),
    "invite": _l("Man kommt mit einer Einladung aus dem Kernteam hinein."),
    "rule": _l("Wer dazugehört, ergibt sich aus dem Profil."),
    "none": _l("Dieser Bereich nimmt zurzeit niemanden auf."),
}
PLUGIN_STATES: Final = {
    "inherit": _l("Geerbt: was der Bereich darüber sagt"),
    "on": _l("An"),
    "off": _l("Aus"),
    "forced": _l("Vorgegeben: an, und darunter nicht auszuschalten"),
    "forbidden": _l("Gesperrt: aus, und darunter nicht einzuschalten"),
}
PLUGIN_STATES_SHORT: Final = {
    "inherit": _l("geerbt"),
    "on": _l("an"),
    "off": _l("aus"),
    "forced": _l("vorgegeben"),
    "forbidden": _l("gesperrt"),
}
TROUBLES: Final = {
    "error": _l("mit einem Fehler abgebrochen"),
    "result": _l("nichts Brauchbares geliefert"),
    "slow": _l("eine Seite aufgehalten"),
    "circuit": _l("nach mehreren Fehlern eine Minute lang ausgelassen"),
}
ACTIONS: Final = {
    "areas.create": _l("Bereich angelegt"),
    "areas.export": _l("in eine Datei geschrieben"),
    "areas.copy": _l("nach einem Vorbild angelegt"),
    "areas.edit": _l("Einstellungen geändert"),
    "areas.move": _l("Bereich verschoben"),
    "areas.archive": _l("Bereich abgeschlossen"),
    "areas.reopen": _l("Bereich wieder geöffnet"),
    "areas.delete": _l("Bereich gelöscht"),
    "areas.seal": _l("Bereich versiegelt"),
    "areas.unseal": _l("Siegel gelöst"),
    "areas.join": _l("beigetreten"),
    "areas.leave": _l("ausgetreten"),
    "areas.remove_member": _l("Mitglied entfernt"),
    "areas.set_role": _l("Rolle vergeben"),
    "areas.settle_grant": _l("Rolle begonnen oder abgelaufen"),
    "areas.merge_member": _l("Konten zusammengeführt"),
    "areas.apply": _l("um Aufnahme gebeten"),
    "areas.withdraw_application": _l("Anfrage zurückgezogen"),
    "areas.decide_application": _l("über eine Anfrage entschieden"),
    "areas.invite": _l("Einladung erstellt"),
    "areas.revoke_invitation": _l("Einladung zurückgezogen"),
    "areas.add_host": _l("eigenen Namen bekommen"),
    "areas.remove_host": _l("eigenen Namen verloren"),
    "areas.set_plugin_state": _l("Erweiterung geschaltet"),
    "areas.set_plugin_settings": _l("Erweiterung eingestellt"),
}
FIELDS: Final = {
    "name": _l("Name"),
    "slug": _l("Adresse"),
    "summary": _l("Worum es geht"),
    "kind": _l("Art"),
    "visibility": _l("Sichtbarkeit"),
    "joining": _l("Aufnahme"),
    "topics_by": _l("Wer Themen beginnt"),
    "replies_by": _l("Wer antwortet"),
    "language": _l("Sprache"),
    "casual": _l("Zum Plaudern"),
    "everyone": _l("Für alle"),
    "ends_at": _l("Ende"),
    "own_theme": _l("Gestaltung"),
    "own_accent": _l("Farbe"),
    "position": _l("Reihenfolge"),
}
