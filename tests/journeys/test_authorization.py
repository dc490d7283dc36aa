"""The authorization matrix: every route × who calls it × how visible the area is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.journeys.matrix import Matrix, tell_outcome
from tests.journeys.routes import ROUTES, WITHOUT_TOKEN, Entry
from tests.journeys.spec import ABOUT_AREAS, VISIBILITIES, Role, expect

DEAR = "sealed"
"""The visibility at which PostgreSQL too is asked for writes that work, of one role each."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
IN_AREAS = {route: entry for route, entry in ROUTES.items() if entry.policy in ABOUT_AREAS}
ELSEWHERE = {route: entry for route, entry in ROUTES.items() if route not in IN_AREAS}
UNSAFE = {route: entry for route, entry in ROUTES.items() if not route.startswith("GET ")}


def list_routes(app: Flask) -> set[str]:
    """Return `METHOD endpoint` for everything that the application answers."""
    rules = app.url_map.iter_rules()
    return {f"{m} {r.endpoint}" for r in rules for m in METHODS if m in (r.methods or ())}


def list_faults(
    matrix: Matrix, routes: Mapping[str, Entry], visibility: str, texts: Mapping[str, Any]
) -> Iterator[str]:
    """Call the routes as everybody and name what is not as the rules say."""
    for route, entry in routes.items():
        writes, worked = not route.startswith("GET "), False
        for role in Role:
            expected = expect(entry.policy, role, visibility)
            if entry.login_first and role is Role.ANONYMOUS:
                expected = "refused"
            dear = writes and expected == "in" and not matrix.is_cheap
            if dear and (worked or visibility != DEAR):
                continue
            found = tell_outcome(matrix.call(role, route, entry, texts), entry)
            if found != expected:
                yield f"{route} as {role}, {visibility}: {expected} expected, {found}"
            if writes and "in" in (found, expected):
                worked = True
                matrix.put_back()


def test_every_route_stands_in_the_matrix(app: Flask) -> None:
    assert list_routes(app) == set(ROUTES)


@pytest.mark.parametrize("visibility", VISIBILITIES)
@pytest.mark.weave("permission", plugin="*")
def test_routes_of_areas(matrix: Matrix, visibility: str) -> None:
    texts = matrix.scene.places[visibility].texts
    faults = list(list_faults(matrix, IN_AREAS, visibility, texts))
    assert not faults, "\n".join(faults)


def test_routes_of_the_site(matrix: Matrix) -> None:
    texts = {**matrix.scene.places["public"].texts, **matrix.scene.texts}
    faults = list(list_faults(matrix, ELSEWHERE, "public", texts))
    assert not faults, "\n".join(faults)


NOWHERE: dict[str, Any] = {
    "slug": "gibt-es-nicht",
    "ask": "gibt-es-nicht",
    "topic_id": 987_654,
    "topic_slug": "gibt-es-nicht",
    "poll_id": 987_654,
    "badge_id": 987_654,
    "award_id": 987_654,
    "meeting_id": 987_654,
    "closed_poll": 987_654,
    "option_id": 987_654,
    "application_id": 987_654,
    "invitation_id": 987_654,
    "notification_id": 987_654,
    "session_id": 987_654,
    "token_id": 987_654,
}
STRANGERS = (Role.ANONYMOUS, Role.OUTSIDER, Role.EX_MEMBER, Role.ADMIN_ELSEWHERE, Role.OPERATOR)


def tell_all(response: TestResponse) -> list[str]:
    """Return everything an answer says, line by line, without what differs every time."""
    ids = r'name="csrf_token" value="[^"]+"|<code>[0-9a-f]{8,}</code>|"request_id": "[0-9a-f]+"'
    body = re.sub(ids, "", response.text)
    body = re.sub(r"\?next=[^\"]+", "", body).replace(response.request.path, "(path)")
    left_out = ("Set-Cookie", "X-Request-Id", "Content-Length", "Location")
    headers = [f"{name}: {value}" for name, value in response.headers if name not in left_out]
    location = response.headers.get("Location", "").partition("?")[0]
    return [response.status, location, *headers, *body.splitlines()]


@pytest.mark.parametrize("visibility", ["listed", "hidden", "sealed"])
def test_what_is_closed_answers_like_what_is_not_there(matrix: Matrix, visibility: str) -> None:
    """Neither status, headers, text nor length tell a stranger that there is something."""
    texts = {**matrix.scene.places[visibility].texts, **matrix.scene.texts}
    differing = []
    for route, entry in ROUTES.items():
        for role in STRANGERS:
            if expect(entry.policy, role, visibility) != "absent":
                continue
            there = tell_all(matrix.call(role, route, entry, texts))
            nowhere = tell_all(matrix.call(role, route, entry, {**texts, **NOWHERE}))
            for one, other in zip_longest(there, nowhere):
                if one != other:
                    differing.append(f"{route} as {role}: {one!r} and {other!r}")
    assert not differing, "\n".join(differing)


def test_unsafe_routes_want_the_token_of_a_form(matrix: Matrix) -> None:
    texts = {**matrix.scene.places["public"].texts, **matrix.scene.texts}
    statuses = {
        route: matrix.call(Role.AUTHOR, route, entry, texts, token=False).status_code
        for route, entry in UNSAFE.items()
        if route not in WITHOUT_TOKEN
    }
    # Forms that are shown again ask first who is there; that nothing is written is tested beside.
    again = {"accounts", "areas", "discussions", "moderation", "setup", "area_topics"}
    others = {route: status for route, status in statuses.items() if status != 400}
    assert {route.split()[1].split(".")[0] for route in others} <= again
    assert set(others.values()) <= {303, 403, 404, 410}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=lambda headers: ", ".join(f"{k}: {v}" for k, v in headers.items()),
)
def test_unsafe_routes_refuse_other_sites(matrix: Matrix, headers: dict[str, str]) -> None:
    texts = {**matrix.scene.places["public"].texts, **matrix.scene.texts}
    statuses = {
        route: matrix.call(Role.AUTHOR, route, entry, texts, headers=headers).status_code
        for route, entry in UNSAFE.items()
        if route not in WITHOUT_TOKEN
    }
    assert {route: status for route, status in statuses.items() if status != 403} == {}
