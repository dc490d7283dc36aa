"""The OpenAPI document, made from the rows that serve the API and from their shapes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Any, Final, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from forum.rest import shapes
from forum.rest.endpoints import BASE, Endpoint
from forum.rest.reading import JSON
from forum.web.incoming import LARGEST_ID
from forum.web.problems import MIME

FACETED: Final = ("Topic", "Post")
"""The shapes to which plugins add something."""
VERSION: Final = "3.1.0"
Mode = Literal["validation", "serialization"]
_VARIABLE: Final = re.compile(r"<(?:(int):)?(\w+)>")
_PROBLEMS: Final[Mapping[int, str]] = {
    400: "The request cannot be read.",
    401: "It takes a token that holds.",
    403: "The token, or its member, may not do this.",
    404: "There is no such thing, or not for the viewer.",
    405: "This address does not take the method.",
    406: "Answers are given as JSON only.",
    409: "Somebody else was faster.",
    413: "The body is too large.",
    415: "Bodies are taken as JSON only.",
    422: "Something sent does not hold; `errors` says what.",
    429: "Too many requests; `Retry-After` says how long to wait.",
}
_WRITING: Final = frozenset({400, 409, 413, 415})


def build_document(
    endpoints: Sequence[Endpoint],
    *,
    title: str,
    facets: Mapping[str, Mapping[str, type[BaseModel]]],
) -> dict[str, Any]:
    """Return the document.

    `facets` are the models that plugins add to topics and posts: shape name -> plugin -> model.
    """
    schemas = _Schemas()
    schemas.add("", {(shapes.Problem, "serialization")})
    for plugin in {endpoint.plugin: None for endpoint in endpoints}:
        schemas.add(plugin, _list_models(e for e in endpoints if e.plugin == plugin))
    for shape in FACETED:
        added = facets.get(shape, {})
        for plugin, model in added.items():
            schemas.add(plugin, {(model, "serialization")})
        schemas.known[shape]["properties"]["plugins"] = _list_facets(schemas, added)
    schemas.known.pop("BaseModel")
    paths: dict[str, Any] = {}
    for endpoint in endpoints:
        item = paths.setdefault(BASE + _VARIABLE.sub(r"{\2}", endpoint.rule), {})
        item[endpoint.method.lower()] = _describe(endpoint, schemas)
    return {
        "openapi": VERSION,
        "info": {
            "title": title,
            "version": version("chapterhouse"),
            "description": "Without a token one reads what is public. Times are ISO 8601 in UTC.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas.known,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An access token of a member; its scopes are read and write.",
                }
            },
        },
    }


class _Schemas:
    """Schemas by name; those of a plugin stand under `<plugin>.<Model>`."""

    def __init__(self) -> None:
        self.known: dict[str, Any] = {}
        self._refs: dict[tuple[str, type[BaseModel]], dict[str, str]] = {}

    def add(self, plugin: str, models: set[tuple[type[BaseModel], Mode]]) -> None:
        prefix = f"{plugin}." if plugin else ""
        template = "#/components/schemas/" + prefix + "{model}"
        ordered = sorted(models, key=lambda pair: (pair[0].__module__, pair[0].__qualname__))
        refs, made = models_json_schema(ordered, ref_template=template)
        for model, mode in ordered:
            self._refs[plugin, model] = {"$ref": refs[model, mode]["$ref"]}
        for name, schema in made.get("$defs", {}).items():
            self.known[prefix + name] = schema

    def refer(self, plugin: str, model: type[BaseModel]) -> dict[str, str]:
        return self._refs[plugin, model]


def _list_models(endpoints: Iterable[Endpoint]) -> set[tuple[type[BaseModel], Mode]]:
    found: set[tuple[type[BaseModel], Mode]] = set()
    for endpoint in endpoints:
        if endpoint.answer is not None:
            found.add((endpoint.answer, "serialization"))
        if endpoint.body is not None:
            found.add((endpoint.body, "validation"))
    return found


def _list_facets(schemas: _Schemas, added: Mapping[str, type[BaseModel]]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": "What the plugins that are on in the area add.",
        "properties": {plugin: schemas.refer(plugin, model) for plugin, model in added.items()},
        "additionalProperties": False,
    }


def _describe(endpoint: Endpoint, schemas: _Schemas) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "tags": [endpoint.tag],
        "security": _describe_security(endpoint),
        "parameters": [*_list_parameters(endpoint)],
        "responses": _describe_answers(endpoint, schemas),
    }
    if endpoint.body is not None:
        content = {JSON: {"schema": schemas.refer(endpoint.plugin, endpoint.body)}}
        told["requestBody"] = {"required": True, "content": content}
    return told


def _describe_security(endpoint: Endpoint) -> list[dict[str, list[str]]]:
    token: dict[str, list[str]] = {"token": [endpoint.scope]}
    return [token] if endpoint.wants_token else [{}, token]


def _list_parameters(endpoint: Endpoint) -> Iterable[dict[str, Any]]:
    for kind, name in _VARIABLE.findall(endpoint.rule):
        number = {"type": "integer", "minimum": 0, "maximum": LARGEST_ID}
        schema = number if kind else {"type": "string", "minLength": 1}
        yield {"name": name, "in": "path", "required": True, "schema": schema}
    asked = endpoint.query.model_json_schema(by_alias=True)
    for name, schema in asked.get("properties", {}).items():
        known = {key: value for key, value in schema.items() if key != "title"}
        required = name in asked.get("required", ())
        text = known.pop("description", "")
        yield {
            "name": name,
            "in": "query",
            "required": required,
            "schema": _without_null(known),
            **({"description": text} if text else {}),
        }
    for name, text in endpoint.headers.items():
        schema = {"type": "string", "minLength": 1, "maxLength": 64, "pattern": "^[!-~]+$"}
        yield {
            "name": name,
            "in": "header",
            "required": False,
            "schema": schema,
            "description": text,
        }


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter that is not there is not sent; there is no null among parameters."""
    options = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if len(options) != 1:
        return schema
    rest = {k: v for k, v in schema.items() if k not in ("anyOf", "default")}
    return {**options[0], **rest}


def _describe_answers(endpoint: Endpoint, schemas: _Schemas) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if endpoint.method == "GET":
        headers["ETag"] = _header("Version of the answer.")
    if endpoint.pages:
        headers["Link"] = _header('Address of the next page, `rel="next"`.')
    if endpoint.status == 201:
        headers["Location"] = _header("Where it stands now.")
    done: dict[str, Any] = {"description": endpoint.summary, "headers": headers}
    if endpoint.answer is not None:
        done["content"] = {JSON: {"schema": schemas.refer(endpoint.plugin, endpoint.answer)}}
    answers = {str(endpoint.status): done}
    if endpoint.method == "GET":
        answers["304"] = {"description": "It has not changed."}
    if "<slug>" in endpoint.rule:
        moved = {"Location": _header("The present address.")}
        answers["308"] = {"description": "The area has another address.", "headers": moved}
    problem = {MIME: {"schema": schemas.refer("", shapes.Problem)}}
    for status, text in _PROBLEMS.items():
        if endpoint.body is not None or status not in _WRITING:
            answers[str(status)] = {"description": text, "content": problem}
    return answers


def _header(text: str) -> dict[str, Any]:
    return {"description": text, "schema": {"type": "string"}}
