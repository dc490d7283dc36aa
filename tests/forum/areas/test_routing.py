"""Routes of plugins below areas: found only where the plugin is on, behind permission and guard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from forum.areas import operations, queries
from forum.areas.routing import mount_plugin_routes
from forum.areas.scope import Scope
from forum.core.errors import Conflict, NotFound
from forum.core.wall import Viewer
from forum.plugin import AreaRoutes, Permission, Role, Route, SiteRoutes
from forum.plugin.states import State
from forum.testing.fixtures import BuildOnce
from tests.forum.areas import samples
from tests.forum.areas.browser import Visitor
from tests.forum.areas.town import Town

ROLES: tuple[Role, ...] = ("reader", "member", "editor", "moderator", "admin")


def show(scope: Scope, number: int = 0) -> str:
    return f"{scope.area.slug} {number} {scope.user_id is not None}"


def refuse(_scope: Scope) -> str:
    raise Conflict("belegt")


def lack(_scope: Scope) -> str:
    raise NotFound


def crash(_scope: Scope) -> str:
    raise ZeroDivisionError("secret detail")


def tell(viewer: Viewer) -> str:
    return f"site {viewer.user_id is not None}"


KUDOS = samples.plugin(
    "kudos",
    AreaRoutes(
        (
            Route(rule="/", endpoint="index", view=show),
            Route(rule="/<int:number>", endpoint="one", view=show, methods=("GET", "POST")),
            Route(rule="/refuse", endpoint="refuse", view=refuse),
            Route(rule="/lack", endpoint="lack", view=lack),
            Route(rule="/crash", endpoint="crash", view=crash),
            Route(rule="/award", endpoint="award", view=show, permission="award"),
            *(
                Route(rule=f"/for/{role}", endpoint=f"for_{role}", view=show, permission=role)
                for role in ROLES
            ),
        )
    ),
    SiteRoutes((Route(rule="/", endpoint="site", view=tell),)),
    permissions=(
        Permission(name="award", title="Auszeichnen", default_role="moderator"),
        *(Permission(name=role, title=role.title(), default_role=role) for role in ROLES),
    ),
    scopes=("area", "site"),
)


# One state holds for the whole site.
PULSE = samples.plugin(
    "pulse", SiteRoutes((Route(rule="/", endpoint="beat", view=tell),)), scopes=("site",)
)


@pytest.fixture
def land(make_app: Callable[..., Flask], build_once: BuildOnce) -> Town:
    """bund → ni, by; kudos is on in ni."""
    app = make_app(strict=False)
    app.testing = False
    dispatcher = samples.load(KUDOS, PULSE)
    app.extensions["forum"]["dispatcher"] = dispatcher
    mount_plugin_routes(app, dispatcher)
    return build_once(found_land, on=app)


def found_land(app: Flask) -> Town:
    town = Town(app)
    town.add_users("root", "ada", "mod", "edda", "mia", "gast")
    town.found("root", visibility="public")
    town.add_area("ni")
    town.add_area("by")
    town.add_area("geheim", "ni", visibility="hidden")
    town.add_area("liste", "ni", visibility="listed")
    for who, role in (
        ("ada", "admin"),
        ("mod", "moderator"),
        ("edda", "editor"),
        ("mia", "member"),
    ):
        town.grant(who, "ni", role)
    switch(town, "on")
    return town


def switch(town: Town, state: str) -> None:
    switch_at(town, "ni", "kudos", state)


def switch_at(town: Town, slug: str, plugin: str, state: str) -> None:
    with town.writing():
        scope = queries.get_system_scope(slug)
        operations.set_plugin_state(scope, plugin, state=State(state))


def status(land: Town, who: str | None, url: str, **kw: Any) -> int:
    return Visitor(land, who).get(url, **kw).status_code


def test_there_where_it_is_on_and_nowhere_else(land: Town) -> None:
    mia = Visitor(land, "mia")
    assert mia.get("/a/ni/kudos/").text == "ni 0 True"
    assert mia.get("/a/ni/kudos/7").text == "ni 7 True"
    assert mia.post("/a/ni/kudos/7").text == "ni 7 True"
    for url in ("/a/by/kudos/", "/a/by/kudos/7", "/a/bund/kudos/", "/a/ni/other/"):
        assert mia.get(url).status_code == 404
    assert mia.post("/a/by/kudos/7").status_code == 404


def test_off_is_off_with_the_next_request(land: Town) -> None:
    switch(land, "off")
    assert status(land, "mia", "/a/ni/kudos/") == 404
    switch(land, "on")
    assert status(land, "mia", "/a/ni/kudos/") == 200


def test_a_plugin_of_the_site_has_one_state_for_all(land: Town) -> None:
    assert status(land, "mia", "/pulse/") == 404
    switch_at(land, "bund", "pulse", "on")
    assert status(land, "mia", "/pulse/") == 200
    switch_at(land, "bund", "pulse", "off")
    assert [status(land, who, "/pulse/") for who in ("mia", "root", None)] == [404] * 3


@pytest.mark.parametrize(
    ("who", "slug", "expected"),
    [
        (None, "ni", 404),
        ("mia", "geheim", 404),
        ("mia", "liste", 404),
        ("mod", "geheim", 200),
        ("mod", "liste", 200),
    ],
)
def test_only_for_readers_of_the_area(
    land: Town, who: str | None, slug: str, expected: int
) -> None:
    assert status(land, who, f"/a/{slug}/kudos/") == expected


@pytest.mark.parametrize(("who", "expected"), [("mia", 403), ("mod", 200), ("ada", 200)])
def test_permissions_are_asked_before_the_view(land: Town, who: str, expected: int) -> None:
    assert status(land, who, "/a/ni/kudos/award") == expected


@pytest.mark.parametrize(
    ("who", "lets_in"),
    [("gast", 1), ("mia", 2), ("edda", 3), ("mod", 4), ("ada", 5), ("root", 5)],
)
def test_each_role_has_the_permissions_of_those_below(land: Town, who: str, lets_in: int) -> None:
    """The matrix of least role and viewer; what flows in from above counts like an own role."""
    found = [status(land, who, f"/a/ni/kudos/for/{role}") for role in ROLES]
    refused = found[lets_in:]
    assert found[:lets_in] == [200] * lets_in
    assert refused == [403] * len(refused)


def test_refusals_are_answers_and_failures_are_the_plugin_s(land: Town) -> None:
    stats = land.app.extensions["forum"]["dispatcher"].stats
    assert status(land, "mia", "/a/ni/kudos/refuse") == 409
    assert status(land, "mia", "/a/ni/kudos/lack") == 404
    assert stats.snapshot().troubles == ()
    broken = Visitor(land, "mia").get("/a/ni/kudos/crash")
    assert broken.status_code == 500
    assert "secret detail" not in broken.text
    assert [(t.plugin, t.hook) for t in stats.snapshot().troubles] == [("kudos", "view crash")]


def test_site_routes_take_the_viewer(land: Town) -> None:
    assert Visitor(land, "mia").get("/kudos/").text == "site True"
