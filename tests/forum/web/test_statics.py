"""Static files: the address carries the hash of everything it brings."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from forum.core.errors import ConfigError
from forum.web import assets
from forum.web.statics import FOREVER, StaticFiles, font_css


def add(folder: Path, **files: str) -> StaticFiles:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, "utf-8")
    statics = StaticFiles()
    statics.add_theme("", [folder], "")
    return statics


def test_an_import_changes_the_address_of_what_imports_it(tmp_path: Path) -> None:
    first = add(
        tmp_path, main__js='import { a } from "./part.js";\n', part__js="export const a = 1;"
    )
    second = add(tmp_path, part__js="export const a = 2;")
    assert first.url("", "main.js") != second.url("", "main.js")
    main = second.find(second.url("", "main.js").removeprefix("/static/"))
    assert main is not None
    part = second.url("", "part.js").rpartition("/")[2]
    assert main.body.decode() == f'import {{ a }} from "./{part}";\n'


def test_stylesheets_are_put_together(tmp_path: Path) -> None:
    statics = add(
        tmp_path, app__css='@import "./x.css";\n/* gone */ b { c: d; }', x__css="a { e: f; }"
    )
    found = statics.find(statics.url("", "app.css").removeprefix("/static/"))
    assert found is not None
    assert found.body == b"a{e: f}b{c: d}"


def test_a_missing_file_has_no_address(tmp_path: Path) -> None:
    assert add(tmp_path).url("", "none.js") == ""


def test_what_is_served_may_be_kept_for_ever(member: Flask) -> None:
    environment = member.extensions["forum.render"].environments[""]
    client = member.test_client()
    for name in ("css/app.css", "js/app.js", "icons.svg"):
        plain = client.get(environment.globals["static"](name))
        packed = client.get(plain.request.path, headers={"Accept-Encoding": "gzip"})
        assert (plain.status_code, plain.headers["Cache-Control"]) == (200, FOREVER)
        assert packed.headers.get("Content-Encoding", "gzip") == "gzip"
        assert "Set-Cookie" not in plain.headers


@pytest.mark.parametrize("path", ["css/app.css", "../forum/app.py", "css/app.00000000.css"])
def test_only_hashed_names_are_served(member: Flask, path: str) -> None:
    assert member.test_client().get(f"/static/{path}").status_code == 404


def test_own_stylesheet_stays_small(member: Flask) -> None:
    environment = member.extensions["forum.render"].environments[""]
    found = member.test_client().get(environment.globals["static"]("css/app.css"))
    assert len(found.data) < 40_000


def test_own_scripts_stay_small() -> None:
    scripts = (assets.ROOT / "forum" / "static" / "js").glob("*.js")
    assert sum(len(path.read_text("utf-8").splitlines()) for path in scripts) <= 480


def test_an_accent_sheet_is_told_by_its_address(member: Flask) -> None:
    client = member.test_client()
    page = client.get("/t/12").text
    url = page.partition('href="/look/')[2].partition('"')[0]
    answer = client.get(f"/look/{url}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOREVER)
    assert "--accent:#0d6b50" in answer.text
    stale = client.get("/look/federation/0d6b50.00000000.css")
    assert stale.headers["Cache-Control"] == "public, max-age=60"
    assert client.get("/look/federation/zzz.00000000.css").status_code == 404


def test_the_build_wants_a_lock_file_and_npm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigError, match=r"package-lock\.json"):
        assets.build(root=tmp_path, target=tmp_path / "vendor")
    (tmp_path / "package-lock.json").write_text('{"packages": {}}', "utf-8")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(assets.sys, "executable", str(tmp_path / "python"))
    with pytest.raises(ConfigError, match="npm not found"):
        assets.build(root=tmp_path, target=tmp_path / "vendor")


def test_without_the_build_there_are_no_fonts_and_no_error(tmp_path: Path) -> None:
    assert font_css(tmp_path) == ""
