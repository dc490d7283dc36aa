"""Reading, marking and counting: the bell equals a recount after everything."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from forum.accounts.models import User
from forum.areas.operations import edit_area
from forum.areas.queries import get_system_scope
from forum.areas.scope import SYSTEM
from forum.areas.spec import AreaSpec
from forum.core.database import unit
from forum.core.wall import ANONYMOUS, Viewer, as_viewer
from forum.discussions import operations
from forum.moderation.operations import hide_post, hide_topic, show_again
from forum.notifications.operations import (
    forget_old,
    mark_all_read,
    mark_posts_read,
    mark_read,
    mark_topic_read,
)
from forum.notifications.queries import list_inbox
from forum.web.pagination import Cut, decode_key
from tests.forum.notifications.post_office import MOMENT, PostOffice

RACERS = 50


@pytest.fixture
def told(office: PostOffice) -> PostOffice:
    """Anke was answered twice in one topic and once in another."""
    first = office.world.start("anke", title="Erstes")
    second = office.world.start("anke", title="Zweites")
    for topic in (first, first, second):
        office.world.reply("deniz", topic.topic_id)
    office.work()
    assert office.bell("anke") == 3
    return office


def act(office: PostOffice, name: str, change: object, **kw: int) -> None:
    """Run an operation as a member, in a unit of its own."""
    with office.app.app_context(), unit():
        change(Viewer(office.world.users[name]), **kw)  # type: ignore[operator]


def test_mark_one_topic_all(told: PostOffice) -> None:
    newest = told.inbox("anke")[0]
    with told.app.app_context(), unit():
        mark_read(Viewer(told.world.users["anke"]), newest.id)
    assert told.bell("anke") == 2
    assert [entry.unread for entry in told.inbox("anke")] == [True, True, False]
    first = told.inbox("anke")[0]
    assert first.topic_id is not None
    with told.app.app_context(), unit():
        viewer = Viewer(told.world.users["anke"])
        mark_topic_read(viewer, first.topic_id, up_to=first.id)
    assert told.bell("anke") == 0


def test_all_means_what_was_listed(told: PostOffice) -> None:
    listed = max(entry.id for entry in told.inbox("anke"))
    told.world.reply("petra", told.world.start("anke").topic_id)
    told.work()
    act(told, "anke", mark_all_read, up_to=listed)
    assert told.bell("anke") == 1
    assert [entry.unread for entry in told.inbox("anke")] == [True, False, False, False]


def test_others_and_nobody_mark_nothing(told: PostOffice) -> None:
    entry = told.inbox("anke")[0]
    for viewer in (Viewer(told.world.users["petra"]), ANONYMOUS):
        with told.app.app_context(), unit():
            mark_read(viewer, entry.id)
            mark_all_read(viewer, up_to=10**9)
            mark_posts_read(viewer, [1, 2, 3])
    assert told.bell("anke") == 3


@pytest.mark.parametrize("what", ["each one", "the same", "all"])
def test_fifty_at_once(told: PostOffice, what: str) -> None:
    topic = told.world.start("anke", title="Viel")
    for _ in range(RACERS - 3):
        told.world.reply("petra", topic.topic_id)
    told.work()
    ids = [entry.id for entry in told.inbox("anke")]
    assert told.bell("anke") == RACERS
    me = Viewer(told.world.users["anke"])

    def race(number: int) -> None:
        with told.app.app_context(), unit():
            if what == "all":
                mark_all_read(me, up_to=ids[number])
            else:
                mark_read(me, ids[0] if what == "the same" else ids[number])

    with ThreadPoolExecutor(RACERS) as pool:
        list(pool.map(race, range(RACERS)))
    assert told.bell("anke") == (RACERS - 1 if what == "the same" else 0)


def test_hidden_deleted_moved_and_back(told: PostOffice) -> None:
    entry = told.inbox("anke")[0]
    assert entry.topic_id is not None
    topic_id = entry.topic_id
    with told.world.acting("moderatorin") as scope:
        hide_post(scope, topic_id, seq=2, reason="Streit")
    told.work()
    assert told.bell("anke") == 2
    with told.world.acting("moderatorin") as scope:
        show_again(scope, topic_id, seq=2)
    told.work()
    assert told.bell("anke") == 3
    with told.world.acting("deniz") as scope:
        operations.delete_post(scope, topic_id, seq=2)
    told.work()
    assert told.bell("anke") == 2
    with told.world.acting("deniz") as scope:
        operations.restore_post(scope, topic_id, seq=2)
    told.work()
    assert told.bell("anke") == 3
    told.join("moderatorin", "zu", "moderator")
    told.leave("anke", "zu")
    told.move_topic(topic_id, "recht", "zu")
    told.work()
    assert (told.bell("anke"), "Zweites" in [e.title for e in told.inbox("anke")]) == (2, False)


def test_hidden_topic_takes_all_of_it(told: PostOffice) -> None:
    topic_id = told.inbox("anke")[-1].topic_id
    assert topic_id is not None
    with told.world.acting("moderatorin") as scope:
        hide_topic(scope, topic_id, seq=1, reason="Werbung")
    told.work()
    assert told.kinds("anke") == ["hidden", "reply"]
    assert told.bell("anke") == 2
    assert [(e.text, e.url) for e in told.inbox("anke")][:1] == [("Werbung", "")]


def test_change_of_the_tree_reaches_the_bell(told: PostOffice) -> None:
    told.leave("anke", "recht")
    with told.app.app_context(), unit(), as_viewer(SYSTEM.viewer):
        spec = AreaSpec(name="Recht", slug="recht", kind="topic", visibility="hidden")
        edit_area(get_system_scope("recht"), spec)
    told.work()
    assert told.bell("anke") == 0
    assert told.rows("anke") == 3


def test_pages_hold_everything_once(told: PostOffice) -> None:
    act(told, "anke", mark_read, notification_id=told.inbox("anke")[1].id)
    expected = [entry.id for entry in told.inbox("anke")]
    seen: list[int] = []
    cut = Cut(limit=1)
    while True:
        page = told.world.seeing("anke", lambda viewer, cut=cut: list_inbox(viewer, cut))
        seen += [entry.id for entry in page.items]
        if page.next is None:
            break
        cut = Cut(after=decode_key(page.next, (int, int)), limit=1)
    assert seen == expected
    assert page.prev is not None
    back = Cut(before=decode_key(page.prev, (int, int)), limit=10)
    before = told.world.seeing("anke", lambda viewer: list_inbox(viewer, back))
    assert [entry.id for entry in before.items] == expected[:-1]


def test_old_ones_go(told: PostOffice) -> None:
    act(told, "anke", mark_read, notification_id=told.inbox("anke")[0].id)
    told.move(MOMENT + timedelta(days=91))
    with told.app.app_context(), unit():
        assert forget_old() == 1
    assert (told.rows("anke"), told.bell("anke")) == (2, 2)
    told.move(MOMENT + timedelta(days=366))
    with told.app.app_context(), unit():
        assert forget_old() == 2
    counter = sa.select(User.unread_notifications).where(User.handle == "anke")
    assert told.world.rows(counter)[0][0] == 0
