"""Rules that need no database: manifest, hooks, prefixes, texts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo

from forum.plugin.implementations import find_implementations
from forum.plugin.manifest import check_manifest
from forum.plugin.versions import API_VERSION, version_fits
from forum.testing.catalogs import extract_texts, list_untranslated, read_catalog
from forum.testing.kit.rule import Breach
from forum.testing.kit.subject import Subject

LANGUAGES: Final = ("en", "sv")
"""Every language of the core but German, which the msgids are written in."""
_OUTER_COMMA: Final = re.compile(r",(?![^(]*\))")
_CLASS: Final = re.compile(r"\.(-?[a-zA-Z_][\w-]*)")
_PLACEHOLDER: Final = re.compile(r"%\(\w+\)[sd]")


def check_the_manifest(subject: Subject) -> Iterator[Breach]:
    """Ask the loader's rules again, and for what a distribution owes its users beside them."""
    manifest = check_manifest(subject.manifest, name=subject.name, builtin=subject.plugin.builtin)
    if subject.plugin.builtin:
        return
    major = int(API_VERSION.partition(".")[0])
    if version_fits(f"{major + 1}.0", manifest.core):
        yield Breach("core", f"{manifest.core} also fits {major + 1}.0, which may break it")
    if not subject.plugin.version:
        yield Breach("version", "the distribution has none")


def check_the_hooks(subject: Subject) -> Iterator[Breach]:
    """Compare names and arguments with the specs; a hook that is never called is a mistake."""
    find_implementations(subject.plugin.module, subject.name)
    yield from ()


def check_prefixes(subject: Subject) -> Iterator[Breach]:
    """Look for what could be taken for another plugin's or the core's."""
    own = subject.folder
    if not (own / "templates").is_dir() and not (own / "static").is_dir():
        return
    for path in sorted((own / "templates").rglob("*.html")):
        relative = path.relative_to(own / "templates")
        if relative.parts[0] != subject.name:
            yield Breach("templates", f"{relative} does not lie in {subject.name}/")
    for path in sorted((own / "static").rglob("*.css")):
        for selector in _list_selectors(path.read_text("utf-8")):
            classes = _CLASS.findall(selector)
            if not any(name.startswith(f"{subject.name}-") for name in classes):
                yield Breach(
                    "CSS classes", f"{path.name}: {selector} names no {subject.name}-class"
                )


def check_the_texts(subject: Subject) -> Iterator[Breach]:
    """Compare every text of code, templates and declarations with the catalogues."""
    if subject.package == subject.plugin.module.__name__:
        return  # a module without a folder of its own has no catalogues
    texts = extract_texts(subject.folder)
    for language in LANGUAGES:
        catalog = _find_catalog(
            subject.folder / "translations" / language / "LC_MESSAGES", subject.name
        )
        if catalog is None:
            if len(texts):
                yield Breach(f"language {language}", f"no catalogue {subject.name}.po")
            continue
        known = {message.id: message.string for message in catalog if message.id}
        left = {*list_untranslated(catalog)}
        for message in texts:
            if not message.id:
                continue
            if message.id not in known or str(message.id) in left:
                yield Breach(f"language {language}", f"{message.id!r} is not translated")
            elif _holders(message.id) != _holders(known[message.id]):
                yield Breach(f"language {language}", f"{message.id!r} has other placeholders")


def _find_catalog(folder: Path, name: str) -> Catalog | None:
    if (folder / f"{name}.po").is_file():
        return read_catalog(folder / f"{name}.po")
    if (folder / f"{name}.mo").is_file():
        with (folder / f"{name}.mo").open("rb") as file:
            return read_mo(file)
    return None


def _holders(said: Any) -> set[str]:
    forms = (said,) if isinstance(said, str) else tuple(said)
    return {holder for form in forms for holder in _PLACEHOLDER.findall(form)}


def _list_selectors(css: str) -> list[str]:
    """Return the selectors of a stylesheet that name a class; those of at-rules stand inside."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    heads = re.findall(r"([^{};]+)\{", css)
    found = [" ".join(part.split()) for head in heads for part in _OUTER_COMMA.split(head)]
    return [part for part in found if "." in part and not part.startswith("@")]
