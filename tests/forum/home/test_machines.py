"""Health, robots, sitemap."""

from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient

from forum.core.database import unit
from forum.core.heartbeat import beat
from tests.forum.home.federation import Federation


def test_the_process_answers(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_a_site_without_worker_is_not_ready(app: Flask, client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "worker: no sign of life\n")
    with app.app_context(), unit():
        beat("worker")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready\n")


def test_search_engines_are_led_to_the_sitemap(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert lines[0] == "User-agent: *"
    assert "Disallow: /search" in lines
    assert lines[-1] == "Sitemap: http://localhost/sitemap.xml"


def test_the_sitemap_holds_what_is_public_whoever_asks(federation: Federation) -> None:
    for name in (None, "insider", "chef"):
        text = federation.visit(name).get("/sitemap.xml").text
        found = re.findall("<loc>(.*?)</loc>", text)
        assert found == [
            "http://localhost/a/bund/",
            "http://localhost/a/offen/",
            "http://localhost/t/3-kanarie-offen",
            "http://localhost/t/1-kanarie-bund",
        ]
