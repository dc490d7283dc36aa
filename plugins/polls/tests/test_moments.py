"""What a poll survives: its topic moved, its post hidden or deleted, the plugin's hooks for all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from forum_polls.models import Turnout, Vote
from forum_polls.plugin import erase_user, export_user, validate_post
from sqlalchemy.exc import IntegrityError
from werkzeug.test import TestResponse

from forum.api.data import NotFound, unscoped
from forum.plugin import AreaRef, PostDraft, TopicRef
from forum.testing.builders import switch_plugin

if TYPE_CHECKING:
    from conftest import Town


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    page = client.get("/a/kreis/").get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return client.post(path, data={"csrf_token": found[1], **fields})


def test_poll_moves_with_its_topic(town: Town) -> None:
    full = town.start()
    town.vote(town.deniz, full, "Ja")
    chair = town.client(town.chair)
    moved = send(chair, f"/t/{full.poll.topic_id}/move", target="nachbarkreis")
    assert moved.status_code == 303
    with pytest.raises(NotFound):
        town.see(full.poll.id, town.deniz)
    assert "Umfrage" not in chair.get(moved.location).get_data(as_text=True)
    switch_plugin(town.app, town.next_door, "polls")
    assert "1 Stimme" in chair.get(moved.location).get_data(as_text=True)
    seen = town.see(full.poll.id, town.deniz, area=town.next_door)
    assert [option.votes for option in seen.options] == [1, 0, 0]
    town.recount()


def test_hidden_post_hides_its_poll_and_stops_voting(town: Town) -> None:
    full = town.start()
    chair = town.client(town.chair)
    path = f"/t/{full.poll.topic_id}/p/1/hide"
    assert send(chair, path, reason="Werbung").status_code == 303
    with pytest.raises(NotFound):
        town.vote(town.deniz, full, "Ja")
    assert "Offene Umfragen" not in chair.get("/a/kreis/").get_data(as_text=True)
    assert send(chair, f"/t/{full.poll.topic_id}/p/1/show").status_code == 303
    town.vote(town.deniz, full, "Ja")


def test_edited_title_leaves_the_question_that_was_voted_on(town: Town) -> None:
    full = town.start()
    author = town.client(town.anke)
    path = f"/t/{full.poll.topic_id}/p/1/edit"
    form = author.get(path).get_data(as_text=True)
    found = re.search(r'name="version"[^>]*value="(\d+)"', form)
    assert found
    edited = send(author, path, title="Ganz anders?", text="Neu.", version=found[1])
    assert edited.status_code == 303
    page = author.get(full.poll.url, follow_redirects=True).get_data(as_text=True)
    assert "<h3>Seid ihr dabei?</h3>" in page


def test_database_refuses_a_second_vote(town: Town) -> None:
    full = town.start()
    town.vote(town.deniz, full, "Ja")
    values = {"poll_id": full.poll.id, "user_id": town.deniz}
    for statement in (
        sa.insert(Turnout).values(**values),
        sa.insert(Vote).values(**values, cast_at=full.poll.created_at),
    ):
        with pytest.raises(IntegrityError), town.acting(town.chair):
            with unscoped("tests go around the lock") as session:
                session.execute(statement)
    assert town.count_rows()["polls_vote"] == 1


def test_core_reaches_the_hooks_of_privacy_where_polls_are_off(town: Town) -> None:
    full = town.start()
    town.vote(town.deniz, full, "Ja")
    switch_plugin(town.app, town.here, "polls", state="off")
    with town.acting(town.chair):
        assert [part.name for part in export_user(town.deniz)] == [
            "votes",
            "answers",
            "polls",
            "turnout",
        ]
        assert erase_user(town.deniz, "keep")["polls_vote"] == 1
    switch_plugin(town.app, town.here, "polls")
    assert town.tally(full.poll.id) == {"Ja": 0, "Nein": 0, "Noch nicht": 0}


def test_replies_and_edits_in_a_poll_are_not_held_against_its_fields() -> None:
    area = AreaRef(1, "kreis", "Kreis")
    topic = TopicRef(5, 1, "poll", "Seid ihr dabei?")
    draft = PostDraft(area=area, author_id=1, source="Ja!", kind="poll", topic=topic)
    assert validate_post(draft) is None
