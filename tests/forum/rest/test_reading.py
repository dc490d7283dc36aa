"""Reading: what a page would show the viewer, page by page, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.accounts.operations import Farewell, erase_user
from forum.areas.models import AreaSlug
from forum.core.database import unit
from forum.core.wall import Viewer, as_viewer
from forum.discussions import operations as discussions
from forum.discussions.models import ReadState
from forum.testing.builders import acting, make_post, make_topic
from tests.forum.rest.program import Program, Town

Statements = Callable[[Callable[[], object]], list[str]]


def start(town: Town, slug: str = "recht", **kw: Any) -> int:
    return make_topic(town.app, town.areas[slug], author=town.people["anke"], **kw).topic_id


def items(program: Program, path: str, **query: Any) -> list[dict[str, Any]]:
    answer = program.get(path, query_string=query or None)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json["items"]
    return found


def walk(program: Program, path: str) -> list[dict[str, Any]]:
    """Follow `next` to the end; header and body say the same."""
    found, url = [], path
    while url:
        answer = program.get(url)
        assert answer.status_code == 200, answer.text
        found += answer.json["items"]
        url = answer.json["next"] or ""
        link = answer.headers.get("Link", "")
        assert link == (f'<{url}>; rel="next"' if url else "")
    return found


def test_areas_are_those_one_may_know_of(town: Town) -> None:
    def slugs(name: str | None) -> dict[str, bool]:
        found = items(town.program(name), "/areas")
        return {area["slug"]: area["can_read"] for area in found}

    assert slugs(None) == {"bund": True}
    assert slugs("fremd") == {"bund": True, "recht": True, "kreis": False}
    assert slugs("anke") == {"bund": True, "recht": True, "kreis": True, "zu": True}


def test_figures_of_an_area_are_for_readers(town: Town) -> None:
    start(town, "kreis")
    inside = town.program("anke").get("/areas/kreis").json
    outside = town.program("fremd").get("/areas/kreis").json
    assert (inside["topic_count"], inside["member_count"]) == (1, 2)
    assert datetime.fromisoformat(inside["last_post_at"]).tzinfo is not None
    assert {outside[name] for name in ("topic_count", "member_count", "last_post_at")} == {None}
    assert inside["parent"] == outside["parent"] == "bund"


@pytest.mark.parametrize(
    ("name", "slug", "area", "topics"),
    [
        (None, "bund", 200, 200),
        (None, "recht", 404, 404),
        (None, "kreis", 404, 404),
        ("fremd", "recht", 200, 200),
        ("fremd", "kreis", 200, 404),
        ("fremd", "zu", 404, 404),
        ("anke", "zu", 200, 200),
    ],
)
def test_what_is_closed_is_not_there(
    town: Town, name: str | None, slug: str, area: int, topics: int
) -> None:
    topic, program = start(town, slug), town.program(name)
    assert program.get(f"/areas/{slug}").status_code == area
    assert program.get(f"/areas/{slug}/topics").status_code == topics
    for path in (f"/topics/{topic}", f"/topics/{topic}/posts", f"/topics/{topic}/posts/1"):
        assert program.get(path).status_code == topics


@pytest.mark.parametrize("sort", ["active", "new", "most", "unanswered"])
def test_topics_come_page_by_page(town: Town, sort: str) -> None:
    made = [start(town, title=f"Thema {number}") for number in range(5)]
    program = town.program("anke")
    found = walk(program, f"/areas/recht/topics?sort={sort}&limit=2")
    assert [topic["id"] for topic in found] == made[::-1]
    first = found[0]
    assert first["title"] == "Thema 4" and first["area"] == {"slug": "recht", "name": "Recht"}
    assert first["author"]["handle"] == "anke"
    assert program.get(f"/topics/{first['id']}").json == {**first, "unread": 0}


@pytest.mark.parametrize("limit", [1, 2, 7, 100])
@pytest.mark.parametrize("order", ["flat", "tree"])
def test_posts_come_page_by_page(town: Town, limit: int, order: str) -> None:
    topic, anke = start(town), town.people["anke"]
    for parent in (1, 2, 1, 3):
        make_post(town.app, topic, author=anke, parent_seq=parent)
    found = walk(town.program("anke"), f"/topics/{topic}/posts?limit={limit}&order={order}")
    expected = {"flat": [1, 2, 3, 4, 5], "tree": [1, 2, 3, 5, 4]}
    assert [post["seq"] for post in found] == expected[order]
    assert {post["seq"]: (post["parent"], post["depth"]) for post in found} == {
        1: (None, 0),
        2: (1, 1),
        3: (2, 2),
        4: (1, 1),
        5: (3, 3),
    }


def test_areas_come_page_by_page(town: Town) -> None:
    found = walk(town.program("anke"), "/areas?limit=1")
    assert [area["slug"] for area in found] == ["bund", "recht", "kreis", "zu"]


def test_deleted_and_hidden_posts(town: Town) -> None:
    topic, anke = start(town), town.people["anke"]
    for text in ("Geheim.", "Werbung."):
        make_post(town.app, topic, author=anke, source=text)
    with acting(town.app, anke, town.areas["recht"]) as scope:
        discussions.delete_post(scope, topic, seq=2)
    with acting(town.app, town.people["moderatorin"], town.areas["recht"]) as scope:
        discussions.set_hidden(scope, topic, seq=3, reason="Werbung für Seife")
    program = town.program("fremd")
    _first, deleted, hidden = items(program, f"/topics/{topic}/posts")
    assert deleted["state"] == "deleted"
    assert deleted["author"] is None and deleted["html"] == "" and deleted["created_at"] is None
    assert (hidden["state"], hidden["html"], hidden["note"]) == ("hidden", "", "Werbung für Seife")
    shown = items(town.program("moderatorin"), f"/topics/{topic}/posts")
    assert "Werbung." in shown[2]["html"] and "Geheim" not in shown[1]["html"]
    assert program.get(f"/topics/{topic}/posts/2").json == deleted


def test_quotes_of_closed_posts_and_mentions(town: Town) -> None:
    anke = town.people["anke"]
    secret = make_topic(town.app, town.areas["zu"], author=anke, source="Ganz vertraulich")
    quote = f":::quote post={secret.post_id} by=anke\nGanz vertraulich\n:::\n\n@fremd"
    topic = start(town, "bund", source=quote)
    texts = {
        name: items(town.program(name), f"/topics/{topic}/posts")[0]["html"]
        for name in (None, "fremd", "anke")
    }
    assert "vertraulich" in texts["anke"]
    assert "vertraulich" not in texts[None] and "vertraulich" not in texts["fremd"]
    assert all('href="/u/fremd"' in text for text in texts.values())


def test_erased_authors_have_no_name(town: Town) -> None:
    topic = start(town, "bund")
    make_post(town.app, topic, author=town.people["moderatorin"])
    with town.app.app_context(), unit():
        erase_user(town.people["anke"], Farewell(texts="keep"))
    gone = {"name": "Ehemaliges Mitglied", "handle": None, "url": None, "avatar": None, "line": ""}
    program = town.program()
    assert items(program, f"/topics/{topic}/posts")[0]["author"] == gone
    assert program.get(f"/topics/{topic}").json["author"] == gone


def test_hidden_topics_are_for_moderators(town: Town) -> None:
    topic = start(town)
    with acting(town.app, town.people["moderatorin"], town.areas["recht"]) as scope:
        discussions.set_hidden(scope, topic, seq=1, reason="Werbung")
    assert town.program("fremd").get(f"/topics/{topic}").status_code == 404
    assert items(town.program("fremd"), "/areas/recht/topics") == []
    shown = town.program("moderatorin").get(f"/topics/{topic}")
    assert shown.status_code == 200 and shown.json["state"] == "hidden"


def test_an_area_that_moved_is_found(town: Town) -> None:
    with town.app.app_context(), unit() as session:
        session.add(AreaSlug(slug="frueher", area_id=town.areas["bund"]))
    answer = town.program().get("/areas/frueher/topics?limit=1")
    assert answer.status_code == 308
    assert answer.headers["Location"] == "/api/v1/areas/bund/topics?limit=1"


def test_me(town: Town) -> None:
    answer = town.program("anke", ["read"]).get("/me")
    assert answer.json["handle"] == "anke" and answer.json["token"]["scopes"] == ["read"]
    assert [area["slug"] for area in answer.json["areas"]] == ["bund", "recht", "kreis", "zu"]
    assert town.program().get("/me").status_code == 401


def test_reading_marks_nothing_as_read(town: Town) -> None:
    topic, me = start(town), town.people["moderatorin"]
    items(town.program("moderatorin"), f"/topics/{topic}/posts")
    with town.app.app_context(), unit() as session, as_viewer(Viewer(me)):
        assert session.scalars(sa.select(ReadState.topic_id)).all() == []


@pytest.mark.parametrize("replies", [0, 49])
def test_statements_do_not_grow_with_posts(
    town: Town, statements: Statements, replies: int
) -> None:
    topic, anke = start(town, "bund", source="An @fremd"), town.people["anke"]
    for _ in range(replies):
        make_post(town.app, topic, author=anke, source="An @fremd")
    path = f"/topics/{topic}/posts?limit=50"
    counts = {}
    for name in ("fremd", None):
        program = town.program(name)
        assert len(items(program, path)) == replies + 1
        counts[name] = len(statements(lambda p=program: p.get(path)))
    assert counts == {"fremd": 4, None: 4}


@pytest.mark.parametrize("topics", [1, 25])
def test_statements_do_not_grow_with_topics(
    town: Town, statements: Statements, topics: int
) -> None:
    for number in range(topics):
        start(town, "bund", title=f"Thema {number}")
    program, nobody = town.program("fremd"), town.program()
    path = "/areas/bund/topics?limit=50"
    assert len(items(program, path)) == topics
    assert len(statements(lambda: program.get(path))) == 3
    assert len(statements(lambda: nobody.get(path))) == 3


def test_languages(town: Town) -> None:
    program = town.program("anke")
    titles = {}
    for language in ("en", "sv", "de"):
        answer = program.get("/areas/gibt-es-nicht", headers={"Accept-Language": language})
        titles[language] = answer.json["title"]
    assert len(set(titles.values())) == 3
    assert program.get("/areas/gibt-es-nicht").json["title"] == titles["de"], "the member's own"


def test_only_known_apps(app: Flask) -> None:
    """The API is there without any data."""
    assert Program(app).get("/areas").json == {"items": [], "next": None}
