"""An archive comes in twice and is there once; who wrote says so; an admin takes it all back."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from forum.app import create_app
from forum.core.config import load_config
from forum.core.database import unscoped
from forum.discussions.models import Topic
from tests.forum.cli.conftest import clean_environment
from tests.journeys.browser.site import PHONE, Site, Window

Serve = Callable[..., Site]
AREA, FORBIDDEN = "digitalisierung", "by"
WHY = "Erst nach Prüfung durch die Datenschutzbeauftragte."
THREADS, REPLIES = 30, 3
START = datetime(2020, 7, 1, 8, 0, tzinfo=UTC)


def write_archive(path: Path, own: str) -> Path:
    """Write 120 mails in 30 threads; the first answer of each is by `own`."""
    mails = []
    for thread in range(THREADS):
        for number in range(REPLIES + 1):
            by = f"Anke M. <{own}>" if number == 1 else f"Person {number} <p{number}@mail.example>"
            at = START + timedelta(days=thread, hours=number)
            lines = [
                f"From: {by}",
                f"Subject: Technik {thread:02}",
                f"Message-ID: <{thread}.{number}@t>",
            ]
            lines += [f"Date: {format_datetime(at)}"]
            lines += [f"References: <{thread}.{number - 1}@t>"] if number else []
            mails.append(
                "\n".join(["From x Wed Jul  1 08:00:00 2020", *lines, "", f"Nr. {number}\n\n"])
            )
    path.write_text("".join(mails), "utf-8")
    return path


def bring(site: Site, file: Path) -> dict[str, Any]:
    """Import a file beside the server; return what the last line says."""
    command = [sys.executable, "-m", "forum.cli", "import", "mbox", str(file), "--area", AREA]
    done = subprocess.run(
        [*command, "--dir", str(site.directory), "--json"],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told


def narrow(window: Window) -> None:
    """Hold that the page fits a phone."""
    assert window.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_edi2_twice_imported_once_there_claimed_and_taken_back(
    serve_demo: Serve, tmp_path: Path
) -> None:
    site = serve_demo()
    file = write_archive(tmp_path / "technik.mbox", site.login("mitglied")["email"])
    first, second = bring(site, file), bring(site, file)
    assert (first["topics_new"], first["posts_new"], first["authors_new"]) == (30, 120, 4)
    assert (second["topics_new"], second["posts_new"], second["posts_same"]) == (0, 0, 120)

    member = site.visit("mitglied", size=PHONE, scripts=False)
    page = member.page
    member.go(f"/a/{AREA}/")
    page.get_by_role("link", name="Ansehen und übernehmen").click()
    narrow(member)
    expect(page.get_by_role("main")).to_contain_text("30 Beiträge")
    page.get_by_text("Diese Beiträge sind von mir").click()
    page.get_by_role("button", name="Ja, das war ich").click()
    expect(page.locator("#status")).to_contain_text("30 Beiträge stehen jetzt unter deinem Namen.")
    narrow(member)

    admin = site.visit("bund")
    admin.go(f"/a/{AREA}/settings")
    admin.page.get_by_role("link", name="Übernahmen ansehen").click()
    expect(admin.page.get_by_role("main")).to_contain_text("Anke M. → Anke Meinders")
    latest_first = admin.page.get_by_role("link", name=re.compile(r"^Übernahme \d+"))
    latest_first.nth(0).click()
    expect(admin.page.get_by_role("row", name="unverändert")).to_contain_text("120")
    admin.page.go_back()
    latest_first.nth(1).click()
    expect(admin.page.get_by_role("row", name="neue Beiträge")).to_contain_text("120")
    admin.page.get_by_text("Diese Übernahme zurücknehmen …").click()
    admin.page.get_by_role("button", name="Ja, zurücknehmen").click()
    expect(admin.page.locator("#status")).to_contain_text("120 Beiträge sind gelöscht.")
    assert bring(site, file)["posts_new"] == 120


def test_claimed_posts_carry_the_members_name(serve_demo: Serve, tmp_path: Path) -> None:
    site = serve_demo()
    bring(site, write_archive(tmp_path / "technik.mbox", site.login("mitglied")["email"]))
    member = site.visit("mitglied")
    page = member.page

    def read_authors() -> list[str]:
        member.go(topic)
        return [one for one in ("Anke Meinders", "Anke M. (Mailingliste)") if one in page.content()]

    member.go(f"/a/{AREA}/crosspost/own")
    topic = find_topic(site)
    assert read_authors()[-1] == "Anke M. (Mailingliste)"
    member.go(f"/a/{AREA}/crosspost/own")
    page.get_by_text("Diese Beiträge sind von mir").click()
    page.get_by_role("button", name="Ja, das war ich").click()
    assert read_authors() == ["Anke Meinders"]
    member.go(f"/a/{AREA}/crosspost/own")
    page.get_by_role("button", name="Zurückgeben").click()
    assert read_authors()[-1] == "Anke M. (Mailingliste)"


def find_topic(site: Site) -> str:
    """Return the address of one of the archive's threads."""
    return find_first(site, Topic.title == "Technik 07")


