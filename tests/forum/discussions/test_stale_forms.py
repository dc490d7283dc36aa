"""A form that was open too long: it is shown again, with what was typed and a token that holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from werkzeug.test import TestResponse

from forum.core import clock as core_clock
from forum.discussions.models import Post, Topic
from tests.forum.discussions.browser import Visitor
from tests.forum.discussions.world import World

Visit = Callable[..., Visitor]
AGAIN = "Schick es einfach noch einmal ab."
TEXT = "Drei Stunden habe ich daran geschrieben. ÄÖÜ <b>&amp;</b>"
SHOWN = "Drei Stunden habe ich daran geschrieben. ÄÖÜ &lt;b&gt;&amp;amp;&lt;/b&gt;</textarea>"


def count(world: World, model: type[Post | Topic]) -> int:
    return int(world.rows(sa.select(sa.func.count()).select_from(model))[0][0])


def token_in(answer: TestResponse) -> str:
    form = answer.text.partition("<main")[2]
    return re.findall(r'name="csrf_token" value="([^"]+)"', form)[0]


@pytest.mark.parametrize("token", ["", "x", "IjEyMyI.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"])
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/t/1/reply", {"text": TEXT}),
        ("/a/recht/new", {"title": "Frage", "kind": "discussion", "text": TEXT}),
        ("/t/1/p/1/edit", {"title": "Frage", "version": "1", "text": TEXT}),
    ],
)
def test_what_was_typed_stands_there_again(
    world: World, visit: Visit, path: str, fields: dict[str, str], token: str
) -> None:
    world.start()
    anke = visit("anke")
    posts = count(world, Post)
    answer = anke.client.post(path, data={**fields, "csrf_token": token})
    assert answer.status_code == 400
    assert AGAIN in answer.text
    assert SHOWN in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert count(world, Post) == posts
    fresh = {**fields, "csrf_token": token_in(answer)}
    assert anke.client.post(path, data=fresh).status_code == 303


def test_a_token_lasts_as_long_as_the_session(
    world: World, visit: Visit, clock: Callable[..., None]
) -> None:
    """Whoever writes for three hours has not done anything wrong."""
    world.start()
    anke = visit("anke")
    token = anke.token()
    clock(core_clock.now() + timedelta(hours=3))
    answer = anke.client.post("/t/1/reply", data={"text": TEXT, "csrf_token": token})
    assert answer.status_code == 303


def test_who_is_signed_out_gets_the_text_back_to_copy(world: World, visit: Visit) -> None:
    world.start()
    anke = visit("anke")
    token = anke.token()
    anke.client.post("/logout", data={"csrf_token": token})
    for path in ("/t/1/reply", "/a/recht/new", "/t/1/p/1/edit"):
        answer = anke.client.post(path, data={"text": TEXT, "csrf_token": token})
        assert answer.status_code == 400
        assert "Du bist nicht mehr angemeldet, deshalb ging nichts durch." in answer.text
        assert SHOWN in answer.text
    assert count(world, Post) == 1


def test_signing_in_again_makes_the_old_form_stale_and_keeps_it(world: World, visit: Visit) -> None:
    """As another window does: the token goes with the session that it belonged to."""
    world.start()
    anke = visit("anke")
    token = anke.token()
    anke.client.post("/logout", data={"csrf_token": token})
    again = visit("anke")
    answer = again.client.post("/t/1/reply", data={"text": TEXT, "csrf_token": token})
    assert (answer.status_code, AGAIN in answer.text, SHOWN in answer.text) == (400, True, True)


def test_a_stale_form_writes_nothing_whatever_the_view_does(world: World, visit: Visit) -> None:
    """The database is read only while a form is shown again."""
    world.start()
    anke = visit("anke")
    seen: list[str] = []

    def note() -> None:
        from forum.core.database import get_mode

        seen.append(get_mode())

    before = world.app.before_request_funcs[None]
    before.append(note)
    try:
        anke.client.post("/t/1/reply", data={"text": TEXT})
        anke.post("/t/1/reply", {"text": TEXT})
    finally:
        before.remove(note)
    assert seen == ["read", "read", "write"]  # in the middle the page with the good token
