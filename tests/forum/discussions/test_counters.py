"""Counters stand with the row; whatever happened, a recount gives the same."""

from __future__ import annotations

import random
from typing import Any

import sqlalchemy as sa

from forum.areas.models import Area
from forum.core.database import db
from forum.core.wall import Viewer
from forum.discussions import operations
from forum.discussions.models import Post, Reaction, ReadState, Topic
from tests.forum.discussions.world import World

WRITERS = ("anke", "deniz", "petra", "joerg", "moderatorin", "kernteam")


def recount(world: World, topic_id: int) -> dict[str, Any]:
    columns = (Post.seq, Post.author_id, Post.parent_id, Post.created_at)
    seen = sa.and_(Post.topic_id == topic_id, Post.deleted_at.is_(None), Post.hidden_at.is_(None))
    rows = world.rows(sa.select(*columns).where(seen).order_by(Post.created_at, Post.seq))
    latest: dict[int, int] = {row.author_id: at for at, row in enumerate(rows)}
    return {
        "reply_count": sum(row.parent_id is not None for row in rows),
        "people_count": len(latest),
        "people": sorted(latest, key=lambda author: -latest[author])[:5],
        "last_post_at": max(row.created_at for row in rows),
        "last_author_id": rows[-1].author_id,
    }


def stored(world: World, topic_id: int) -> dict[str, Any]:
    names = ("reply_count", "people_count", "people", "last_post_at", "last_author_id")
    row = world.rows(sa.select(*(getattr(Topic, n) for n in names)).where(Topic.id == topic_id))[0]
    return dict(zip(names, row, strict=True))


def test_a_random_life_of_a_topic(world: World) -> None:
    rng = random.Random(42)
    topic = world.start()
    for _ in range(40):
        last = world.rows(sa.select(Topic.last_seq).where(Topic.id == topic.topic_id))[0][0]
        seq, act = rng.randint(1, last), rng.choice(["reply"] * 4 + ["delete", "restore", "hide"])
        if act == "reply":
            world.reply(rng.choice(WRITERS), topic.topic_id, parent=seq)
            continue
        with world.acting("moderatorin") as scope:
            post = world_post(topic.topic_id, seq)
            if act == "delete" and post.deleted_at is None:
                operations.delete_post(scope, topic.topic_id, seq=seq)
            elif act == "restore" and post.deleted_at is not None:
                operations.restore_post(scope, topic.topic_id, seq=seq)
            elif act == "hide":
                reason = "darum" if post.hidden_at is None else None
                operations.set_hidden(scope, topic.topic_id, seq=seq, reason=reason)
        if recountable(world, topic.topic_id):
            assert stored(world, topic.topic_id) == recount(world, topic.topic_id)
    assert stored(world, topic.topic_id) == recount(world, topic.topic_id)


def world_post(topic_id: int, seq: int) -> Any:
    return db.session.execute(
        sa.select(Post.deleted_at, Post.hidden_at).where(Post.topic_id == topic_id, Post.seq == seq)
    ).one()


def recountable(world: World, topic_id: int) -> bool:
    seen = sa.and_(Post.deleted_at.is_(None), Post.hidden_at.is_(None))
    statement = sa.select(sa.func.count()).where(Post.topic_id == topic_id, seen)
    return bool(world.rows(statement)[0][0])


def area_counts(world: World) -> dict[str, int]:
    rows = world.rows(sa.select(Area.slug, Area.topic_count))
    return {row.slug: row.topic_count for row in rows}


def test_areas_count_what_is_shown_in_them(world: World) -> None:
    first, second = world.start(), world.start(title="Zwei")
    assert area_counts(world) == {"bund": 0, "recht": 2, "kreis": 0, "zu": 0}
    with world.acting("anke") as scope:
        operations.delete_post(scope, first.topic_id, seq=1)
    assert area_counts(world)["recht"] == 1
    with world.acting("anke") as scope:
        operations.restore_post(scope, first.topic_id, seq=1)
    with world.acting("moderatorin") as scope:
        from forum.areas.queries import get_scope

        target = get_scope(scope.viewer, "kreis")
        operations.move_topic(scope, second.topic_id, target=target)
    assert area_counts(world) == {"bund": 0, "recht": 1, "kreis": 1, "zu": 0}


def test_a_hidden_topic_of_one_post_counts_no_more_and_comes_back(world: World) -> None:
    topic = world.start()
    with world.acting("moderatorin") as scope:
        operations.set_hidden(scope, topic.topic_id, seq=1, reason="Werbung")
    assert area_counts(world)["recht"] == 0
    with world.acting("moderatorin") as scope:
        operations.set_hidden(scope, topic.topic_id, seq=1, reason=None)
    assert area_counts(world)["recht"] == 1


def test_reactions_are_counted_with_the_post(world: World) -> None:
    topic = world.start()
    for name in ("deniz", "petra", "joerg"):
        for kind in ("like", "thanks"):
            with world.acting(name) as scope:
                operations.react(scope, topic.topic_id, seq=1, kind=kind)
                operations.react(scope, topic.topic_id, seq=1, kind=kind)
    with world.acting("petra") as scope:
        operations.unreact(scope, topic.topic_id, seq=1, kind="thanks")
        operations.unreact(scope, topic.topic_id, seq=1, kind="thanks")
    assert world.rows(sa.select(Post.reactions)) == [({"like": 3, "thanks": 2},)]
    assert world.rows(sa.select(sa.func.count()).select_from(Reaction)) == [(5,)]


def test_read_counts_are_what_the_ranges_cover(world: World) -> None:
    topic = world.start()
    viewer = Viewer(world.users["deniz"])
    for seqs in ([3, 4], [9], [1], [4, 5, 6]):
        with world.acting("deniz"):
            operations.mark_read(viewer, topic.topic_id, seqs=seqs)
    columns = (ReadState.floor, ReadState.ranges, ReadState.read_count)
    mine = sa.select(*columns).where(ReadState.user_id == viewer.user_id)
    assert world.rows(mine) == [(1, [[3, 6], [9, 9]], 6)]
