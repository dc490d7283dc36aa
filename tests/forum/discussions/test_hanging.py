"""Posts that an import hangs anew: trees, numbers, followers, and what must not be carried."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from forum.core.database import unit, unscoped
from forum.core.events import EventRow
from forum.discussions.models import Follow, Post, Topic
from forum.discussions.operations import (
    Hanging,
    ImportRecord,
    follow_topic,
    hang_posts,
    import_batch,
)
from tests.forum.discussions.browser import Visitor
from tests.forum.discussions.world import World

START = datetime(2026, 3, 1, 9, tzinfo=UTC)


def bring(world: World, *threads: str, slug: str = "recht") -> dict[str, tuple[int, int]]:
    """Import threads written as `a b c`: each answers the one before it."""
    records = []
    for thread in threads:
        before = None
        for key in thread.split():
            at = START + timedelta(minutes=len(records))
            records.append(
                ImportRecord(
                    key=key,
                    thread=thread,
                    author_id=world.users["petra"],
                    at=at,
                    source=f"Text {key}",
                    title=f"Titel {key}",
                    parent=before,
                )
            )
            before = key
    with world.app.app_context(), unit():
        return import_batch(world.areas[slug], records).posts


def hang(world: World, *hangings: Hanging) -> None:
    with world.app.app_context(), unit():
        hang_posts(hangings)


def trees(world: World) -> dict[str, list[tuple[str, int]]]:
    """Return the visible topics by title, with their posts in reading order and their levels."""
    with world.app.app_context(), unit(), unscoped("test") as session:
        rows = session.execute(
            sa.select(Topic.title, Post.source, Post.depth)
            .join(Post, Post.topic_id == Topic.id)
            .where(Topic.deleted_at.is_(None))
            .order_by(Topic.id, Post.path, Post.seq)
        )
        found: dict[str, list[tuple[str, int]]] = {}
        for title, source, depth in rows:
            found.setdefault(title, []).append((source.removeprefix("Text "), depth))
        return found


def test_topic_goes_below_a_post_of_another(world: World) -> None:
    posts = bring(world, "a b", "c d")
    hang(world, Hanging(posts["c"][1], posts["a"][0], posts["b"][1]))
    assert trees(world) == {"Titel a": [("a", 0), ("b", 1), ("c", 2), ("d", 3)]}
    with world.app.app_context(), unit(), unscoped("test") as session:
        kept = session.get_one(Topic, posts["a"][0])
        assert (kept.last_seq, kept.reply_count) == (4, 3)
        gone = session.get_one(Topic, posts["c"][0])
        assert gone.deleted_at is not None
        seqs = session.scalars(sa.select(Post.seq).where(Post.topic_id == kept.id))
        assert sorted(seqs) == [1, 2, 3, 4]
        names = session.scalars(sa.select(EventRow.name).order_by(EventRow.id.desc()).limit(2))
        assert {*names} == {"discussions.posts_moved", "discussions.topic_deleted"}


def test_part_of_a_topic_goes_to_another(world: World) -> None:
    posts = bring(world, "a b c", "d")
    hang(world, Hanging(posts["b"][1], posts["d"][0], posts["d"][1]))
    assert trees(world) == {"Titel a": [("a", 0)], "Titel d": [("d", 0), ("b", 1), ("c", 2)]}


def test_new_root_gives_the_topic_its_title_and_author(world: World) -> None:
    posts = bring(world, "a b")
    topic = posts["a"][0]
    hang(
        world,
        Hanging(posts["b"][1], topic, None, "Neuer Titel"),
        Hanging(posts["a"][1], topic, posts["b"][1]),
    )
    assert trees(world) == {"Neuer Titel": [("b", 0), ("a", 1)]}
    with world.app.app_context(), unit(), unscoped("test") as session:
        row = session.get_one(Topic, topic)
        assert (row.slug, row.excerpt, row.created_at) == (
            "neuer-titel",
            "Text b",
            START + timedelta(minutes=1),
        )


def test_old_root_hangs_on_the_new_one(world: World) -> None:
    posts = bring(world, "a b", "c")
    hang(world, Hanging(posts["c"][1], posts["a"][0], None, "Titel c"))
    assert trees(world) == {"Titel c": [("c", 0), ("a", 1), ("b", 2)]}


def test_followers_go_along(world: World) -> None:
    posts = bring(world, "a", "b")
    for name, key in (("joerg", "b"), ("deniz", "a"), ("deniz", "b")):
        with world.acting(name) as scope:
            follow_topic(scope.viewer, posts[key][0])
    hang(world, Hanging(posts["b"][1], posts["a"][0], posts["a"][1]))
    with world.app.app_context(), unit(), unscoped("test") as session:
        people = session.scalars(sa.select(Follow.user_id).where(Follow.topic_id == posts["a"][0]))
        assert {*people} == {world.users["joerg"], world.users["deniz"]}


def test_nothing_is_carried_between_areas(world: World) -> None:
    posts = {**bring(world, "a"), **bring(world, "b", slug="zu")}
    hang(world, Hanging(posts["b"][1], posts["a"][0], posts["a"][1]))
    assert trees(world) == {"Titel a": [("a", 0)], "Titel b": [("b", 0)]}


def test_circle_changes_nothing(world: World) -> None:
    posts = bring(world, "a b c")
    before = trees(world)
    hang(world, Hanging(posts["a"][1], posts["a"][0], posts["c"][1]))
    assert trees(world) == before


def test_place_that_is_right_already_costs_no_version(world: World) -> None:
    posts = bring(world, "a b")

    def version() -> int:
        with world.app.app_context(), unit(), unscoped("test") as session:
            return session.get_one(Topic, posts["a"][0]).version

    before = version()
    hang(world, Hanging(posts["b"][1], posts["a"][0], posts["a"][1]))
    assert version() == before


def test_address_of_an_emptied_topic_answers(world: World, visit: Callable[..., Visitor]) -> None:
    posts = bring(world, "a", "b")
    hang(world, Hanging(posts["b"][1], posts["a"][0], posts["a"][1]))
    for name in (None, "anke", "moderatorin"):
        response = visit(name).get(f"/t/{posts['b'][0]}", follow_redirects=True)
        assert response.status_code in (200, 404)
