"""Where a post came from, under every post and only where the plugin is on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from forum_crosspost.queries import list_origins

from forum.api.data import Viewer, as_viewer, read_unit
from forum.testing.builders import login, looking, make_area, make_post, switch_plugin

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Lists

URL = "https://lists.example/1?a=1&b=2"
LINK = re.compile(r'<a href="([^"]+)" rel="([^"]+)"')


def page(lists: Lists, key: str = "a", **arguments: Any) -> str:
    topic = lists.posts()[key].topic_id
    client = lists.app.test_client()
    return client.get(f"/t/{topic}", follow_redirects=True, **arguments).get_data(as_text=True)


def test_label_time_and_link_stand_under_the_post(lists: Lists, mail: Any) -> None:
    headers = f"List-Id: Unsere <b>Liste</b> <liste.example>\nArchived-At: <{URL}>"
    lists.bring(mail("a", headers=headers), mail("b", answers=["a"], minutes=1))
    make_post(lists.app, lists.posts()["a"].topic_id, author=lists.anke)
    shown = page(lists)
    panels = re.findall(r'<p class="row small origin">.*?</p>', shown, re.S)
    assert len(panels) == 2
    assert LINK.findall(panels[0]) == [
        ("https://lists.example/1?a=1&amp;b=2", "nofollow ugc noopener")
    ]
    assert "1. Juli 2020, 10:00 Uhr" in panels[0]
    assert "<b>" not in panels[0]
    assert "list-1" in panels[1]
    assert LINK.findall(panels[1]) == []


@pytest.mark.weave("theme and no-JS")
def test_nothing_is_loaded_from_elsewhere(lists: Lists, mail: Any) -> None:
    text = "https://other.example/x.png"
    lists.bring(mail("a", text=text, headers=f"Archived-At: <{URL}>"))
    assert re.findall(r'(?:src|srcset|action|poster)="https?:[^"]*"', page(lists)) == []


@pytest.mark.weave("area on/off")
def test_off_means_gone_and_on_again_all_back(lists: Lists, mail: Any) -> None:
    lists.bring(mail("a", headers=f"Archived-At: <{URL}>"))
    assert "origin" in page(lists)
    switch_plugin(lists.app, lists.area, "crosspost", state="off")
    shown = page(lists)
    assert "Guten Tag" in shown
    assert "nofollow ugc" not in shown
    assert lists.scalar("SELECT count(*) FROM crosspost_origin") == 1
    switch_plugin(lists.app, lists.area, "crosspost")
    assert "nofollow ugc" in page(lists)


@pytest.mark.weave("permission")
def test_only_readers_of_a_post_learn_where_it_came_from(lists: Lists, mail: Any) -> None:
    lists.bring(mail("a"))
    post = lists.scalar("SELECT id FROM post")
    closed = make_area(lists.app, "Zu", visibility="hidden")
    lists.change("UPDATE topic SET area_id = :area", area=closed)
    with lists.app.app_context(), read_unit(), as_viewer(Viewer(lists.anke)):
        assert list_origins([post]) == []


def test_one_statement_whatever_the_page_shows(
    lists: Lists, mail: Any, statements: Callable[[Callable[[], object]], list[str]]
) -> None:
    lists.bring(*[mail(f"m{n}", answers=["m0"] if n else [], minutes=n) for n in range(15)])
    ids = [row[0] for row in lists.rows("SELECT id FROM post")]
    with looking(lists.app, None, lists.area):
        assert len(statements(lambda: list_origins(ids[:1]))) == 1
        assert len(statements(lambda: list_origins(ids))) == 1


def test_areas_without_names_from_elsewhere_cost_nothing_and_one_s_own_are_told_at_once(
    lists: Lists, mail: Any, statements: Callable[[Callable[[], object]], list[str]]
) -> None:
    client = lists.app.test_client()
    login(client, lists.anke)

    def look() -> str:
        return client.get("/a/kreis/").get_data(as_text=True)

    assert not [one for one in statements(look) if "crosspost_" in one]
    assert "Warst du das?" not in look()
    address = lists.scalar('SELECT email FROM "user" WHERE id = :id', id=lists.anke)
    lists.bring(mail("a", by=f"Anke M. <{address}>"))
    assert "Warst du das?" in look()
