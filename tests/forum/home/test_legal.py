"""The operator's pages: written by hand, missing until then, linked from everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core.database import read_unit
from forum.home.legal import check_pages, find_text
from forum.testing.builders import login, make_operator

NAMES = ("impressum", "datenschutz", "barrierefreiheit")


@pytest.fixture
def folder(app: Flask) -> Iterator[Path]:
    """Where the operator puts pages; emptied afterwards."""
    found: Path = app.config["FORUM"].data_dir / "pages"
    found.mkdir(exist_ok=True)
    yield found
    for file in found.iterdir():
        file.unlink()
    found.rmdir()


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_page_says_what_has_to_stand_there(client: FlaskClient, name: str) -> None:
    page = client.get(f"/{name}")
    assert page.status_code == 200
    assert "Diese Seite ist noch nicht geschrieben." in page.text
    assert f"pages/{name}.md" in page.text


def test_every_page_links_them_also_for_strangers(client: FlaskClient) -> None:
    for path in ("/", "/login", "/verzeichnis", "/impressum", "/gibt-es-nicht"):
        footer = client.get(path).text.partition('<footer class="foot">')[2]
        assert [name for name in NAMES if f'href="/{name}"' in footer] == list(NAMES)


def test_the_operators_words_are_shown_sanitised(client: FlaskClient, folder: Path) -> None:
    file = folder / "impressum.md"
    file.write_text("# Impressum\n\nVerein e. V.\n\n<script>alert(1)</script>", "utf-8")
    page = client.get("/impressum").text
    assert "<p>Verein e. V.</p>" in page
    assert "<script>alert" not in page
    assert "noch nicht geschrieben" not in page


def test_a_change_shows_at_once(client: FlaskClient, folder: Path) -> None:
    (folder / "impressum.md").write_text("Erst", "utf-8")
    assert "<p>Erst</p>" in client.get("/impressum").text
    (folder / "impressum.md").write_text("Danach", "utf-8")
    assert "<p>Danach</p>" in client.get("/impressum").text


def test_a_page_in_the_readers_language_goes_first(app: Flask, folder: Path) -> None:
    (folder / "impressum.md").write_text("Deutsch", "utf-8")
    (folder / "impressum.en.md").write_text("English", "utf-8")
    with app.app_context():
        found = {language: find_text("impressum", language) for language in ("de", "en", "sv")}
        assert {name: str(text).strip() for name, text in found.items()} == {
            "de": "<p>Deutsch</p>",
            "en": "<p>English</p>",
            "sv": "<p>Deutsch</p>",
        }
        assert find_text("datenschutz", "de") is None


@pytest.mark.parametrize("content", [b"\xff\xfe broken", b"x" * 70_000])
def test_a_file_that_cannot_be_shown_counts_as_missing(
    client: FlaskClient, folder: Path, content: bytes
) -> None:
    (folder / "impressum.md").write_bytes(content)
    assert "noch nicht geschrieben" in client.get("/impressum").text


def test_forum_check_says_which_are_missing(app: Flask, folder: Path) -> None:
    with app.app_context(), read_unit():
        assert [finding.level for finding in check_pages()] == ["hint"]
        for name in NAMES:
            (folder / f"{name}.md").write_text("Text", "utf-8")
        assert [finding.level for finding in check_pages()] == ["ok"]


def test_the_operator_is_told_where_to_write(app: Flask, client: FlaskClient) -> None:
    login(client, make_operator(app))
    assert "im Datenordner des Forums" in client.get("/datenschutz").text
