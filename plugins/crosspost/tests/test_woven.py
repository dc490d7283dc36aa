"""What came from outside, in the surfaces that all share: found, told and read like the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from forum_crosspost import operations

from forum.api.data import Viewer, as_viewer, read_unit, unit
from forum.core.consumers import run_consumers
from forum.core.runner import run_all
from forum.search.queries import search_posts
from forum.testing.builders import make_area, make_user, switch_plugin

if TYPE_CHECKING:
    from conftest import Lists


def find(lists: Lists, text: str, user: int) -> int:
    """Bring the index up and count what somebody finds."""
    with lists.app.app_context():
        while run_consumers():
            pass
        run_all()
    viewer = Viewer(user)
    with lists.app.test_request_context(), read_unit(), as_viewer(viewer):
        return search_posts(viewer, text).total


def undo(lists: Lists) -> None:
    run = lists.scalar("SELECT max(id) FROM crosspost_run")
    with lists.app.app_context(), unit():
        operations.undo_run(run, area_id=lists.area, actor_id=None)


@pytest.mark.weave("search")
def test_found_by_who_may_read_and_gone_when_taken_back(lists: Lists, mail: Any) -> None:
    closed = make_area(
        lists.app, "Vorstand", slug="vorstand", visibility="hidden", members={lists.anke: "member"}
    )
    switch_plugin(lists.app, closed, "crosspost")
    lists.bring(mail("a", subject="Zwetschgenkuchen", text="Rezept offen"))
    lists.area = closed
    lists.bring(mail("b", subject="Zwetschgenschnaps", text="Rezept geheim"))
    stranger = make_user(lists.app, "Fremd")
    assert find(lists, "Zwetschgenkuchen", stranger) == 1
    assert find(lists, "Zwetschgenschnaps", lists.anke) == 1
    assert find(lists, "Zwetschgenschnaps", stranger) == 0
    undo(lists)
    assert find(lists, "Zwetschgenschnaps", lists.anke) == 0
    assert find(lists, "Zwetschgenkuchen", lists.anke) == 1


@pytest.mark.weave("REST API and feeds")
def test_programs_and_readers_of_feeds_see_who_wrote_and_when(lists: Lists, mail: Any) -> None:
    lists.bring(
        mail("a", subject="Werkzeug", text="Wer leiht mir eins?"),
        mail("b", answers=["a"], minutes=5, text="Ich.", by="Udo <udo@mail.example>"),
    )
    client = lists.app.test_client()
    topic = lists.scalar("SELECT id FROM topic")
    posts = client.get(f"/api/v1/topics/{topic}/posts").get_json()["items"]
    told = [(one["author"]["name"], one["created_at"][:16]) for one in posts]
    assert told == [
        ("Rosa Vogel (Mailingliste)", "2020-07-01T08:00"),
        ("Udo (Mailingliste)", "2020-07-01T08:05"),
    ]
    feed = client.get("/a/kreis/feed.atom").get_data(as_text=True)
    assert "Werkzeug" in feed
    for text in (feed, str(posts)):
        assert "mail.example" not in text
    undo(lists)
    assert client.get(f"/api/v1/topics/{topic}/posts").status_code == 404
    assert "Werkzeug" not in client.get("/a/kreis/feed.atom").get_data(as_text=True)
