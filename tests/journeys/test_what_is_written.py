"""What requests write: nothing without the token, and never more than their form holds."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.journeys.matrix import Matrix
from tests.journeys.routes import ROUTES, WITHOUT_TOKEN, Entry
from tests.journeys.snapshot import list_columns, take_snapshot, tell_differences
from tests.journeys.spec import Role, expect

UNSAFE = sorted(route for route in ROUTES if not route.startswith("GET "))
WRITERS = (Role.AUTHOR, Role.ADMIN, Role.ADMIN_ABOVE, Role.OPERATOR)
# Read by views that have no form class of their own.
READ_BY_HAND = frozenset({"reason", "answer", "key"})
# In the form of every area, and refused at its field for all but the root's admins.
REFUSED = frozenset({"everyone"})
# Forms that stand on the page of another address.
STANDS_ON = {
    "areas.plugin_settings": "areas.plugin",
    "chapters.open": "chapters.start",
    "crosspost.add_file": "crosspost.files",
    "crosspost.write_result": "crosspost.result",
    "digest_site.save": "digest_site.preferences",
}
# What somebody would write there who wants more than is theirs.
WISHES = {
    "role": "admin",
    "state": "active",
    "source": "<b>x</b>",
    "html": "<script>alert(1)</script>",
    "origin": "system",
    "effective": "public",
    "visibility": "public",
    "plugins": "polls",
    "email": "evil@example.org",
    "handle": "admin",
    "created_at": "2020-01-01T00:00:00",
    "sealed": "",
}


def all_texts(matrix: Matrix) -> dict[str, Any]:
    return {**matrix.scene.places["public"].texts, **matrix.scene.texts}


def choose_writer(route: str) -> Role:
    """Somebody for whom the route works."""
    may = [who for who in WRITERS if expect(ROUTES[route].policy, who, "public") == "in"]
    return may[0] if may else Role.AUTHOR


def test_without_the_token_nothing_is_written(matrix: Matrix) -> None:
    """Whoever calls it: refused, or the form is shown again."""
    texts, before = all_texts(matrix), take_snapshot(matrix.app)
    statuses = {}
    for route in UNSAFE:
        if route not in WITHOUT_TOKEN:
            role = choose_writer(route)
            answer = matrix.call(role, route, ROUTES[route], texts, token=False)
            statuses[route] = answer.status_code
    assert tell_differences(before, take_snapshot(matrix.app)) == []
    # Who is signed in already is led on from these, and a link that is dead says so.
    led_on = {"POST accounts.login", "POST accounts.register", "POST accounts.accept_invitation"}
    gone = {"POST accounts.confirm_registration", "POST accounts.reset"}
    assert {r: s for r, s in statuses.items() if s != 400} == {
        **dict.fromkeys(led_on, 303),
        **dict.fromkeys(gone, 410),
        "POST setup.setup": 404,
    }


@pytest.mark.database("sqlite")
def test_no_column_is_taken_from_outside_the_form(matrix: Matrix) -> None:
    """Every column of every table is sent to every form; only what the form holds gets in.

    The API refuses what it does not know: there nothing gets in at all.
    """
    texts, grown, untouched = all_texts(matrix), [], take_snapshot(matrix.app)
    for route in UNSAFE:
        role, entry = choose_writer(route), ROUTES[route]
        known = {*entry.form, *READ_BY_HAND, *REFUSED, *_list_inputs(matrix, role, route, texts)}
        extra = {c: WISHES.get(c, "1") for c in sorted(list_columns() - known)}
        assert len(extra) > 100
        plain = _write(matrix, role, route, entry, texts)
        greedy = Entry(entry.policy, entry.ok, entry.url, {**entry.form, **extra}, entry.query)
        sent = _write(matrix, role, route, greedy, texts)
        wanted = untouched if " api." in route else plain
        grown += [f"{route}: {told}" for told in tell_differences(wanted, sent)]
    assert grown == []


def _write(matrix: Matrix, role: Role, route: str, entry: Entry, texts: dict[str, Any]) -> Any:
    matrix.call(role, route, entry, texts)
    rows = take_snapshot(matrix.app)
    matrix.put_back()
    return rows


def _list_inputs(matrix: Matrix, role: Role, route: str, texts: dict[str, Any]) -> set[str]:
    """Return the names of the fields on the page where the form stands."""
    endpoint = STANDS_ON.get(route.split()[1], route.split()[1])
    entry = ROUTES.get(f"GET {endpoint}")
    if entry is None:
        return set()
    page = matrix.call(role, f"GET {endpoint}", entry, texts)
    return set(re.findall(r'<(?:input|select|textarea|button)[^>]* name="([^"]+)"', page.text))
