"""The examples of docs/api.md, sent to a server as they stand there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from threading import Thread

import pytest
from flask import Flask
from werkzeug.serving import make_server

from forum.testing.builders import make_topic
from tests.forum.rest.program import Town

PAGE = Path(__file__).resolve().parents[3] / "docs" / "api.md"


def list_examples() -> list[str]:
    """Return every call of curl on the page, continued lines joined."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.S)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [line for line in lines if line.startswith("curl ")]


@pytest.fixture
def server(app: Flask) -> object:
    """The app on a port of its own."""
    made = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=made.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    thread.join()
    made.server_close()


def test_every_example_works(town: Town, server: str) -> None:
    topic = make_topic(town.app, town.areas["bund"], author=town.people["anke"])
    values = {
        "FORUM": server,
        "TOKEN": town.program("anke").token,
        "TOPIC": str(topic.topic_id),
        "PATH": os.environ["PATH"],
    }
    assert shutil.which("curl"), "the examples of docs/api.md call curl"
    answers = []
    for line in list_examples():
        done = subprocess.run(
            ["bash", "-c", line], env=values, capture_output=True, text=True, check=True, timeout=30
        )
        answers.append(json.loads(done.stdout))
    areas, topics, me, posts, made, written, refused = answers
    assert [area["slug"] for area in areas["items"]] == ["bund"]
    assert [one["id"] for one in topics["items"]] == [topic.topic_id]
    assert me["handle"] == "anke" and len(posts["items"]) == 1
    assert made["title"] == "Haushalt 2027" and "Entwurf" in made["excerpt"]
    assert written["parent"] == 1 and written["author"]["handle"] == "anke"
    assert refused["errors"] == [{"detail": "Not larger than 100.", "parameter": "limit"}]
