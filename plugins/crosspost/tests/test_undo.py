"""Taking runs back: nothing of them is left, what they changed is as before, answers stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from forum_crosspost import operations

from forum.api.data import Conflict, unit
from forum.testing.builders import make_post

if TYPE_CHECKING:
    from conftest import Lists

STATE = (
    "SELECT id, area_id, author_id, title, slug, excerpt, reply_count, last_author_id, last_post_at"
    " FROM topic WHERE deleted_at IS NULL ORDER BY id",
    "SELECT id, topic_id, seq, parent_id, path, depth, author_id, source, html, version, edited_at"
    " FROM post ORDER BY id",
    "SELECT post_id, version, source FROM post_revision ORDER BY id",
    "SELECT ext_id, local_id, topic_id, content_hash, first_run_id, last_run_id FROM crosspost_map"
    " ORDER BY ext_id",
    "SELECT child_ext, parent_ext, rank, by_ext FROM crosspost_edge ORDER BY child_ext",
    "SELECT ext_id, display, ghost_id FROM crosspost_author ORDER BY id",
    "SELECT post_id, author_id FROM crosspost_origin ORDER BY post_id",
    "SELECT id, name FROM \"user\" WHERE state = 'ghost' ORDER BY id",
    "SELECT topic_count, last_post_at FROM area ORDER BY id",
)


def state(lists: Lists) -> list[list[tuple[Any, ...]]]:
    return [lists.rows(one) for one in STATE]


def undo(lists: Lists, run: int | None = None) -> operations.Undone:
    number = run or lists.scalar("SELECT max(id) FROM crosspost_run")
    with lists.app.app_context(), unit():
        return operations.undo_run(number, area_id=lists.area, actor_id=lists.anke)


def test_nothing_is_left_of_a_first_run(lists: Lists, archive: list[bytes]) -> None:
    before = state(lists)
    assert lists.bring(*archive).posts_new == 108
    undone = undo(lists)
    assert (undone.posts, undone.kept, undone.authors) == (108, 0, 44)
    assert state(lists) == before
    assert lists.scalar("SELECT count(*) FROM audit_entry WHERE action = 'crosspost.undo_run'") == 1


def test_what_a_second_run_changed_is_as_before(lists: Lists, mail: Any) -> None:
    """New replies, an edit, a late parent that takes the root's place, two topics that join."""
    lists.bring(
        mail("b", answers=["a"], minutes=1, subject="Re: Eins"),
        mail("c", answers=["b"], minutes=2),
        mail("x", minutes=3, subject="Ganz anderes"),
        mail("y", answers=["join", "q"], minutes=4, subject="Lose"),
    )
    before = state(lists)
    report = lists.bring(
        mail("a", subject="Anfang", by="Udo <udo@mail.example>"),
        mail("x", minutes=3, subject="Ganz anderes", text="Verbessert"),
        mail("d", answers=["a", "b", "c"], minutes=9),
        mail("q", answers=["x"], minutes=4),
    )
    assert (report.posts_new, report.posts_changed) == (3, 1)
    assert state(lists) != before
    undo(lists)
    assert state(lists) == before


def test_after_an_undo_the_same_file_comes_in_again(lists: Lists, archive: list[bytes]) -> None:
    file = lists.file(*archive)
    whole = lists.run(file)
    forest = lists.forest()
    undo(lists)
    assert lists.run(file) == whole
    assert lists.forest() == forest


def test_answers_of_members_stay_under_a_placeholder(lists: Lists, mail: Any) -> None:
    mails = [
        mail("a", subject="Geheimer Titel", text="Streng persönlich"),
        mail("b", answers=["a"], minutes=1, text="Weg damit"),
        mail("c", answers=["a"], minutes=2, text="Auch weg"),
    ]
    lists.bring(*mails)
    topic = lists.posts()["b"].topic_id
    seq = lists.scalar("SELECT seq FROM post WHERE source LIKE 'Weg%'")
    make_post(lists.app, topic, author=lists.anke, parent_seq=seq, source="Meine Antwort")
    undone = undo(lists)
    assert (undone.posts, undone.kept) == (1, 2)
    texts = [row[0] for row in lists.rows("SELECT source FROM post ORDER BY seq")]
    assert texts[2] == "Meine Antwort"
    assert all("zurückgenommen" in text for text in texts[:2])
    shown = lists.app.test_client().get(f"/t/{topic}", follow_redirects=True).get_data(as_text=True)
    assert "Meine Antwort" in shown
    for word in ("Geheimer Titel", "Streng", "Rosa Vogel", "Weg damit"):
        assert word not in shown

    report = lists.bring(*mails)
    assert (report.topics_new, report.posts_new, report.posts_changed) == (0, 1, 2)
    assert lists.forest() == {"a": ("a", None, 0), "b": ("a", "a", 1), "c": ("a", "a", 1)}
    assert lists.posts()["a"].title == "Geheimer Titel"
    assert lists.posts()["b"].author == "Rosa Vogel (Mailingliste)"
    assert lists.scalar("SELECT count(*) FROM crosspost_origin") == 3


def test_the_last_run_goes_first(lists: Lists, mail: Any) -> None:
    lists.bring(mail("a"))
    lists.bring(mail("b", answers=["a"], minutes=1))
    first, second = (row[0] for row in lists.rows("SELECT id FROM crosspost_run ORDER BY id"))
    with pytest.raises(Conflict):
        undo(lists, first)
    undo(lists, second)
    undo(lists, first)
    with pytest.raises(Conflict):
        undo(lists, first)
    assert lists.scalar("SELECT count(*) FROM post") == 0


def test_killed_in_between_everything_stands(lists: Lists, archive: list[bytes]) -> None:
    lists.bring(*archive)
    before = state(lists)
    run = lists.scalar("SELECT max(id) FROM crosspost_run")
    with pytest.raises(ZeroDivisionError), lists.app.app_context(), unit():
        operations.undo_run(run, area_id=lists.area, actor_id=None)
        raise ZeroDivisionError
    assert state(lists) == before
