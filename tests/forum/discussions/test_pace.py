"""How much somebody may write, press and look for in a minute; a text that waits stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from forum.core import clock as core_clock
from forum.discussions.models import Post
from tests.forum.discussions.browser import Visitor
from tests.forum.discussions.world import World

Visit = Callable[..., Visitor]
LATER = "Das war sehr viel in kurzer Zeit. In einer Minute geht es weiter."


@pytest.fixture(autouse=True)
def stopped(clock: Callable[..., None]) -> None:
    """Whole minutes: a window must not end in the middle of a test."""


def test_replies(world: World, visit: Visit, clock: Callable[..., None]) -> None:
    world.start()
    deniz = visit("deniz")
    answers = [deniz.post("/t/1/reply", {"text": f"Nr. {i}"}) for i in range(31)]
    assert [answer.status_code for answer in answers] == [303] * 30 + [429]
    assert LATER in answers[30].text
    assert "Nr. 30</textarea>" in answers[30].text
    assert world.rows(sa.select(sa.func.count()).select_from(Post)) == [(31,)]
    assert visit("petra").post("/t/1/reply", {"text": "Ich auch"}).status_code == 303
    clock(core_clock.now() + timedelta(minutes=1))
    assert deniz.post("/t/1/reply", {"text": "Nr. 30"}).status_code == 303


def test_a_form_sent_twice_counts_once(world: World, visit: Visit) -> None:
    world.start()
    deniz = visit("deniz")
    for _ in range(32):
        assert deniz.post("/t/1/reply", {"text": "Einmal", "key": "k"}).status_code == 303


def test_topics(world: World, visit: Visit) -> None:
    deniz = visit("deniz")
    form = {"title": "Frage", "kind": "discussion", "text": "Wer weiß das?"}
    answers = [deniz.post("/a/recht/new", form) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [303] * 10 + [429]
    assert "Wer weiß das?</textarea>" in answers[10].text


def test_buttons_say_when_it_goes_on(world: World, visit: Visit) -> None:
    world.start()
    deniz = visit("deniz")
    answers = [deniz.post("/t/1/p/1/react", {"kind": "like"}) for _ in range(61)]
    assert {answer.status_code for answer in answers[:60]} == {303}
    assert answers[60].status_code == 429
    assert 1 <= int(answers[60].headers["Retry-After"]) <= 60
    assert LATER in answers[60].text


def test_searches(world: World, visit: Visit) -> None:
    deniz, nobody = visit("deniz"), world.app.test_client()
    assert [deniz.get("/search?q=x").status_code for _ in range(241)] == [200] * 240 + [429]
    assert deniz.get("/search").status_code == 200
    assert [nobody.get("/search?q=x").status_code for _ in range(241)] == [200] * 240 + [429]
