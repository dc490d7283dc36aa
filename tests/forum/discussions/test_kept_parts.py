"""Posts and cards that members share: each sees their own, and whatever changes at once."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from forum.accounts.operations import update_profile
from forum.areas.operations import edit_area
from forum.areas.queries import get_system_scope
from forum.areas.scope import SYSTEM
from forum.areas.spec import AreaSpec
from forum.core.database import unit
from forum.core.wall import as_viewer
from forum.discussions import operations
from forum.markup import quote_source
from tests.forum.discussions.browser import Visitor
from tests.forum.discussions.world import World

Visit = Callable[..., Visitor]
REACT = "/react"


@pytest.fixture
def topic(world: World) -> int:
    """A topic in `recht`: seq 1 by anke, 2 by deniz, 3 by petra."""
    made = world.start(title="Radwege", source="Wo fehlen sie?")
    world.reply("deniz", made.topic_id, "Am Bahnhof.")
    world.reply("petra", made.topic_id, "Und am Ring.", 2)
    return made.topic_id


@pytest.fixture
def url(topic: int) -> str:
    """The page of the topic."""
    return f"/t/{topic}-radwege"


def post(page: str, seq: int) -> str:
    """Return the HTML of one post."""
    found = re.search(rf'<article class="[^"]*" id="p{seq}".*?</article>', page, re.DOTALL)
    assert found
    return found[0]


def card(page: str, title: str) -> str:
    """Return the HTML of the card with this title, "" when there is none."""
    cards = re.findall(r'<li class="card.*?</li>', page, re.DOTALL)
    return next((one for one in cards if f">{title}</a>" in one), "")


def moderate(world: World, act: Callable[..., object], *args: object, **kw: object) -> None:
    with world.acting("moderatorin") as scope:
        act(scope, *args, **kw)


@pytest.mark.parametrize("view", ["", "?view=flat"])
def test_nobody_reacts_to_their_own(visit: Visit, url: str, view: str) -> None:
    own = {"anke": 1, "deniz": 2, "petra": 3}
    for _ in range(2):
        for name, seq in own.items():
            page = visit(name).open(url + view)
            assert [REACT in post(page, n) for n in (1, 2, 3)] == [n != seq for n in (1, 2, 3)]


def test_reactions_are_pressed_for_who_pressed_them(
    world: World, visit: Visit, topic: int, url: str
) -> None:
    anke, petra = visit("anke"), visit("petra")
    anke.open(url), petra.open(url)
    with world.acting("anke") as scope:
        operations.react(scope, topic, seq=2)
    pressed = 'aria-pressed="true"'
    assert pressed in post(anke.open(url), 2)
    assert pressed not in post(petra.open(url), 2)
    assert 'aria-label="Gefällt mir, 1"' in post(petra.open(url), 2)


def test_each_is_shown_what_is_new_to_them(
    world: World, visit: Visit, topic: int, url: str
) -> None:
    anke, petra = visit("anke"), visit("petra")
    anke.open(url), petra.open(url)
    world.reply("deniz", topic, "Und am Markt.")
    for _ in range(2):
        fresh = visit("moderatorin").open(url)
        assert "tag-new" not in post(fresh, 4)
    assert "tag-new" in post(anke.open(url), 4)
    assert "tag-new" not in post(anke.open(url), 4)
    assert "tag-new" in post(petra.open(url), 4)


def test_who_moderates_reads_what_is_hidden_and_nobody_else(
    world: World, visit: Visit, topic: int, url: str
) -> None:
    moderate(world, operations.set_hidden, topic, seq=2, reason="Falsch")
    for _ in range(2):
        assert "Am Bahnhof." in post(visit("moderatorin").open(url), 2)
        assert "Am Bahnhof." not in visit("petra").open(url)


def test_who_may_bring_a_post_back_is_offered_it(
    world: World, visit: Visit, topic: int, url: str
) -> None:
    with world.acting("deniz") as scope:
        operations.delete_post(scope, topic, seq=2)
    for _ in range(2):
        assert "/p/2/restore" in visit("deniz").open(url)
        assert "/p/2/restore" not in visit("petra").open(url)


@pytest.mark.parametrize("first", ["anke", "petra", None])
@pytest.mark.parametrize("view", ["", "?view=flat"])
def test_a_quote_from_a_closed_area_is_read_by_its_members_only(
    world: World, visit: Visit, first: str | None, view: str
) -> None:
    """Whoever opens the page first, the others get their own text of it."""
    closed = world.start(slug="zu", source="KANARIE-zitat")
    text = quote_source("KANARIE-zitat", post_id=closed.post_id, handle="anke")
    made = world.start("deniz", "bund", title="Offen", source=f"{text}\n\n@anke, was meinst du?")
    url = f"/t/{made.topic_id}-offen{view}"
    visit(first).open(url)
    for _ in range(2):
        for name in ("anke", "petra", "fremd", None):
            page = visit(name).open(url)
            assert ("KANARIE-zitat" in page) == (name == "anke"), name
            assert "was meinst du?" in page


def test_the_reply_to_a_post_elsewhere_leads_to_it(world: World, visit: Visit) -> None:
    made = world.start(title="Lang", source="Anfang")
    for _ in range(30):
        world.reply("deniz", made.topic_id, "Mehr")
    world.reply("petra", made.topic_id, "Dazu", 2)
    page = visit("anke").open(f"/t/{made.topic_id}-lang?view=flat&from=20")
    assert f'href="/t/{made.topic_id}/p/2"' in page


def test_a_card_is_one_for_all_but_for_what_is_ones_own(
    world: World, visit: Visit, topic: int, url: str
) -> None:
    anke, petra = visit("anke"), visit("petra")
    anke.open(url)
    world.reply("deniz", topic, "Und am Markt.")
    for _ in range(2):
        assert "1 neu" in card(anke.open("/a/recht/"), "Radwege")
        assert "1 neu" not in card(petra.open("/a/recht/"), "Radwege")


def retitle(world: World, topic: int) -> None:
    with world.acting("anke") as scope:
        operations.edit_post(
            scope, topic, seq=1, source="Wo fehlen sie?", title="Radwege & mehr", version=1
        )


def reword(world: World, topic: int) -> None:
    with world.acting("anke") as scope:
        operations.edit_post(scope, topic, seq=1, source="Wo hakt es?", version=1)


def rename(world: World, _topic: int) -> None:
    with world.app.app_context(), unit():
        update_profile(world.users["deniz"], name="Deniz Demir", title="", organisation="", bio="")


def rename_area(world: World, _topic: int) -> None:
    spec = AreaSpec(name="Rechtsfragen", slug="recht", kind="topic", visibility="members")
    with world.app.app_context(), unit(), as_viewer(SYSTEM.viewer):
        edit_area(get_system_scope("recht"), spec)


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (retitle, "Radwege &amp; mehr"),
        (reword, "Wo hakt es?"),
        (rename, "Deniz Demir"),
        (rename_area, "Rechtsfragen"),
        (lambda w, t: w.reply("anke", t, "Noch eins."), "3 Antworten"),
        (lambda w, t: moderate(w, operations.pin_topic, t), "angeheftet"),
        (lambda w, t: moderate(w, operations.lock_for_replies, t), "geschlossen"),
    ],
)
def test_what_changes_is_on_the_next_list(
    world: World, visit: Visit, topic: int, change: Callable[[World, int], object], shown: str
) -> None:
    petra = visit("petra")
    before = "".join(re.findall(r'<li class="card.*?</li>', petra.open("/?tab=all"), re.DOTALL))
    assert "Radwege" in before
    assert shown not in before
    change(world, topic)
    after = "".join(re.findall(r'<li class="card.*?</li>', petra.open("/?tab=all"), re.DOTALL))
    assert shown in after


def test_a_hidden_topic_is_on_no_list(world: World, visit: Visit, topic: int) -> None:
    petra = visit("petra")
    assert card(petra.open("/a/recht/"), "Radwege")
    moderate(world, operations.set_hidden, topic, seq=1, reason="Falsch", whole=True)
    assert not card(petra.open("/a/recht/"), "Radwege")
