"""A chapter admin switches polls on, is kept from it from above, switches them off and on again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from forum_polls.models import Poll
from playwright.sync_api import Locator, Page, expect

from forum.accounts.models import User
from forum.accounts.operations import make_access_token, renew_feed_key
from forum.app import create_app
from forum.areas.models import Area
from forum.core import clock
from forum.core.config import load_config
from forum.core.database import unit, unscoped
from forum.core.wall import Viewer
from forum.discussions.news import collect_news, list_readable_news
from forum.web.i18n import speaking
from tests.journeys.browser.site import Site, Window

Serve = Callable[..., Site]
OWN, NEIGHBOUR, ABOVE = "kreis-osnabrueck", "kreis-emsland", "weser-ems"
LASTENRAD = "Welches Lastenrad-Modell fördern Sie?"


def switch(page: Page) -> Locator:
    """Return the switch of polls on an area's page of plugins."""
    return page.get_by_role("switch", name="Umfragen in diesem Bereich")


def turn(window: Window, area: str, *, on: bool) -> None:
    """Press the switch of polls in an area, which must change by it."""
    window.go(f"/a/{area}/plugins")
    expect(switch(window.page)).to_have_attribute("aria-checked", "false" if on else "true")
    switch(window.page).click()
    expect(switch(window.page)).to_have_attribute("aria-checked", "true" if on else "false")


def list_routes(window: Window) -> dict[str, int]:
    """Ask for the plugin's page of the own area, the one beside and the one above."""
    return {area: window.status(f"/a/{area}/polls/") for area in (OWN, NEIGHBOUR, ABOVE)}


def post_poll(page: Page) -> None:
    """Start a topic with a poll to which members may add answers."""
    page.goto(f"/a/{OWN}/")
    page.get_by_role("link", name="Neues Thema").click()
    page.get_by_role("radio", name="Umfrage").check()
    page.get_by_label("Titel").fill("Wohin mit dem Bücherbus?")
    page.get_by_label("Antwortmöglichkeiten").fill("Marktplatz\nSchulhof")
    page.get_by_text("Mehr festlegen").click()
    page.get_by_label("Eigene Antworten").select_option("open")
    page.get_by_label("Dein Text").fill("Er hält ab März jeden Dienstag.")
    page.get_by_role("button", name="Thema beginnen").click()
    expect(page.get_by_role("region", name="Umfrage")).to_contain_text("noch keine Stimme")


def test_cha1_polls_in_the_own_area_only(serve_demo: Serve) -> None:
    site = serve_demo()
    admin = site.visit("kreis-osnabrueck")
    assert admin.go(f"/a/{NEIGHBOUR}/") == 200
    assert list_routes(admin) == {OWN: 404, NEIGHBOUR: 404, ABOVE: 404}
    turn(admin, OWN, on=True)
    assert list_routes(admin) == {OWN: 200, NEIGHBOUR: 404, ABOVE: 404}
    expect(admin.page.locator(".switches")).to_contain_text("hier eingeschaltet")
    post_poll(admin.page)

    page = site.visit("mitglied").page
    page.goto(f"/a/{OWN}/")
    page.get_by_role("main").get_by_role("link", name="Wohin mit dem Bücherbus?").click()
    poll = page.get_by_role("region", name="Umfrage")
    poll.get_by_role("button", name="Marktplatz").click()
    expect(poll.get_by_role("button", name="Marktplatz")).to_have_attribute("aria-pressed", "true")
    poll.get_by_role("textbox", name="Eigene Antwort").fill("Freibad")
    poll.get_by_role("button", name="Hinzufügen").click()
    own = poll.get_by_role("button", name="Freibad")
    expect(own).to_have_attribute("aria-pressed", "true")
    expect(own).to_contain_text("von Anke Meinders")
    expect(poll).to_contain_text("1 Stimme")


def test_cha2_what_is_forbidden_above_is_locked_with_its_reason(serve_demo: Serve) -> None:
    site = serve_demo()
    reason = "Bei uns stimmen die Gremien ab."
    above = site.visit("lv-niedersachsen").page
    above.goto("/a/ni/plugins/polls")
    above.get_by_role("radio", name="Gesperrt").check()
    above.get_by_label("Grund").fill(reason)
    above.get_by_role("button", name="Festlegen").click()
    expect(above.locator("#status")).to_contain_text("Gilt ab sofort, hier und darunter.")

    admin = site.visit("kreis-osnabrueck")
    admin.go(f"/a/{OWN}/plugins")
    expect(switch(admin.page)).to_be_disabled()
    expect(switch(admin.page)).to_have_attribute("aria-checked", "false")
    row = admin.page.get_by_role("listitem").filter(has=switch(admin.page))
    expect(row).to_contain_text("gesperrt von Niedersachsen")
    expect(row).to_contain_text(reason)
    assert admin.post(f"/a/{OWN}/plugins/polls/state", state="on") == 403
    assert admin.post(f"/a/{OWN}/plugins/polls", **{"state-state": "on"}) == 403
    assert list_routes(admin) == {OWN: 404, NEIGHBOUR: 404, ABOVE: 404}


