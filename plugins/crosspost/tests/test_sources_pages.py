"""The pages of an area's sources and results, as its admins and core team use them."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient

from forum.testing.builders import add_member, login, make_user
from forum.testing.services.web import Answer, Web

if TYPE_CHECKING:
    from conftest import Blog, Lists

BASE = "/a/kreis/crosspost/sources"
RESULTS = "/a/kreis/crosspost/result"
ITEM = (
    "<item><guid>{n}</guid><link>https://blog.example/{n}</link><title>Titel {n}</title>"
    "<pubDate>0{n} Nov 2026 08:00:00 GMT</pubDate></item>"
)
FEED = (
    "<rss version='2.0'><channel><title>Vereins&lt;b&gt;blog</title>"
    + "".join(ITEM.format(n=n) for n in range(1, 6))
    + "</channel></rss>"
).encode()


@pytest.fixture
def admin(blog: Blog) -> FlaskClient:
    """A browser of the area's admin, on a site that may fetch from the test's server."""
    client = blog.lists.app.test_client()
    login(client, blog.admin)
    return client


def look(client: FlaskClient, url: str) -> tuple[int, str]:
    return send(client, "sources/look", url=url)


def send(client: FlaskClient, path: str, **form: str) -> tuple[int, str]:
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(BASE).get_data(as_text=True))
    assert token is not None
    answer = client.post(f"/a/kreis/crosspost/{path}", data={"csrf_token": token[1], **form})
    return answer.status_code, unescape(answer.get_data(as_text=True))


def test_a_look_shows_what_is_there_and_writes_nothing(
    lists: Lists, admin: FlaskClient, web: Web
) -> None:
    status, page = look(admin, web.serve("/feed", FEED))
    assert status == 200
    for words in ("RSS", "5 Einträge", "1. November", "5. November", "an ihrer Kennung"):
        assert words in page, words
    assert page.count("Titel ") >= 3
    assert "<b>blog" not in page
    assert len(web.asked) == 2
    for table in ("crosspost_source", "crosspost_feed", "topic", "job"):
        assert lists.scalar(f"SELECT count(*) FROM {table}") == 0, table


def test_only_who_sends_the_form_has_something_fetched(admin: FlaskClient, web: Web) -> None:
    url = web.serve("/feed", FEED)
    page = admin.get(f"{BASE}/look", query_string={"url": url})
    assert (page.status_code, web.asked) == (200, [])
    assert admin.post(f"{BASE}/look", data={"url": url}).status_code == 400
    assert web.asked == []


def test_nobody_has_others_fetched_without_end(lists: Lists, admin: FlaskClient, web: Web) -> None:
    url = web.serve("/feed", FEED)
    answers = [look(admin, url) for _ in range(11)]
    assert [status for status, _page in answers] == [200] * 10 + [429]
    assert len(web.asked) == 20
    assert "Das war sehr viel in kurzer Zeit." in answers[-1][1]
    assert f'value="{url}"' in answers[-1][1]
    other = make_user(lists.app, "Olga Admin")
    add_member(lists.app, lists.area, other, role="admin")
    browser = lists.app.test_client()
    login(browser, other)
    assert look(browser, url)[0] == 200


def test_guids_that_change_are_found_out(admin: FlaskClient, web: Web) -> None:
    url = web.put("/feed", Answer(body=FEED), Answer(body=FEED.replace(b"<guid>", b"<guid>x")))
    assert "weil die Kennungen fehlen oder wechseln" in look(admin, url)[1]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(status=404), "Unter dieser Adresse gibt es nichts (404)."),
        (Answer(body=b"<html><body>x"), "Das ist eine Webseite und kein Feed."),
        (Answer(body=b""), "Die Antwort ist leer."),
        (Answer(status=302, headers={"Location": "http://10.0.0.1/"}), "in ein internes Netz"),
        (Answer(headers={"Content-Length": str(10**10)}, pieces=(b"<",)), "zu groß für einen Feed"),
    ],
)
def test_what_is_wrong_stands_at_the_field_with_what_was_typed(
    admin: FlaskClient, web: Web, answer: Answer, words: str
) -> None:
    url = web.put("/feed", answer)
    status, page = look(admin, url)
    assert (status, f'value="{url}"' in page) == (422, True)
    assert words in page
    assert 'aria-invalid="true"' in page


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/",
        "http://[::1]/",
        "file:///etc/passwd",
        "http://a:b@x.example/",
        "x" * 3_000,
        "",
    ],
)
def test_hostile_addresses(admin: FlaskClient, web: Web, url: str) -> None:
    assert look(admin, url)[0] == 422
    assert web.asked == []


def test_add_pause_fetch_and_remove(lists: Lists, admin: FlaskClient, web: Web) -> None:
    url = web.serve("/feed", FEED)
    form = {"url": url, "label": "Vereinsblog", "policy": "link", "ids": "guid"}
    assert send(admin, "sources/add", **form)[0] == 303
    source = lists.scalar("SELECT source_id FROM crosspost_feed")
    page = unescape(admin.get(BASE).get_data(as_text=True))
    for words in ("Vereinsblog", "wird abgerufen", "noch nicht abgerufen", url):
        assert words in page
    status, page = send(admin, "sources/add", **form)
    assert (status, "gibt es in diesem Bereich schon" in page) == (422, True)
    assert lists.scalar("SELECT count(*) FROM job WHERE name = 'crosspost.poll_feed'") == 1
    assert send(admin, f"sources/{source}/state", state="paused")[0] == 303
    assert lists.scalar("SELECT state FROM crosspost_feed") == "paused"
    assert send(admin, f"sources/{source}/fetch")[0] == 303
    assert send(admin, f"sources/{source}/state", state="odd")[0] == 422
    assert send(admin, f"sources/{source}/state", state="on")[0] == 303
    assert send(admin, f"sources/{source}/fetch")[0] == 303
    assert send(admin, f"sources/{source}/remove")[0] == 303
    assert send(admin, f"sources/{source}/remove")[0] == 404
    assert lists.scalar("SELECT count(*) FROM crosspost_feed") == 0
    actions = lists.rows(
        "SELECT action FROM audit_entry WHERE action LIKE 'crosspost.%' ORDER BY id"
    )
    assert [row[0] for row in actions] == [
        f"crosspost.source_{verb}" for verb in ("added", "paused", "resumed", "removed")
    ]


def test_names_without_a_basis_are_refused_at_the_field(admin: FlaskClient) -> None:
    form = {"url": "https://a.example/", "label": "Blog", "policy": "named", "ids": "guid"}
    status, page = send(admin, "sources/add", **form, basis="")
    assert (status, "wenn du sagst, worauf das beruht" in page) == (422, True)
    assert 'value="https://a.example/"' in page


def test_only_admins_see_sources_and_only_the_core_team_adds_results(
    lists: Lists, admin: FlaskClient
) -> None:
    member = lists.app.test_client()
    login(member, lists.anke)
    assert member.get(BASE).status_code == 403
    assert member.get(RESULTS).status_code == 403
    assert "crosspost/" not in member.get("/a/kreis/").get_data(as_text=True)
    editor = lists.app.test_client()
    user = make_user(lists.app, "Edda Editor")
    add_member(lists.app, lists.area, user, role="editor")
    login(editor, user)
    assert (editor.get(BASE).status_code, editor.get(RESULTS).status_code) == (403, 200)
    page = editor.get("/a/kreis/").get_data(as_text=True)
    assert f'href="{RESULTS}"' in page
    assert f'href="{BASE}"' not in page
    assert f'href="{BASE}"' in admin.get("/a/kreis/").get_data(as_text=True)
    assert 'href="/a/kreis/crosspost/files"' in admin.get(BASE).get_data(as_text=True)


RESULT = {
    "title": "Sommerfest am 3. Juli",
    "text": "Wir feiern am **3. Juli**.",
    "place": "facebook",
    "label": "Gruppe <i>Weser</i>",
    "url": "https://facebook.example/groups/1",
    "day": "2026-06-01",
}


def test_a_result_becomes_a_topic_that_says_where_it_is_from(
    lists: Lists, admin: FlaskClient
) -> None:
    for _click in range(2):
        assert send(admin, "result", key="k1", **RESULT)[0] == 303
    assert lists.scalar("SELECT count(*) FROM topic") == 1
    topic = lists.scalar("SELECT id FROM topic")
    page = admin.get(f"/t/{topic}", follow_redirects=True).get_data(as_text=True)
    for words in (
        "Sommerfest am 3. Juli",
        "Ergebnis aus der Facebook-Gruppe Gruppe &lt;i&gt;Weser&lt;/i&gt;",
        "1. Juni",
        'href="https://facebook.example/groups/1" rel="nofollow ugc noopener"',
        "darf nicht ungefragt übernommen werden",
    ):
        assert words in page, words
    assert lists.rows('SELECT u.name FROM post p JOIN "user" u ON u.id = p.author_id') == [
        ("Ada Admin",)
    ]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, "Bitte fülle dieses Feld aus."),
        ({"text": ""}, "Bitte fülle dieses Feld aus."),
        ({"place": "myspace"}, ""),
        ({"label": "  "}, ""),
        ({"url": "javascript:alert(1)"}, "keine vollständige Adresse"),
        ({"url": "https://user:password@x.example/"}, "keine vollständige Adresse"),
        ({"day": "gestern"}, "Schreib den Tag wie"),
        ({"day": "2999-01-01"}, "in der Zukunft"),
        ({"day": "0001-01-01"}, "in der Zukunft oder zu weit zurück"),
    ],
)
def test_a_result_that_does_not_hold_is_kept_in_the_form(
    lists: Lists, admin: FlaskClient, wrong: dict[str, str], words: str
) -> None:
    status, page = send(admin, "result", **{**RESULT, **wrong})
    assert (status, words in page) == (422, True)
    assert lists.scalar("SELECT count(*) FROM topic") == 0
    if "text" not in wrong:
        assert RESULT["text"] in page
