"""The operator's page names what went wrong in a plugin, whichever process it happened in."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from time import sleep

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from forum.accounts.operations import promote_user
from forum.core.database import read_unit, unit
from forum.core.services import service
from forum.home.models import PluginFigure, PluginTime, PluginTrouble
from forum.home.overview import list_hooks
from forum.home.upkeep import forget_figures, store_figures
from forum.plugin.circuit import FAILURES
from forum.plugin.loader import Quarantined
from forum.testing.builders import (
    login,
    make_area,
    make_operator,
    make_topic,
    make_user,
)
from forum.testing.fixtures import MOMENT


def _break(app: Flask, message: str) -> None:
    """Let a call into a plugin fail as the guard sees it."""

    def fail() -> None:
        raise RuntimeError(message)

    with app.app_context():
        service("dispatcher").run(
            "kaputt", "render_post_panels", fail, kind="view", on_error="skip", area_id=None
        )


def test_a_failure_is_named_with_its_plugin(make_app, app: Flask) -> None:
    lenient = make_app(strict=False)
    _break(lenient, "Tabelle <fehlt>")
    client: FlaskClient = lenient.test_client()
    login(client, make_operator(app))
    client.get("/").close()  # any response carries the figures into the rows
    page = client.get("/admin/plugins").get_data(as_text=True)
    assert "kaputt" in page
    assert "RuntimeError: Tabelle &lt;fehlt&gt;" in page
    other: FlaskClient = make_app().test_client()
    login(other, make_operator(app, name="Zweite"))
    assert "RuntimeError" in other.get("/admin/plugins").get_data(as_text=True)


def _render(app: Flask, hook: str, *, seconds: float = 0.0) -> None:
    """Let a plugin show something on a page, as the guard sees it."""
    with app.app_context():
        service("dispatcher").run(
            "beispiel", hook, lambda: sleep(seconds), kind="render", on_error="skip", area_id=7
        )


def _store(app: Flask) -> None:
    with app.app_context(), unit():
        store_figures()


def test_the_figures_of_two_processes_are_summed(make_app, app: Flask) -> None:
    """Each counts alone and adds to the same rows; percentiles are those of all calls."""
    quick, slow = make_app(strict=False), make_app(strict=False)
    for _ in range(18):
        _render(quick, "render_post_panels")
    _store(quick)
    for _ in range(2):
        _render(quick, "render_post_panels")
        _render(slow, "render_post_panels", seconds=0.06)
        _break(slow, "Rad ab")
    _store(quick)
    _store(slow)
    with make_app().app_context(), read_unit():
        lines = list_hooks()
    [line] = lines["beispiel"]
    assert (line.hook, line.calls, line.errors, line.slow) == ("render_post_panels", 22, 0, 2)
    assert line.statements == 0
    assert line.p50_ms is not None
    assert line.p50_ms < 10
    assert line.p95_ms == 65.536
    assert [one.errors for one in lines["kaputt"]] == [2]


def test_a_process_that_is_only_read_from_stores_when_it_writes_anyway(
    make_app, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = make_app(strict=False)
    monkeypatch.setattr("forum.home.upkeep.READING_SECONDS", 0.0)
    anke = make_user(app, "Anke")
    topic = make_topic(app, make_area(app, "Bund", members={anke: "admin"}), author=anke)
    client = login(reader.test_client(), make_user(app, "Deniz"))
    _render(reader, "render_area_panels")
    client.get("/").close()
    with reader.app_context(), read_unit():
        assert list_hooks() == {}
    client.get(
        f"/t/{topic.topic_id}", follow_redirects=True
    ).close()  # the read mark takes them along
    with reader.app_context(), read_unit():
        assert [line.calls for line in list_hooks().get("beispiel", [])] == [1]


def test_the_same_trouble_stands_there_once_in_the_readers_language(make_app, app: Flask) -> None:
    lenient = make_app(strict=False)
    for _ in range(3):
        _break(lenient, "Rad ab")
    _render(lenient, "render_area_panels", seconds=0.06)
    _store(lenient)
    page = login(app.test_client(), make_operator(app)).get("/admin/plugins").text
    assert page.count("RuntimeError: Rad ab") == 2  # in one line, and in its traceback
    assert "3-mal" in page
    assert "Ist mit einem Fehler abgebrochen." in page
    assert re.search(r"Hat eine Seite \d+ ms aufgehalten", page)
    assert "took " not in page
    english = make_user(app, "Olga", email="olga@example.org", language="en")
    with app.app_context(), unit():
        promote_user("olga@example.org", "operator")
    page = login(app.test_client(), english).get("/admin/plugins").text
    assert "It broke off with an error." in page


def test_what_is_paused_now_is_named_until_its_pause_is_over(
    make_app, app: Flask, clock: Callable[[datetime], None]
) -> None:
    lenient = make_app(strict=False)
    for _ in range(FAILURES):
        _break(lenient, "Rad ab")
    _store(lenient)
    client = login(app.test_client(), make_operator(app))
    page = client.get("/admin/plugins").text
    assert "Zurzeit pausiert" in page
    clock(MOMENT + timedelta(seconds=61))
    page = client.get("/admin/plugins").text
    assert "Zurzeit pausiert" not in page
    assert "eine Minute lang ausgelassen" in page


def test_why_a_plugin_was_put_aside_is_said_in_words_and_in_full(make_app, app: Flask) -> None:
    broken = make_app()
    dispatcher = broken.extensions["forum"]["dispatcher"]
    aside = Quarantined("alt", "core", "alt: …", "it wants API <2", "install another version")
    odd = Quarantined("neu", "unheard of", "one line")
    dispatcher.loaded = replace(dispatcher.loaded, quarantined=(aside, odd))
    page = login(broken.test_client(), make_operator(app)).get("/admin/plugins").text
    assert "Nicht geladen: alt." in page
    assert "Sie ist für eine andere Version des Forums gemacht." in page
    assert "it wants API &lt;2" in page
    assert "install another version" in page
    assert "hält eine Regel für Erweiterungen nicht ein" in page


def test_figures_and_troubles_go_after_a_month(
    make_app, app: Flask, clock: Callable[[datetime], None]
) -> None:
    lenient = make_app(strict=False)
    _break(lenient, "Rad ab")
    _store(lenient)
    clock(MOMENT + timedelta(days=32))
    with app.app_context(), unit() as session:
        forget_figures()
        for model in (PluginFigure, PluginTime, PluginTrouble):
            assert session.scalar(sa.select(sa.func.count()).select_from(model)) == 0


def test_only_operators_see_it(app: Flask, client: FlaskClient) -> None:
    assert client.get("/admin/plugins").status_code == 303
    login(client, make_user(app, "Anke"))
    assert client.get("/admin/plugins").status_code in (403, 404)
