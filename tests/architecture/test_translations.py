"""Every text of core and plugins stands in every catalogue, whole, in the form `make catalogs` has.

Texts are extracted here, from the tree as it is: a new one fails until it is translated.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message

from forum.testing.catalogs import (
    compose,
    extract_texts,
    list_texts,
    list_untranslated,
    read_catalog,
)
from tests.architecture.tree import ROOT

LANGUAGES = ["en", "sv"]
PLUGINS = {
    folder.name.removeprefix("forum_"): [folder]
    for folder in sorted((ROOT / "plugins").glob("*/forum_*"))
    if folder.suffix != ".egg-info"
}
DOMAINS: dict[str, list[Path]] = {"forum": [ROOT / "forum"], **PLUGINS}
EACH = [(domain, language) for domain in DOMAINS for language in LANGUAGES]
# What has to be the same in a text and its translation: placeholders and markup.
FIXED = re.compile(r"%\(\w+\)[a-z]|<[^>]+>|%(?!\()|\n")


def find_file(domain: str, language: str) -> Path:
    return DOMAINS[domain][0] / "translations" / language / "LC_MESSAGES" / f"{domain}.po"


def open_catalog(domain: str, language: str) -> Catalog:
    return read_catalog(find_file(domain, language))


def pair_forms(message: Message) -> list[tuple[str, str]]:
    """Return each form of a text with its translation."""
    said: Any = message.string
    if isinstance(message.id, str):
        return [(message.id, said)]
    return list(zip(message.id, said, strict=True))


@pytest.fixture(scope="module")
def texts() -> dict[str, Catalog]:
    return {domain: extract_texts(*folders) for domain, folders in DOMAINS.items()}


@pytest.mark.parametrize(("domain", "language"), EACH)
def test_every_catalogue_compiles(domain: str, language: str) -> None:
    """As `make run` does it: it takes "95 % unter" for a placeholder, and nothing starts."""
    found = open_catalog(domain, language).check()
    assert [str(error) for _message, errors in found for error in errors] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_each_domain_speaks_all_languages(domain: str) -> None:
    files = sorted((DOMAINS[domain][0] / "translations").rglob("*.po"))
    assert files == [find_file(domain, language) for language in LANGUAGES]


@pytest.mark.parametrize(("domain", "language"), EACH)
def test_catalog_holds_just_the_texts(
    texts: dict[str, Catalog], domain: str, language: str
) -> None:
    held = {str(message.id) for message in open_catalog(domain, language) if message.id}
    wanted = {str(message.id) for message in texts[domain] if message.id}
    assert (sorted(wanted - held), sorted(held - wanted)) == ([], []), "run `make catalogs`"


@pytest.mark.parametrize(("domain", "language"), EACH)
def test_every_text_is_translated(domain: str, language: str) -> None:
    assert list_untranslated(open_catalog(domain, language)) == []


@pytest.mark.parametrize(("domain", "language"), EACH)
def test_nothing_is_fuzzy_or_obsolete(domain: str, language: str) -> None:
    catalog = open_catalog(domain, language)
    assert [message.id for message in catalog if message.id and message.fuzzy] == []
    assert [*catalog.obsolete] == []


@pytest.mark.parametrize(("domain", "language"), EACH)
def test_translations_keep_placeholders_and_markup(domain: str, language: str) -> None:
    wrong = [
        text
        for message in open_catalog(domain, language)
        if message.id
        for text, said in pair_forms(message)
        if sorted(FIXED.findall(said)) != sorted(FIXED.findall(text))
        or (said[:1].isspace(), said[-1:].isspace()) != (text[:1].isspace(), text[-1:].isspace())
    ]
    assert wrong == []


@pytest.mark.parametrize(("domain", "language"), EACH)
def test_quotes_are_those_of_the_language(domain: str, language: str) -> None:
    foreign = {"en": "„‚«»", "sv": "„‚“«»"}[language]
    said = [form for m in open_catalog(domain, language) if m.id for _, form in pair_forms(m)]
    assert [form for form in said if set(foreign) & set(form)] == []


@pytest.mark.parametrize(("domain", "language"), EACH)
def test_file_is_as_the_update_writes_it(
    texts: dict[str, Catalog], domain: str, language: str
) -> None:
    path = find_file(domain, language)
    assert path.read_text("utf-8") == compose(texts[domain], path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_of_two_domains_is_said_alike(language: str) -> None:
    core = {str(m.id): m.string for m in open_catalog("forum", language) if m.id}
    differing = [
        (domain, m.id)
        for domain in PLUGINS
        for m in open_catalog(domain, language)
        if m.id and core.get(str(m.id), m.string) != m.string
    ]
    assert differing == []


def test_texts_are_found_wherever_they_stand() -> None:
    source = """
from forum.web.i18n import gettext as _
name = _("eins", here=1)
line = f"({_('zwei')})"
long = lazy_gettext("drei, "
    "vier")
some = ngettext("%(num)s Haus", "%(num)s Häuser", 3)
none = _(name)
manifest = Manifest(name="x", title="Titel", summary="Kurz")
field = setting(1, label="Feld", help="", choices={"a": "Wahl"})
"""
    assert sorted(map(str, list_texts(source))) == sorted(
        [
            "eins",
            "zwei",
            "drei, vier",
            "('%(num)s Haus', '%(num)s Häuser')",
            "Titel",
            "Kurz",
            "Feld",
            "Wahl",
        ]
    )


def test_macros_are_looked_into(tmp_path: Path) -> None:
    folder = tmp_path / "templates" / "_macros"
    folder.mkdir(parents=True)
    (folder / "bits.html").write_text("{% macro a() %}{{ _('Gruß') }}{% endmacro %}", "utf-8")
    assert [message.id for message in extract_texts(tmp_path) if message.id] == ["Gruß"]


def test_a_changed_text_begins_anew(tmp_path: Path) -> None:
    po = tmp_path / "en" / "LC_MESSAGES" / "shop.po"
    po.parent.mkdir(parents=True)
    head = '# Shop.\nmsgid ""\nmsgstr ""\n"Language: en\\n"\n'
    po.write_text(f'{head}\nmsgid "alt"\nmsgstr "old"\n\nmsgid "bleibt"\nmsgstr "stays"\n', "utf-8")
    fresh = Catalog()
    for text in ("neu", "bleibt"):
        fresh.add(text)
    expected = f'{head}\nmsgid "bleibt"\nmsgstr "stays"\n\nmsgid "neu"\nmsgstr ""\n'
    assert compose(fresh, po) == expected
