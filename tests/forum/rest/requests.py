"""Requests made from the document's own schemas: those that hold, and those that nearly do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

NAMES = st.text(st.characters(codec="utf-8"), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


@dataclass
class Sent:
    """A request."""

    method: str
    path: str
    operation: dict[str, Any]
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None


def values(schema: dict[str, Any], document: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Make values that a schema allows, of the shapes that the document uses."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return values(document["components"]["schemas"][name], document)
    if "anyOf" in schema:
        return st.one_of([values(one, document) for one in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            return st.integers(schema.get("minimum"), schema.get("maximum"))
        case "string" if "pattern" in schema:
            return st.from_regex(schema["pattern"], fullmatch=True).filter(
                lambda text: len(text) <= schema["maxLength"]
            )
        case "string":
            most = min(schema.get("maxLength", 40), 200)
            signs = st.characters(codec="utf-8")
            return st.text(signs, min_size=schema.get("minLength", 0), max_size=most)
        case "array":
            return st.lists(values(schema["items"], document), max_size=3)
        case "object":
            return _objects(schema, document)
    raise AssertionError(f"no values for {schema}")


def _objects(schema: dict[str, Any], document: dict[str, Any]) -> st.SearchStrategy[Any]:
    known, extra = schema.get("properties", {}), schema.get("additionalProperties")
    if not known and isinstance(extra, dict):
        return st.dictionaries(NAMES, values(extra, document), max_size=3)
    needed = {k: values(v, document) for k, v in known.items() if k in schema.get("required", ())}
    others = {k: values(v, document) for k, v in known.items() if k not in needed}
    return st.fixed_dictionaries(needed, optional=others)


def _path(text: Any) -> str:
    """An address holds no slash inside one of its parts."""
    return "".join(sign for sign in str(text) if sign not in "/?#%\\") or "x"


@st.composite
def requests(draw: Any, document: dict[str, Any], known: dict[str, list[Any]]) -> Sent:
    """Draw an operation and a request to it; `known` are names that mean something."""
    path = draw(st.sampled_from(sorted(document["paths"])))
    method = draw(st.sampled_from(sorted(document["paths"][path])))
    operation = document["paths"][path][method]
    sent = Sent(method.upper(), path, operation)
    for parameter in operation["parameters"]:
        name, place = parameter["name"], parameter["in"]
        if place == "path":
            there = st.sampled_from(known.get(name, [1, 2, 0]))
            value = draw(there | there | values(parameter["schema"], document))
            sent.path = sent.path.replace("{" + name + "}", _path(value))
        elif parameter["required"] or draw(st.booleans()):
            value = draw(values(parameter["schema"], document) | NAMES)
            text = str(value)
            if place == "query":
                sent.query[name] = text
            elif text.isascii() and text.isprintable():
                sent.headers[name] = text
    if draw(st.integers(0, 9)) == 0:
        sent.query[draw(NAMES) or "x"] = draw(NAMES)
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        sent.body = draw(values(schema, document) | JSON)
        if isinstance(sent.body, dict) and draw(st.integers(0, 4)) == 0:
            sent.body = {
                **sent.body,
                draw(NAMES | st.sampled_from(sorted(sent.body) or [""])): draw(JSON),
            }
    return sent
