"""Puts endpoints on an app: what all of them begin and end with."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final

from flask import Blueprint, Response, request

from forum.accounts.identity import current
from forum.areas.queries import AddressChanged
from forum.rest.answering import make_response, tag
from forum.rest.endpoints import BASE, Call, Endpoint
from forum.rest.reading import JSON, read_body, read_query, require_accepted, require_access
from forum.web.security import csrf

NAME: Final = "api"


def mount(endpoints: Iterable[Endpoint], *, name: str = NAME) -> Blueprint:
    """Serve the endpoints below `/api/v1`."""
    blueprint = Blueprint(name, __name__, url_prefix=BASE)
    # No cookie counts here, so there is nothing that another site could make a browser send.
    csrf.exempt(blueprint)
    for endpoint in endpoints:
        blueprint.add_url_rule(
            endpoint.rule,
            endpoint.name,
            _make_view(endpoint),
            methods=[endpoint.method],
            provide_automatic_options=False,
        )
    return blueprint


def mount_document(blueprint: Blueprint, build: Callable[[], Mapping[str, Any]]) -> None:
    """Serve what describes the endpoints, the same for everybody; built when first asked for."""

    @cache
    def write() -> bytes:
        return json.dumps(build(), ensure_ascii=False).encode()

    def view() -> Response:
        require_accepted()
        return tag(Response(write(), content_type=JSON), write())

    blueprint.add_url_rule(
        "/openapi.json", "document", view, methods=["GET"], provide_automatic_options=False
    )


def _make_view(endpoint: Endpoint) -> Callable[..., Response]:
    def view(**values: Any) -> Response:
        require_accepted()
        user = current()
        access = user.access if user is not None else None
        require_access(endpoint, access.scopes if access is not None else None)
        call = Call(
            endpoint=endpoint.name,
            path=request.path,
            values=values,
            query=read_query(endpoint.query),
            body=read_body(endpoint.body) if endpoint.body is not None else None,
        )
        try:
            return make_response(endpoint.view(call))
        except AddressChanged as moved:
            return _lead_on(values["slug"], moved.slug)

    return view


def _lead_on(old: str, new: str) -> Response:
    """Lead from an area's old address to the present one; what was sent is sent on as it is."""
    target = request.full_path.rstrip("?").replace(f"/areas/{old}", f"/areas/{new}", 1)
    return Response(b"", 308, {"Location": target})
