"""Addresses below an area: the area is found, and walled, before any view runs.

Other features register their pages on an `area_blueprint`; plugins get theirs mounted here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeVar, cast

from flask import Blueprint, Flask, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from forum.accounts.identity import current
from forum.areas.beside import get_kept_scope
from forum.areas.queries import AddressChanged, get_standing
from forum.areas.queries.plugins import has_site_plugin
from forum.areas.scope import RANK, Scope, Standing
from forum.core.errors import Denied, ForumError, NotFound
from forum.core.services import service
from forum.core.wall import current_viewer
from forum.plugin.dispatch import Dispatcher
from forum.plugin.loader import LoadedPlugin
from forum.plugin.types import AreaRoutes, Route
from forum.web.kept import keep_part
from forum.web.security import csrf

V = TypeVar("V", bound=Callable[..., ResponseReturnValue])
HOME: Final = "/a/<slug>/"


def area_blueprint(name: str, import_name: str, *, below: str = "") -> Blueprint:
    """Make a blueprint under `/a/<slug>`; its views take no slug, they ask `current_scope()`."""
    blueprint = Blueprint(name, import_name, url_prefix=f"/a/<slug>{below}")
    blueprint.url_value_preprocessor(_take_slug)
    blueprint.before_request(_resolve)
    return blueprint


def open_to_discoverers(view: V) -> V:
    """Let a view also answer to who may know of the area without reading it."""
    cast(Any, view).open_to_discoverers = True
    return view


def current_scope() -> Scope:
    """Return the area at hand as the viewer sees it, on a page below an area."""
    return cast(Scope, g.scope)


def current_standing() -> Standing:
    """Return what the viewer is anywhere.

    Roles count to the minute (`settle_grants`), so pages may use what was read seconds ago.
    Cost: one statement per request, none when it is kept and for nobody.
    """
    viewer = current_viewer()
    found: Standing | None = g.get("standing")
    if found is None or found.viewer != viewer:
        user = current()
        operator = user is not None and user.is_operator
        read = partial(get_standing, viewer, operator=operator)
        known = viewer.user_id is not None
        found = keep_part(("standing", viewer.user_id, operator), read) if known else read()
        g.standing = found
    return found


def area_url(slug: str, page: str = "") -> str:
    """Return the address of an area's page."""
    return f"/a/{slug}/{page}"


def _take_slug(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values is not None:
        g.area_slug = values.pop("slug")


def _resolve() -> ResponseReturnValue | None:
    """Find the area. What one may not know of, and what is off, is not there: 404."""
    slug = g.pop("area_slug")
    try:
        g.scope = scope = get_kept_scope(current_standing(), slug)
    except AddressChanged as moved:
        return _lead_on(slug, moved.slug)
    if scope.reads or _is_open(request.endpoint):
        return None
    if request.method in ("GET", "HEAD") and str(request.url_rule) == HOME:
        return cast(ResponseReturnValue, service("listed_page")(scope))
    raise NotFound


def _lead_on(old: str, new: str) -> ResponseReturnValue:
    """Lead from an old address to the same page at the new one; a form is sent on as it is."""
    rest = request.full_path.rstrip("?").removeprefix(f"/a/{old}")
    return redirect(f"/a/{new}{rest}", 301 if request.method in ("GET", "HEAD") else 308)


def _is_open(endpoint: str | None) -> bool:
    view = current_app.view_functions[endpoint] if endpoint else None
    return getattr(view, "open_to_discoverers", False)


def mount_plugin_routes(app: Flask, dispatcher: Dispatcher) -> None:
    """Put the routes of all loaded plugins on the app: `/a/<slug>/<plugin>/…` and `/<plugin>/…`.

    Before a view runs, the area is found, the plugin active in it and the permission granted.
    """
    for plugin in dispatcher.loaded.plugins:
        groups = plugin.contributions.routes
        area = [r for group in groups if isinstance(group, AreaRoutes) for r in group.routes]
        site = [r for group in groups if not isinstance(group, AreaRoutes) for r in group.routes]
        if area:
            blueprint = area_blueprint(plugin.name, __name__, below=f"/{plugin.name}")
            for route in area:
                _add(blueprint, route, _area_view(dispatcher, plugin, route))
            app.register_blueprint(blueprint)
        if site:
            blueprint = Blueprint(f"{plugin.name}_site", __name__, url_prefix=f"/{plugin.name}")
            for route in site:
                _add(blueprint, route, _site_view(dispatcher, plugin, route))
            app.register_blueprint(blueprint)


def _add(blueprint: Blueprint, route: Route, view: Callable[..., ResponseReturnValue]) -> None:
    if route.keyed:
        # Exempted by name, which all views of plugins would share otherwise.
        view.__name__ = f"{blueprint.name}_{route.endpoint}"
        csrf.exempt(view)
    blueprint.add_url_rule(route.rule, route.endpoint, view, methods=list(route.methods))


def _area_view(
    dispatcher: Dispatcher, plugin: LoadedPlugin, route: Route
) -> Callable[..., ResponseReturnValue]:
    def view(**values: Any) -> ResponseReturnValue:
        scope = current_scope()
        if not plugin.builtin and plugin.name not in scope.plugins:
            raise NotFound
        require_permission(plugin, route.permission, scope)
        return _run(dispatcher, plugin, route, scope, values, area_id=scope.area.id)

    return view


def _site_view(
    dispatcher: Dispatcher, plugin: LoadedPlugin, route: Route
) -> Callable[..., ResponseReturnValue]:
    def view(**values: Any) -> ResponseReturnValue:
        require_on_site(plugin)
        if route.permission is not None and not current_standing().operator:
            raise Denied
        return _run(dispatcher, plugin, route, current_viewer(), values, area_id=None)

    return view


def require_on_site(plugin: LoadedPlugin) -> None:
    """Errors: raises NotFound where a plugin with one state for the whole site is off.

    One that lives in areas too asks itself where it is on.
    Cost: one statement, none for other plugins.
    """
    one_state = plugin.manifest.site_only and not plugin.builtin
    if one_state and not has_site_plugin(plugin.name):
        raise NotFound


def require_permission(plugin: LoadedPlugin, permission: str | None, scope: Scope) -> None:
    """Errors: raises Denied for who lacks the least role that has the plugin's permission."""
    if permission is None:
        return
    permissions = {p.name: p.default_role for p in plugin.manifest.permissions}
    least = permissions[permission]
    if least != "reader" and (scope.role is None or RANK[scope.role] < RANK[least]):
        raise Denied


def _run(
    dispatcher: Dispatcher,
    plugin: LoadedPlugin,
    route: Route,
    place: object,
    values: dict[str, Any],
    *,
    area_id: int | None,
) -> ResponseReturnValue:
    """Run a plugin's view behind the guard; refusals are answers, not failures of the plugin."""

    def act() -> object:
        try:
            return route.view(place, **values)
        except (ForumError, HTTPException) as refusal:
            return refusal

    answer = dispatcher.run(
        plugin.name,
        f"view {route.endpoint}",
        act,
        kind="view",
        on_error="abort",
        area_id=area_id,
    )
    if isinstance(answer, ForumError | HTTPException):
        raise answer
    return cast(ResponseReturnValue, answer)
