"""Polls end to end: a link in a mail, a secret motion up to its minutes, merged duplicates."""

from __future__ import annotations

import re
from time import perf_counter

import pytest
import sqlalchemy as sa
from forum_polls.links import make_vote_link
from forum_polls.models import Choice, Poll, Turnout
from playwright.sync_api import Page, expect

from forum.accounts.models import User
from forum.app import create_app
from forum.core.config import load_config
from forum.core.database import unscoped
from tests.journeys.browser.site import DESK, PHONE, Site

PARKEN = "Treffen im Frühjahr: wo?"
LASTENRAD = "Welches Lastenrad-Modell fördern Sie?"
ANTRAG = "Antrag: Wir laden den Vorstand ein"


def make_link(site: Site, persona: str, question: str) -> str:
    """Return the path that a mail to a persona would hold, made as the forum makes it."""
    app = create_app(load_config(site.directory, {}))
    with app.app_context(), unscoped("tests write the mail") as session:
        email = site.personas[persona]["email"]
        user_id = session.scalar(sa.select(User.id).where(User.email == email))
        poll_id = session.scalar(sa.select(Poll.id).where(Poll.question == question))
        assert user_id is not None
        assert poll_id is not None
        return make_vote_link(user_id, poll_id)


def test_bus3_a_link_in_a_mail_votes_by_its_button_only(site: Site) -> None:
    path = make_link(site, "mitglied", PARKEN)
    window = site.visit(size=PHONE)
    page = window.page
    for _ in range(3):
        page.request.get(path)
    page.goto(path)
    expect(page.get_by_text("Du stimmst ab als Anke Meinders.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("radio", name="Hannover").check()
    page.get_by_role("button", name="Abstimmen").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Deine Stimme ist gezählt.")
    page.goto(path)
    expect(page.get_by_text("Du hast in dieser Umfrage schon abgestimmt.")).to_be_visible()
    page.goto("/settings")
    expect(page).to_have_url(re.compile("/login"))


def test_com2_a_secret_motion_ends_in_the_minutes(site: Site) -> None:
    author = site.visit("moderation").page
    author.goto("/a/emobilitaet/new")
    author.get_by_role("radio", name="Umfrage").check()
    author.get_by_label("Titel").fill(ANTRAG)
    author.get_by_text("Mehr festlegen").click()
    author.get_by_label("Art der Umfrage").select_option("motion")
    expect(author.get_by_label("Antwortmöglichkeiten")).not_to_be_visible()
    author.get_by_label("Geheim abstimmen").check()
    author.get_by_label("Bei Anträgen: Quorum in Prozent").fill("50")
    author.get_by_label("Dein Text").fill("Zur nächsten Sitzung.")
    author.get_by_role("button", name="Thema beginnen").click()
    expect(author.get_by_role("heading", level=1)).to_have_text(ANTRAG)
    address = author.url

    member = site.visit("mitglied", scripts=False).page
    member.goto(address)
    poll = member.get_by_role("region", name="Umfrage")
    poll.get_by_role("radio", name="Ja").check()
    poll.get_by_role("button", name="Endgültig abstimmen").click()
    expect(poll).to_contain_text("Geheime Stimmen lassen sich nicht mehr ändern.")
    expect(poll.get_by_role("button", name="Endgültig abstimmen")).to_have_count(0)

    author.goto(address)
    author.get_by_role("link", name="Verwalten").click()
    manage = author.url
    author.get_by_role("button", name="Umfrage beenden").click()
    author.goto(manage)
    expect(author.get_by_role("heading", name="Für das Protokoll")).to_be_visible()
    expect(author.get_by_text(re.compile("Abgestimmt haben 1 von"))).to_be_visible()
    expect(author.get_by_text(re.compile("Nicht beschlussfähig")).first).to_be_visible()
    expect(author.get_by_text("stimmt mit den gespeicherten Zahlen überein")).to_be_visible()
    assert count_named(site, ANTRAG) == (1, 0)


def count_named(site: Site, question: str) -> tuple[int, int]:
    """Count who took part in a poll, and the rows that tie anybody to an answer."""
    app = create_app(load_config(site.directory, {}))
    with app.app_context(), unscoped("tests look for the choice") as session:
        poll_id = session.scalar(sa.select(Poll.id).where(Poll.question == question))
        turnout = sa.select(sa.func.count()).select_from(Turnout).where(Turnout.poll_id == poll_id)
        named = sa.text(
            "SELECT count(*) FROM polls_vote_choice JOIN polls_option"
            " ON polls_option.id = option_id WHERE poll_id = :poll"
        )
        assert Choice.__tablename__ == "polls_vote_choice"
        return session.scalar(turnout) or 0, session.execute(named, {"poll": poll_id}).scalar_one()


def test_mod3_merged_answers_keep_their_votes_one_each(site: Site) -> None:
    member = site.visit("mitglied")
    member.go("/search?q=Lastenrad-Modell fördern Sie")
    member.open_topic(LASTENRAD)
    page = member.page
    page.get_by_role("textbox", name="Eigene Antwort").fill("Kompaktes Rad mit Brücke")
    page.get_by_role("button", name="Hinzufügen").click()
    page.locator(".notice").first.wait_for()

    chair = site.visit("moderation").page
    chair.goto(page.url)
    chair.get_by_role("link", name="Verwalten").click()
    before = read_votes(chair)
    chair.get_by_text("Antworten zusammenlegen").click()
    chair.get_by_label("Diese Antwort").select_option("Kompaktes Rad mit Brücke")
    chair.get_by_label("geht auf in").select_option("Kompaktrad mit Gepäckbrücke")
    chair.get_by_role("button", name="Zusammenlegen").click()
    expect(chair.locator("#status, .notice").first).to_contain_text("Gespeichert.")
    after = read_votes(chair)
    merged = "Kompaktrad mit Gepäckbrücke"
    assert "Kompaktes Rad mit Brücke" not in after
    assert after[merged] == before[merged] + before["Kompaktes Rad mit Brücke"]
    assert sum(after.values()) == sum(before.values())


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_poll_takes_three_fields_and_half_a_minute(site: Site, size: dict[str, int]) -> None:
    """Title, answers, a text, all of it typed; nothing else is asked, and no mouse is needed."""
    page = site.visit("mitglied", size=size).page
    page.goto("/a/emobilitaet/new")
    start = perf_counter()
    keys = page.keyboard
    page.get_by_role("radio", name="Diskussion").focus()
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    expect(page.get_by_role("radio", name="Umfrage")).to_be_checked()
    fields = page.locator("form.write").locator("input:not([type=radio]), textarea, select")
    assert [field.get_attribute("name") for field in fields.all() if field.is_visible()] == [
        "title",
        "polls_options",
        "text",
    ]
    keys.press("Tab")
    keys.type("Kommt ihr zum Grillen?", delay=20)
    keys.press("Tab")
    keys.type("Ja", delay=20)
    keys.press("Enter")
    keys.type("Nein", delay=20)
    keys.press("Tab")
    keys.press("Tab")
    expect(page.get_by_label("Dein Text")).to_be_focused()
    keys.type("Am Freitag um sechs.", delay=20)
    for _step in range(12):
        if page.evaluate("document.activeElement.textContent.trim()") == "Thema beginnen":
            break
        keys.press("Tab")
    keys.press("Enter")
    poll = page.get_by_role("region", name="Umfrage")
    expect(poll.get_by_role("button", name="Ja")).to_be_visible()
    assert perf_counter() - start < 30
    poll.get_by_role("button", name="Nein").focus()
    keys.press("Enter")
    expect(poll.get_by_role("button", name="Nein")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("Deine Stimme ist gezählt.")).to_be_visible()


def test_a_ranking_is_marked_and_sent_by_keyboard(site: Site) -> None:
    window = site.visit("mitglied")
    page, keys = window.page, window.page.keyboard
    window.go("/search?q=Womit fangen wir im nächsten Jahr an")
    window.open_topic("Womit fangen wir im nächsten Jahr an?")
    poll = page.get_by_role("region", name="Umfrage")
    ranks = poll.get_by_role("combobox")
    ranks.first.focus()
    keys.press("1")
    keys.press("Tab")
    keys.press("1")
    expect(ranks.nth(0)).to_have_value("")
    expect(ranks.nth(1)).to_have_value("1")
    for _rank in range(ranks.count() - 1):
        keys.press("Tab")
    expect(poll.get_by_role("button", name="Abstimmen")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_text("Deine Stimme ist gezählt.")).to_be_visible()
    expect(poll.get_by_role("button", name="Stimme ändern")).to_be_visible()


def read_votes(page: Page) -> dict[str, int]:
    """Return the votes by answer, without the name beside it."""
    found = {}
    for button in page.locator(".panel .opt").all():
        text = button.locator(".answer-text").inner_text().split(" von ")[0].strip()
        found[text] = int(button.locator(".votes").inner_text().split()[0])
    return found
