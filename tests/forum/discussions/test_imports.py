"""Imports: old times, any order, late parents, the same again, silence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from forum.core.database import unit
from forum.core.events import EventRow
from forum.core.wall import ANONYMOUS, as_viewer
from forum.discussions.models import Post, PostRevision, Topic
from forum.discussions.operations import ImportOutcome, ImportRecord, import_batch
from tests.forum.discussions.world import World

OLD = datetime(2020, 7, 1, tzinfo=UTC)


def mail(world: World, key: str, parent: Any = None, **kw: Any) -> ImportRecord:
    hour = kw.pop("hour", 0)
    values = {
        "key": key,
        "thread": "t",
        "author_id": world.users["anke"],
        "at": OLD + timedelta(hours=hour),
        "source": f"Text {key}",
        "title": "Betreff",
        "parent": parent,
    }
    return ImportRecord(**{**values, **kw})


def bring(world: World, records: Sequence[ImportRecord]) -> ImportOutcome:
    with world.app.app_context(), unit(), as_viewer(ANONYMOUS):
        return import_batch(world.areas["recht"], records)


def tree(world: World) -> list[tuple[str, int]]:
    """Source and depth in reading order."""
    rows = world.rows(sa.select(Post.source, Post.depth).order_by(Post.path, Post.seq))
    return [(row.source, row.depth) for row in rows]


def test_a_thread_in_any_order_becomes_a_tree(world: World) -> None:
    records = [
        mail(world, "c", "b", hour=2),
        mail(world, "a"),
        mail(world, "d", "a", hour=3),
        mail(world, "b", "a", hour=1),
    ]
    outcome = bring(world, records)
    assert (outcome.topics_new, outcome.posts_new, outcome.rejected) == (1, 4, [])
    assert tree(world) == [("Text a", 0), ("Text d", 1), ("Text b", 1), ("Text c", 2)]
    columns = (Topic.reply_count, Topic.last_post_at, Topic.created_at, Topic.origin)
    found = world.rows(sa.select(*columns))
    assert found == [(3, OLD + timedelta(hours=3), OLD, "import")]


def test_the_same_again_changes_nothing(world: World) -> None:
    first = bring(world, [mail(world, "a"), mail(world, "b", "a")])
    again = [
        mail(world, "a", post_id=first.posts["a"][1]),
        mail(world, "b", "a", post_id=first.posts["b"][1]),
    ]
    before = tree(world)
    outcome = bring(world, again)
    assert (outcome.posts_same, outcome.posts_new, outcome.posts_changed) == (2, 0, 0)
    assert outcome.posts == first.posts
    assert tree(world) == before


def test_a_changed_text_keeps_the_old_one(world: World) -> None:
    first = bring(world, [mail(world, "a")])
    outcome = bring(world, [mail(world, "a", post_id=first.posts["a"][1], source="Neu")])
    assert outcome.posts_changed == 1
    assert tree(world) == [("Neu", 0)]
    assert world.rows(sa.select(PostRevision.source)) == [("Text a",)]


def test_a_late_parent_takes_its_place_with_everything_below(world: World) -> None:
    first = bring(world, [mail(world, "b", "a", hour=1), mail(world, "c", "b", hour=2)])
    topic_id = first.topics["t"]
    records = [
        mail(world, "a", topic_id=topic_id),
        mail(world, "b", "a", hour=1, post_id=first.posts["b"][1]),
    ]
    bring(world, records)
    assert tree(world) == [("Text a", 0), ("Text b", 1), ("Text c", 2)]
    assert world.rows(sa.select(Topic.reply_count)) == [(2,)]


def test_a_late_parent_in_the_middle(world: World) -> None:
    first = bring(world, [mail(world, "a"), mail(world, "c", "b", hour=2), mail(world, "d", "c")])
    topic_id = first.topics["t"]
    assert tree(world) == [("Text a", 0), ("Text c", 1), ("Text d", 2)]
    records = [
        mail(world, "b", first.posts["a"][1], topic_id=topic_id, hour=1),
        mail(world, "c", "b", hour=2, post_id=first.posts["c"][1]),
    ]
    bring(world, records)
    assert tree(world) == [("Text a", 0), ("Text b", 1), ("Text c", 2), ("Text d", 3)]


def test_circles_and_strangers_hang_on_the_root(world: World) -> None:
    records = [
        mail(world, "a"),
        mail(world, "x", "y"),
        mail(world, "y", "x"),
        mail(world, "z", "nowhere"),
        mail(world, "self", "self"),
    ]
    outcome = bring(world, records)
    assert outcome.posts_new == 5
    assert tree(world) == [
        ("Text a", 0),
        ("Text x", 1),
        ("Text y", 2),
        ("Text z", 1),
        ("Text self", 1),
    ]


def test_what_cannot_be_taken_is_listed_and_the_rest_comes(world: World) -> None:
    records = [
        mail(world, "a"),
        mail(world, "empty", "a", source="  "),
        mail(world, "long", "a", source="x" * 70_000),
        mail(world, "naive", "a", at=datetime(2020, 1, 1)),  # noqa: DTZ001 - the fault at hand
        mail(world, "a"),
    ]
    outcome = bring(world, records)
    assert [key for key, _reason in outcome.rejected] == ["empty", "long", "naive", "a"]
    assert tree(world) == [("Text a", 0)]


def test_imports_are_silent_and_old(world: World) -> None:
    bring(world, [mail(world, "a", source="@deniz"), mail(world, "b", "a")])
    rows = world.rows(sa.select(EventRow.origin).where(EventRow.name.like("discussions.%")))
    assert {row.origin for row in rows} == {"import"}
    from forum.discussions import queries

    areas = [world.areas["recht"]]
    assert world.seeing("deniz", lambda v: queries.count_unread_by_area(v, areas)) == {}


def test_thousands_in_one_transaction(world: World) -> None:
    records = [
        mail(world, str(n), str(n - n % 20) if n % 20 else None, thread=str(n // 20), hour=n)
        for n in range(3_000)
    ]
    outcome = bring(world, records)
    assert (outcome.topics_new, outcome.posts_new) == (150, 3_000)
    assert world.rows(sa.select(sa.func.sum(Topic.reply_count))) == [(2_850,)]
