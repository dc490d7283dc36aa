"""Directives of plugins in real posts, and the other hooks around writing."""

from __future__ import annotations

from pathlib import Path

import pytest

from forum.core.errors import Invalid
from forum.discussions import operations
from forum.discussions.models import Post, PostRevision, Topic
from forum.markup import plain
from forum.plugin import HookFailed
from forum.testing.builders import acting, login, make_topic, make_user, switch_plugin
from tests.forum.discussions.noted import MakeApp, Site, build_site
from tests.forum.plugin.examples.notes import plugin as notes

NOTED = '<aside class="note"'
NOTE = ":::note Hallo id=fest\nText\n:::"


@pytest.fixture
def site(make_app: MakeApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    return build_site(make_app, tmp_path, monkeypatch)


def panel(key: str, viewer: object, *, hostile: bool = True) -> str:
    tail = "&lt;script&gt;" if hostile else ""
    return f'<aside class="note" data-key="{key}">Für {viewer}{tail}</aside>'


def test_a_directive_shows_at_its_place_to_each_reader(site: Site) -> None:
    site.write(f"davor\n\n{NOTE}\n\ndanach")
    other = make_user(site.app, "Eva")
    for viewer in (site.deniz, other, None, site.deniz):
        page = site.page(viewer)
        before, _, after = page.partition(panel("note.fest", viewer))
        assert "<p>davor</p>" in before
        assert "<p>danach</p>" in after
        assert "\0" not in page


def test_all_directives_of_a_page_are_asked_for_at_once(site: Site) -> None:
    site.write("ohne")
    site.page(site.deniz)
    assert notes.asked == []
    site.write(f"{NOTE}\n\n:::note zwei\nb\n:::")
    site.write(NOTE)
    site.page(site.deniz)
    assert notes.asked == [("note.fest", "note.2", "note.fest")]


def test_where_the_plugin_is_off_the_line_shows(site: Site) -> None:
    site.write(NOTE)
    site.write(":::note a id=blank\nb\n:::")
    line = '<p class="embed">Notiz: a</p>'
    assert line in site.page(site.deniz)
    switch_plugin(site.app, site.here, "notes", state="off")
    page = site.page(site.deniz)
    assert '<p class="embed">Notiz: Hallo</p>' in page
    assert NOTED not in page
    site.write(NOTE)
    assert "<p>:::note Hallo id=fest\nText\n:::</p>" in site.page(site.deniz)


def test_mails_and_the_search_have_the_line(site: Site) -> None:
    site.write(f"davor\n\n{NOTE}")
    [_first, html] = site.rows(Post.html)
    assert plain(str(html)) == "davor\nNotiz: Hallo"


def test_the_plugin_hears_what_stands_in_the_text_and_what_left_it(site: Site) -> None:
    seq = site.write(f"{NOTE}\n\n:::note zwei\nb\n:::")
    site.edit(seq, f":::note neu\nc\n:::\n\n{NOTE}")
    site.edit(seq, "nichts mehr")
    site.edit(seq, "noch immer nichts")
    assert notes.told == [
        (seq, (("note.fest", "Text"), ("note.2", "b"))),
        (seq, (("note.1", "c"), ("note.fest", "Text"))),
        (seq, ()),
    ]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (":::note leer\n:::", "Die Notiz in Hier ist leer."),
        (":::note a\nverboten\n:::", "Das ist verboten."),
        ("\n\n".join([":::note a\nb\n:::"] * 4), "Höchstens 3 Blöcke „:::note“ je Beitrag."),
    ],
)
def test_what_a_plugin_refuses_is_said_at_the_text_and_not_stored(
    site: Site, source: str, message: str
) -> None:
    seq = site.write("so war es")
    for write in (lambda: site.write(source), lambda: site.edit(seq, source)):
        with pytest.raises(Invalid) as caught:
            write()
        assert (caught.value.field, caught.value.message) == ("text", message)
    assert site.rows(Post.source, Post.seq > 1) == ["so war es"]
    assert site.rows(PostRevision.id) == []


