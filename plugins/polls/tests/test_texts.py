"""Everything the plugin says exists in its three languages, with the same placeholders."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import forum_polls
import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from forum_polls.plugin import (
    manifest,
    register_events,
    register_notifications,
    register_topic_kinds,
)
from forum_polls.settings import Settings

from forum.plugin.fields import describe_fields

FOLDER = Path(forum_polls.__file__).parent
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
WORDS: dict[str, Any] = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def list_messages() -> set[object]:
    """Return the msgids of code, templates, manifest, kinds and settings."""
    options = {"templates/**.html": {"extensions": "jinja2.ext.i18n"}}
    found: set[object] = {
        message
        for _file, _line, message, _comments, _context in extract_from_dir(
            FOLDER, METHODS, options_map=options, keywords=WORDS
        )
    }
    return found | set(list_declared())


def list_declared() -> Iterator[str]:
    yield from (manifest.title, manifest.summary)
    for entry in manifest.personal_data:
        yield from (entry.what, entry.purpose, entry.retention)
    for kind in register_topic_kinds():
        yield from (kind.label, kind.summary)
    for event in register_events():
        yield from (event.title, *(field.label for field in event.fields))
    for notice in register_notifications():
        yield notice.label
    for field in describe_fields(Settings):
        yield from (field.label, field.help, *(choice.label for choice in field.choices))


@pytest.mark.parametrize("language", ["en", "sv"])
def test_catalog_is_complete_and_holds_nothing_else(language: str) -> None:
    path = FOLDER / "translations" / language / "LC_MESSAGES" / "polls.po"
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    messages = {message.id: message.string for message in catalog if message.id}
    assert set(messages) == list_messages()
    for msgid, said in messages.items():
        pairs = zip(_all(msgid), _all(said), strict=True)
        for one, other in pairs:
            assert other, msgid
            assert set(PLACEHOLDER.findall(other)) == set(PLACEHOLDER.findall(one)), msgid


def _all(text: Any) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)
