"""Many at once, on both databases: nothing collides, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from forum.accounts.models import User
from forum.areas.operations import NewMember, add_members
from forum.core.database import unit
from forum.core.errors import Conflict
from forum.core.wall import Viewer
from forum.discussions import operations
from forum.discussions.models import Post, Reaction, ReadState, Topic
from tests.forum.discussions.world import JOINED, World


def at_once(number: int, act: Callable[[int], object]) -> list[object]:
    with ThreadPoolExecutor(10) as pool:
        return list(pool.map(act, range(number)))


def add_people(world: World, number: int) -> list[str]:
    names = [f"person-{i}" for i in range(number)]
    with world.app.app_context(), unit() as session:
        rows = [
            {"handle": n, "name": n, "state": "active", "name_key": n, "created_at": JOINED}
            for n in names
        ]
        ids = session.scalars(
            sa.insert(User).returning(User.id, sort_by_parameter_order=True), rows
        ).all()
        world.users.update(zip(names, ids, strict=True))
        add_members(NewMember(area_id=world.areas["recht"], user_id=i) for i in ids)
    return names


def test_twenty_replies_at_once_get_twenty_places(world: World) -> None:
    topic = world.start()
    names = ("anke", "deniz", "petra", "joerg")
    at_once(20, lambda i: world.reply(names[i % 4], topic.topic_id, f"Nr. {i}"))
    seqs = world.rows(sa.select(Post.seq, Post.path).order_by(Post.seq))
    assert [row.seq for row in seqs] == list(range(1, 22))
    assert len({row.path for row in seqs}) == 21
    columns = (Topic.last_seq, Topic.reply_count, Topic.people_count)
    assert world.rows(sa.select(*columns)) == [(21, 20, 4)]


def test_fifty_reactions_at_once_count_fifty(world: World) -> None:
    topic = world.start()
    people = add_people(world, 50)

    def like(number: int) -> None:
        with world.acting(people[number]) as scope:
            operations.react(scope, topic.topic_id, seq=1)

    at_once(50, like)
    assert world.rows(sa.select(Post.reactions)) == [({"like": 50},)]


def test_one_member_pressing_fifty_times_counts_once(world: World) -> None:
    topic = world.start()

    def like(_number: int) -> bool:
        with world.acting("deniz") as scope:
            return operations.react(scope, topic.topic_id, seq=1)

    assert sorted(at_once(50, like)) == [False] * 49 + [True]
    assert world.rows(sa.select(Post.reactions)) == [({"like": 1},)]
    assert world.rows(sa.select(sa.func.count()).select_from(Reaction)) == [(1,)]


def test_pages_read_at_once_lose_no_mark(world: World) -> None:
    topic = world.start()
    viewer = Viewer(world.users["deniz"])

    def read(number: int) -> None:
        with world.acting("deniz"):
            operations.mark_read(viewer, topic.topic_id, seqs=[number + 1])

    at_once(30, read)
    mine = sa.select(ReadState.floor, ReadState.ranges).where(ReadState.user_id == viewer.user_id)
    assert world.rows(mine) == [(30, [])]


def test_edits_replies_and_reactions_do_not_lock_each_other_out(world: World) -> None:
    topic = world.start()

    def act(number: int) -> None:
        with world.acting("moderatorin" if number % 3 == 0 else "deniz") as scope:
            if number % 3 == 0:
                version = 1 + number // 3
                try:
                    operations.edit_post(
                        scope, topic.topic_id, seq=1, source=f"Nr. {number}", version=version
                    )
                except Conflict:
                    return
            elif number % 3 == 1:
                operations.reply(scope, topic.topic_id, source="x")
            else:
                operations.react(scope, topic.topic_id, seq=1)

    at_once(30, act)
    assert world.rows(sa.select(Topic.reply_count)) == [(10,)]
