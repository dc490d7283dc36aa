"""The words for the rules of plugins that an operator reads when one was put aside."""

from __future__ import annotations

from typing import Final

from forum.web.i18n import lazy_gettext as _l

_TAKEN: Final = _l("Sie benutzt einen Namen, den es hier schon gibt.")
_HOOKS: Final = _l("Ihr Programm hält sich an einer Stelle nicht an die Schnittstelle des Forums.")
_SAYS: Final = _l("Was sie über sich selbst angibt, ist unvollständig oder falsch.")

RULES: Final = {
    "core": _l("Sie ist für eine andere Version des Forums gemacht."),
    "requires": _l("Eine Erweiterung, die sie braucht, fehlt oder läuft selbst nicht."),
    "import": _l("Ihr Programm lässt sich nicht starten."),
    "tables": _l("Sie benutzt Tabellen unter einem Namen, der ihr nicht gehört."),
    "personal_data": _l("Sie speichert persönliche Daten und kann sie nicht ausgeben und löschen."),
    "name": _TAKEN,
    "reserved": _TAKEN,
    "topic kind": _TAKEN,
    "import source": _TAKEN,
    "hook name": _HOOKS,
    "hook signature": _HOOKS,
    "hook options": _HOOKS,
    "hook marker": _HOOKS,
    "manifest": _SAYS,
    "types": _SAYS,
    "texts": _SAYS,
    "settings": _SAYS,
    "": _l("Sie hält eine Regel für Erweiterungen nicht ein."),
}
"""By `Quarantined.rule`; the empty one stands for all others."""
