"""What a plugin brings to the API for programs, held against its rules at start and at calls."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel

from forum.plugin.addresses import find_rule_fault
from forum.plugin.errors import BrokenPlugin
from forum.plugin.hookspec import Verify
from forum.plugin.types import Api, ApiFields, ApiRoute, AreaApi, Manifest, SiteApi

CORE_PATHS: Final = frozenset({"topics", "areas", "me", "openapi"})
"""Addresses of the core's own in the API: no plugin with endpoints may be named so."""
COLLECTING: Final[Mapping[str, str]] = {
    "collect_topic_fields": "topic",
    "collect_post_fields": "post",
}
"""The hooks that give values, by the field of `ApiFields` that has their model."""


def check_api(manifest: Manifest, found: Sequence[Api], hooks: Iterable[str]) -> None:
    """Hold what a plugin registers against the rules.

    Errors: BrokenPlugin naming endpoint and mend.
    """
    for group in found:
        if isinstance(group, AreaApi | SiteApi):
            _check_scope(manifest, group)
            for route in group.routes:
                _check_route(manifest, route)
    for group in found:
        if isinstance(group, AreaApi | SiteApi):
            _refuse_twice(manifest, [f"{route.method} {route.rule}" for route in group.routes])
    _refuse_twice(manifest, [route.endpoint for route in list_routes(found)])
    _check_fields(manifest, found, frozenset(hooks))


def list_routes(found: Iterable[Api]) -> list[ApiRoute]:
    """Return all endpoints of the groups."""
    return [
        route for group in found if isinstance(group, AreaApi | SiteApi) for route in group.routes
    ]


def find_fields(found: Iterable[Api]) -> ApiFields | None:
    """Return the models of what the plugin adds, None when it adds nothing."""
    return next((group for group in found if isinstance(group, ApiFields)), None)


def make_verify(hook: str, found: Iterable[Api]) -> Verify | None:
    """Return the check that a collecting hook gives what the plugin has registered."""
    fields = find_fields(found)
    if hook not in COLLECTING or fields is None:
        return None
    model: type[BaseModel] = getattr(fields, COLLECTING[hook])

    def verify(_plugin: str, _arguments: tuple[Any, ...], result: Any) -> str | None:
        for value in result.values():
            if value.__class__ is not model:
                return f"expected {model.__name__}, got {type(value).__name__} inside"
            value.model_dump_json()  # what cannot be written fails here, not in the whole answer
        return None

    return verify


def _refuse_twice(manifest: Manifest, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise _broken(manifest, name, "it is there twice", "rename one")


def _check_scope(manifest: Manifest, group: AreaApi | SiteApi) -> None:
    scope = "area" if isinstance(group, AreaApi) else "site"
    if scope not in manifest.scopes:
        raise BrokenPlugin(
            manifest.name,
            "scopes",
            what=f"it registers API routes of the {scope}",
            mend=f'add "{scope}" to the manifest\'s scopes',
        )
    if manifest.name in CORE_PATHS:
        raise BrokenPlugin(
            manifest.name, "name", what="the core's API has this address", mend="rename the plugin"
        )


def _check_route(manifest: Manifest, route: ApiRoute) -> None:
    known = {permission.name for permission in manifest.permissions}
    if not re.fullmatch(r"[a-z][a-z0-9_]*", route.endpoint):
        raise _broken(manifest, route.endpoint, "it is no name", "use a–z, 0–9 and _")
    fault = find_rule_fault(route.rule, taken={"slug", "query", "body"})
    if fault is not None:
        raise _broken(manifest, route.endpoint, *fault)
    if route.method != "GET" and route.scope != "write":
        what = f"{route.method} with a token that only reads"
        raise _broken(manifest, route.endpoint, what, 'say scope="write"')
    if route.method == "GET" and route.body is not None:
        raise _broken(manifest, route.endpoint, "GET with a body", "use query, or POST")
    if route.permission is not None and route.permission not in known:
        what = f"permission {route.permission!r} is not in the manifest"
        raise _broken(manifest, route.endpoint, what, "declare it there with its default role")


def _check_fields(manifest: Manifest, found: Sequence[Api], hooks: frozenset[str]) -> None:
    groups = [group for group in found if isinstance(group, ApiFields)]
    if len(groups) > 1:
        raise _broken(manifest, "ApiFields", "they are there twice", "put them together")
    for hook, field in COLLECTING.items():
        registered = bool(groups) and getattr(groups[0], field) is not None
        if registered != (hook in hooks):
            what = f"{hook} and the model for {field}s in ApiFields do not go together"
            raise _broken(manifest, "ApiFields", what, "have both or neither")


def _broken(manifest: Manifest, name: str, what: str, mend: str) -> BrokenPlugin:
    return BrokenPlugin(manifest.name, f"API {name}", what=what, mend=mend)