@pytest.mark.weave("area on/off", plugin="polls")
def test_cha3_off_hides_polls_and_keeps_them(serve_demo: Serve) -> None:
    site = serve_demo()
    member, admin = site.visit("mitglied"), site.visit("bund")
    member.go("/search?q=Lastenrad-Modell fördern Sie")
    member.open_topic(LASTENRAD)
    topic = member.page.url.split("#")[0]
    member.page.get_by_role("button", name="Dreirädrig").click()
    member.page.get_by_text("Stimme zurückziehen").wait_for()
    program = Program(site, topic)
    before = {**see_polls(member, topic), **program.see_polls()}
    assert before["thread"] != []
    assert before["beside"] == ["Offene Umfragen"]
    assert before["page"] == 200
    assert before["kind"] == ["Diskussion", "Frage", "Umfrage"]
    assert before["digest"] == [f"Umfrage: {LASTENRAD}"]
    assert before["feed"] == [f"Umfrage: {LASTENRAD}"]
    assert before["lines"] == 2
    assert (before["API kind"], before["API question"]) == ("poll", LASTENRAD)
    assert before["API own"] == ["Dreirädrig mit Neigetechnik"]
    assert before["API poll"] == 200

    turn(admin, "emobilitaet", on=False)
    assert {**see_polls(member, topic), **program.see_polls()} == {
        "thread": [],
        "beside": [],
        "page": 404,
        "kind": ["Diskussion", "Frage"],
        "found": ["Welches Lastenrad-Modell fördern Sie?"],
        "named": 0,
        "digest": [],
        "feed": [],
        "lines": 0,
        "API kind": "discussion",
        "API question": None,
        "API own": [],
        "API poll": 404,
    }
    turn(admin, "emobilitaet", on=True)
    assert {**see_polls(member, topic), **program.see_polls()} == before


def see_polls(window: Window, topic: str) -> dict[str, object]:
    """Look wherever a poll of eMobilität may show itself on pages."""
    page, seen = window.page, {}
    window.go(topic)
    seen["thread"] = [
        (" ".join(option.inner_text().split()), option.get_attribute("aria-pressed"))
        for option in page.locator("main button.opt").all()
    ]
    seen["named"] = page.get_by_role("main").get_by_text("Umfrage", exact=True).count()
    window.go("/a/emobilitaet/")
    aside = page.get_by_role("complementary").get_by_role("heading")
    seen["beside"] = [text for text in aside.all_inner_texts() if "Umfrage" in text]
    seen["page"] = window.status("/a/emobilitaet/polls/")
    window.go("/a/emobilitaet/new")
    seen["kind"] = page.get_by_role("group", name="Art").locator(".option").all_inner_texts()
    window.go("/search?q=Lastenrad-Modell fördern Sie")
    seen["found"] = page.locator(".results h2").all_inner_texts()
    return seen


class Program:
    """What the member has set up beside the browser: a feed reader, a program, a digest."""

    def __init__(self, site: Site, topic: str) -> None:
        self.topic = re.findall(r"/t/(\d+)", topic)[0]
        self.request = site.visit().page.request
        self.app = create_app(load_config(site.directory, {}))
        email = site.login("mitglied")["email"]
        with self.app.app_context(), unscoped("tests know members by address") as session:
            user_id = session.scalar(sa.select(User.id).where(User.email == email))
            self.area = session.scalar(sa.select(Area.id).where(Area.slug == "emobilitaet"))
            self.poll = session.scalar(sa.select(Poll.id).where(Poll.question == LASTENRAD))
        assert user_id is not None
        self.viewer = Viewer(user_id)
        with self.app.app_context(), unit():
            self.key = renew_feed_key(user_id)
            self.token = make_access_token(user_id, name="Test", scopes=["read"])

    def see_polls(self) -> dict[str, object]:
        """Look wherever the poll may be told of beside pages."""
        topic = json.loads(self.fetch(f"/api/v1/topics/{self.topic}")[1])
        polls = topic["plugins"].get("polls", {}).get("polls", [])
        area_feed = self.fetch(f"/a/emobilitaet/feed.atom?key={self.key}")[1]
        topic_feed = self.fetch(f"/t/{self.topic}/feed.atom?key={self.key}")[1]
        titles = re.findall("<title[^>]*>(.*?)</title>", area_feed)
        return {
            "digest": self.list_digest(),
            "feed": [title for title in titles if title == f"Umfrage: {LASTENRAD}"],
            "lines": topic_feed.count("Umfrage"),
            "API kind": topic["kind"],
            "API question": polls[0]["question"] if polls else None,
            "API own": [
                option["text"] for poll in polls for option in poll["options"] if option["mark"]
            ],
            "API poll": self.fetch(f"/api/v1/areas/emobilitaet/polls/{self.poll}")[0],
        }

    def list_digest(self) -> list[str]:
        """Return what a digest of eMobilität would tell the member of this poll."""
        until = clock.now() + timedelta(seconds=1)
        with self.app.app_context(), unit(), speaking("de"):
            news = collect_news([self.area], since=until - timedelta(days=900), until=until)
            told = list_readable_news(self.viewer, news)
        return [one.item.title for one in told if LASTENRAD in one.item.title]

    def fetch(self, path: str) -> tuple[int, str]:
        """Ask the server with the member's token; return status and text."""
        headers = {"Authorization": f"Bearer {self.token}"} if path.startswith("/api/") else {}
        answer = self.request.get(path, headers=headers)
        return answer.status, answer.text()
