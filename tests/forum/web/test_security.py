"""Headers, cache rules, cross-site writes, redirects."""

from __future__ import annotations

import pytest
from flask import Flask

from forum.web.security import HEADERS, safe_next

PAGES = ["/", "/t/12", "/login", "/fail/404", "/fail/500", "/args"]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_headers(anonymous: Flask, path: str) -> None:
    answer = anonymous.test_client().get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert set(answer.vary) >= {"Cookie", "Accept-Language"}
    assert answer.headers["X-Request-Id"]


def test_the_policy_allows_nothing_inline() -> None:
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in HEADERS["Content-Security-Policy"]


def test_an_anonymous_reader_gets_no_cookie(anonymous: Flask) -> None:
    answer = anonymous.test_client().get("/")
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/fail/403", "/fail/404", "/fail/409", "/fail/500", "/login"])
def test_errors_and_personal_pages_are_stored_nowhere(anonymous: Flask, path: str) -> None:
    assert anonymous.test_client().get(path).headers["Cache-Control"] == "no-store"


def test_whoever_brings_a_cookie_gets_an_answer_of_their_own(anonymous: Flask) -> None:
    client = anonymous.test_client()
    client.set_cookie("session", "x")
    answer = client.get("/args")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 400),
        ({"Origin": "http://localhost"}, 400),
        ({}, 400),
    ],
)
def test_unsafe_requests_from_elsewhere(
    anonymous: Flask, headers: dict[str, str], status: int
) -> None:
    """400 means: it got as far as the missing CSRF token."""
    assert anonymous.test_client().post("/t/12/p/2/react", headers=headers).status_code == status


GOOD = ["/", "/t/12?x=1#p3", "/a/bund/", "/search?q=%2F%2F"]
BAD = [
    "",
    None,
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https://evil.example/",
    "http:evil.example",
    "javascript:alert(1)",
    "evil.example",
    "/\tevil",
    " //evil.example",
    "/x\r\nSet-Cookie: a=b",
    "/" + "a" * 3000,
    "@evil.example/",
    ".evil.example",
]


@pytest.mark.parametrize("url", GOOD)
def test_paths_of_this_site_pass(anonymous: Flask, url: str) -> None:
    with anonymous.test_request_context("/"):
        assert safe_next(url) == url


@pytest.mark.parametrize("url", BAD)
def test_everything_else_leads_home(anonymous: Flask, url: str | None) -> None:
    with anonymous.test_request_context("/"):
        assert safe_next(url, default="/start") == "/start"
