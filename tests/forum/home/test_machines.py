"""Health, robots, sitemap."""

from __future__ import annotations

import re
import shutil
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core.database import unit
from forum.core.health import list_findings
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


def test_a_full_disk_is_an_obstacle_and_a_scarce_one_a_problem(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def usage(free: int) -> None:
        monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=free))

    with app.app_context(), unit():
        beat("worker")
    usage(49 * 2**20)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (503, "disk: full\n")
    usage(51 * 2**20)
    assert client.get("/readyz").status_code == 200
    with app.app_context():
        found = [one for one in list_findings() if "51 MB" in one.what]
    assert [one.level for one in found] == ["problem"]
    assert "make room" in found[0].remedy


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
