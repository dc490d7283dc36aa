"""Languages: which is spoken, how catalogues merge, how times are told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from forum.core import clock
from forum.web import i18n
from forum.web.dates import day, exactly, in_words, number, time_tag

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: {}\\n"\n'
PLURAL = "nplurals=2; plural=(n != 1);"


def write_po(root: Path, domain: str, locale: str, text: str) -> Path:
    folder = root / locale / "LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    po = folder / f"{domain}.po"
    po.write_text(HEADER.format(PLURAL) + text, "utf-8")
    return root


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    core = write_po(
        tmp_path / "core",
        "forum",
        "en",
        '\nmsgid "Gruß"\nmsgstr "Greeting"\n'
        '\nmsgid "heute, %(time)s"\nmsgstr "today, %(time)s"\n'
        '\nmsgid "%(num)s Haus"\nmsgid_plural "%(num)s Häuser"\n'
        'msgstr[0] "%(num)s house"\nmsgstr[1] "%(num)s houses"\n',
    )
    plugin = write_po(
        tmp_path / "polls",
        "polls",
        "en",
        '\nmsgid "Gruß"\nmsgstr "Plugin greeting"\n\nmsgid "Umfrage"\nmsgstr "Poll"\n',
    )
    write_po(core, "forum", "de@formal", '\nmsgid "Du darfst"\nmsgstr "Sie dürfen"\n')
    app = Flask("words")
    app.extensions[i18n.STATE] = i18n.load_languages([("forum", core), ("polls", plugin)])
    app.before_request(i18n.forget_speech)
    app.teardown_request(i18n.forget_speech)
    return app


def ask(app: Flask, path: str = "/", accept: str = "") -> str:
    with app.test_request_context(path, headers={"Accept-Language": accept}):
        return i18n.locale()


def test_choice_of_language(app: Flask) -> None:
    assert ask(app) == "de"
    assert ask(app, accept="en-GB,en;q=0.9") == "en"
    assert ask(app, accept="fr") == "de"
    assert ask(app, "/?lang=en", accept="de") == "en"
    assert ask(app, "/?lang=../etc", accept="de") == "de"


def test_the_members_wish_comes_first(app: Flask) -> None:
    languages = i18n.languages(app)
    wished = i18n.Languages(
        languages.catalogs, "de", languages.zone, lambda: ("de@formal", "Europe/Stockholm")
    )
    app.extensions[i18n.STATE] = wished
    with app.test_request_context("/?lang=en"):
        assert (i18n.locale(), i18n.speech().language) == ("de@formal", "de")
        assert str(i18n.speech().zone) == "Europe/Stockholm"
        assert i18n.gettext("Du darfst") == "Sie dürfen"


def test_domains_merge_and_the_core_wins(app: Flask) -> None:
    with app.app_context(), i18n.speaking("en"):
        assert i18n.gettext("Gruß") == "Greeting"
        assert i18n.gettext("Umfrage") == "Poll"
        assert i18n.ngettext("%(num)s Haus", "%(num)s Häuser", 1) == "1 house"
        assert i18n.ngettext("%(num)s Haus", "%(num)s Häuser", 3) == "3 houses"
        assert i18n.gettext("unbekannt %(x)s", x=1) == "unbekannt 1"
    with app.app_context(), i18n.speaking("de"):
        assert i18n.ngettext("%(num)s Haus", "%(num)s Häuser", 3) == "3 Häuser"


def test_a_lazy_text_speaks_when_it_is_shown(app: Flask) -> None:
    label = i18n.lazy_gettext("Gruß")
    with app.app_context(), i18n.speaking("en"):
        assert str(label) == "Greeting"
    assert str(label) == "Gruß"


def test_values_are_escaped_in_templates(app: Flask) -> None:
    with app.app_context(), i18n.speaking("de"):
        assert i18n.template_gettext("<b>%(x)s</b>", x="<i>") == "<b>&lt;i&gt;</b>"


def test_compiled_catalogues_are_used_while_fresh(tmp_path: Path) -> None:
    root = write_po(tmp_path, "forum", "sv", '\nmsgid "Gruß"\nmsgstr "Hälsning"\n')
    assert i18n.compile_catalogs([root]) == [root / "sv" / "LC_MESSAGES" / "forum.mo"]
    catalogs = i18n.load_languages([("forum", root)]).catalogs
    assert catalogs["sv"].gettext("Gruß") == "Hälsning"


NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 20, 6, 51, tzinfo=UTC), "heute, 07:51"),
        (datetime(2026, 11, 19, 23, 30, tzinfo=UTC), "heute, 00:30"),
        (datetime(2026, 11, 19, 17, 22, tzinfo=UTC), "gestern, 18:22"),
        (datetime(2026, 11, 21, 8, 0, tzinfo=UTC), "morgen, 09:00"),
        (datetime(2026, 9, 3, 7, 12, tzinfo=UTC), "3. September, 09:12"),
        (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "29. März, 03:00"),
        (datetime(2025, 12, 31, 23, 30, tzinfo=UTC), "1. Januar, 00:30"),
        (datetime(2021, 5, 1, 12, 0, tzinfo=UTC), "1. Mai 2021, 14:00"),
    ],
)
def test_times_in_words(app: Flask, at: datetime, words: str) -> None:
    with app.app_context(), i18n.speaking("de"), clock.freeze(NOW):
        assert in_words(at) == words


def test_exact_times_days_and_tags(app: Flask) -> None:
    with app.app_context(), i18n.speaking("de"), clock.freeze(NOW):
        at = datetime(2026, 11, 20, 13, 5, tzinfo=UTC)
        assert exactly(at) == "20. November 2026, 14:05 Uhr"
        assert (day(at), day(datetime(2025, 2, 1, tzinfo=UTC))) == (
            "20. November",
            "1. Februar 2025",
        )
        assert day(at, year=True) == "20. November 2026"
        assert time_tag(at) == (
            '<time datetime="2026-11-20T13:05+00:00" title="20. November 2026, 14:05 Uhr">'
            "heute, 14:05</time>"
        )
        assert (number(999), number(1234), number(1.5)) == ("999", "1.234", "1,5")


def test_words_change_with_the_day_and_the_language(app: Flask) -> None:
    at = datetime(2026, 11, 20, 6, 51, tzinfo=UTC)
    with app.app_context(), i18n.speaking("en"), clock.freeze(NOW):
        assert in_words(at) == "today, 07:51"
    with app.app_context(), i18n.speaking("de"), clock.freeze(NOW):
        assert time_tag(at).endswith("heute, 07:51</time>")
    with app.app_context(), i18n.speaking("de"), clock.freeze(NOW.replace(day=21)):
        assert time_tag(at).endswith("gestern, 07:51</time>")
