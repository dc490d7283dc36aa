"""Themes: what a folder may say, and which file wins."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from forum.core.errors import ConfigError
from forum.web.install import WebOptions, install
from forum.web.render import render
from forum.web.themes import load_themes
from tests.forum.web.showcase import Area, Scope


def write_theme(root: Path, name: str, *, base: str = "", extra: str = "") -> Path:
    folder = root / name
    (folder / "templates" / "errors").mkdir(parents=True)
    (folder / "theme.cfg").write_text(f"[theme]\ntitle = {name}\nbase = {base}\n{extra}", "utf-8")
    return folder


def test_lookup_goes_theme_then_base_then_core(tmp_path: Path) -> None:
    far = write_theme(tmp_path, "far")
    near = write_theme(tmp_path, "near", base="far")
    (far / "templates" / "one.html").write_text("far one", "utf-8")
    (far / "templates" / "two.html").write_text("far two", "utf-8")
    (near / "templates" / "two.html").write_text("near two", "utf-8")
    plugin = tmp_path / "forum_polls"
    (plugin / "templates" / "polls").mkdir(parents=True)
    (plugin / "templates" / "polls" / "panel.html").write_text("polls' own", "utf-8")
    (near / "templates" / "polls").mkdir()
    app = Flask("themed", static_folder=None)
    app.secret_key = "x"
    install(app, WebOptions(theme="far", theme_roots=[tmp_path], plugins={"polls": plugin}))
    here = Scope(Area("a", "A", theme="near"))
    with app.test_request_context("/"):
        assert render("one.html", scope=here) == "far one"
        assert render("two.html", scope=here) == "near two"
        assert render("two.html") == "far two"
        assert render("polls/panel.html", scope=here) == "polls' own"
        (near / "templates" / "polls" / "panel.html").write_text("near's polls", "utf-8")
    again = Flask("again", static_folder=None)
    again.secret_key = "x"
    install(again, WebOptions(theme="far", theme_roots=[tmp_path], plugins={"polls": plugin}))
    with again.test_request_context("/"):
        assert render("polls/panel.html", scope=here) == "near's polls"
        assert render("polls/panel.html") == "polls' own"


def test_tokens_of_a_theme_lie_over_those_of_its_base(tmp_path: Path) -> None:
    write_theme(tmp_path, "far", extra="[tokens]\npaper = #fff\naccent = #112233\n")
    write_theme(tmp_path, "near", base="far", extra="[tokens]\naccent = #445566\n")
    themes = load_themes([tmp_path])
    assert themes.tokens("near") == ({"paper": "#fff", "accent": "#445566"}, {})
    assert "--paper:#fff;" in themes.css("near")


@pytest.mark.parametrize(
    ("extra", "complaint"),
    [
        ("[tokens]\naccent = red\n", "hex colour"),
        ("[tokens]\nr = 1px;} body{display:none\n", "is not a token"),
        ("[tokens]\nx y = 1\n", "is not a token"),
        ("[tokens\n", "theme.cfg"),
    ],
)
def test_a_broken_theme_stops_the_start(tmp_path: Path, extra: str, complaint: str) -> None:
    write_theme(tmp_path, "bad", extra=extra)
    with pytest.raises(ConfigError, match=complaint):
        load_themes([tmp_path])


def test_bases_must_exist_and_form_no_circle(tmp_path: Path) -> None:
    write_theme(tmp_path, "a", base="b")
    with pytest.raises(ConfigError, match="not installed"):
        load_themes([tmp_path])
    write_theme(tmp_path, "b", base="a")
    with pytest.raises(ConfigError, match="circle"):
        load_themes([tmp_path])


def test_an_unknown_default_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="'none' is not installed"):
        load_themes([tmp_path], default="none")


def test_a_theme_replaces_one_part_of_the_stylesheet(tmp_path: Path) -> None:
    folder = write_theme(tmp_path, "near")
    (folder / "static" / "css").mkdir(parents=True)
    (folder / "static" / "css" / "lists.css").write_text(".feed { color: teal; }", "utf-8")
    app = Flask("themed", static_folder=None)
    app.secret_key = "x"
    install(app, WebOptions(theme_roots=[tmp_path]))
    near, core = (sheet(app, theme) for theme in ("near", ""))
    assert ".feed{color: teal}" in near
    assert ".feed{color: teal}" not in core
    assert ".thread" in near


def sheet(app: Flask, theme: str) -> str:
    environment = app.extensions["forum.render"].environments[theme]
    url = environment.globals["static"]("css/app.css")
    return app.test_client().get(url).text
