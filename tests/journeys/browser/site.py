"""The demo federation behind `forum serve`: built once in a test run, copied for each server."""

from __future__ import annotations

import contextlib
import fcntl
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Response

from forum.core.clock import now
from forum.testing.services.postgres import free_port
from forum.testing.services.run import Run
from tests.forum.cli.conftest import Server, clean_environment, list_descendants, wait_for

PATIENCE_MS = 20_000
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


def find_demo(run: Run) -> Path:
    """Return the directory of a demo of today, for servers, which know no other time.

    The first process of the run that asks builds it.
    """
    target = run.directory / "demo-today"
    with (run.directory / "demo-today.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (target / "demo.json").exists():
            shutil.rmtree(target, ignore_errors=True)
            present = now().strftime("%Y-%m-%dT%H:%M:%S")
            command = [sys.executable, "-m", "forum.cli", "demo", "--dir", str(target)]
            subprocess.run(
                [*command, "--now", present],
                env=clean_environment(),
                check=True,
                capture_output=True,
                timeout=240,
            )
    return target


@dataclass
class Site:
    """A server on a copy of the demo, and the browser windows that are open on it."""

    browser: Browser
    server: Server
    directory: Path
    personas: dict[str, dict[str, str]]
    _cookies: dict[str, Any] = field(default_factory=dict)
    _contexts: list[Any] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address without a path."""
        return f"http://127.0.0.1:{self.server.port}"

    def visit(
        self,
        persona: str | None = None,
        *,
        size: Any = None,
        scheme: Any = "light",
        scripts: bool = True,
        bypass_csp: bool = False,
    ) -> Window:
        """Open a window of a profile of its own, signed in as a persona."""
        context = self.browser.new_context(
            base_url=self.url,
            viewport=size or DESK,
            color_scheme=scheme,
            java_script_enabled=scripts,
            bypass_csp=bypass_csp,
            locale="de-DE",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        self._contexts.append(context)
        window = Window(context.new_page())
        if persona is not None:
            if persona in self._cookies:
                context.add_cookies(self._cookies[persona])
            else:
                window.sign_in(**self.login(persona))
                self._cookies[persona] = context.cookies()
        return window

    def login(self, persona: str) -> dict[str, str]:
        """Return address and password of a persona."""
        return {key: self.personas[persona][key] for key in ("email", "password")}

    def close_windows(self) -> None:
        """Close what is open; who is signed in stays known."""
        while self._contexts:
            self._contexts.pop().close()

    def stop(self) -> None:
        """End the server in order, or by force."""
        self.close_windows()
        self.server.pids = set(list_descendants(self.server.process.pid))
        self.server.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.server.process.wait(10)
        self.server.kill()


@dataclass(frozen=True)
class Window:
    """One tab and the few gestures that every journey is made of."""

    page: Page

    def sign_in(self, *, email: str, password: str) -> None:
        """Use the form of /login."""
        self.page.goto("/login")
        self.fill_login(email=email, password=password)

    def fill_login(self, *, email: str, password: str) -> None:
        """Sign in on a login page that is open."""
        self.page.get_by_label("E-Mail-Adresse").fill(email)
        self.page.get_by_label("Passwort", exact=True).fill(password)
        self.page.get_by_role("main").get_by_role("button", name="Anmelden").click()
        self.page.wait_for_url(lambda url: "/login" not in url)

    def go(self, path: str) -> int:
        """Open a page; return its status."""
        response: Response | None = self.page.goto(path)
        assert response is not None
        return response.status

    def status(self, path: str) -> int:
        """Ask for a page without leaving this one; return its status."""
        return int(self.page.request.get(path, max_redirects=0).status)

    def post(self, path: str, **fields: str) -> int:
        """Send a form that no page offers, with the token of this one; return the status."""
        token = self.page.locator('input[name="csrf_token"]').first.get_attribute("value") or ""
        form: Any = {"csrf_token": token, **fields}
        headers = {"Referer": self.page.url, "Origin": self.page.url.split("/a/")[0].rstrip("/")}
        answer = self.page.request.post(path, form=form, headers=headers, max_redirects=0)
        return int(answer.status)

    def say(self) -> str:
        """Return what the page says was done."""
        return self.page.locator("#status").inner_text().strip()

    def open_topic(self, title: str) -> None:
        """Follow the link of this title on the page."""
        self.page.get_by_role("main").get_by_role("link", name=title, exact=True).first.click()
        self.page.wait_for_url("**/t/*")


def open_site(browser: Browser, demo: Path, directory: Path, **settings: str) -> Site:
    """Serve a copy of the demo; return when it is ready. `python_path` goes before the packages."""
    shutil.copytree(demo, directory)
    extra = settings.pop("python_path", "")
    environment = clean_environment(**settings)
    if extra:
        environment["PYTHONPATH"] = extra
    port, log = free_port(), directory.with_suffix(".log")
    command = [sys.executable, "-m", "forum.cli", "serve", "--dir", str(directory)]
    with log.open("w") as output:
        process = subprocess.Popen(
            [*command, "--port", str(port)],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    server = Server(process, port, log)
    wait_for(lambda: server.get("/readyz") == 200 or process.poll() is not None, 60)
    assert process.poll() is None, log.read_text()
    return Site(browser, server, directory, read_personas(directory))


def read_personas(directory: Path) -> dict[str, dict[str, str]]:
    """Return who can log in, by name."""
    told: dict[str, dict[str, dict[str, str]]] = json.loads(
        (directory / "demo.json").read_text("utf-8")
    )
    return told["personas"]
