"""Error pages say what happened, with an id, whatever is broken."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.forum.web.showcase import make_showcase

STATUSES = [400, 403, 404, 405, 409, 410, 413, 418, 422, 429, 500, 503]


@pytest.mark.parametrize("status", STATUSES)
def test_a_page_for_every_error(anonymous: Flask, status: int) -> None:
    answer = anonymous.test_client().get(f"/fail/{status}")
    assert answer.status_code == status
    assert answer.headers["X-Request-Id"] in answer.text
    assert "<h1>" in answer.text
    assert "Traceback" not in answer.text
    assert "boom" not in answer.text


def test_what_an_operation_said_is_shown(anonymous: Flask) -> None:
    assert "So nicht." in anonymous.test_client().get("/fail/422").text


def test_an_unknown_address_says_nothing_of_the_route(anonymous: Flask) -> None:
    one, other = (anonymous.test_client().get(path) for path in ("/none", "/fail/404"))
    texts = [
        answer.text.replace(answer.headers["X-Request-Id"], "").replace(answer.request.path, "")
        for answer in (one, other)
    ]
    assert texts[0] == texts[1]


def test_the_page_stands_even_when_the_frame_does_not() -> None:
    app = make_showcase()

    def broken() -> None:
        raise RuntimeError("no database")

    app.extensions["forum.frame"].viewer = broken
    client = app.test_client()
    assert [client.get(path).status_code for path in ("/", "/none")] == [500, 404]


def test_a_stale_form_explains_itself(anonymous: Flask) -> None:
    answer = anonymous.test_client().post("/login", data={"email": "a@b.de"})
    assert (answer.status_code, "zu lange offen" in answer.text) == (400, True)
