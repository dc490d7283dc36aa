"""The document says what is served, and whatever is sent, the answer is as it says."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis.strategies import composite
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from forum.core.services import service
from forum.testing.builders import make_post, make_topic, switch_plugin
from tests.forum.rest.program import Town
from tests.forum.rest.requests import Sent, requests

JSON, PROBLEM = "application/json", "application/problem+json"


@pytest.fixture
def document(town: Town) -> dict[str, Any]:
    """The document as anybody gets it."""
    answer = town.program().get("/openapi.json")
    assert answer.status_code == 200 and answer.mimetype == JSON
    found: dict[str, Any] = answer.json
    return found


def list_faults(document: dict[str, Any], operation: Any, answer: TestResponse) -> list[str]:
    """Say in what an answer differs from what the document promises."""
    told = operation["responses"].get(str(answer.status_code))
    if told is None:
        return [f"status {answer.status_code} is not in the document"]
    content = told.get("content", {})
    if not content:
        return ["a body where none is promised"] if answer.data else []
    if answer.mimetype not in content:
        return [f"{answer.mimetype} instead of {list(content)}"]
    schema = {**content[answer.mimetype]["schema"], "components": document["components"]}
    return [error.message for error in Draft202012Validator(schema).iter_errors(answer.json)]


def test_every_schema_is_one(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    wanted = set(re.findall(r"#/components/schemas/([\w.]+)", str(document)))
    assert wanted == set(document["components"]["schemas"])


def test_every_route_is_in_the_document(town: Town, document: dict[str, Any]) -> None:
    served = {
        (re.sub(r"<(?:int:)?(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in town.app.url_map.iter_rules()
        if rule.endpoint.startswith("api.") and rule.endpoint != "api.document"
        for method in (rule.methods or set()) - {"HEAD"}
    }
    told = {(path, method) for path, item in document["paths"].items() for method in item}
    assert served == told
    names = [one["operationId"] for item in document["paths"].values() for one in item.values()]
    assert len(names) == len(set(names))


def test_the_document_has_a_version(town: Town, document: dict[str, Any]) -> None:
    program = town.program()
    tag = program.get("/openapi.json").headers["ETag"]
    assert program.get("/openapi.json", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("scopes", [None, ["read"], ["write"], ["read", "write"]], ids=str)
def test_any_request(town: Town, document: dict[str, Any], scopes: list[str] | None) -> None:
    """No request is answered by a fault of ours, or by anything the document does not say."""
    switch_plugin(town.app, town.areas["recht"], "polls")
    topic = make_topic(town.app, town.areas["recht"], author=town.people["anke"])
    make_post(town.app, topic.topic_id, author=town.people["moderatorin"])
    known = {"slug": [*town.areas], "topic_id": [topic.topic_id, 1, 2, 0], "seq": [1, 2, 3, 0]}
    program = town.program("anke", scopes) if scopes else town.program()

    @composite
    def any_request(draw: Any) -> Sent:  # says nothing of the whole document when it is shown
        sent: Sent = draw(requests(document, known))
        return sent

    @settings(max_examples=150, deadline=None, suppress_health_check=[*HealthCheck])
    @given(any_request())
    def send(sent: Sent) -> None:
        with town.app.app_context():
            service("limiter").reset()
        more = {"json": sent.body} if sent.method != "GET" else {}
        answer = program.send(
            sent.method, sent.path, query_string=sent.query, headers=sent.headers, **more
        )
        event(f"{sent.operation['operationId']}: {answer.status_code}")
        assert answer.status_code < 500, (sent, answer.text)
        assert list_faults(document, sent.operation, answer) == [], (sent, answer.text)

    send()
