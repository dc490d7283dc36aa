"""The rule that needs a browser: what the plugin shows is usable by everybody."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from forum.accounts.identity import cookie_name
from forum.testing.kit.rule import Breach
from forum.testing.kit.subject import Subject
from forum.testing.services import Missing
from forum.testing.services.browser import open_browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SERIOUS: Final = frozenset({"serious", "critical"})
SCREENS: Final[tuple[dict[str, Any], ...]] = (
    {"color_scheme": "light", "viewport": {"width": 1280, "height": 900}},
    {"color_scheme": "dark", "viewport": {"width": 360, "height": 740}},
)


def check_accessibility(subject: Subject) -> Iterator[Breach]:
    """Let axe look at every page with something of the plugin, light and wide, dark and narrow.

    Errors: services.Missing without Chromium, Playwright or axe.
    """
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        raise Missing("axe is missing: run `pip install axe-playwright-python`") from None
    # In a thread of its own: a test run may hold a browser open, and Playwright wants one a thread.
    with ThreadPoolExecutor(max_workers=1) as pool:
        yield from pool.submit(lambda: [*_look(subject, Axe())]).result()


def _look(subject: Subject, axe: Any) -> Iterator[Breach]:
    world = subject.world
    place = world.open_place
    pages = [*world.list_core_pages(place), *world.list_plugin_pages(place)]
    pages = [page for page in pages if world.get("author", page).mimetype == "text/html"]
    with open_browser() as browser, _serve(subject.app) as url:
        for screen in SCREENS:
            tab = _open_tab(subject, browser, url, screen)
            for path in pages:
                tab.goto(f"{url}{path}")
                for fault in axe.run(tab).response["violations"]:
                    if fault["impact"] in SERIOUS:
                        where = fault["nodes"][0]["html"][:120]
                        yield Breach(f"page {path}", f"{fault['id']}: {where}")


def _open_tab(subject: Subject, browser: Browser, url: str, screen: dict[str, Any]) -> Page:
    """Open a tab as a member; axe is put into the page, so its policy is left out."""
    context = browser.new_context(locale="de-DE", bypass_csp=True, **screen)
    with subject.app.app_context():
        name = cookie_name()
    cookie = subject.world.browsers["author"].get_cookie(name)
    assert cookie is not None
    context.add_cookies([{"name": name, "value": cookie.value, "url": url}])
    return context.new_page()


class _Quiet(WSGIRequestHandler):
    """Says nothing about requests."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Keep quiet."""


@contextmanager
def _serve(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
