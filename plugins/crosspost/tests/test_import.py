"""Importing: the tree of a real archive, again and in any order, edits, late parents, silence."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import pytest

from forum.core.consumers import run_consumers
from forum.testing.builders import make_post

if TYPE_CHECKING:
    from conftest import Lists

ALL = {"topics_new": 41, "posts_new": 108, "authors_new": 44}


def test_archive_becomes_topics(lists: Lists, archive: list[bytes], told: Any) -> None:
    assert told(lists.bring(*archive)) == ALL
    forest = lists.forest()
    assert len(forest) == 108
    assert len({root for root, _parent, _depth in forest.values()}) == 41
    assert max(depth for _root, _parent, depth in forest.values()) == 8
    assert lists.scalar("SELECT count(*) FROM topic") == 41


def test_second_time_brings_nothing(lists: Lists, archive: list[bytes], told: Any) -> None:
    file = lists.file(*archive)
    lists.run(file)
    before = lists.rows("SELECT id, topic_id, parent_id, path, version, source FROM post")
    assert told(lists.run(file)) == {"posts_same": 108}
    assert lists.rows("SELECT id, topic_id, parent_id, path, version, source FROM post") == before
    assert lists.scalar("SELECT count(*) FROM topic") == 41


def test_dry_run_says_the_same_and_keeps_nothing(lists: Lists, archive: list[bytes]) -> None:
    file = lists.file(*archive, archive[0], b"From x Wed Jul  1 08:00:00 2020\nX: y\n\n")
    tables = ("post", "topic", "event", "crosspost_map", "crosspost_source", "crosspost_author")
    before = [lists.scalar(f'SELECT count(*) FROM "{name}"') for name in (*tables, "user")]
    dry = lists.run(file, dry_run=True)
    after = [lists.scalar(f'SELECT count(*) FROM "{name}"') for name in (*tables, "user")]
    assert after == before
    assert dry == lists.run(file)
    assert len(dry.rejections) == 2


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_order_of_three_files_makes_no_difference(
    lists: Lists, archive: list[bytes], order: tuple[int, ...]
) -> None:
    parts = [archive[:36], archive[36:72], archive[72:]]
    for at in order:
        lists.bring(*parts[at], key="parts")
    lists.bring(*archive, key="whole")
    assert lists.forest("parts") == lists.forest("whole")
    live = "SELECT count(*) FROM topic WHERE deleted_at IS NULL"
    assert lists.scalar(live) == 82


def test_parent_that_comes_later_takes_its_place(lists: Lists, mail: Any, told: Any) -> None:
    lists.bring(
        mail("b", answers=["a"], minutes=2, subject="Re: Haushalt"),
        mail("c", answers=["a"], minutes=3),
        mail("d", answers=["a", "b"], minutes=4),
    )
    assert lists.forest() == {"b": ("b", None, 0), "c": ("b", "b", 1), "d": ("b", "b", 1)}
    assert told(lists.bring(mail("a", minutes=1, by="Udo", subject="Haushalt 2021"))) == {
        "posts_new": 1,
        "authors_new": 1,
    }
    assert lists.forest() == {
        "a": ("a", None, 0),
        "b": ("a", "a", 1),
        "c": ("a", "a", 1),
        "d": ("a", "b", 2),
    }
    assert lists.rows(
        'SELECT t.title, t.reply_count, u.name FROM topic t JOIN "user" u ON u.id = t.author_id'
    ) == [("Haushalt 2021", 3, "Udo (Mailingliste)")]


def test_link_that_comes_later_joins_two_topics(lists: Lists, mail: Any, told: Any) -> None:
    lists.bring(mail("a", minutes=1), mail("c", answers=["b"], minutes=3))
    topic = lists.posts()["c"].topic_id
    reply = make_post(lists.app, topic, author=lists.anke, source="Von hier")
    assert lists.scalar("SELECT count(*) FROM topic WHERE deleted_at IS NULL") == 2
    assert told(lists.bring(mail("b", answers=["a"], minutes=2))) == {"posts_new": 1}
    assert lists.forest() == {"a": ("a", None, 0), "b": ("a", "a", 1), "c": ("a", "b", 2)}
    kept = lists.posts()["a"].topic_id
    native = lists.rows("SELECT topic_id, depth FROM post WHERE id = :id", id=reply.post_id)
    assert native == [(kept, 3)]
    assert lists.rows("SELECT id, reply_count FROM topic WHERE deleted_at IS NULL") == [(kept, 3)]
    assert lists.scalar("SELECT topic_count FROM area WHERE id = :id", id=lists.area) == 1
    names = {row[0] for row in lists.rows("SELECT name FROM event")}
    assert {"discussions.posts_moved", "discussions.topic_deleted"} <= names


def test_message_that_says_otherwise_takes_its_answers_along(lists: Lists, mail: Any) -> None:
    """`c` names `a` and `b`; when `b` comes it answers nothing, so `c` leaves the topic of `a`."""
    mails = [mail("a"), mail("c", answers=["a", "b"], minutes=3), mail("b", minutes=2)]
    lists.bring(mails[0], mails[1], key="late")
    assert lists.forest("late")["c"] == ("a", "a", 1)
    lists.bring(mails[2], key="late")
    lists.bring(*mails, key="whole")
    assert lists.forest("late") == lists.forest("whole")
    assert lists.forest("late")["c"] == ("b", "b", 1)


@pytest.mark.weave("moderation")
def test_nothing_is_carried_out_of_what_a_moderator_hid(lists: Lists, mail: Any) -> None:
    lists.bring(mail("a", minutes=1), mail("c", answers=["b"], minutes=3))
    topic = lists.posts()["a"].topic_id
    lists.change("UPDATE topic SET hidden_at = created_at WHERE id = :id", id=topic)
    lists.bring(mail("b", answers=["a"], minutes=2))
    assert lists.posts()["c"].topic_id != topic
    assert lists.posts()["b"].topic_id == topic


def test_circle_is_cut_at_its_earliest_message(lists: Lists, mail: Any) -> None:
    lists.bring(
        mail("a", answers=["c"], minutes=1),
        mail("b", answers=["a"], minutes=2),
        mail("c", answers=["b"], minutes=3),
    )
    assert lists.forest() == {"a": ("a", None, 0), "b": ("a", "a", 1), "c": ("a", "b", 2)}


def test_changed_message_is_an_edit(lists: Lists, mail: Any, told: Any) -> None:
    lists.bring(mail("a", text="Erst so"), mail("b", answers=["a"]))
    again = lists.file(mail("a", text="Dann so"), mail("b", answers=["a"]))
    assert told(lists.run(again)) == {"posts_changed": 1, "posts_same": 1}
    assert lists.posts()["a"].source == "Dann so"
    assert lists.rows("SELECT source FROM post_revision") == [("Erst so",)]
    assert told(lists.run(again)) == {"posts_same": 2}


def test_deleted_post_stays_deleted(lists: Lists, mail: Any, told: Any) -> None:
    lists.bring(mail("a"), mail("b", answers=["a"], text="Weg damit"))
    lists.change("UPDATE post SET deleted_at = created_at WHERE source = 'Weg damit'")
    report = lists.bring(mail("a"), mail("b", answers=["a"], text="Doch wieder da"))
    assert told(report) == {"posts_same": 2}
    assert lists.posts()["b"].source == "Weg damit"


@pytest.mark.weave("feed and notification")
def test_import_is_silent(lists: Lists, archive: list[bytes], mail: Any) -> None:
    lists.bring(*archive, mail("n", answers=["m1"], text="Hallo @anke-albers"))
    with lists.app.app_context():
        while run_consumers():
            pass
    origins = lists.rows("SELECT DISTINCT origin FROM event WHERE name LIKE 'discussions.%'")
    assert origins == [("import",)]
    assert lists.scalar("SELECT count(*) FROM notification") == 0
    assert lists.scalar("SELECT count(*) FROM mail") == 0


def test_statements_do_not_grow_with_the_batch(
    lists: Lists, archive: list[bytes], statements_seen: list[str]
) -> None:
    """Core counts every topic anew; beside that a batch of 108 costs what one of 2 costs."""
    own: list[int] = []
    for part in (archive[:2], archive):
        lists.files += 100
        file = lists.file(*part)
        before = len(statements_seen)
        lists.run(file, key=f"k{len(part)}")
        sent = statements_seen[before:]
        own.append(sum("crosspost" in one for one in sent))
    assert own[0] == own[1]
