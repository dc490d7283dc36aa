"""The manners of HTTP: JSON only, problems, versions, methods, caches."""

from __future__ import annotations

from typing import Any

import pytest

from forum.testing.builders import login, make_topic
from tests.forum.rest.program import Town

PROBLEM = "application/problem+json"


def start(town: Town, slug: str = "bund") -> int:
    return make_topic(town.app, town.areas[slug], author=town.people["anke"]).topic_id


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("", 200),
        ("*/*", 200),
        ("application/json", 200),
        ("application/*;q=0.5", 200),
        ("text/html, application/json;q=0.1", 200),
        ("application/problem+json", 200),
        ("text/html", 406),
        ("application/json;q=0", 406),
        ("application/xml, text/*", 406),
    ],
)
def test_what_is_accepted(town: Town, accept: str, status: int) -> None:
    answer = town.program().get("/areas", headers={"Accept": accept})
    assert answer.status_code == status
    assert answer.mimetype == ("application/json" if status == 200 else PROBLEM)


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b'{"text": "a"}', 201),
        ("application/json; charset=utf-8", '{"text": "ä"}'.encode(), 201),
        ("application/x-www-form-urlencoded", b"text=a", 415),
        ("text/plain", b'{"text": "a"}', 415),
        ("", b'{"text": "a"}', 415),
        ("application/json", b"", 400),
        ("application/json", b'{"text": "a"', 400),
        ("application/json", b'{"text": "\xff"}', 400),
        ("application/json", b'{"text": "\\ud800"}', 400),
        ("application/json", b"[" * 100_000, 400),
        ("application/json", b"[]", 422),
        ("application/json", b"null", 422),
        ("application/json", b'{"text": "a", "parent": NaN}', 422),
        ("application/json", b'{"text": "a", "parent": 1e400}', 422),
        ("application/json", b'{"text": "a", "parent": true}', 422),
        ("application/json", b'{"text": "' + b"a" * 2**21 + b'"}', 413),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_sent(town: Town, kind: str, body: bytes, status: int) -> None:
    topic = start(town)
    answer = town.program("anke").send(
        "POST", f"/topics/{topic}/posts", data=body, content_type=kind
    )
    assert answer.status_code == status, answer.text
    assert answer.mimetype == ("application/json" if status == 201 else PROBLEM)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=٣", "limit"),
        ("limit=x", "limit"),
        ("limit=", "limit"),
        ("limit=1&limit=2", "limit"),
        ("sort=best", "sort"),
        ("after=x", "after"),
        ("after=WzFd", "after"),
        ("limt=5", "limt"),
        ("%00=5", ""),
    ],
)
def test_parameters_that_do_not_hold_are_named(town: Town, query: str, parameter: str) -> None:
    answer = town.program().get(f"/areas/bund/topics?{query}")
    assert answer.status_code == 422, answer.text
    assert [fault.get("parameter", "") for fault in answer.json["errors"]] == [parameter]


def test_methods(town: Town) -> None:
    topic = start(town)
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        answer = town.program("anke").send(method, f"/topics/{topic}")
        assert answer.status_code == 405, method
        assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD"}
        assert answer.mimetype == PROBLEM
    allowed = town.program("anke").send("DELETE", f"/topics/{topic}/posts").headers["Allow"]
    assert set(allowed.split(", ")) == {"GET", "HEAD", "POST"}


def test_head_is_get_without_its_body(town: Town) -> None:
    path, anke = f"/topics/{start(town)}", town.program("anke")
    head, get = anke.send("HEAD", path), anke.get(path)
    assert head.status_code == 200 and head.data == b""
    for name in ("ETag", "Content-Type", "Content-Length", "Cache-Control"):
        assert head.headers[name] == get.headers[name]


def test_what_has_not_changed_is_not_sent_again(town: Town) -> None:
    topic, program = start(town), town.program()
    path = f"/topics/{topic}/posts"
    tag = program.get(path).headers["ETag"]
    again = program.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    town.program("anke").post(path, {"text": "Neu."})
    assert program.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_answers_in_caches(town: Town) -> None:
    path = f"/topics/{start(town)}"
    assert town.program().get(path).headers["Cache-Control"] == "no-cache"
    assert town.program("anke").get(path).headers["Cache-Control"] == "no-store"
    assert town.program().get("/topics/987654").headers["Cache-Control"] == "no-store"
    vary = town.program().get(path).headers["Vary"]
    assert "Authorization" in vary and "Accept-Language" in vary


def test_the_cookie_of_a_session_counts_for_nothing(town: Town) -> None:
    topic = start(town, "recht")
    client = login(town.app.test_client(), town.people["anke"])
    assert client.get(f"/t/{topic}", follow_redirects=True).status_code == 200
    assert client.get(f"/api/v1/topics/{topic}").status_code == 404
    assert client.get("/api/v1/me").status_code == 401
    sent = client.post(f"/api/v1/topics/{topic}/posts", json={"text": "x"})
    assert sent.status_code == 401
    assert sent.headers["WWW-Authenticate"] == "Bearer"


def test_other_sites_cannot_make_a_browser_write(town: Town) -> None:
    path = f"/topics/{start(town)}/posts"
    answer = town.program("anke").post(
        path, {"text": "x"}, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1", "/api/v1/", "/api/v2/areas", "/api/v1/topics/9999999999999"]
)
def test_what_is_not_there_is_a_problem(town: Town, path: str) -> None:
    answer = town.program().send("GET", path)
    assert answer.status_code == 404 and answer.mimetype == PROBLEM
    told: Any = answer.json
    assert told["status"] == 404 and told["type"] == "about:blank"
    assert told["request_id"] == answer.headers["X-Request-Id"]


def test_a_foreign_name_is_a_problem_too(town: Town, share_app: Any) -> None:
    app = share_app(public_url="https://forum.example.org")
    answer = app.test_client().get("/api/v1/areas", headers={"Host": "evil.example"})
    assert answer.status_code == 421 and answer.mimetype == PROBLEM
