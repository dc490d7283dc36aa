"""The pages of moderation: the form, the list and the log of an area, and who is let in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forum.core.services import service
from forum.core.wall import Viewer
from forum.moderation.operations import hide_post
from forum.moderation.queries import list_hidden
from forum.plugin import AreaPage, AreaRef, Slot, ViewerRef
from forum.web.pagination import Cut, decode_key
from tests.forum.notifications.post_office import PostOffice

Statements = Callable[[Callable[[], object]], list[str]]


@pytest.fixture
def hidden(office: PostOffice) -> tuple[PostOffice, int]:
    """A topic in which the moderator has hidden the second post."""
    topic = office.world.start("anke", title="Beiträge?")
    office.world.reply("deniz", topic.topic_id, "KANARIE-hidden")
    with office.world.acting("moderatorin") as scope:
        hide_post(scope, topic.topic_id, seq=2, reason="Bitte sachlich")
    return office, topic.topic_id


@pytest.mark.parametrize(
    ("name", "status"),
    [("petra", 403), ("kernteam", 403), ("deniz", 403), ("fremd", 403), ("moderatorin", 200)],
)
def test_who_is_let_in(hidden: tuple[PostOffice, int], name: str, status: int) -> None:
    office, topic_id = hidden
    browser = office.browser(name)
    for path in ("/a/recht/moderation", "/a/recht/moderation/log", f"/t/{topic_id}/p/2/hide"):
        page = browser.see(path, status=status)
        assert ("KANARIE" in page) == (status == 200 and not path.endswith("/log"))


def test_what_one_may_not_know_is_not_there(office: PostOffice) -> None:
    topic = office.world.start("anke", "zu")
    browser = office.browser("moderatorin")
    for path in ("/a/zu/moderation", "/a/zu/moderation/log", f"/t/{topic.topic_id}/p/1/hide"):
        browser.see(path, status=404)


def test_strangers_are_asked_to_sign_in(hidden: tuple[PostOffice, int]) -> None:
    office, topic_id = hidden
    client = office.app.test_client()
    for path in ("/a/recht/moderation", f"/t/{topic_id}/p/2/hide"):
        assert client.get(path).headers["Location"].startswith("/login?")


def test_form_to_list_and_back(office: PostOffice) -> None:
    topic = office.world.start("anke", title="Beiträge?")
    office.world.reply("deniz", topic.topic_id, "Böse")
    browser = office.browser("moderatorin")
    path = f"/t/{topic.topic_id}/p/2"
    assert "Beitrag von Deniz ausblenden" in browser.see(f"{path}/hide")
    empty = browser.send(f"{path}/hide", reason=" ")
    assert (empty.status_code, "Bitte nenne einen Grund" in empty.text) == (422, True)
    long = browser.send(f"{path}/hide", reason="x" * 501)
    assert (long.status_code, "x" * 501 in long.text) == (422, True)
    done = browser.send(f"{path}/hide", reason="Bitte sachlich")
    assert (done.status_code, done.headers["Location"]) == (303, path)
    assert "Bitte sachlich" in browser.see(f"{path}/hide")
    assert [t for t in ("Böse", "Bitte sachlich") if t in browser.see("/a/recht/moderation")] == [
        "Böse",
        "Bitte sachlich",
    ]
    back = browser.send(f"{path}/show", page=f"{path}/hide")
    assert (back.status_code, back.headers["Location"]) == (303, path)
    assert "Hier ist nichts ausgeblendet" in browser.see("/a/recht/moderation")
    log = browser.see("/a/recht/moderation/log")
    assert [t for t in ("einen Beitrag ausgeblendet", "wieder gezeigt") if t in log] == [
        "einen Beitrag ausgeblendet",
        "wieder gezeigt",
    ]


def test_whole_topic_by_the_form(office: PostOffice) -> None:
    topic = office.world.start("anke")
    office.world.reply("deniz", topic.topic_id)
    browser = office.browser("moderatorin")
    path = f"/t/{topic.topic_id}/p/1/hide"
    done = browser.send(path, reason="Werbung", whole="y")
    assert done.headers["Location"] == "/a/recht/moderation"
    assert "ganzes Thema" in browser.see("/a/recht/moderation")


def test_ticking_the_whole_topic_at_a_reply_hides_the_reply(office: PostOffice) -> None:
    topic = office.world.start("anke")
    office.world.reply("deniz", topic.topic_id)
    browser = office.browser("moderatorin")
    browser.send(f"/t/{topic.topic_id}/p/2/hide", reason="Streit", whole="y")
    assert office.world.page("petra", topic.topic_id).topic.hidden_at is None


@pytest.mark.parametrize("what", ["hide", "show"])
def test_writes_need_the_token(hidden: tuple[PostOffice, int], what: str) -> None:
    office, topic_id = hidden
    client = office.browser("moderatorin").client
    answer = client.post(f"/t/{topic_id}/p/1/{what}", data={"reason": "Ohne Token"})
    assert answer.status_code == 400


def test_members_cannot_hide_by_hand(hidden: tuple[PostOffice, int]) -> None:
    office, topic_id = hidden
    browser = office.browser("petra")
    for what in ("hide", "show"):
        sent = browser.send(f"/t/{topic_id}/p/2/{what}", page="/settings/profile", reason="Ha")
        assert sent.status_code == 403


def test_list_holds_the_area_alone_and_every_post_once(office: PostOffice) -> None:
    here, there = office.world.start("anke"), office.world.start("anke", "kreis", title="Kreis")
    for _ in range(3):
        office.world.reply("deniz", here.topic_id)
    office.join("deniz", "kreis")
    office.world.reply("deniz", there.topic_id, slug="kreis")
    for topic, slug, seqs in ((here, "recht", (2, 3, 4)), (there, "kreis", (2,))):
        for seq in seqs:
            with office.world.acting("moderatorin", slug) as scope:
                hide_post(scope, topic.topic_id, seq=seq, reason="Streit")
    seen: list[int] = []
    cut = Cut(limit=2)
    while True:
        with office.world.acting("moderatorin") as scope:
            page = list_hidden(scope, cut)
        seen += [post.seq for post in page.items]
        if page.next is None:
            break
        from forum.moderation.queries import HIDDEN_SHAPE

        cut = Cut(after=decode_key(page.next, HIDDEN_SHAPE), limit=2)
    assert seen == [4, 3, 2]


def test_same_statements_for_one_and_for_many(
    hidden: tuple[PostOffice, int], statements: Statements
) -> None:
    office, topic_id = hidden
    browser = office.browser("moderatorin")
    few = statements(lambda: browser.see("/a/recht/moderation"))
    for name in ("petra", "joerg"):
        post = office.world.reply(name, topic_id)
        with office.world.acting("moderatorin") as scope:
            hide_post(scope, topic_id, seq=post.seq, reason="Streit")
    many = statements(lambda: browser.see("/a/recht/moderation"))
    assert (len(few), len(many)) == (6, 6)


@pytest.mark.parametrize(
    ("name", "role", "panels"),
    [("petra", "member", 0), ("kernteam", "editor", 0), ("moderatorin", "moderator", 1)],
)
def test_panel_leads_moderators_there(
    hidden: tuple[PostOffice, int], name: str, role: str, panels: int
) -> None:
    office, _topic_id = hidden

    def ask(viewer: Viewer) -> list[object]:
        page = AreaPage(
            area=AreaRef(office.world.areas["recht"], "recht", "Recht"),
            viewer=ViewerRef(viewer.user_id, role),  # type: ignore[arg-type]
            slots=frozenset({Slot.AREA_SIDE}),
        )
        hooks = service("dispatcher").for_area(frozenset(), only="moderation")
        return [panel for _name, given in hooks.render_area_panels(page) for panel in given]

    found = office.world.seeing(name, ask)
    assert [panel.context for panel in found] == [{"slug": "recht", "hidden": 1}] * panels  # type: ignore[attr-defined]
