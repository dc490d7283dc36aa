"""Whose posts from elsewhere are: claimed by the confirmed address, given back, taken off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from forum_crosspost import operations

from forum.accounts.queries import list_recipients, suggest_people
from forum.api.data import Conflict, Denied, NotFound, unit
from forum.testing.builders import acting, login, looking, make_user

if TYPE_CHECKING:
    from conftest import Lists


def bring(lists: Lists, mail: Any) -> int:
    """Two mails of Anke's own address and one of Rosa's; return the id of Anke's name there."""
    address = lists.scalar('SELECT email FROM "user" WHERE id = :id', id=lists.anke)
    lists.bring(
        mail("a", by=f"Anke M. <{address.upper()}>"),
        mail("b", answers=["a"], minutes=1),
        mail("c", answers=["b"], minutes=2, by=f"Anke M. <{address}>"),
    )
    return int(lists.scalar("SELECT id FROM crosspost_author WHERE display = 'Anke M.'"))


def authors(lists: Lists) -> list[tuple[Any, ...]]:
    return lists.rows("SELECT author_id FROM post ORDER BY seq")


def test_claimed_and_given_back(lists: Lists, mail: Any) -> None:
    author = bring(lists, mail)
    ghosts = authors(lists)
    topic = "SELECT author_id, last_author_id, people_count FROM topic"
    was = lists.rows(topic)
    with acting(lists.app, lists.anke, lists.area) as scope:
        assert operations.claim_author(scope, author) == 2
    assert authors(lists) == [(lists.anke,), ghosts[1], (lists.anke,)]
    assert lists.rows(topic) == [(lists.anke, lists.anke, 2)]
    assert lists.bring(mail("a"), mail("b", answers=["a"], minutes=1)).posts_new == 0
    with acting(lists.app, lists.anke, lists.area) as scope:
        assert operations.return_author(scope, author) == 2
    assert (authors(lists), lists.rows(topic)) == (ghosts, was)
    actions = lists.rows("SELECT action FROM audit_entry WHERE action LIKE 'crosspost.%'")
    assert actions == [("crosspost.claim_author",), ("crosspost.return_author",)]


def test_only_who_has_the_address(lists: Lists, mail: Any) -> None:
    author = bring(lists, mail)
    other = make_user(lists.app, "Anke M.")
    with pytest.raises(NotFound), acting(lists.app, other, lists.area) as scope:
        operations.claim_author(scope, author)
    lists.change('UPDATE "user" SET email_verified_at = NULL WHERE id = :id', id=lists.anke)
    with pytest.raises(NotFound), acting(lists.app, lists.anke, lists.area) as scope:
        operations.claim_author(scope, author)


def test_what_somebody_else_has_is_theirs(lists: Lists, mail: Any) -> None:
    author = bring(lists, mail)
    with acting(lists.app, lists.anke, lists.area) as scope:
        operations.claim_author(scope, author)
    other = make_user(lists.app)
    with pytest.raises(Denied), acting(lists.app, other, lists.area) as scope:
        operations.return_author(scope, author)
    lists.change(
        "UPDATE crosspost_author SET claimed_by_id = :id WHERE id = :a", id=other, a=author
    )
    with pytest.raises(Conflict), acting(lists.app, lists.anke, lists.area) as scope:
        operations.claim_author(scope, author)


def test_who_objects_is_named_nowhere(lists: Lists, mail: Any) -> None:
    author = bring(lists, mail)
    with acting(lists.app, lists.anke, lists.area) as scope:
        assert operations.object_to_name(scope, author) == 1
    ghost = lists.scalar("SELECT ghost_id FROM crosspost_author WHERE id = :id", id=author)
    names = 'SELECT name, handle FROM "user" WHERE id = :id'
    assert lists.rows(names, id=ghost) == [(f"Gast {ghost}", f"ext-gast-{ghost}")]
    topic = lists.posts()["a"].topic_id
    shown = lists.app.test_client().get(f"/t/{topic}", follow_redirects=True).get_data(as_text=True)
    assert f"Gast {ghost}" in shown
    assert "Anke M." not in shown


def test_erased_with_the_member(lists: Lists, mail: Any) -> None:
    author = bring(lists, mail)
    with acting(lists.app, lists.anke, lists.area) as scope:
        operations.claim_author(scope, author)
    with lists.app.app_context(), unit():
        operations.erase_person(lists.anke)
    row = lists.rows(
        "SELECT a.display, a.claimed_by_id, u.name FROM crosspost_author a"
        ' JOIN "user" u ON u.id = a.ghost_id WHERE a.id = :id',
        id=author,
    )
    assert row[0][:2] == ("", None)
    assert row[0][2].startswith("Gast ")


def test_ghosts_are_no_members(lists: Lists, mail: Any) -> None:
    count = "SELECT member_count FROM area ORDER BY id"
    before = lists.rows(count)
    bring(lists, mail)
    assert lists.rows(count) == before
    with looking(lists.app, lists.anke, lists.area):
        ghosts = [row[0] for row in lists.rows("SELECT ghost_id FROM crosspost_author")]
        assert suggest_people("rosa") == []
        assert list_recipients(ghosts) == []
    page = login(lists.app.test_client(), lists.anke).get("/a/kreis/members").get_data(as_text=True)
    assert "Rosa" not in page
