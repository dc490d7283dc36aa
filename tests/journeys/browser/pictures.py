"""The pictures of the README, taken from the running demo: `make pictures`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, NamedTuple

from forum.testing.services.browser import open_browser
from forum.testing.services.run import begin_run, end_run
from tests.journeys.browser.site import PHONE, Site, Window, find_demo, open_site

FOLDER: Final = Path(__file__).parents[3] / "docs" / "pictures"
DESK: Final = {"width": 1280, "height": 800}


class Picture(NamedTuple):
    """What is shown to whom, and the way there."""

    name: str
    persona: str
    find: Callable[[Window], object]
    size: Any = DESK
    scheme: str = "light"


def show_discussion(window: Window) -> None:
    """Open a topic with a tree of answers, at its beginning."""
    window.go("/a/emobilitaet/")
    link = window.page.get_by_role("main").get_by_role("link", name="E-Müllfahrzeuge im Winter")
    topic = re.search(r"/t/\d+", str(link.first.get_attribute("href")))
    assert topic is not None
    window.go(topic.group())


def show_poll(window: Window) -> None:
    """Open a topic at its poll."""
    window.go("/a/emobilitaet/polls/")
    window.page.get_by_role("main").get_by_role("link", name=re.compile("Mustersatzung")).click()
    window.page.wait_for_url("**/t/*")


def show_switches(window: Window) -> None:
    """Open what a chapter admin switches."""
    window.go("/a/kreis-osnabrueck/plugins")


PICTURES: Final = (
    Picture("home", "mitglied", lambda window: window.go("/")),
    Picture("topic", "mitglied", show_discussion),
    Picture("poll-phone", "mitglied", show_poll, PHONE, "dark"),
    Picture("plugins", "kreis-osnabrueck", show_switches),
    Picture("branch", "mitglied", lambda window: window.go("/a/ni/chapters/")),
    Picture("directory-phone", "mitglied", lambda window: window.go("/verzeichnis"), PHONE),
)


def main() -> None:
    """Serve the demo and take every picture."""
    run = begin_run()
    try:
        with open_browser() as chromium:
            site = open_site(chromium, find_demo(run), run.directory / "pictures")
            try:
                for picture in PICTURES:
                    take(site, picture)
            finally:
                site.stop()
    finally:
        end_run(run)


def take(site: Site, picture: Picture) -> None:
    """Write one picture."""
    window = site.visit(picture.persona, size=picture.size, scheme=picture.scheme)
    picture.find(window)
    window.page.evaluate("document.fonts.ready")
    window.page.screenshot(path=FOLDER / f"{picture.name}.png")


if __name__ == "__main__":
    main()
