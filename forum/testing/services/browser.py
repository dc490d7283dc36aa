"""Chromium for browser tests: the system's, driven by Playwright; nothing is downloaded."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from forum.testing.services import Missing

if TYPE_CHECKING:
    from playwright.sync_api import Browser

HOW = "Chromium is missing: run `apt-get install chromium` (and `pip install playwright`)"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# A browser that talks to nobody but the site under test.
FLAGS = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
)


def find_chromium() -> str:
    """Return the path of Chromium: Debian's, else the first on the path.

    Errors: raises Missing when there is none.
    """
    debian = Path("/usr/bin/chromium")
    if debian.exists():
        return str(debian)
    for program in PROGRAMS:
        found = shutil.which(program)
        if found:
            return found
    raise Missing(HOW)


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Start a headless Chromium and close it at the end.

    Errors: raises Missing when Chromium or Playwright is not there.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise Missing(HOW) from None
    program = find_chromium()
    # Root's Chromium has no sandbox to start in; a user's keeps its own.
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else list(FLAGS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        try:
            yield browser
        finally:
            browser.close()
