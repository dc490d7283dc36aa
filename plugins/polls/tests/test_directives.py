"""Polls in the text of a post: written, previewed, edited; what has votes stays as it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from forum_polls import queries
from forum_polls.shapes import FullPoll

from forum.api.data import Invalid
from forum.discussions import operations as discussions
from forum.testing.builders import acting, looking, make_post, make_topic

if TYPE_CHECKING:
    from conftest import Town

TEXT = "Bald ist Fest.\n\n:::poll Kommt ihr? id=fest {rules}\n- Ja\n- Nein\n:::\n\nBis dann."


def read(town: Town, post_id: int) -> list[FullPoll]:
    with looking(town.app, town.anke, town.here):
        return queries.list_polls_of_posts([post_id])


def edit(town: Town, topic_id: int, source: str, *, version: int) -> None:
    with acting(town.app, town.anke, town.here) as scope:
        discussions.edit_post(scope, topic_id, seq=1, source=source, version=version)


def test_directive_becomes_a_poll_where_it_stands(town: Town) -> None:
    made = make_topic(town.app, town.here, author=town.anke, source=TEXT.format(rules="own=open"))
    (full,) = read(town, made.post_id)
    assert (full.poll.name, full.poll.question, full.poll.own_answers) == (
        "poll.fest",
        "Kommt ihr?",
        "open",
    )
    assert [option.text for option in full.options] == ["Ja", "Nein"]
    town.vote(town.deniz, full, "Ja")
    page = town.client(town.deniz).get(full.poll.url, follow_redirects=True).text
    assert page.count(f'id="poll-{full.poll.id}"') == 1
    assert page.index("Bald ist Fest.") < page.index("Kommt ihr?</h3>") < page.index("Bis dann.")
    town.recount()


def test_several_polls_of_one_post_and_of_replies(town: Town) -> None:
    source = TEXT.format(rules="") + "\n\n:::poll Womit? kind=ranked\n- Rad\n- Bahn\n:::"
    made = make_topic(town.app, town.here, author=town.anke, source=source)
    reply = make_post(
        town.app,
        made.topic_id,
        author=town.deniz,
        source=":::poll Wann? kind=dates\n24.12.2026\n25.12.2026\n:::",
    )
    assert [one.poll.kind for one in read(town, made.post_id)] == ["single", "ranked"]
    assert [one.poll.kind for one in read(town, reply.post_id)] == ["dates"]


@pytest.mark.parametrize(
    "block",
    [
        ":::poll Kommt ihr?\n- Ja\n:::",
        ":::poll\n- Ja\n- Nein\n:::",
        ":::poll Kommt ihr?\n- Ja\n- JA\n:::",
        ":::poll Kommt ihr? end=2020-01-01T10:00\n- Ja\n- Nein\n:::",
        ":::poll Kommt ihr? farbe=rot\n- Ja\n- Nein\n:::",
        ":::poll Kommt ihr? kind=orakel\n- Ja\n- Nein\n:::",
    ],
)
def test_directive_that_does_not_hold_refuses_the_post(town: Town, block: str) -> None:
    with pytest.raises(Invalid):
        make_topic(town.app, town.here, author=town.anke, source=block)
    assert town.count_rows()["polls_poll"] == 0


def test_edits_keep_polls_and_their_votes(town: Town) -> None:
    made = make_topic(town.app, town.here, author=town.anke, source=TEXT.format(rules=""))
    (before,) = read(town, made.post_id)
    edit(town, made.topic_id, TEXT.format(rules="") + "\nGrüße", version=1)
    (same,) = read(town, made.post_id)
    assert same.poll.id == before.poll.id
    edit(town, made.topic_id, TEXT.format(rules="").replace("Ja", "Klar"), version=2)
    (changed,) = read(town, made.post_id)
    assert [option.text for option in changed.options] == ["Klar", "Nein"]
    town.vote(town.deniz, changed, "Klar")
    for source in (TEXT.format(rules=""), "Nichts mehr.", TEXT.format(rules="secret=1")):
        with pytest.raises(Invalid):
            edit(town, made.topic_id, source, version=3)
    (kept,) = read(town, made.post_id)
    assert kept.poll.voters == 1
    town.recount()


def test_a_poll_without_votes_goes_with_its_text(town: Town) -> None:
    made = make_topic(town.app, town.here, author=town.anke, source=TEXT.format(rules=""))
    edit(town, made.topic_id, "Nichts mehr.", version=1)
    assert read(town, made.post_id) == []
