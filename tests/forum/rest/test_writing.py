"""Writing: the same rules, vetoes and limits as the form, once per key."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.core.database import unit, unscoped
from forum.core.events import EventRow
from forum.core.services import service
from forum.discussions.models import Post, Topic
from forum.testing.builders import make_topic, switch_plugin
from tests.forum.rest.program import Program, Town

NEW = {"title": "Haushalt", "text": "Wer hat einen Entwurf?"}
REPLY = {"text": "Ich, morgen."}
TOPICS = "/areas/recht/topics"


def count(app: Flask, model: Any) -> int:
    with app.app_context(), unit(), unscoped("tests look behind the wall") as session:
        return int(session.scalar(sa.select(sa.func.count()).select_from(model)) or 0)


def start(town: Town, slug: str = "recht", **kw: Any) -> int:
    return make_topic(town.app, town.areas[slug], author=town.people["anke"], **kw).topic_id


def test_a_topic_and_a_reply(town: Town) -> None:
    anke, other = town.program("anke"), town.program("moderatorin")
    made = anke.post(TOPICS, NEW)
    assert made.status_code == 201, made.text
    topic = made.json["id"]
    assert made.headers["Location"] == f"/api/v1/topics/{topic}"
    assert anke.get(made.headers["Location"]).json == made.json
    written = other.post(f"/topics/{topic}/posts", REPLY)
    assert written.status_code == 201, written.text
    assert written.headers["Location"] == f"/api/v1/topics/{topic}/posts/2"
    below = anke.post(f"/topics/{topic}/posts", {"text": "Danke.", "parent": 2}).json
    assert (below["seq"], below["parent"], below["depth"]) == (3, 2, 2)
    assert anke.get(f"/topics/{topic}/posts/2").json == written.json
    page = town.app.test_client().get(f"/t/{topic}")
    assert page.status_code == 404, "members only, by token as by page"


def test_what_is_written_is_told_like_any_other_post(town: Town) -> None:
    topic = town.program("anke").post(TOPICS, NEW).json["id"]
    town.program("moderatorin").post(f"/topics/{topic}/posts", {"text": "An @anke"})
    with town.app.app_context(), unit(), unscoped("tests look behind the wall") as session:
        rows = session.execute(
            sa.select(EventRow.name, EventRow.origin).where(EventRow.name.like("discussions.%"))
        ).all()
    assert ("discussions.topic_created", "member") in rows
    assert rows.count(("discussions.post_created", "member")) == 2


@pytest.mark.parametrize(
    ("name", "slug", "status"),
    [
        (None, "recht", 401),
        (None, "zu", 401),
        ("fremd", "recht", 403),
        ("fremd", "kreis", 404),
        ("fremd", "zu", 404),
        ("fremd", "gibt-es-nicht", 404),
        ("anke", "zu", 201),
    ],
)
def test_only_who_may_write_writes(town: Town, name: str | None, slug: str, status: int) -> None:
    topic = start(town, slug) if slug in town.areas else 1
    before = count(town.app, Post)
    program = town.program(name)
    assert program.post(f"/areas/{slug}/topics", NEW).status_code == status
    path = f"/topics/{topic}/posts" if slug in town.areas else "/topics/987654/posts"
    assert program.post(path, REPLY).status_code == status
    assert count(town.app, Post) == before + (2 if status == 201 else 0)


def test_scopes(town: Town) -> None:
    topic = start(town)
    reader, writer = town.program("anke", ["read"]), town.program("anke", ["write"])
    refused = reader.post(f"/topics/{topic}/posts", REPLY)
    assert refused.status_code == 403
    assert 'scope="write"' in refused.headers["WWW-Authenticate"]
    assert "insufficient_scope" in refused.headers["WWW-Authenticate"]
    assert writer.post(f"/topics/{topic}/posts", REPLY).status_code == 201
    assert writer.get(f"/topics/{topic}").status_code == 403
    assert reader.get(f"/topics/{topic}").status_code == 200


def test_announcements_are_for_the_core_team(town: Town) -> None:
    sent = {**NEW, "kind": "announcement"}
    assert town.program("anke").post(TOPICS, sent).status_code == 403
    made = town.program("moderatorin").post(TOPICS, sent)
    assert made.status_code == 201 and made.json["kind"] == "announcement"


def faults(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {fault["pointer"]: fault["detail"] for fault in answer.json["errors"]}


def test_what_does_not_hold_is_said_at_its_field(town: Town) -> None:
    anke = town.program("anke")
    assert set(faults(anke.post(TOPICS, {}))) == {"#/title", "#/text"}
    assert set(faults(anke.post(TOPICS, {**NEW, "title": " \n "}))) == {"#/title"}
    assert set(faults(anke.post(TOPICS, {**NEW, "title": "x" * 161}))) == {"#/title"}
    assert set(faults(anke.post(TOPICS, {**NEW, "text": " "}))) == {"#/text"}
    assert set(faults(anke.post(TOPICS, {**NEW, "text": "ä" * 40_000}))) == {"#/text"}
    assert set(faults(anke.post(TOPICS, {**NEW, "title": 5}))) == {"#/title"}
    assert set(faults(anke.post(TOPICS, {**NEW, "kind": "gibt_es_nicht"}))) == {"#/kind"}
    assert set(faults(anke.post(TOPICS, {**NEW, "area_id": 7}))) == {"#/area_id"}
    assert set(faults(anke.post(TOPICS, {**NEW, "fields": {"x": []}}))) == {"#/fields/x"}
    topic = f"/topics/{start(town)}/posts"
    assert set(faults(anke.post(topic, {**REPLY, "parent": 99}))) == {"#/parent"}
    assert set(faults(anke.post(topic, {**REPLY, "parent": 0}))) == {"#/parent"}
    assert count(town.app, Post) == 1


def test_texts_are_cleaned_as_in_forms(town: Town) -> None:
    made = town.program("anke").post(TOPICS, {"title": " A\u0000\n B ", "text": "a\r\nb\u0000"})
    assert made.status_code == 201, made.text
    assert made.json["title"] == "A B"
    with town.app.app_context(), unit(), unscoped("tests look behind the wall") as session:
        assert session.scalar(sa.select(Post.source)) == "a\nb"


def test_a_plugins_kind_is_written_with_its_fields(town: Town) -> None:
    anke = town.program("anke")
    fields = {"polls_options": ["Ja\nNein"], "polls_own": ["open"]}
    poll = {**NEW, "kind": "poll", "fields": fields}
    assert set(faults(anke.post(TOPICS, poll))) == {"#/kind"}, "off means off"
    switch_plugin(town.app, town.areas["recht"], "polls")
    made = anke.post(TOPICS, poll)
    assert made.status_code == 201 and made.json["kind"] == "poll"
    switch_plugin(town.app, town.areas["recht"], "polls", state="off")
    assert anke.get(f"/topics/{made.json['id']}").json["kind"] == "discussion"


def test_a_locked_topic_takes_no_reply(town: Town) -> None:
    from forum.discussions.operations import lock_for_replies
    from forum.testing.builders import acting

    topic = start(town)
    with acting(town.app, town.people["moderatorin"], town.areas["recht"]) as scope:
        lock_for_replies(scope, topic)
    refused = town.program("anke").post(f"/topics/{topic}/posts", REPLY)
    assert refused.status_code == 403
    assert "geschlossen" in refused.json["detail"]


def test_a_repeat_with_the_same_key_writes_nothing(town: Town) -> None:
    anke, other = town.program("anke"), town.program("moderatorin")
    headers = {"Idempotency-Key": "abc-1"}
    path = f"/topics/{start(town)}/posts"
    first, again = (anke.post(path, REPLY, headers=headers) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json and first.headers["Location"] == again.headers["Location"]
    differs = anke.post(path, {"text": "Anders."}, headers=headers)
    assert differs.status_code == 422 and "Schlüssel" in differs.json["detail"]
    assert other.post(path, REPLY, headers=headers).json["seq"] == 3, "keys are one member's own"
    first, again = (anke.post(TOPICS, NEW, headers=headers) for _ in range(2))
    assert first.json == again.json
    assert count(town.app, Topic) == 2
    for key in ("", " ", "x" * 65, "ä"):
        assert anke.post(path, REPLY, headers={"Idempotency-Key": key}).status_code == 422


def test_twenty_at_once_with_one_key_write_one(town: Town) -> None:
    anke, path = town.program("anke"), f"/topics/{start(town)}/posts"

    def send(_number: int) -> int:
        answer = anke.post(path, REPLY, headers={"Idempotency-Key": "k"})
        return int(answer.json["seq"]) if answer.status_code == 201 else -answer.status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(send, range(20))) == {2}
    assert count(town.app, Post) == 2


def test_a_failed_try_leaves_the_key_free(town: Town) -> None:
    anke, headers = town.program("anke"), {"Idempotency-Key": "k"}
    path = f"/topics/{start(town)}/posts"
    assert anke.post(path, {**REPLY, "parent": 9}, headers=headers).status_code == 422
    assert anke.post(path, REPLY, headers=headers).status_code == 201


def test_writing_has_the_pace_of_the_form(town: Town) -> None:
    path, anke = f"/topics/{start(town)}/posts", town.program("anke")
    with town.app.app_context():
        service("limiter").reset()
        for _ in range(30):
            service("limiter").hit("post", f"user:{town.people['anke']}")
    refused = anke.post(path, REPLY)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.mimetype == "application/problem+json"


@pytest.mark.parametrize("who", ["token", "address"])
def test_programs_have_a_pace(town: Town, who: str) -> None:
    program = town.program("anke" if who == "token" else None)
    with town.app.app_context():
        service("limiter").reset()
        key = "token:1" if who == "token" else "ip:127.0.0.1"
        most = {"token": 300, "address": 900}[who]
        service("limiter").hit(f"api.{who}", key, cost=most - 1)
    assert program.get("/areas").status_code == 200
    refused = program.get("/areas")
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) >= 1
    assert Program(town.app).get("/areas").status_code == (200 if who == "token" else 429)
