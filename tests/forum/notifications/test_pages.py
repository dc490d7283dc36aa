"""The pages: inbox, way to the post, preferences, and the way out of mail without a login."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import pytest

from forum.notifications.queries import get_mail_preferences
from forum.notifications.tokens import make_token
from tests.forum.notifications.post_office import PostOffice

Statements = Callable[[Callable[[], object]], list[str]]


def wants(office: PostOffice, name: str) -> set[str]:
    """Return what of the core's a member gets by mail; plugins' kinds have a dot."""
    chosen = office.world.seeing(name, get_mail_preferences)
    return {kind for kind, mail in chosen.items() if mail and "." not in kind}


@pytest.fixture
def told(office: PostOffice) -> PostOffice:
    """Anke was answered in one topic and mentioned in another."""
    first = office.world.start("anke", title="Erstes Thema")
    second = office.world.start("petra", title="Zweites Thema")
    office.world.reply("deniz", first.topic_id, "Eine <b>Antwort</b>")
    office.world.reply("deniz", second.topic_id, "Schau mal, @anke")
    office.work()
    return office


def test_strangers_are_asked_to_sign_in(office: PostOffice) -> None:
    client = office.app.test_client()
    for path in ("/notifications", "/notifications/1", "/settings/notifications"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (303, "/login")


def test_inbox_and_bell(told: PostOffice) -> None:
    page = told.browser("anke").see("/notifications")
    assert "Mitteilungen, 2 neue" in page
    assert [text for text in ("Erstes Thema", "Zweites Thema") if text in page] == [
        "Erstes Thema",
        "Zweites Thema",
    ]
    assert "Deniz hat dir geantwortet" in page
    assert "Deniz hat dich erwähnt" in page
    assert page.index("Zweites Thema") < page.index("Erstes Thema")


def test_empty_inbox_says_what_will_be_there(office: PostOffice) -> None:
    assert "Noch keine Mitteilungen" in office.browser("anke").see("/notifications")


def test_a_line_leads_to_its_post_and_is_read_then(told: PostOffice) -> None:
    entry = told.inbox("anke")[0]
    browser = told.browser("anke")
    answer = browser.client.get(f"/notifications/{entry.id}")
    assert answer.headers["Location"] == f"/t/{entry.topic_id}/p/2"
    answer.close()
    assert told.bell("anke") == 1
    browser.see(f"/notifications/{entry.id}", status=303)
    assert told.bell("anke") == 1


def test_another_members_line_does_not_exist(told: PostOffice) -> None:
    entry = told.inbox("anke")[0]
    told.browser("deniz").see(f"/notifications/{entry.id}", status=404)
    assert told.bell("anke") == 2


def test_marking_by_the_buttons(told: PostOffice) -> None:
    browser = told.browser("anke")
    newest, older = told.inbox("anke")
    sent = browser.send(f"/notifications/{newest.id}/read", page="/notifications")
    assert sent.status_code == 303
    assert told.bell("anke") == 1
    browser.send(
        f"/notifications/topic/{older.topic_id}/read", page="/notifications", up_to=str(older.id)
    )
    assert told.bell("anke") == 0


def test_all_at_once(told: PostOffice) -> None:
    browser = told.browser("anke")
    browser.send("/notifications/read", page="/notifications", up_to=str(told.inbox("anke")[0].id))
    assert told.bell("anke") == 0


@pytest.mark.parametrize("up_to", ["", "x", "-1", "9" * 30, "²"])
def test_bad_place_to_mark_to(told: PostOffice, up_to: str) -> None:
    sent = told.browser("anke").send("/notifications/read", page="/notifications", up_to=up_to)
    assert sent.status_code == 400
    assert told.bell("anke") == 2


def test_marking_needs_the_token(told: PostOffice) -> None:
    client = told.browser("anke").client
    assert client.post("/notifications/read", data={"up_to": "99"}).status_code == 400
    assert told.bell("anke") == 2


def test_canary_of_a_closed_topic(office: PostOffice) -> None:
    topic = office.world.start("anke", "zu", title="KANARIE-titel")
    office.join("deniz", "zu")
    office.world.reply("anke", topic.topic_id, "@deniz KANARIE-text", slug="zu")
    office.work()
    browser = office.browser("deniz")
    assert "KANARIE-titel" in browser.see("/notifications")
    entry = next(entry for entry in office.inbox("deniz") if entry.kind == "mention")
    office.leave("deniz", "zu")
    page = browser.see("/notifications")
    assert re.findall("KANARIE|Zu<|/a/zu", page) == []
    assert "KANARIE" not in browser.see(f"/notifications/{entry.id}", status=404)


def test_same_statements_for_one_and_for_many(told: PostOffice, statements: Statements) -> None:
    browser = told.browser("petra")
    told.world.reply("deniz", told.world.start("petra", title="Drittes").topic_id)
    told.work()
    few = statements(lambda: browser.see("/notifications"))
    for name in ("deniz", "joerg"):
        told.world.reply(name, told.world.start("petra").topic_id, f"{name} hier")
    told.work()
    many = statements(lambda: browser.see("/notifications"))
    assert (len(few), len(many)) == (3, 3)


def test_preferences(told: PostOffice) -> None:
    browser = told.browser("anke")
    assert wants(told, "anke") == {"mention", "reply"}
    page = browser.see("/settings/notifications")
    assert [k for k in ("mention", "reply", "quote", "followed") if _ticked(page, k)] == [
        "mention",
        "reply",
    ]
    sent = browser.send("/settings/notifications", mailed=["followed", "quote"])
    assert sent.status_code == 303
    assert wants(told, "anke") == {"followed", "quote"}
    browser.send("/settings/notifications")
    assert wants(told, "anke") == set()
    refused = browser.send("/settings/notifications", mailed=["all"])
    assert refused.status_code == 422
    assert wants(told, "petra") == {"mention", "reply"}


def _ticked(page: str, kind: str) -> bool:
    [box] = re.findall(rf'<input[^>]*value="{kind}"[^>]*>', page)
    return " checked" in box


def test_one_click_needs_no_login(told: PostOffice) -> None:
    for mail in told.deliver():
        if mail["Subject"].startswith("Deniz hat dir geantwortet"):
            break
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = str(mail["List-Unsubscribe"]).strip("<>").removeprefix("http://localhost")
    client = told.app.test_client()
    page = client.get(path)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert wants(told, "anke") == {"mention", "reply"}
    done = client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert done.status_code == 200
    assert "Set-Cookie" not in done.headers
    assert wants(told, "anke") == {"mention"}
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200


def test_muting_by_the_link_of_a_mail(told: PostOffice) -> None:
    first = told.inbox("anke")[1]
    assert first.topic_id is not None
    with told.app.app_context():
        token = make_token(told.world.users["anke"], topic_id=first.topic_id, kinds=["reply"])
    client = told.app.test_client()
    page = client.get(f"/notifications/unsubscribe/{token}").text
    assert "Erstes Thema" not in unescape(page)
    client.post(f"/notifications/unsubscribe/{token}", data={"end": "topic"})
    assert wants(told, "anke") == {"mention", "reply"}
    told.world.reply("deniz", first.topic_id, "@anke noch da?")
    told.work()
    assert told.bell("anke") == 2


@pytest.mark.parametrize("spoil", [lambda t: t[:-1], lambda t: "x" + t, lambda _: "a" * 5_000])
def test_forged_links(told: PostOffice, spoil: Callable[[str], str]) -> None:
    with told.app.app_context():
        token = make_token(told.world.users["anke"], topic_id=1, kinds=["reply"])
    path = f"/notifications/unsubscribe/{spoil(token)}"
    client = told.app.test_client()
    assert client.get(path).status_code == 404
    assert client.post(path).status_code == 404
    assert wants(told, "anke") == {"mention", "reply"}


def test_link_of_one_member_is_no_link_of_another(told: PostOffice) -> None:
    with told.app.app_context():
        token = make_token(told.world.users["petra"], topic_id=1, kinds=["mention"])
    browser = told.browser("anke")
    browser.client.post(f"/notifications/unsubscribe/{token}")
    assert wants(told, "anke") == {"mention", "reply"}
    assert wants(told, "petra") == {"reply"}
