"""OPS1: the tracked files alone, one command, a login by form, the first topic; what check says."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from forum.testing.services.postgres import free_port
from tests.forum.cli.conftest import clean_environment, is_alive, list_descendants, wait_for

VENV = Path(sys.prefix)


@dataclass
class Clone:
    """A running `make run`; the packages are those that are installed already."""

    folder: Path
    port: int
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def environment(self) -> dict[str, str]:
        """The settings of a machine without any, the copy's code first."""
        return environment_of(self.folder)

    def stop(self) -> None:
        """End the server as Ctrl-C does, and wait for it."""
        pids = list_descendants(self.process.pid)
        os.killpg(self.process.pid, signal.SIGINT)
        try:
            self.process.wait(20)
        finally:
            for pid in filter(is_alive, (self.process.pid, *pids)):
                os.kill(pid, signal.SIGKILL)


def environment_of(folder: Path) -> dict[str, str]:
    """Let Python find the copy before what is installed."""
    packages = [str(folder), *(str(path.parent) for path in folder.glob("plugins/*/setup.cfg"))]
    kept = {key: value for key, value in clean_environment().items() if key != "MAKEFLAGS"}
    return {**kept, "PYTHONPATH": os.pathsep.join(packages)}


@pytest.fixture
def running(clone: Path, tmp_path: Path) -> Iterator[Clone]:
    """Run the one command of the README; the virtual environment stands in for the download."""
    port, log = free_port(), tmp_path / "run.log"
    built = [f"--assume-old={VENV / name}" for name in (".done", ".frontend")]
    command = ["make", *built, f"VENV={VENV}", f"PORT={port}", "run"]
    with log.open("w") as output:
        process = subprocess.Popen(
            command,
            cwd=clone,
            env=environment_of(clone),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    made = Clone(clone, port, log, process)
    yield made
    made.stop()


@dataclass
class Browser:
    """Sends forms with the token of the page they stand on, and keeps cookies."""

    address: str
    opener: OpenerDirector = field(
        default_factory=lambda: build_opener(HTTPCookieProcessor(CookieJar()))
    )

    def get(self, path: str) -> str:
        """Return a page."""
        with self.opener.open(self.address + path, timeout=20) as answer:
            text: str = answer.read().decode()
            return text

    def send(self, path: str, **fields: str) -> str:
        """Fill the form of a page in, send it, return the page that answers."""
        page = self.get(path)
        hidden = dict(
            re.findall(r'<input type="hidden" name="(csrf_token|key)" value="([^"]*)"', page)
        )
        body = urlencode({**{k: unescape(v) for k, v in hidden.items()}, **fields}).encode()
        with self.opener.open(self.address + path, body, timeout=20) as answer:
            text: str = answer.read().decode()
            return text


def test_from_a_clone_to_the_first_topic(running: Clone) -> None:
    wait_for(
        lambda: "runs at" in running.log.read_text() or running.process.poll() is not None, 120
    )
    printed = running.log.read_text()
    assert running.process.poll() is None, printed
    address = f"http://127.0.0.1:{running.port}"
    assert f"Chapterhouse runs at {address} (Ctrl-C stops it)" in printed

    told = json.loads((running.folder / "data" / "demo.json").read_text("utf-8"))
    member = told["personas"]["mitglied"]
    lines = [line.split(maxsplit=2) for line in printed.splitlines() if member["email"] in line]
    assert lines == [[member["email"], member["password"], member["role"]]]
    assert len(printed.splitlines()) < 20

    browser = Browser(address)
    start = browser.send("/login", email=member["email"], password=member["password"])
    assert "Anke Meinders" in start
    title = "Wer hat einen Anhänger übrig?"
    page = browser.send("/a/kreis-osnabrueck/new", title=title, text="Nur für Samstag.")
    assert f"<h1>{title}</h1>" in page

    check = subprocess.run(
        [sys.executable, "-m", "forum.cli", "check"],
        cwd=running.folder,
        env=running.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "hint    no mail server is set → set FORUM_SMTP_URL" in check.stdout
    assert "ok      no Redis is set" in check.stdout
    assert "ok      a worker gave a sign" in check.stdout
