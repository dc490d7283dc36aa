"""Endpoints that plugins bring: token, area, state and permission come before their code."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from pydantic import BaseModel
from werkzeug.exceptions import HTTPException

from forum.areas.routing import current_standing, require_on_site, require_permission
from forum.core.errors import Denied, ForumError, NotFound
from forum.core.wall import current_viewer
from forum.plugin.api import find_fields
from forum.plugin.dispatch import Dispatcher
from forum.plugin.loader import LoadedPlugin
from forum.plugin.types import ApiRoute, AreaApi, SiteApi
from forum.rest.endpoints import ONCE, Answer, Call, Endpoint
from forum.rest.shapes import Nothing
from forum.rest.views.places import get_scope
from forum.rest.writing import answer_once

Run = Callable[[Call], Answer]
FACETS: Final[Mapping[str, str]] = {"Topic": "topic", "Post": "post"}
"""The shapes that plugins add to, by the field of `ApiFields` that has the model."""


def list_endpoints(dispatcher: Dispatcher) -> list[Endpoint]:
    """Return the endpoints of all loaded plugins."""
    return [one for plugin in dispatcher.loaded.plugins for one in _list_of(dispatcher, plugin)]


def list_facets(dispatcher: Dispatcher) -> dict[str, dict[str, type[BaseModel]]]:
    """Return the models of what plugins add: shape -> plugin -> model."""
    found: dict[str, dict[str, type[BaseModel]]] = {shape: {} for shape in FACETS}
    for plugin in dispatcher.loaded.plugins:
        fields = find_fields(plugin.contributions.api)
        for shape, name in FACETS.items():
            model = getattr(fields, name, None)
            if model is not None:
                found[shape][plugin.name] = model
    return found


def _list_of(dispatcher: Dispatcher, plugin: LoadedPlugin) -> Iterator[Endpoint]:
    for group in plugin.contributions.api:
        if isinstance(group, AreaApi):
            for route in group.routes:
                yield _make(plugin, route, "/areas/<slug>", _in_area(dispatcher, plugin, route))
        elif isinstance(group, SiteApi):
            for route in group.routes:
                yield _make(plugin, route, "", _on_site(dispatcher, plugin, route))


def _make(plugin: LoadedPlugin, route: ApiRoute, below: str, view: Run) -> Endpoint:
    return Endpoint(
        name=f"{plugin.name}-{route.endpoint}",
        rule=f"{below}/{plugin.name}{route.rule}",
        method=route.method,
        summary=route.summary,
        tag=plugin.manifest.name,
        view=view,
        answer=route.answer,
        status=204 if route.answer is None else route.status,
        query=route.query or Nothing,
        body=route.body,
        scope=route.scope,
        headers={} if route.method == "GET" else ONCE,
        plugin=plugin.name,
    )


def _in_area(dispatcher: Dispatcher, plugin: LoadedPlugin, route: ApiRoute) -> Run:
    def view(call: Call) -> Answer:
        values = dict(call.values)
        scope = get_scope(values.pop("slug"))
        if not plugin.builtin and plugin.name not in scope.plugins:
            raise NotFound
        require_permission(plugin, route.permission, scope)
        run = partial(_run, dispatcher, plugin, route, scope, call, values)
        return _once(route, call, scope.user_id, partial(run, area_id=scope.area.id))

    return view


def _on_site(dispatcher: Dispatcher, plugin: LoadedPlugin, route: ApiRoute) -> Run:
    def view(call: Call) -> Answer:
        require_on_site(plugin)
        if route.permission is not None and not current_standing().operator:
            raise Denied
        viewer, values = current_viewer(), dict(call.values)
        run = partial(_run, dispatcher, plugin, route, viewer, call, values, area_id=None)
        return _once(route, call, viewer.user_id, run)

    return view


def _once(route: ApiRoute, call: Call, user_id: int | None, run: Callable[[], Answer]) -> Answer:
    """What writes is done once per key, after all checks and before the plugin's code."""
    if route.method == "GET" or user_id is None:
        return run()
    return answer_once(call, user_id, run, status=route.status)


def _run(
    dispatcher: Dispatcher,
    plugin: LoadedPlugin,
    route: ApiRoute,
    place: object,
    call: Call,
    values: dict[str, Any],
    *,
    area_id: int | None,
) -> Answer:
    """Run a plugin's view behind the guard; refusals are answers, not failures of the plugin.

    Errors: HookFailed when it fails, or answers with something else than it said.
    """
    if route.query is not None:
        values["query"] = call.query
    if route.body is not None:
        values["body"] = call.body

    def act() -> object:
        try:
            return _check(route, route.view(place, **values))
        except (ForumError, HTTPException) as refusal:
            return refusal

    answer = dispatcher.run(
        plugin.name,
        f"api {route.endpoint}",
        act,
        kind="view",
        on_error="abort",
        area_id=area_id,
    )
    if isinstance(answer, ForumError | HTTPException):
        raise answer
    assert answer is None or isinstance(answer, BaseModel)
    return Answer(answer, status=route.status)


def _check(route: ApiRoute, answer: object) -> object:
    """Errors: TypeError for an answer of another shape than the document promises."""
    wanted = type(None) if route.answer is None else route.answer
    if answer.__class__ is not wanted:
        raise TypeError(f"expected {wanted.__name__}, got {type(answer).__name__}")
    if isinstance(answer, BaseModel):
        answer.model_dump_json()  # what cannot be written is the plugin's failure too
    return answer
