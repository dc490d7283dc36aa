"""Reads pages as the kit needs them: their links and forms, and what they let slip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

HOSTILE_TAG: Final = "kit-tag"
HOSTILE_SIGN: Final = "kit-sign"
HOSTILE: Final = f'<{HOSTILE_TAG}>" {HOSTILE_SIGN}="\''
"""What every name and title of the kit's world holds: an element, or an attribute, if let out."""


@dataclass
class Form:
    """A form as a browser would send it."""

    action: str
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)


class PageReader(HTMLParser):
    """Collects links, forms, names of fields, and hostile markup that became real."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self.fields: set[str] = set()
        self.slips: list[str] = []
        self._open: Form | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a tag tells."""
        given = {name: value or "" for name, value in attrs}
        if tag == HOSTILE_TAG or HOSTILE_SIGN in given:
            self.slips.append(self.get_starttag_text() or tag)
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            method = given.get("method", "get").lower()
            self._open = Form(given.get("action", ""), method)
            self.forms.append(self._open)
        elif tag in ("input", "textarea", "select", "button") and "name" in given:
            self._take_field(tag, given)
        if "formaction" in given:
            name = given.get("name")
            sent = {name: given.get("value", "")} if name else {}
            self.forms.append(Form(given["formaction"], "post", sent))

    def handle_endtag(self, tag: str) -> None:
        """Close a form."""
        if tag == "form":
            self._open = None

    def _take_field(self, tag: str, given: Mapping[str, str]) -> None:
        self.fields.add(given["name"])
        picked = given.get("type") not in ("radio", "checkbox") or "checked" in given
        if self._open is not None and tag != "button" and picked:
            self._open.fields[given["name"]] = given.get("value", "")


def read_page(text: str) -> PageReader:
    """Return what stands in a page."""
    reader = PageReader()
    reader.feed(text)
    reader.close()
    return reader


def list_posts(reader: PageReader) -> Iterator[Form]:
    """Yield the forms that change something."""
    yield from (form for form in reader.forms if form.method == "post" and form.action)
