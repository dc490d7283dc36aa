"""Reads a page as people do: what is shown and what is read out, without the chosen contents."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_SAID = {"alt", "aria-label", "content", "placeholder", "title"}
_SILENT = {"script", "style", "svg"}
GERMAN = re.compile(
    r"\b(?:[Dd]ie|[Dd]as|[Dd]ein\w*|und|oder|ist|nicht|kein\w*|für|mit|wer|wird|noch|hier|schon|"
    r"seit|vom|zur?|zum|Uhr|heute|gestern|neue\w*|Bereich\w*|Them(?:a|en)|Beitr\w+|Antwort\w*|"
    r"Mitglied\w*|Such\w+|Einstellung\w*|Anmelden|Abmelden|Speichern|Passwort|Kernteam|Vorsitz|"
    r"Mitteilung\w*|Erweiterung\w*|Verzeichnis|Umfragen?|Protokoll|Sprache|Farbe|Dezember)\b|ß|„"
)


class Page(HTMLParser):
    """The language of a page and all it says; links to other languages are left out."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.lang = ""
        self.said: list[str] = []
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the language, and what attributes say."""
        given = dict(attrs)
        if tag == "html":
            self.lang = given.get("lang") or ""
        if tag in _SILENT or "hreflang" in given:
            self._silent += 1
        elif not self._silent:
            spoken = (v for k, v in attrs if v and (k in _SAID or k.startswith("data-word")))
            self.said += spoken

    def handle_endtag(self, tag: str) -> None:
        """Hear again what follows something silent."""
        if self._silent and tag in {*_SILENT, "a"}:
            self._silent -= 1

    def handle_data(self, data: str) -> None:
        """Note a text."""
        if not self._silent and data.strip():
            self.said.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        """Everything that is said, one thing a line."""
        return "\n".join(self.said)

    @property
    def german(self) -> list[str]:
        """The lines that have a German word in them."""
        return [line for line in self.said if GERMAN.search(line)]