def test_a_parser_that_fails_lets_nothing_through(site: Site) -> None:
    with pytest.raises(HookFailed):
        site.write(":::note crash\n:::")
    assert site.rows(Post.id, Post.seq > 1) == []


@pytest.mark.parametrize(
    "source",
    [
        ":::note none\nx\n:::",
        ":::note offen\nx",
        "```\n:::note a\nb\n:::\n```",
        ":::quote post=1\n:::note a\nb\n:::\n:::",
        ":::unknown a\nb\n:::",
    ],
)
def test_what_is_no_directive_stays_text(site: Site, source: str) -> None:
    site.write(source)
    assert NOTED not in site.page(site.deniz)
    assert notes.told == []


def test_a_directive_may_stand_inside_others(site: Site) -> None:
    site.write(":::::details Mehr\n> ::::note a\n> b\n> ::::\n:::::")
    page = site.page(site.deniz)
    assert panel("note.1", site.deniz) in page
    assert "<summary>Mehr</summary>" in page


def test_hostile_arguments_are_text(site: Site) -> None:
    site.write(':::note "><script>alert(1)</script> id="x\\"\n<img src=x onerror=alert(1)>\n:::')
    switch_plugin(site.app, site.here, "notes", state="off")
    page = site.page(site.deniz)
    assert "<script>alert" not in page
    assert "onerror=" not in page


def test_a_directive_of_a_post_that_is_hidden_is_not_asked_for(site: Site) -> None:
    seq = site.write(NOTE)
    with acting(site.app, site.deniz, site.here) as scope:
        operations.set_hidden(scope, site.topic, seq=seq, reason="Grund")
    page = site.page(site.deniz)
    assert notes.asked == []
    assert NOTED not in page


def test_the_preview_shows_the_plugins_draft_and_its_problems(site: Site) -> None:
    client = login(site.app.test_client(), site.deniz)
    page = client.get(f"/t/{site.topic}", follow_redirects=True).text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]

    def preview(text: str) -> str:
        form = {"csrf_token": token, "topic": str(site.topic), "text": text}
        return client.post("/preview", data=form).text

    assert panel("note.fest", "preview", hostile=False) in preview(NOTE)
    assert "Die Notiz in Hier ist leer." in preview("davor\n\n:::note a\n:::")
    assert "<p>davor</p>" in preview("davor\n\n:::note a\n:::")
    assert ":::note crash" in preview(":::note crash\n:::")
    assert notes.told == []


def test_a_title_is_refused_at_its_field_when_new_and_when_changed(site: Site) -> None:
    with pytest.raises(Invalid) as caught:
        make_topic(site.app, site.here, author=site.deniz, title="LAUT")
    assert (caught.value.field, caught.value.message) == ("title", "Bitte nicht schreien.")
    with pytest.raises(Invalid) as caught:
        site.edit(1, "Anders", title="LAUT")
    assert caught.value.field == "title"
    assert site.rows(Topic.title) == ["Worum es geht"]
    notes.told.clear()
    site.edit(1, "Anders", title="Leise")
    site.edit(1, "Noch anders", title="Leise")
    assert notes.told == [("Leise", "Worum es geht")]


def test_a_filtered_source_is_rendered_and_the_authors_own_is_kept(site: Site) -> None:
    seq = site.write("Text (c) 2026")
    assert "Text © 2026" in site.page(site.deniz)
    assert site.rows(Post.source, Post.seq == seq) == ["Text (c) 2026"]
    edit = login(site.app.test_client(), site.deniz).get(f"/t/{site.topic}/p/{seq}/edit").text
    assert "Text (c) 2026" in edit


def test_a_filter_that_makes_a_text_too_long_is_left_out(site: Site) -> None:
    seq = site.write("zu lang (c)")
    assert site.rows(Post.html, Post.seq == seq) == ["<p>zu lang (c)</p>\n"]
