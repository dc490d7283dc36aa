"""Ghosts: names without addresses, nobody taken for a member, data handed over and taken away."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from forum_crosspost import operations

from forum.accounts.operations import merge_users
from forum.api.data import unit
from forum.testing.builders import make_user

if TYPE_CHECKING:
    from conftest import Lists

ADDRESS = re.compile(r"[\w.]+@[\w.]+")


def names(lists: Lists) -> list[str]:
    return [
        row[0] for row in lists.rows("SELECT name FROM \"user\" WHERE state = 'ghost' ORDER BY id")
    ]


def test_one_ghost_per_address(lists: Lists, mail: Any, told: Any) -> None:
    report = lists.bring(
        mail("a", by="Rosa Vogel <rosa@mail.example>"),
        mail("b", by="R. Vogel <ROSA@mail.example>", answers=["a"], minutes=1),
        mail("c", by="Rosa Vogel <rosa@other.example>", answers=["a"], minutes=2),
        mail("d", by="someone@mail.example", minutes=3),
    )
    assert told(report)["authors_new"] == 3
    assert sorted(names(lists)) == [
        "Rosa Vogel (Mailingliste)",
        "Rosa Vogel (Mailingliste)",
        "Unbekannt (Mailingliste)",
    ]
    assert lists.posts()["a"].author == lists.posts()["b"].author
    assert told(lists.bring(mail("e", by="Rosa <rosa@mail.example>", minutes=4))) == {
        "topics_new": 1,
        "posts_new": 1,
    }


def test_no_address_is_kept(lists: Lists, mail: Any) -> None:
    lists.bring(mail("a", by="rosa@mail.example", text="Von rosa@mail.example"), mail("b"))
    for table in (
        "user",
        "crosspost_author",
        "crosspost_source",
        "crosspost_origin",
        "crosspost_run",
    ):
        rows = lists.rows(f'SELECT * FROM "{table}" WHERE 1 = 1')
        ghosts = [row for row in rows if "ghost" in row or table != "user"]
        assert [text for row in ghosts for text in row if ADDRESS.search(str(text))] == []
    assert lists.rows("SELECT source FROM post ORDER BY id")[0] == ("Von rosa\\@…",)


def test_ghost_is_never_taken_for_a_member(lists: Lists, mail: Any) -> None:
    make_user(lists.app, "Rosa Vogel")
    make_user(lists.app, "Udo (Mailingliste)")
    lists.bring(mail("a"), mail("b", by="Udo <u@mail.example>", minutes=1))
    assert names(lists) == ["Rosa Vogel (Mailingliste)", "Udo (Mailingliste, von außen)"]


def test_long_and_hostile_names_keep_their_suffix(lists: Lists, mail: Any) -> None:
    lists.bring(
        mail("a", by=f"{'Lang ' * 40} <a@mail.example>"),
        mail("b", by="x.evil.tld <b@mail.example>", minutes=1),
        mail("c", by="\u202e\u200bAnna\u2066 <c@mail.example>", minutes=2),
    )
    found = names(lists)
    assert all(name.endswith(" (Mailingliste)") and len(name) <= 80 for name in found)
    assert found[1:] == ["x evil tld (Mailingliste)", "Anna (Mailingliste)"]


@pytest.mark.weave("export and erasure")
def test_erased_ghost_stays_erased(lists: Lists, mail: Any) -> None:
    lists.bring(mail("a"))
    ghost = lists.scalar("SELECT ghost_id FROM crosspost_author")
    with lists.app.app_context(), unit():
        assert operations.erase_person(ghost) == {"crosspost_author": 1}
    assert lists.rows("SELECT display, ghost_id FROM crosspost_author") == [("", ghost)]
    assert lists.bring(mail("b", minutes=1)).authors_new == 0


def test_claims_are_handed_over_and_taken_back(lists: Lists, mail: Any) -> None:
    lists.bring(mail("a"))
    lists.change(
        "UPDATE crosspost_author SET claimed_by_id = :id, claim_proof = 'mail'", id=lists.anke
    )
    with lists.app.app_context(), unit():
        (part,) = operations.export_person(lists.anke)
        assert part.name == "authors"
        assert [dict(one) for one in part.records] == [
            {"name": "Rosa Vogel", "source": "Mailingliste", "proof": "mail", "claimed_at": None}
        ]
        assert operations.erase_person(lists.anke) == {"crosspost_author": 1}
    assert lists.rows("SELECT claimed_by_id, claim_proof FROM crosspost_author") == [(None, "")]


def test_source_says_what_the_import_rests_on(lists: Lists, mail: Any) -> None:
    lists.bring(mail("a"))
    assert lists.rows("SELECT kind, policy, basis, basis_at IS NULL FROM crosspost_source") == [
        ("mbox", "named", "list-terms", False)
    ]


def test_who_turns_out_to_be_a_member_has_claimed_the_name(lists: Lists, mail: Any) -> None:
    """What came over is theirs; what still comes under the name does not speak for them."""
    lists.bring(mail("a", by="Rosa Vogel <rosa@mail.example>"))
    [(ghost,)] = lists.rows("SELECT id FROM \"user\" WHERE state = 'ghost'")
    rosa = make_user(lists.app, "Rosa Vogel")
    with lists.app.app_context(), unit():
        assert merge_users(ghost, rosa)["crosspost_author"] == 1
    assert lists.posts()["a"].author == "Rosa Vogel"
    columns = "claimed_by_id, claim_proof, ghost_id"
    [(claimed, proof, fresh)] = lists.rows(f"SELECT {columns} FROM crosspost_author")
    assert (claimed, proof) == (rosa, "merge")
    assert fresh not in (ghost, rosa)
    lists.bring(mail("b", by="Rosa Vogel <rosa@mail.example>", answers=["a"], minutes=1))
    assert dict(lists.rows("SELECT seq, author_id FROM post")) == {1: rosa, 2: fresh}
