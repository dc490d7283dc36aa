"""Pages of posts: cut by key, deep trees, long topics, events."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from forum.core import limits
from forum.core.database import db, refresh_statistics, unit
from forum.core.errors import Denied, NotFound
from forum.core.events import EventRow
from forum.core.wall import ANONYMOUS, Viewer, as_viewer
from forum.discussions import operations, queries
from forum.discussions.models import Post
from forum.discussions.operations import ImportRecord
from tests.forum.discussions.work import count_work
from tests.forum.discussions.world import World

OLD = datetime(2020, 7, 1, tzinfo=UTC)


def long_topic(
    world: World, posts: int, *, chain: bool = False, meanwhile: Callable[[], None] | None = None
) -> int:
    """A topic of so many posts: each under the one before, or spread as a bushy tree."""

    def parent(number: int) -> str | None:
        if number == 0:
            return None
        return str(number - 1 if chain else number // 3)

    records = [
        ImportRecord(
            key=str(number),
            thread="t",
            author_id=world.users["anke"],
            at=OLD + timedelta(minutes=number),
            source=f"Nr. {number}",
            title="Lang",
            parent=parent(number),
        )
        for number in range(posts)
    ]
    with world.app.app_context(), unit(), as_viewer(ANONYMOUS):
        outcome = operations.import_batch(world.areas["recht"], records)
        if meanwhile is not None:
            meanwhile()
    assert outcome.posts_new == posts
    return outcome.topics["t"]


def read_all(world: World, topic: int, order: str) -> list[int]:
    seqs: list[int] = []
    start: int | None = None
    while True:
        page = world.posts("anke", topic, order=order, start=start)
        seqs += [post.seq for post in page.posts]
        if page.next is None:
            return seqs
        start = page.next


@pytest.mark.parametrize("order", ["tree", "flat"])
def test_turning_pages_shows_every_post_once(world: World, order: str) -> None:
    topic = long_topic(world, 95)
    statement = sa.select(Post.seq).where(Post.topic_id == topic)
    place = [Post.path, Post.seq] if order == "tree" else [Post.seq]
    wanted = [row.seq for row in world.rows(statement.order_by(*place))]
    assert read_all(world, topic, order) == wanted


@pytest.mark.parametrize("order", ["tree", "flat"])
def test_turning_back_leads_to_the_first_page(world: World, order: str) -> None:
    topic = long_topic(world, 95)
    wanted = read_all(world, topic, order)
    page = world.posts("anke", topic, order=order, start=wanted[90])
    seen: list[int] = []
    while page.prev:
        page = world.posts("anke", topic, order=order, start=page.prev)
        seen = [post.seq for post in page.posts] + seen
    assert page.prev == 0
    assert seen == wanted[10:90]


def test_every_post_is_on_the_page_its_address_leads_to(world: World) -> None:
    topic = long_topic(world, 70)
    for seq in range(1, 71):
        start = world.seeing("anke", lambda _viewer, s=seq: queries.find_post_page(topic, s))
        page = world.posts("anke", topic, start=start)
        assert seq in [post.seq for post in page.posts]


def test_two_hundred_levels_are_stored_shown_and_answered(world: World) -> None:
    topic = long_topic(world, 200, chain=True)
    assert read_all(world, topic, "tree") == list(range(1, 201))
    deepest = world.reply("deniz", topic, "Noch tiefer", parent=200)
    columns = (Post.depth, sa.func.length(Post.path))
    found = world.rows(sa.select(*columns).where(Post.id == deepest.post_id))
    assert found == [(200, 4 * limits.TREE_DEPTH)]
    assert read_all(world, topic, "tree")[-1] == 201


def on_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def analyse(world: World) -> None:
    with world.app.app_context(), unit():
        refresh_statistics()


def analyse_beside() -> None:
    """What PostgreSQL does now and then by itself: it counts only what others have committed."""
    if not on_sqlite():
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sa.text("ANALYZE"))


@pytest.mark.parametrize("analysed", ["never", "before", "meanwhile", "after"])
def test_the_last_of_5000_posts_costs_what_the_first_costs(world: World, analysed: str) -> None:
    """Whatever the database knows of its tables: nobody chooses when it looks at them.

    PostgreSQL may sort the topic until it does (imports ask for it when they are done), once for
    the page and once for what stands above it, asking the wall for every post, which is half a
    dozen steps each: never a walk through a table for each of the page's twenty-one posts.
    """
    if analysed == "before":
        analyse(world)
    topic = long_topic(world, 5_000, meanwhile=analyse_beside if analysed == "meanwhile" else None)
    if analysed == "after":
        analyse(world)
    last = world.seeing("anke", lambda _viewer: queries.find_last_page(topic))
    assert last is not None

    def cost(start: int | None) -> int:
        def ask(_viewer: Viewer) -> int:
            return count_work(lambda: queries.list_posts(topic, start=start))

        return world.seeing("anke", ask)

    first, end = cost(None), cost(last)
    if analysed == "after" or world.seeing("anke", lambda _viewer: on_sqlite()):
        assert end < 2 * first
        assert first < 2 * end
    assert max(first, end) < 20 * 5_000


def test_a_start_that_is_no_post_is_not_found(world: World) -> None:
    topic = world.start()
    for order in ("tree", "flat"):
        with pytest.raises(NotFound):
            world.posts("anke", topic.topic_id, order=order, start=7)


@pytest.mark.parametrize("order", ["tree", "flat"])
@pytest.mark.parametrize("start", [None, 1, 2])
def test_posts_behind_the_wall_are_not_found(world: World, order: str, start: int | None) -> None:
    topic = world.start(slug="zu")
    world.reply("anke", topic.topic_id, "Unter uns", slug="zu")
    assert world.posts("anke", topic.topic_id, order=order, start=start).posts
    with pytest.raises(NotFound):
        world.posts("fremd", topic.topic_id, order=order, start=start)


def test_deleted_and_hidden_posts_carry_no_text(world: World) -> None:
    topic = world.start()
    world.reply("deniz", topic.topic_id, "weg")
    world.reply("deniz", topic.topic_id, "versteckt")
    with world.acting("deniz") as scope:
        operations.delete_post(scope, topic.topic_id, seq=2)
    with world.acting("moderatorin") as scope:
        operations.set_hidden(scope, topic.topic_id, seq=3, reason="Beleidigung")
    page = world.posts("anke", topic.topic_id)
    assert [post.html for post in page.posts[1:]] == ["", ""]
    page = world.posts("moderatorin", topic.topic_id, shows_hidden=True)
    assert [post.html for post in page.posts[1:]] == ["", "<p>versteckt</p>\n"]
    with pytest.raises(Denied), world.acting("anke") as scope:
        operations.set_hidden(scope, topic.topic_id, seq=3, reason=None)


def test_what_happened_stands_in_the_log(world: World) -> None:
    topic = world.start()
    world.reply("deniz", topic.topic_id, "@petra und @fremd, seht ihr das?")
    with world.acting("petra") as scope:
        operations.react(scope, topic.topic_id, seq=2)
    names = sa.select(EventRow.name, EventRow.payload).where(EventRow.name.like("discussions.%"))
    found = world.rows(names.order_by(EventRow.id))
    assert [row.name for row in found] == [
        "discussions.topic_created",
        "discussions.post_created",
        "discussions.post_created",
        "discussions.reaction_added",
    ]
    reply = found[2].payload
    assert (reply["seq"], reply["parent_author_id"]) == (2, world.users["anke"])
    assert reply["mentioned_ids"] == sorted([world.users["petra"], world.users["fremd"]])


def test_mentions_reach_nobody_who_may_not_read(world: World) -> None:
    world.start(slug="zu", source="@fremd @petra @anke")
    names = sa.select(EventRow.payload).where(EventRow.name == "discussions.post_created")
    assert world.rows(names)[0][0]["mentioned_ids"] == [world.users["anke"]]


def test_feed_and_unread_stay_behind_the_wall(world: World) -> None:
    world.start(slug="zu", title="KANARIE-geheim")
    world.start(slug="bund", title="Offen")
    from forum.web.pagination import Cut

    def titles(viewer: Viewer) -> list[str]:
        lines = queries.list_feed(viewer, Cut()).items
        cards = queries.find_cards([line.id for line in lines])
        return [cards[line.id].topic.title for line in lines]

    assert world.seeing("anke", titles) == ["Offen", "KANARIE-geheim"]
    assert world.seeing("fremd", titles) == ["Offen"]
    assert world.seeing(None, titles) == ["Offen"]
    everywhere = list(world.areas.values())
    counts = world.seeing("fremd", lambda v: queries.count_unread_by_area(v, everywhere))
    assert counts == {world.areas["bund"]: 1}
