"""A developer's plugin breaks: the page stands without it, and the operator reads its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from tests.forum.cli.conftest import wait_for
from tests.journeys.browser.site import Site

SOURCE = '''"""Raises where a topic is shown."""

from forum.plugin import Manifest, hookimpl

manifest = Manifest(
    name="wobbly", title="Wackelig", summary="Geht kaputt", core=">=1.0,<2", licence="MIT"
)


@hookimpl
def render_post_panels(page):
    raise ZeroDivisionError("das Rad ist ab")
'''


def install(folder: Path) -> Path:
    """Make an installed distribution of one plugin; its folder goes on the path."""
    info = folder / "forum_wobbly-0.1.dist-info"
    info.mkdir(parents=True)
    (folder / "forum_wobbly.py").write_text(SOURCE, "utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: forum-wobbly\nVersion: 0.1\n")
    (info / "entry_points.txt").write_text("[forum.plugins]\nwobbly = forum_wobbly\n")
    return folder


def test_dev3_a_broken_plugin_leaves_the_page_standing(
    serve_demo: Callable[..., Site], tmp_path: Path
) -> None:
    site = serve_demo(python_path=str(install(tmp_path / "packages")))
    admin = site.visit("bund").page
    admin.goto("/a/emobilitaet/plugins")
    admin.get_by_role("switch", name="Wackelig in diesem Bereich").click()
    expect(admin.locator("#status")).to_contain_text("Eingeschaltet.")

    member = site.visit("mitglied")
    assert member.go("/search?q=Lastenrad-Modell fördern Sie") == 200
    member.open_topic("Welches Lastenrad-Modell fördern Sie?")
    expect(member.page.get_by_role("article")).to_have_count(2)
    expect(member.page.get_by_role("region", name="Umfrage")).to_be_visible()
    expect(member.page.get_by_role("main")).not_to_contain_text("Wackelig")

    wait_for(lambda: '"plugin": "wobbly"' in site.server.log.read_text())
    lines = [line for line in site.server.log.read_text().splitlines() if "wobbly" in line]
    told = json.loads(lines[0])
    assert (told["plugin"], told["hook"], told["level"]) == (
        "wobbly",
        "render_post_panels",
        "error",
    )
    operator = site.visit("betrieb").page
    operator.goto("/admin/plugins")
    trouble = operator.get_by_role("listitem").filter(has_text="wobbly").first
    expect(trouble).to_contain_text("ZeroDivisionError: das Rad ist ab")
    row = operator.get_by_role("row").filter(has_text="Wackelig").first
    assert int(row.get_by_role("cell").nth(3).inner_text()) >= 1
