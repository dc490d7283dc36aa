"""The layout and its macros: landmarks, no inline code, one act form, drafts, messages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from forum.web.frame import FrameViewer
from forum.web.themes import CORE
from tests.forum.web.showcase import ANKE, make_showcase

PATHS = ["/", "/t/12", "/switches", "/login", "/search", "/admin", "/fail/404"]
# Mails carry their styles inside.
TEMPLATES = sorted(
    path for path in (CORE / "templates").rglob("*.html") if path.parent.name != "mail"
)


@pytest.mark.parametrize("path", PATHS)
def test_every_page_has_its_landmarks_once(member: Flask, path: str) -> None:
    page = member.test_client().get(path).text
    for mark in ("<main ", "<h1", '<form id="act"', 'id="status"', 'class="skip"'):
        assert (mark, page.count(mark)) == (mark, 1)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_inline(member: Flask, path: str) -> None:
    page = member.test_client().get(path).text
    assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*\ssrc=)", page)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: Path(path).name)
def test_templates_write_no_inline_code(template: Path) -> None:
    text = template.read_text("utf-8")
    assert not re.search(r"\sstyle=|\son(click|load|submit|change)=|<style|\|\s*safe\b", text)


def test_every_icon_is_in_the_sprite(member: Flask) -> None:
    sprite = (CORE / "static" / "icons.svg").read_text("utf-8")
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    used: set[str] = set()
    for path in PATHS:
        used |= set(re.findall(r"\.svg#([\w-]+)", member.test_client().get(path).text))
    assert used - drawn == set()


def test_nobody_signed_in_sees_no_personal_parts(anonymous: Flask) -> None:
    page = anonymous.test_client().get("/").text
    assert 'id="act"' not in page
    assert "csrf_token" not in page
    assert 'href="/login?next=/"' in page


def test_the_look_follows_the_member() -> None:
    app = make_showcase(viewer=FrameViewer(7, ANKE, mode="dark", keys=False))
    page = app.test_client().get("/").text
    assert '<html lang="de" data-mode="dark">' in page
    assert '<body data-me="7" data-keys="off">' in page


def test_messages_are_shown_once_and_name_the_arrived_draft() -> None:
    app = make_showcase(viewer=FrameViewer(1, ANKE))
    client = app.test_client()
    page = client.get("/sent", follow_redirects=True).text
    assert '<div class="notice done">' in page
    assert 'data-draft-done="t12"' in page
    assert "Deine Antwort ist da." not in client.get("/").text


def test_a_search_result_is_marked_and_a_hostile_title_is_not(member: Flask) -> None:
    page = member.test_client().get("/search?q=%3Cscript%3E").text
    assert "<mark>Bürgerentscheiden</mark>" in page
    assert "<script>" not in page


def test_the_topic_page_stays_light(member: Flask) -> None:
    assert len(member.test_client().get("/t/12").data) < 40_000