def find_imported(site: Site) -> str:
    """Return the address of a topic that the demo has brought in."""
    return find_first(site, Topic.origin == "import")


def find_first(site: Site, where: sa.ColumnElement[bool]) -> str:
    """Return the address of the first topic that fits."""
    app = create_app(load_config(site.directory, {}))
    with app.app_context(), unscoped("tests look for a topic") as session:
        return f"/t/{session.scalar(sa.select(sa.func.min(Topic.id)).where(where))}"


@pytest.mark.weave("area on/off", plugin="crosspost")
def test_cha_forbidden_is_locked_off_is_gone_on_is_back(serve_demo: Serve) -> None:
    site = serve_demo()
    admin = site.visit("bund")
    own = f"/a/{AREA}/crosspost/own"
    assert {area: admin.status(f"/a/{area}/crosspost/own") for area in (AREA, FORBIDDEN, "ni")} == {
        AREA: 200,
        FORBIDDEN: 404,
        "ni": 404,
    }
    switch = admin.page.get_by_role("switch", name="Beiträge von außen in diesem Bereich")
    admin.go(f"/a/{FORBIDDEN}/plugins")
    expect(switch).to_have_attribute("aria-checked", "false")
    row = admin.page.get_by_role("listitem").filter(has=switch)
    expect(row).to_contain_text(WHY)

    topic = find_imported(site)
    member = site.visit("mitglied")

    def see() -> tuple[int, int, int]:
        member.go(topic)
        shown = member.page.locator(".origin").count()
        return shown, member.status(own), admin.status(f"/a/{AREA}/crosspost/")

    before = see()
    assert before[0] > 0
    for state, expected in (("false", (0, 404, 404)), ("true", before)):
        admin.go(f"/a/{AREA}/plugins")
        switch.click()
        expect(switch).to_have_attribute("aria-checked", state)
        assert see() == expected


def test_cha2_below_a_forbidden_area_nothing_can_be_switched(serve_demo: Serve) -> None:
    site = serve_demo()
    below = site.visit("kreis-osnabrueck")
    above = site.visit("lv-niedersachsen").page
    above.goto("/a/ni/plugins/crosspost")
    above.get_by_role("radio", name="Gesperrt").check()
    above.get_by_label("Grund").fill(WHY)
    above.get_by_role("button", name="Festlegen").click()
    expect(above.locator("#status")).to_contain_text("Gilt ab sofort, hier und darunter.")
    below.go("/a/kreis-osnabrueck/plugins")
    switch = below.page.get_by_role("switch", name="Beiträge von außen in diesem Bereich")
    expect(switch).to_be_disabled()
    expect(below.page.get_by_role("listitem").filter(has=switch)).to_contain_text(WHY)
    assert below.post("/a/kreis-osnabrueck/plugins/crosspost/state", state="on") == 403
