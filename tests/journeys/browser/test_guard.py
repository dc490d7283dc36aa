"""What plugins break on a running site: the page stands, the operator reads who it was."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import expect

from forum.plugin.circuit import FAILURES
from tests.forum.cli.conftest import wait_for
from tests.journeys.browser.site import Site, Window

Serve = Callable[..., Site]
LASTENRAD = "Welches Lastenrad-Modell fördern Sie?"
MANIFEST = """
from forum.plugin import Manifest, hookimpl

manifest = Manifest(name={name!r}, title={name!r}, summary="Kaputt", core=">=1.0,<2", licence="MIT")


@hookimpl
def render_post_panels(page):
    import time

    import sqlalchemy as sa

    from forum.api.data import db

"""
BODIES = {
    "raiser": 'raise ZeroDivisionError("das Rad ist ab")',
    "sleeper": "time.sleep(1)\n    return {}",
    "typist": 'return "nichts davon"',
    "writer": "db.session.execute(sa.text(\"UPDATE topic SET title = 'Kaputt'\"))\n    return {}",
    "asker": 'db.session.execute(sa.text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL '
    'SELECT i + 1 FROM n) SELECT count(*) FROM n"))',
    "looper": "while True:\n        pass",
}


def install(folder: Path, *names: str) -> str:
    """Make installed distributions of plugins; their folder goes on the path."""
    for name in names:
        info = folder / f"forum_{name}-0.1.dist-info"
        info.mkdir(parents=True)
        source = MANIFEST.format(name=name) + f"    {BODIES[name]}\n"
        (folder / f"forum_{name}.py").write_text(source, "utf-8")
        head = f"Metadata-Version: 2.1\nName: forum-{name}\nVersion: 0.1\n"
        (info / "METADATA").write_text(head)
        (info / "entry_points.txt").write_text(f"[forum.plugins]\n{name} = forum_{name}\n")
    return str(folder)


def turn(admin: Window, name: str, *, on: bool) -> None:
    """Press a plugin's switch in eMobilität."""
    admin.go("/a/emobilitaet/plugins")
    admin.page.get_by_role("switch", name=f"{name} in diesem Bereich").click()
    said = "Eingeschaltet." if on else "Ausgeschaltet."
    expect(admin.page.locator("#status")).to_contain_text(said)


def find_topic(member: Window) -> str:
    """Return the address of the topic with the poll on cargo bikes."""
    member.go("/search?q=Lastenrad-Modell fördern Sie")
    member.open_topic(LASTENRAD)
    return urlsplit(member.page.url).path


def see(member: Window, topic: str) -> float:
    """Open the topic, which must be whole with its poll; return how long that took."""
    began = time.monotonic()
    assert member.go(topic) == 200
    took = time.monotonic() - began
    expect(member.page.get_by_role("heading", level=1)).to_have_text(LASTENRAD)
    expect(member.page.get_by_role("article")).to_have_count(2)
    expect(member.page.get_by_role("region", name="Umfrage")).to_be_visible()
    return took


def test_whatever_plugins_break_the_page_stands_and_they_are_left_alone(
    serve_demo: Serve, tmp_path: Path
) -> None:
    names = ("raiser", "sleeper", "typist", "writer", "asker")
    site = serve_demo(python_path=install(tmp_path / "packages", *names))
    member, admin = site.visit("mitglied"), site.visit("bund")
    topic = find_topic(member)
    for name in names[:-1]:
        turn(admin, name, on=True)
    # Each of the two web processes has circuits of its own.
    for _ in range(2 * FAILURES):
        see(member, topic)
    assert min(see(member, topic) for _ in range(3)) < 1
    turn(admin, "asker", on=True)
    assert see(member, topic) >= 4

    operator = site.visit("betrieb").page
    operator.goto("/admin/plugins")
    troubles = operator.get_by_role("listitem")
    for name, words in {
        "raiser": "ZeroDivisionError: das Rad ist ab",
        "sleeper": "ms aufgehalten",
        "typist": "Hat etwas anderes geliefert, als vereinbart ist",
        "writer": "Ist mit einem Fehler abgebrochen",
        "asker": "interrupted",
    }.items():
        expect(troubles.filter(has_text=name).filter(has_text=words).first).to_be_visible()
    for name in ("raiser", "sleeper", "typist", "writer"):
        told = troubles.filter(has_text=name).filter(has_text="eine Minute lang ausgelassen")
        expect(told.first).to_be_visible()
    admin.go("/a/emobilitaet/plugins/sleeper")
    here = admin.page.get_by_role("main")
    expect(here).to_contain_text("mal eine Seite aufgehalten")
    expect(here).not_to_contain_text("render_post_panels")


def test_an_endless_loop_costs_one_process_and_nobodys_data(
    serve_demo: Serve, tmp_path: Path
) -> None:
    packages = install(tmp_path / "packages", "looper")
    site = serve_demo(python_path=packages, request_timeout="3")
    member, admin = site.visit("mitglied"), site.visit("bund")
    topic = find_topic(member)
    member.page.get_by_role("button", name="Dreirädrig").click()
    member.page.get_by_text("Stimme zurückziehen").wait_for()
    turn(admin, "looper", on=True)
    wait_for(lambda: len(site.server.web_workers()) == 2)
    before = site.server.web_workers()
    # Not by the browser, which would ask once more when the connection ends without an answer.
    assert site.server.get(topic) == 0
    wait_for(lambda: len(set(site.server.web_workers()) - set(before)) == 1)
    assert len(set(before) & set(site.server.web_workers())) == 1
    wait_for(lambda: "request over its time" in site.server.log.read_text())
    turn(admin, "looper", on=False)
    see(member, topic)
    expect(member.page.get_by_text("Stimme zurückziehen")).to_be_visible()
