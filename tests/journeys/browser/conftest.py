"""Servers for the journeys: one shared by those that only add, one each for those that switch."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from forum.testing.services.run import Run
from tests.journeys.browser.site import Site, find_demo, open_site


@pytest.fixture(scope="session")
def demo(test_run: Run) -> Path:
    """The demo federation as the command leaves it; not to be written to."""
    return find_demo(test_run)


@pytest.fixture(scope="session")
def _shared_site(
    chromium: Browser, demo: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    site = open_site(chromium, demo, tmp_path_factory.mktemp("journeys") / "data")
    yield site
    site.stop()


@pytest.fixture
def site(_shared_site: Site) -> Iterator[Site]:
    """The demo behind a server; others read and write on it too."""
    yield _shared_site
    _shared_site.close_windows()


@pytest.fixture
def serve_demo(chromium: Browser, demo: Path, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """Serve a demo of the test's own; keyword arguments are settings."""
    sites: list[Site] = []

    def serve(**settings: str) -> Site:
        sites.append(open_site(chromium, demo, tmp_path / f"data-{len(sites)}", **settings))
        return sites[-1]

    yield serve
    for one in sites:
        one.stop()
