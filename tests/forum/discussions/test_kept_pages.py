"""Pages that a process keeps: whatever changes what they show is on the next one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from forum.accounts.operations import update_profile
from forum.areas.operations import (
    appoint_chair,
    edit_area,
    join_area,
    move_area,
    set_plugin_state,
    set_role,
)
from forum.areas.queries import get_system_scope
from forum.areas.scope import SYSTEM
from forum.areas.spec import AreaSpec
from forum.core import clock
from forum.core.database import unit
from forum.core.stamps import get_stamp
from forum.core.wall import as_viewer
from forum.discussions import operations
from forum.markup import quote_source
from forum.plugin.states import State
from forum.testing.statements import count_statements
from tests.forum.discussions.browser import Visitor
from tests.forum.discussions.world import World

Visit = Callable[..., Visitor]
Statements = Callable[[Callable[[], object]], list[str]]


@pytest.fixture
def topic(world: World) -> int:
    """A topic everybody reads: seq 1 by anke, 2 and 3 by deniz, 3 quotes nothing."""
    made = world.start(slug="bund", title="Radwege", source="Wo fehlen sie?")
    world.reply("deniz", made.topic_id, "Am Bahnhof.", slug="bund")
    world.reply("deniz", made.topic_id, "Und am Ring.", slug="bund")
    return made.topic_id


@pytest.fixture
def url(topic: int) -> str:
    """The page of the topic."""
    return f"/t/{topic}-radwege"


def read(visit: Visit, url: str) -> str:
    """Open a page as somebody new, who has no cookie."""
    return visit().open(url)


def test_a_kept_page_costs_one_statement_and_sets_no_cookie(
    visit: Visit, url: str, statements: Statements
) -> None:
    first = visit().get(url)
    assert "Set-Cookie" not in first.headers
    assert len(statements(lambda: read(visit, url))) == 1
    assert visit().get(url).data == first.data


def test_a_browser_that_has_the_page_is_told_so(world: World, visit: Visit, url: str) -> None:
    etag = visit().get(url).headers["ETag"]
    again = visit().get(url, headers={"If-None-Match": etag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    world.reply("anke", 1, "Neu.", slug="bund")
    assert visit().get(url, headers={"If-None-Match": etag}).status_code == 200


def test_members_get_pages_of_their_own(visit: Visit, url: str) -> None:
    shared = read(visit, url)
    own = visit("petra").open(url)
    assert "data-me=" in own
    assert "data-me=" not in shared
    assert read(visit, url) == shared


def test_whoever_has_a_cookie_gets_a_page_of_their_own(visit: Visit, url: str) -> None:
    read(visit, url)
    browser = visit()
    browser.client.set_cookie("forum-form", "anything")
    assert "ETag" not in browser.get(url).headers


def test_each_language_and_address_has_its_own(visit: Visit, url: str) -> None:
    german = read(visit, url)
    english = visit().get(url, headers={"Accept-Language": "en"}).text
    assert ('<html lang="de"' in german, '<html lang="en"' in english) == (True, True)
    assert read(visit, url) == german
    assert "thread flat" in read(visit, f"{url}?view=flat")
    assert "thread flat" not in read(visit, url)


def in_bund(
    world: World, name: str, act: Callable[..., object], *args: object, **kw: object
) -> None:
    with world.acting(name, "bund") as scope:
        act(scope, *args, **kw)


def edit(world: World, topic: int) -> None:
    in_bund(world, "deniz", operations.edit_post, topic, seq=2, source="Am Markt.", version=1)


def react(world: World, topic: int) -> None:
    in_bund(world, "anke", operations.react, topic, seq=2)


def unreact(world: World, topic: int) -> None:
    in_bund(world, "anke", operations.unreact, topic, seq=2)


def delete(world: World, topic: int) -> None:
    in_bund(world, "deniz", operations.delete_post, topic, seq=2)


def restore(world: World, topic: int) -> None:
    in_bund(world, "deniz", operations.restore_post, topic, seq=2)


def reply(world: World, topic: int) -> None:
    world.reply("petra", topic, "Am Park.", slug="bund")


def system(
    world: World, act: Callable[..., object], slug: str, *args: object, **kw: object
) -> None:
    with world.app.app_context(), unit(), as_viewer(SYSTEM.viewer):
        act(get_system_scope(slug), *args, **kw)


def rename_author(world: World, _topic: int) -> None:
    with world.app.app_context(), unit():
        update_profile(world.users["deniz"], name="Deniz Demir", title="", organisation="", bio="")


def hide(world: World, topic: int) -> None:
    system(world, operations.set_hidden, "bund", topic, seq=2, reason="Streit")


def lock(world: World, topic: int) -> None:
    system(world, operations.lock_for_replies, "bund", topic)


def rename_area(world: World, _topic: int) -> None:
    spec = AreaSpec(name="Dachverband", slug="bund", kind="federation", visibility="public",
                    everyone=True)  # fmt: skip
    system(world, edit_area, "bund", spec)


def give_role(world: World, _topic: int) -> None:
    system(world, set_role, "bund", world.users["petra"], role="editor")


def join(world: World, _topic: int) -> None:
    in_bund(world, "joerg", join_area)


CHANGES = {
    "edit": ((), edit, "Am Markt."),
    "reaction": ((), react, 'class="fact"'),
    "deletion": ((), delete, "Dieser Beitrag wurde gelöscht."),
    "restoring": ((delete,), restore, "Am Bahnhof."),
    "reply": ((), reply, "Am Park."),
    "name": ((), rename_author, "Deniz Demir"),
    "hiding": ((), hide, "Ausgeblendet"),
    "locking": ((), lock, "Dieses Thema ist geschlossen"),
    "area's name": ((), rename_area, "Dachverband"),
    "core team": ((), give_role, "Redaktion"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_on_the_next_page(
    world: World, visit: Visit, topic: int, url: str, change: str
) -> None:
    before, act, shown = CHANGES[change]
    for step in before:
        step(world, topic)
    member = visit("joerg")
    assert (shown in read(visit, url), shown in member.open(url)) == (False, False)
    act(world, topic)
    assert (shown in read(visit, url), shown in visit().open(f"{url}?view=flat")) == (True, True)
    # A member sees no button of a reaction as plain text; all else is the same for them.
    assert change == "reaction" or shown in member.open(url)


def test_a_reaction_taken_back_is_gone(world: World, visit: Visit, topic: int, url: str) -> None:
    react(world, topic)
    anke = visit("anke")
    assert 'class="fact"' in read(visit, url)
    assert 'aria-pressed="true" aria-label="Gefällt mir, 1"' in anke.open(url)
    unreact(world, topic)
    assert 'class="fact"' not in read(visit, url)
    assert 'aria-pressed="true" aria-label="Gefällt mir' not in anke.open(url)


def test_a_new_chair_is_told_though_no_role_changes(world: World, visit: Visit, url: str) -> None:
    for name in ("anke", "deniz"):
        system(world, set_role, "bund", world.users[name], role="admin")
    page = read(visit, url)
    assert "Vorsitz" not in page
    system(world, appoint_chair, "bund", world.users["deniz"])
    assert "Vorsitz" in read(visit, url)


def test_a_page_that_a_plugin_touched_is_made_anew(
    world: World, visit: Visit, topic: int, url: str
) -> None:
    """`touch_topic` is what a plugin calls when its panel changes (a vote)."""
    read(visit, url)
    in_bund(world, "anke", lambda _scope: operations.touch_topic(topic))
    with count_statements() as seen:
        read(visit, url)
    assert len(seen) > 1


def test_a_quote_vanishes_with_the_post_of_another_topic(world: World, visit: Visit) -> None:
    source = world.start(slug="bund", title="Quelle", source="Alt und wahr")
    text = quote_source("Alt und wahr", post_id=source.post_id, handle="anke")
    quoting = world.start("deniz", slug="bund", title="Zitat", source=f"{text}Stimmt.")
    url = f"/t/{quoting.topic_id}-zitat"
    assert "Alt und wahr" in read(visit, url)
    system(world, operations.set_hidden, "bund", source.topic_id, seq=1, reason="Falsch")
    assert "Alt und wahr" not in read(visit, url)


def test_a_closed_area_is_closed_at_once(world: World, visit: Visit, url: str) -> None:
    read(visit, url)
    spec = AreaSpec(
        name="Bund", slug="bund", kind="federation", visibility="members", everyone=True
    )
    system(world, edit_area, "bund", spec)
    assert visit().get(url).status_code == 404
    assert visit("petra").get(url).status_code == 200
    system(world, edit_area, "bund", replace(spec, visibility="public"))
    assert visit().get(url).status_code == 200


def test_a_moved_topic_shows_its_new_area_or_nothing(
    world: World, visit: Visit, topic: int
) -> None:
    url = f"/t/{topic}-radwege"
    read(visit, url)
    with world.app.app_context(), unit(), as_viewer(SYSTEM.viewer):
        operations.move_topic(get_system_scope("bund"), topic, target=get_system_scope("recht"))
    assert visit().get(url).status_code == 404


def test_a_moved_area_shows_its_new_path(world: World, visit: Visit) -> None:
    topic = world.start(title="Satzung")
    petra, url = visit("petra"), f"/t/{topic.topic_id}-satzung"
    assert 'href="/a/kreis/">Kreis</a>' not in petra.open(url).partition("<h1>")[0]
    with world.app.app_context(), unit(), as_viewer(SYSTEM.viewer):
        move_area(get_system_scope("recht"), get_system_scope("kreis"))
    assert 'href="/a/kreis/">Kreis</a>' in petra.open(url).partition("<h1>")[0]


def test_a_switched_plugin_makes_pages_anew(world: World, visit: Visit, url: str) -> None:
    read(visit, url)
    with world.app.app_context():
        before = get_stamp()
    system(world, set_plugin_state, "bund", "polls", state=State.ON)
    with world.app.app_context():
        assert get_stamp() == before + 1


def test_who_loses_a_role_loses_it_on_the_next_page(world: World, visit: Visit) -> None:
    topic = world.start(title="Satzung")
    url, moderator = f"/t/{topic.topic_id}-satzung", visit("moderatorin")
    assert "Verschieben" in moderator.open(url)
    system(world, set_role, "recht", world.users["moderatorin"], role="member")
    assert "Verschieben" not in moderator.open(url)


def test_a_role_that_ends_by_the_clock_ends_to_the_minute(world: World, visit: Visit) -> None:
    topic, now = world.start(title="Satzung"), clock.now()
    url, petra = f"/t/{topic.topic_id}-satzung", visit("petra")
    ends = now + timedelta(minutes=5)
    system(world, set_role, "recht", world.users["petra"], role="moderator", ends_at=ends)
    assert "Verschieben" in petra.open(url)
    with clock.freeze(ends + timedelta(minutes=1)):
        assert "Verschieben" not in petra.open(url)


def test_today_becomes_yesterday(visit: Visit, url: str) -> None:
    assert ">heute, " in read(visit, url)
    with clock.freeze(clock.now() + timedelta(days=1)):
        page = read(visit, url)
    assert (">heute, " in page, ">gestern, " in page) == (False, True)


def test_hidden_posts_stay_with_those_who_may_see_them(world: World, visit: Visit) -> None:
    topic = world.start(title="Satzung")
    world.reply("deniz", topic.topic_id, "Beleidigung")
    with world.acting("moderatorin") as scope:
        operations.set_hidden(scope, topic.topic_id, seq=2, reason="Ton")
    url = f"/t/{topic.topic_id}-satzung"
    assert "Beleidigung" in visit("moderatorin").open(url)
    assert "Beleidigung" not in visit("petra").open(url)
    assert "Beleidigung" in visit("moderatorin").open(url)


def test_a_name_on_cards_and_who_takes_part_follow_the_change(world: World, visit: Visit) -> None:
    world.start("anke", slug="bund", title="Radwege")
    petra = visit("petra")
    assert "Anke" in petra.open("/a/bund/")
    with world.app.app_context(), unit():
        update_profile(world.users["anke"], name="Antje Alt", title="", organisation="", bio="")
    page = petra.open("/a/bund/")
    assert ("Antje Alt" in page, "Anke" in page) == (True, False)
