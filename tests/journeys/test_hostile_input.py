"""Nothing that is sent makes the server fail: any query, address or form, on both databases."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import cycle, islice
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from forum.core.services import service
from tests.journeys import hostile
from tests.journeys.hostile import Pair, encode
from tests.journeys.matrix import Matrix
from tests.journeys.routes import ROUTES, Entry
from tests.journeys.spec import Role

READING = sorted(route for route in ROUTES if route.startswith("GET "))
WRITING = sorted(route for route in ROUTES if not route.startswith("GET "))
WHO = st.sampled_from([Role.ANONYMOUS, Role.AUTHOR, Role.ADMIN, Role.OPERATOR])
FUZZ = settings(
    max_examples=150,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def all_texts(matrix: Matrix) -> dict[str, Any]:
    return {**matrix.scene.places["public"].texts, **matrix.scene.texts}


def send(
    matrix: Matrix, role: Role, url: str, *, query: str = "", form: str | None = None
) -> TestResponse:
    """Send bytes as they are; an exception in the application fails the test."""
    client = matrix.app.test_client()
    for name, value in matrix.browsers[role].cookies.items():
        client.set_cookie(name, value)
    with matrix.app.app_context():
        service("limiter").reset()
    if form is None:
        return client.get(f"{url}?{query}", buffered=True)
    kind = "application/x-www-form-urlencoded"
    return client.post(url, data=form, content_type=kind, buffered=True)


def address(matrix: Matrix, route: str, texts: Mapping[str, Any]) -> str:
    return matrix.build(*route.split(), ROUTES[route], texts)


@FUZZ
@given(st.sampled_from(READING), WHO, hostile.pairs(hostile.ARGUMENTS))
def test_any_query(matrix: Matrix, route: str, role: Role, pairs: list[Pair]) -> None:
    url = address(matrix, route, all_texts(matrix))
    answer = send(matrix, role, url, query=encode(pairs))
    assert answer.status_code < 500 or route == "GET home.readyz"


@pytest.mark.parametrize("name", ["after", "before"])
def test_any_cut_of_every_list(matrix: Matrix, name: str) -> None:
    """A cursor that is none of ours is not found, whatever is in it."""
    texts = all_texts(matrix)
    lists = {
        "GET home.start": Role.AUTHOR,
        "GET home.directory": Role.AUTHOR,
        "GET area_topics.home": Role.AUTHOR,
        "GET areas.members": Role.ADMIN,
        "GET areas.log": Role.ADMIN,
        "GET moderation.hidden": Role.ADMIN,
        "GET moderation.log": Role.ADMIN,
        "GET notifications.inbox": Role.AUTHOR,
        "GET polls.index": Role.AUTHOR,
    }
    for route, role in lists.items():
        for cut in hostile.CUTS:
            answer = send(matrix, role, address(matrix, route, texts), query=f"{name}={quote(cut)}")
            assert answer.status_code in (200, 404), (route, cut)


@FUZZ
@given(st.sampled_from(sorted(ROUTES)), WHO, hostile.values(), st.integers(0, 3))
def test_any_address(
    matrix: Matrix, route: str, role: Role, value: hostile.Value, place: int
) -> None:
    method, _endpoint = route.split()
    parts = address(matrix, route, all_texts(matrix)).split("/")
    raw = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    parts[1 + place % (len(parts) - 1)] = quote(raw[:2_000], safe="")
    token = encode([("csrf_token", matrix.browsers[role].token)])
    answer = send(matrix, role, "/".join(parts), form=None if method == "GET" else token)
    assert answer.status_code < 500
    _put_back(matrix, answer)


@FUZZ
@given(
    st.sampled_from(sorted(ROUTES)),
    WHO,
    st.lists(st.tuples(st.sampled_from(hostile.HEADERS), hostile.values()), min_size=1, max_size=3),
)
def test_any_header(matrix: Matrix, route: str, role: Role, pairs: list[Pair]) -> None:
    """As a server hands them on: one line, bytes as Latin-1, no Content-Length that lies."""
    headers = {}
    for name, value in pairs:
        raw = value if isinstance(value, bytes) else value.encode("utf-8", "replace")
        line = re.sub(rb"[\0\r\n]", b" ", raw)[:8_000].decode("latin-1")
        headers[name] = line
    headers.pop("Content-Length", None)
    answer = matrix.call(role, route, ROUTES[route], all_texts(matrix), headers=headers)
    assert answer.status_code < 500 or route == "GET home.readyz"
    _put_back(matrix, answer)


@FUZZ
@given(st.sampled_from(WRITING), WHO, hostile.pairs(hostile.FIELDS))
def test_any_form(matrix: Matrix, route: str, role: Role, pairs: list[Pair]) -> None:
    texts, entry = all_texts(matrix), ROUTES[route]
    whole: list[Pair] = [("csrf_token", matrix.browsers[role].token), *pairs]
    sent = {name for name, _value in pairs}
    whole += [(k, v.format_map(texts)) for k, v in entry.form.items() if k not in sent]
    answer = send(matrix, role, address(matrix, route, texts), form=encode(whole))
    assert answer.status_code < 500
    assert "Set-Cookie: x=1" not in str(answer.headers)
    _put_back(matrix, answer)


def test_each_field_of_each_form(matrix: Matrix) -> None:
    """One field spoilt at a time, the others as they should be; every value gets its turn."""
    texts, turns = all_texts(matrix), cycle(hostile.VALUES)
    for route in WRITING:
        entry = ROUTES[route]
        for name in (*entry.form, "key", "reason", "answer"):
            for value in islice(turns, 3):
                _spoil(matrix, route, entry, texts, (name, value))
    matrix.put_back()


def _spoil(
    matrix: Matrix, route: str, entry: Entry, texts: Mapping[str, Any], spoilt: Pair
) -> None:
    role = Role.OPERATOR if "accounts." in route else Role.ADMIN
    good = {k: v.format_map(texts) for k, v in entry.form.items()}
    form = {**good, "csrf_token": matrix.browsers[role].token, spoilt[0]: spoilt[1]}
    answer = send(matrix, role, address(matrix, route, texts), form=encode([*form.items()]))
    assert answer.status_code < 500, (route, spoilt)


def _put_back(matrix: Matrix, answer: TestResponse) -> None:
    """Start the next example from the scene, where that costs little."""
    if matrix.is_cheap and answer.status_code in (200, 201, 302, 303):
        matrix.put_back()


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\r\n/evil.example",
        "/%0d%0aSet-Cookie:x=1",
        "https://evil.example/",
        "http:evil.example",
        "javascript:alert(1)",
        "//localhost@evil.example",
        "\u3000//evil.example",
        "evil.example",
        "/" + "x" * 3_000,
    ],
)
def test_nothing_leads_away_after_login(matrix: Matrix, target: str) -> None:
    """By the query, by the form, and for who is signed in already."""
    query = encode([("next", target)])
    for role in (Role.ANONYMOUS, Role.AUTHOR):
        page = send(matrix, role, "/login", query=query)
        location = page.headers.get("Location", "/")
        assert re.fullmatch(r"/(?![/\\]).*|/", location)
        assert "evil.example" not in location
        assert not re.search(r'name="next" value="(?!/[^/\\])', page.text)
