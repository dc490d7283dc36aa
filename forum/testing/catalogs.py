"""The texts of a distribution and its catalogues: extraction, update, and what a check compares.

`make catalogs` runs `python -m forum.testing.catalogs <domain>=<folder>,<more folders> …`.
"""

from __future__ import annotations

import ast
import io
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

TEMPLATES: Final = [("**/templates/**.html", "jinja2")]
OPTIONS: Final = {"**/templates/**.html": {"extensions": "jinja2.ext.i18n"}}
KEYWORDS: Final[dict[str, Any]] = {"_": None, "ngettext": (1, 2)}
CALLS: Final = {"_": 1, "_l": 1, "gettext": 1, "lazy_gettext": 1, "ngettext": 2}
"""How many of the first arguments are msgids."""
DECLARED: Final = {
    "EventField": ("label",),
    "EventSpec": ("title",),
    "Manifest": ("title", "summary"),
    "MarkupSpec": ("label",),
    "NotificationType": ("label", "text"),
    "Permission": ("title",),
    "PersonalData": ("what", "purpose", "retention"),
    "SourceSpec": ("label",),
    "TopicKind": ("label", "summary"),
    "setting": ("label", "help", "choices"),
}
"""What plugins declare as msgids without calling gettext: the argument names by declaration."""


def extract_texts(*folders: Path) -> Catalog:
    """Return every text of the folders' code, templates and declarations, untranslated.

    Errors: FileNotFoundError for a folder that is not there.
    """
    found = Catalog()
    for folder in folders:
        if not folder.is_dir():
            raise FileNotFoundError(folder)
        for _file, _line, message, _comments, _context in extract_from_dir(
            folder,
            TEMPLATES,
            options_map=OPTIONS,
            keywords=KEYWORDS,
            directory_filter=_is_looked_into,
        ):
            found.add(message)
        for path in sorted(folder.rglob("*.py")):
            for text in list_texts(path.read_text("utf-8")):
                found.add(text)
    return found


def _is_looked_into(folder: str | os.PathLike[str]) -> bool:
    # Babel leaves out what begins with an underscore, and with it the templates' macros.
    return Path(folder).name not in {"__pycache__", "node_modules"}


def list_texts(source: str) -> Iterator[str | tuple[str, ...]]:
    """Walk over the msgids of a module: handed to gettext, or declared by a plugin."""
    # Not Babel's own extraction: that one overlooks calls inside f-strings.
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        count = CALLS.get(node.func.id, 0)
        said = [text for value in node.args[:count] for text in _constants(value)]
        if said and len(said) == count:
            yield said[0] if count == 1 else tuple(said)
        wanted = DECLARED.get(node.func.id, ())
        for keyword in node.keywords:
            if keyword.arg in wanted:
                yield from _constants(keyword.value)


def _constants(value: ast.expr) -> Iterator[str]:
    parts = value.values if isinstance(value, ast.Dict) else [value]
    for part in parts:
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value:
            yield part.value


def read_catalog(po: Path) -> Catalog:
    """Return a catalogue as it stands in the file."""
    with po.open("rb") as file:
        return read_po(file, locale=po.parent.parent.name.partition("@")[0])


def compose(texts: Catalog, po: Path) -> str:
    """Return what the file should hold: its header, each text once, its translation if it has one.

    Nothing is guessed: a changed text begins anew, a text that is gone goes.
    """
    known = read_catalog(po)
    fresh = Catalog(locale=known.locale)
    for message in texts:
        if message.id:
            before = known.get(message.id)
            same = before is not None and before.id == message.id and not before.fuzzy
            fresh.add(message.id, before.string if before is not None and same else None)
    out = io.BytesIO()
    write_po(out, fresh, width=0, no_location=True, omit_header=True, sort_output=True)
    header = po.read_text("utf-8").partition("\n\n")[0]
    return f"{header}\n\n{out.getvalue().decode('utf-8').strip()}\n"


def list_untranslated(catalog: Catalog) -> list[str]:
    """Return the msgids that lack their translation or one of its plural forms."""
    return [
        str(message.id)
        for message in catalog
        if message.id and not all(_forms(message.string, count=catalog.num_plurals))
    ]


def _forms(said: Any, *, count: int) -> tuple[str, ...]:
    if isinstance(said, str):
        return (said,)
    return tuple(said) + ("",) * (count - len(said))


def main(arguments: Sequence[str]) -> int:
    """Update the catalogues of each `<domain>=<folder>`; count what is left to translate."""
    missing = 0
    for argument in arguments:
        domain, _sign, named = argument.partition("=")
        folder, *others = (Path(name) for name in named.split(","))
        texts = extract_texts(folder, *others)
        for po in sorted(folder.glob(f"translations/*/LC_MESSAGES/{domain}.po")):
            po.write_text(compose(texts, po), "utf-8")
            left = list_untranslated(read_catalog(po))
            missing += len(left)
            sys.stdout.write(f"{po}: {len(texts)} texts, {len(left)} to translate\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
