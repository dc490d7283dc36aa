"""What scripts and styles do, in a real browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, Route
from werkzeug.serving import make_server

from forum.web.frame import FrameViewer
from tests.forum.web.showcase import ANKE, make_showcase

PATHS = ["/", "/t/12", "/switches", "/login", "/search", "/admin", "/fail/404"]


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, make_showcase(viewer=FrameViewer(1, ANKE)), threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="de-DE", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(5000)
    yield page
    context.close()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_axe_finds_nothing(chromium: Browser, site: str, mode: str) -> None:
    context = chromium.new_context(locale="de-DE", color_scheme=mode, bypass_csp=True)
    page = context.new_page()
    found = []
    for path in PATHS:
        page.goto(site + path)
        violations = Axe().run(page).response["violations"]
        found += [(path, v["id"], v["nodes"][0]["html"][:120]) for v in violations]
    context.close()
    assert found == []


@pytest.mark.parametrize("width", [320, 360, 640, 800, 1280])
def test_nothing_is_wider_than_the_window(page: Page, site: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    wider = []
    for path in PATHS:
        page.goto(site + path)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wider.append(path)
    assert wider == []


def test_the_policy_blocks_nothing_of_ours(page: Page, site: str) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(site + "/t/12")
    page.get_by_label("Deine Antwort").fill("@an")
    page.wait_for_timeout(100)
    assert said == []


def test_a_branch_folds_by_its_line(page: Page, site: str) -> None:
    page.goto(site + "/t/12")
    branch = page.locator("details.branch").first
    line = branch.locator("> summary")
    box = line.bounding_box()
    assert box is not None
    assert box["width"] >= 24
    line.click(position={"x": 12, "y": box["height"] - 60})
    assert not page.locator("#p5").is_visible()
    assert line.inner_text() == "4 Antworten, davon 2 neu"
    line.press("Enter")
    assert page.locator("#p5").is_visible()


def test_the_composer_moves_under_the_post_and_back(page: Page, site: str) -> None:
    page.goto(site + "/t/12")
    page.locator("#p4 [data-reply]").click()
    assert page.locator("#p4 + form#write").count() == 1
    assert page.locator('#write input[name="parent"]').input_value() == "4"
    assert page.evaluate("document.activeElement.id") == "text"
    page.keyboard.press("Escape")
    assert page.locator("#p4 + form#write").count() == 0
    assert page.evaluate("document.activeElement.dataset.reply") == "4"


def test_a_draft_survives_and_goes_when_it_arrived(page: Page, site: str) -> None:
    page.goto(site + "/t/12")
    page.get_by_label("Deine Antwort").fill("Noch nicht fertig")
    page.reload()
    assert page.get_by_label("Deine Antwort").input_value() == "Noch nicht fertig"
    assert page.locator("#write [data-saved]").inner_text() == "Dein Entwurf ist wieder da."
    page.goto(site + "/sent")
    assert page.locator(".notice.done").inner_text() == "Deine Antwort ist da."
    page.goto(site + "/t/12")
    assert page.get_by_label("Deine Antwort").input_value() == ""


def test_a_reaction_replaces_only_its_post(page: Page, site: str) -> None:
    page.goto(site + "/t/12")
    page.evaluate("window.stayed = true")
    page.locator("#p3").evaluate("post => { post.dataset.old = '1'; }")
    page.locator("#p3 [aria-pressed]").click()
    page.locator("#p3:not([data-old])").wait_for()
    assert page.evaluate("window.stayed")
    assert page.locator("#status").inner_text() == "Erledigt."
    assert page.evaluate("document.activeElement.closest('article').id") == "p3"


def test_a_late_answer_does_not_close_the_suggestions(page: Page, site: str) -> None:
    held: list[Route] = []
    page.route("**/mentions?q=p&*", lambda route: held.append(route))
    page.goto(site + "/t/12")
    page.get_by_label("Deine Antwort").press_sequentially("Frag @pe")
    found = page.get_by_role("option", name="Petra Hollmann")
    found.wait_for()
    with suppress(Error):  # by now nobody waits for it
        held[0].continue_()
    page.wait_for_timeout(500)
    assert found.is_visible()


def test_people_are_suggested(page: Page, site: str) -> None:
    page.goto(site + "/t/12")
    field = page.get_by_label("Deine Antwort")
    field.press_sequentially("Frag @pe")
    page.get_by_role("option", name="Petra Hollmann").wait_for()
    field.press("Enter")
    assert field.input_value() == "Frag @petra "


def test_a_posts_menu_opens_in_place(page: Page, site: str) -> None:
    page.goto(site + "/t/12")
    page.locator("#p3 [data-menu]").click()
    assert page.locator("#p3 .drop a").inner_text() == "Melden"
    page.keyboard.press("Escape")
    assert page.locator("#p3 .drop").count() == 0


def test_a_selection_is_quoted_as_the_server_writes_it(page: Page, site: str) -> None:
    page.goto(site + "/t/12")
    page.locator("#p3 .text p").select_text()
    page.locator("#p3 [data-quote]").click()
    page.wait_for_timeout(300)
    text = page.get_by_label("Antwort an").input_value()
    assert text.startswith(":::quote post=3 by=deniz\nDanke! Wir haben das Muster genommen")


def test_keys_walk_through_posts_but_not_while_writing(page: Page, site: str) -> None:
    page.goto(site + "/t/12")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "p2"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.id") == "p1"
    page.get_by_label("Deine Antwort").press_sequentially("jj")
    assert page.get_by_label("Deine Antwort").input_value() == "jj"


def test_the_area_sheet_opens_on_a_phone_and_closes(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 360, "height": 700})
    page.goto(site + "/")
    assert not page.locator("#areas").is_visible()
    page.locator(".dock").get_by_text("Bereiche").click()
    assert page.locator("#areas").get_by_text("Niedersachsen").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#areas").is_visible()


def test_pages_work_without_scripts(chromium: Browser, site: str) -> None:
    context = chromium.new_context(locale="de-DE", java_script_enabled=False)
    page = context.new_page()
    page.goto(site + "/t/12")
    page.locator("#p3 [aria-pressed]").click()
    assert page.url == f"{site}/t/12#p3"
    page.locator("details.branch").first.locator("> summary").press("Enter")
    assert not page.locator("#p5").is_visible()
    assert not page.locator("markdown-toolbar").is_visible()
    context.close()


def test_every_target_is_large_enough(page: Page, site: str) -> None:
    small = []
    for path in PATHS:
        page.goto(site + path)
        small += page.evaluate("""() => [...document.querySelectorAll("a, button, summary, input")]
            .filter((e) => e.offsetParent && !e.closest("p, .text, .lead, .sr"))
            .map((e) => [e, e.getBoundingClientRect()])
            .filter(([e, r]) => r.width > 1 && (r.width < 24 || r.height < 24))
            .map(([e]) => e.outerHTML.slice(0, 80))""")
    assert small == []
