"""Plugins in the API: there only where they are on, behind scope, permission and guard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from pydantic import BaseModel, Field

from forum.areas import operations as areas
from forum.areas.queries import get_system_scope
from forum.areas.scope import Scope
from forum.core.database import unit
from forum.core.errors import Conflict, Invalid
from forum.core.idempotency import forget_keys_of
from forum.core.wall import Viewer
from forum.discussions import operations as discussions
from forum.plugin import (
    ApiFields,
    ApiRoute,
    AreaApi,
    Permission,
    SiteApi,
    TopicList,
    TopicPage,
)
from forum.plugin.contributions import Contributions
from forum.plugin.states import State
from forum.rest.openapi import build_document
from forum.rest.plugins import list_endpoints, list_facets
from forum.rest.serving import mount
from forum.rest.table import ENDPOINTS
from forum.testing.builders import acting, make_post, make_topic
from forum.testing.fixtures import BuildOnce
from tests.forum.areas import samples
from tests.forum.rest.program import Program, Town, build_town
from tests.forum.rest.test_document import list_faults

log: list[str] = []


class Told(BaseModel):
    """What the sample answers."""

    text: str


class Asked(BaseModel):
    """What it asks."""

    most: int = Field(5, ge=1, le=9)


class Sent(BaseModel):
    """What it takes."""

    words: str = Field(min_length=1, max_length=20)


def show(scope: Scope, number: int, query: Asked) -> Told:
    return Told(text=f"{scope.area.slug} {number} {query.most} {scope.user_id is not None}")


def award(scope: Scope, body: Sent) -> Told:
    log.append(body.words)
    if body.words == "voll":
        raise Conflict("Schon vergeben.")
    if body.words == "frech":
        raise Invalid("words", "So nicht.")
    return Told(text=body.words)


def crash(_scope: Scope) -> Told:
    raise ZeroDivisionError("secret detail")


def lie(_scope: Scope) -> Sent:
    return Sent(words="x")


def forget(_scope: Scope) -> None:
    log.append("forgotten")


def tell(viewer: Viewer) -> Told:
    return Told(text=f"site {viewer.user_id is not None}")


def route(endpoint: str, view: Any, rule: str = "", **kw: Any) -> ApiRoute:
    values = {"rule": rule or f"/{endpoint}", "summary": endpoint, "answer": Told, **kw}
    return ApiRoute(endpoint=endpoint, view=view, **values)


def collect_topics(page: TopicList) -> dict[int, Told]:
    log.append(f"topics {len(page.topics)}")
    return {topic.id: Told(text=topic.title) for topic in page.topics}


def collect_posts(page: TopicPage) -> dict[int, Told]:
    log.append(f"posts {len(page.posts)}")
    return {post.id: Told(text=f"{page.viewer.role} {post.seq}") for post in page.posts} | {
        987_654: Told(text="not asked for")
    }


def make_kudos() -> Any:
    api = (
        AreaApi(
            (
                route("show", show, "/<int:number>", query=Asked),
                route(
                    "award",
                    award,
                    method="POST",
                    scope="write",
                    status=201,
                    body=Sent,
                    permission="award",
                ),
                route("crash", crash),
                route("lie", lie),
                route("forget", forget, method="DELETE", scope="write", answer=None),
            )
        ),
        SiteApi((route("site", tell),)),
        ApiFields(topic=Told, post=Told),
    )
    permissions = (Permission(name="award", title="Auszeichnen", default_role="moderator"),)
    made = samples.plugin("kudos", permissions=permissions, scopes=("area", "site"))
    hooks = {"collect_topic_fields": collect_topics, "collect_post_fields": collect_posts}
    return replace(made, implementations=hooks, contributions=Contributions(api=api))


def switch(app: Flask, area_id: int, state: str, plugin: str = "kudos") -> None:
    with app.app_context(), unit():
        areas.set_plugin_state(get_system_scope(area_id), plugin, state=State(state))


@pytest.fixture
def land(make_app: Callable[..., Flask], build_once: BuildOnce) -> Iterator[Town]:
    """The town on an app with the sample, which is on in `recht` and in `zu`."""
    log.clear()
    app = make_app(strict=False)
    app.testing = False
    beat = Contributions(api=(SiteApi((route("beat", tell),)),))
    pulse = replace(samples.plugin("pulse", scopes=("site",)), contributions=beat)
    dispatcher = samples.load(make_kudos(), pulse)
    app.extensions["forum"]["dispatcher"] = dispatcher
    app.register_blueprint(mount(list_endpoints(dispatcher), name="more"))
    town = build_once(build_town, on=app)
    for slug in ("recht", "zu"):
        switch(app, town.areas[slug], "on")
    log.clear()
    yield town


def test_routes_are_there_where_the_plugin_is_on(land: Town) -> None:
    program = land.program("fremd")
    answer = program.get("/areas/recht/kudos/7?most=3")
    assert answer.json == {"text": "recht 7 3 True"}
    assert program.get("/areas/bund/kudos/7").status_code == 404
    assert program.get("/areas/zu/kudos/7").status_code == 404
    assert land.program().get("/areas/recht/kudos/7").status_code == 404
    switch(land.app, land.areas["recht"], "off")
    assert program.get("/areas/recht/kudos/7").status_code == 404
    assert land.program().get("/kudos/site").json == {"text": "site False"}


def test_a_plugin_of_the_site_has_one_state_for_all(land: Town) -> None:
    program = land.program("fremd")
    assert program.get("/pulse/beat").status_code == 404
    switch(land.app, land.areas["bund"], "on", "pulse")
    assert program.get("/pulse/beat").json == {"text": "site True"}
    switch(land.app, land.areas["bund"], "off", "pulse")
    assert program.get("/pulse/beat").status_code == 404


def test_token_and_permission_come_first(land: Town) -> None:
    path, body = "/areas/recht/kudos/award", {"words": "gut"}
    assert land.program().post(path, body).status_code == 401
    assert land.program("moderatorin", ["read"]).post(path, body).status_code == 403
    assert land.program("anke").post(path, body).status_code == 403
    assert land.program("fremd").post("/areas/zu/kudos/award", body).status_code == 404
    assert log == []
    made = land.program("moderatorin").post(path, body)
    assert (made.status_code, made.json, log) == (201, {"text": "gut"}, ["gut"])


def test_what_is_sent_holds_before_the_plugin_sees_it(land: Town) -> None:
    program, path = land.program("moderatorin"), "/areas/recht/kudos/award"
    for body in ({}, {"words": ""}, {"words": "x" * 21}, []):
        assert program.post(path, body).status_code == 422
    assert program.get("/areas/recht/kudos/7?most=0").status_code == 422
    assert log == []


def test_refusals_are_answers_and_faults_are_guarded(land: Town) -> None:
    program = land.program("moderatorin")
    taken = program.post("/areas/recht/kudos/award", {"words": "voll"})
    assert (taken.status_code, taken.json["detail"]) == (409, "Schon vergeben.")
    cheeky = program.post("/areas/recht/kudos/award", {"words": "frech"})
    assert cheeky.json["errors"] == [{"detail": "So nicht.", "pointer": "#/words"}]
    for name in ("crash", "lie"):
        failed = program.get(f"/areas/recht/kudos/{name}")
        assert failed.status_code == 500
        assert failed.mimetype == "application/problem+json"
        assert "secret" not in failed.text and "kudos" in failed.json["detail"]


def test_no_answer_is_204(land: Town) -> None:
    gone = land.program("anke").send("DELETE", "/areas/recht/kudos/forget")
    assert (gone.status_code, gone.data, log) == (204, b"", ["forgotten"])


def test_a_repeat_with_the_same_key_is_answered_without_the_plugin(land: Town) -> None:
    program, path = land.program("moderatorin"), "/areas/recht/kudos/award"
    key = {"Idempotency-Key": "abc"}
    first, again = (program.post(path, {"words": "gut"}, headers=key) for _ in range(2))
    assert (again.status_code, again.json, log) == (201, first.json, ["gut"])
    assert program.post(path, {"words": "anders"}, headers=key).status_code == 422
    assert program.post(path, {"words": "gut"}, headers={"Idempotency-Key": " "}).status_code == 422
    assert program.post(path, {"words": "gut"}).status_code == 201
    for _ in range(2):
        gone = program.send("DELETE", "/areas/recht/kudos/forget", headers=key)
        assert (gone.status_code, gone.data) == (204, b"")
    assert log == ["gut", "gut", "forgotten"]
    # What the plugin refuses leaves the key free; where it is off there is nothing to repeat.
    full = {"Idempotency-Key": "def"}
    assert program.post(path, {"words": "voll"}, headers=full).status_code == 409
    assert program.post(path, {"words": "gut"}, headers=full).status_code == 201
    switch(land.app, land.areas["recht"], "off")
    assert program.post(path, {"words": "gut"}, headers=key).status_code == 404


def test_answers_are_kept_no_longer_than_whom_they_may_name(land: Town) -> None:
    program, path = land.program("moderatorin"), "/areas/recht/kudos/award"
    key = {"Idempotency-Key": "abc"}
    assert program.post(path, {"words": "Danke, Anke"}, headers=key).status_code == 201
    with land.app.app_context(), unit():
        forget_keys_of(land.people["anke"])
    again = program.post(path, {"words": "Danke, Anke"}, headers=key)
    assert (again.status_code, log) == (409, ["Danke, Anke"])
    assert "schon geschehen" in again.json["detail"]


def test_fields_stand_beside_topics_and_posts_once_per_page(land: Town) -> None:
    anke = land.people["anke"]
    topics = [
        make_topic(land.app, land.areas["recht"], author=anke, title=f"Nr. {n}").topic_id
        for n in range(3)
    ]
    for _ in range(3):
        make_post(land.app, topics[0], author=anke)
    with acting(land.app, anke, land.areas["recht"]) as scope:
        discussions.delete_post(scope, topics[0], seq=2)
    program = land.program("anke")
    log.clear()
    items = program.get("/areas/recht/topics").json["items"]
    assert {topic["plugins"]["kudos"]["text"] for topic in items} == {"Nr. 0", "Nr. 1", "Nr. 2"}
    posts = program.get(f"/topics/{topics[0]}/posts").json["items"]
    told = [post["plugins"] for post in posts]
    assert told == [
        {"kudos": {"text": "member 1"}},
        {},
        {"kudos": {"text": "member 3"}},
        {"kudos": {"text": "member 4"}},
    ]
    assert log == ["topics 3", "posts 3"]
    switch(land.app, land.areas["recht"], "off")
    assert program.get(f"/topics/{topics[0]}").json["plugins"] == {}
    assert program.get(f"/topics/{topics[0]}/posts/1").json["plugins"] == {}


def test_they_are_in_the_document(land: Town) -> None:
    dispatcher = land.app.extensions["forum"]["dispatcher"]
    endpoints = [*ENDPOINTS, *list_endpoints(dispatcher)]
    document = build_document(endpoints, title="x", facets=list_facets(dispatcher))
    paths = document["paths"]
    shown = paths["/api/v1/areas/{slug}/kudos/{number}"]["get"]
    assert shown["operationId"] == "kudos-show"
    assert [one["name"] for one in shown["parameters"]] == ["slug", "number", "most"]
    written = paths["/api/v1/areas/{slug}/kudos/award"]["post"]
    assert written["security"] == [{"token": ["write"]}]
    assert set(paths["/api/v1/kudos/site"]) == {"get"}
    facet = document["components"]["schemas"]["Post"]["properties"]["plugins"]
    assert facet["properties"] == {"kudos": {"$ref": "#/components/schemas/kudos.Told"}}
    topic = make_topic(land.app, land.areas["recht"], author=land.people["anke"]).topic_id
    calls: list[tuple[str, str, Any, Any]] = [
        ("/areas/recht/kudos/7", "/areas/{slug}/kudos/{number}", "get", None),
        (f"/topics/{topic}/posts", "/topics/{topic_id}/posts", "get", None),
        ("/areas/recht/kudos/award", "/areas/{slug}/kudos/award", "post", {"words": "gut"}),
        ("/areas/recht/kudos/forget", "/areas/{slug}/kudos/forget", "delete", None),
    ]
    program: Program = land.program("moderatorin")
    for path, rule, method, body in calls:
        answer = (
            program.send(method.upper(), path, json=body)
            if body
            else program.send(method.upper(), path)
        )
        assert answer.status_code < 300, answer.text
        assert list_faults(document, paths[f"/api/v1{rule}"][method], answer) == []
