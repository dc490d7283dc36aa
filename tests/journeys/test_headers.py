"""What every answer carries, whoever asks and whatever it says: headers, cache rules, cookies."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.test import TestResponse

from forum.web.security import ASSETS, HEADERS
from tests.journeys.matrix import Matrix
from tests.journeys.routes import ROUTES
from tests.journeys.spec import Role

READING = sorted(route for route in ROUTES if route.startswith("GET "))
SENT_AS_FILE = {"GET accounts.avatar"}
# Pages with a form for strangers: the token of the form wants a cookie.
WITH_A_FORM = {
    "GET accounts.login",
    "GET accounts.register",
    "GET accounts.accept_invitation",
    "GET accounts.forgot",
}


def ask(matrix: Matrix, role: Role, route: str) -> TestResponse:
    """Open a page; nobody comes as whoever was never here, without any cookie."""
    texts: dict[str, Any] = {**matrix.scene.places["public"].texts, **matrix.scene.texts}
    entry = ROUTES[route]
    if role is not Role.ANONYMOUS:
        return matrix.call(role, route, entry, texts)
    query = {key: text.format_map(texts) for key, text in entry.query.items()}
    url = matrix.build(*route.split(), entry, texts)
    return matrix.app.test_client().get(url, query_string=query, buffered=True)


def test_every_answer_carries_the_headers(matrix: Matrix) -> None:
    for route in READING:
        for role in (Role.ANONYMOUS, Role.AUTHOR, Role.OPERATOR):
            answer = ask(matrix, role, route)
            found = {name: answer.headers.get(name) for name in HEADERS}
            assert found == HEADERS or route in SENT_AS_FILE, (route, role)
            assert answer.headers["X-Request-Id"]
            assert "Server" not in answer.headers


def test_what_is_personal_or_wrong_is_stored_nowhere(matrix: Matrix) -> None:
    for route in READING:
        for role in (Role.ANONYMOUS, Role.AUTHOR, Role.OPERATOR):
            answer = ask(matrix, role, route)
            if route.removeprefix("GET ") in ASSETS and answer.status_code == 200:
                continue
            assert set(answer.vary) >= {"Cookie", "Accept-Language"}, (route, role)
            if role is not Role.ANONYMOUS or answer.status_code >= 400:
                assert answer.headers["Cache-Control"] == "no-store", (route, role)
            if "Set-Cookie" in answer.headers:
                assert answer.headers["Cache-Control"] == "no-store", (route, role)


def test_readers_get_no_cookie(matrix: Matrix) -> None:
    answers = {route: ask(matrix, Role.ANONYMOUS, route) for route in READING}
    given = {route for route, answer in answers.items() if "Set-Cookie" in answer.headers}
    assert given == WITH_A_FORM


def test_cookies_are_for_this_site_and_not_for_scripts(matrix: Matrix) -> None:
    for route in READING:
        for cookie in ask(matrix, Role.ANONYMOUS, route).headers.getlist("Set-Cookie"):
            assert re.fullmatch(r"forum-form=[\w.-]+; HttpOnly; Path=/; SameSite=Lax", cookie)
