"""Feeds, digests and programs hear of badges what readers may, and only of their own awards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from forum_badges import operations
from forum_badges.news import list_news

from forum.accounts.operations import make_access_token
from forum.api.data import now, unit
from forum.plugin import AreaRef, DigestWindow
from forum.testing.builders import switch_plugin

if TYPE_CHECKING:
    from conftest import Workshop


def ask(shop: Workshop, user: int, path: str) -> Any:
    """Ask the API as a member's program does."""
    with shop.app.app_context(), unit():
        token = make_access_token(user, name="Test", scopes=["read"])
    headers = {"Authorization": f"Bearer {token}"}
    return shop.client().get(f"/api/v1{path}", headers=headers)


@pytest.mark.weave("digest", "feed and notification")
def test_a_new_badge_is_told_in_its_area_and_who_has_it_to_nobody(
    shop: Workshop, clock: Callable[[datetime], None]
) -> None:
    badge = shop.make(name="Löten")
    shop.give(badge, shop.anke)
    old = shop.make(name="Altes")
    with shop.acting(shop.admin) as scope:
        operations.retire_achievement(scope, old, retired=True)
    here = AreaRef(shop.here, "werkstatt", "Werkstatt")
    with shop.app.test_request_context():
        at = now()
        clock(at + timedelta(minutes=1))
        [item] = list_news(
            DigestWindow(areas=(here,), since=at, until=at + timedelta(hours=1), limit=10)
        )
        assert (
            list_news(
                DigestWindow(areas=(here,), since=at - timedelta(hours=1), until=at, limit=10)
            )
            == []
        )
    assert (item.key, item.title) == (f"badge-{badge}-new", "Neues Abzeichen: Löten")
    assert "Anke" not in repr(item)
    deniz = shop.client(shop.deniz)
    assert deniz.get(item.path).status_code == 200
    assert "Neues Abzeichen: Löten" in deniz.get("/a/werkstatt/feed.atom").text
    switch_plugin(shop.app, shop.here, "badges", state="off")
    assert "Löten" not in deniz.get("/a/werkstatt/feed.atom").text


@pytest.mark.weave("REST API and feeds")
def test_a_program_reads_the_badges_of_an_area_and_the_awards_of_its_member(
    shop: Workshop,
) -> None:
    badge = shop.make(name="Löten")
    shop.give(badge, shop.anke)
    [award] = shop.awards(shop.anke)
    with shop.acting(shop.admin) as scope:
        operations.revoke_award(scope, award.id, reason="Verwechslung")
    mine = ask(shop, shop.anke, "/badges/awards").get_json()["items"]
    assert [(one["id"], one["name"], one["reason"]) for one in mine] == [
        (award.id, "Löten", "Verwechslung")
    ]
    assert ask(shop, shop.deniz, "/badges/awards").get_json() == {"items": []}
    assert shop.client().get("/api/v1/badges/awards").status_code in (401, 403)
    shop.give(badge, shop.deniz)
    path = "/areas/werkstatt/badges/"
    [told] = ask(shop, shop.deniz, path).get_json()["items"]
    assert (told["name"], told["retired"], told["holders"]) == ("Löten", False, None)
    assert ask(shop, shop.admin, path).get_json()["items"][0]["holders"] == 1
    switch_plugin(shop.app, shop.here, "badges", state="off")
    assert ask(shop, shop.deniz, path).status_code == 404
    assert ask(shop, shop.anke, "/badges/awards").get_json() == {"items": []}
