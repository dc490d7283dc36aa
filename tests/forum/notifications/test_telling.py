"""Whom an event is told to, as what, how often."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from forum.core.database import unit
from forum.core.events import EventRow
from forum.discussions import operations
from forum.notifications.operations import handle_event
from forum.plugin import EventRef
from tests.forum.notifications.post_office import MOMENT, PostOffice


def test_reply_mention_quote_follow(office: PostOffice) -> None:
    topic = office.world.start("anke", title="Beiträge?")
    office.minute(1)
    office.world.reply("deniz", topic.topic_id, "Antwort an Anke")
    office.minute(2)
    office.world.reply("petra", topic.topic_id, "@joerg, was sagst du?", parent=2)
    office.work()
    assert office.kinds("anke") == ["followed", "reply"]
    assert office.kinds("deniz") == ["reply"]
    assert office.kinds("joerg") == ["mention"]
    assert office.kinds("petra") == []
    assert [office.bell(name) for name in ("anke", "deniz", "joerg", "petra")] == [2, 1, 1, 0]


def test_the_strongest_reason_counts_once(office: PostOffice) -> None:
    topic = office.world.start("anke")
    office.world.reply("deniz", topic.topic_id, "Hallo @anke, ja @anke, @deniz und @anke!")
    office.work()
    assert office.kinds("anke") == ["mention"]
    assert office.kinds("deniz") == []
    assert office.bell("anke") == 1


def test_quoted_author_is_told(office: PostOffice) -> None:
    topic = office.world.start("anke")
    quoted = office.world.reply("deniz", topic.topic_id, "Klug.")
    text = f":::quote post={quoted.post_id} by=deniz\nKlug.\n:::\n\nStimmt."
    office.world.reply("petra", topic.topic_id, text)
    office.work()
    assert office.kinds("deniz") == ["quote"]
    assert office.kinds("anke") == ["reply", "reply"]


def test_same_event_twice_is_one_notification(office: PostOffice) -> None:
    topic = office.world.start("anke")
    office.world.reply("deniz", topic.topic_id)
    office.work()
    row = office.world.rows(sa.select(EventRow).where(EventRow.name == "discussions.post_created"))[
        -1
    ][0]
    event = EventRef(
        id=row.id,
        name=row.name,
        at=row.at,
        area_id=row.area_id,
        actor_id=row.actor_id,
        origin="member",
        payload=row.payload,
    )
    for _ in range(2):
        with office.app.app_context(), unit():
            handle_event(event)
    assert office.kinds("anke") == ["reply"]
    assert office.bell("anke") == 1
    assert len(office.deliver()) == 1


def test_muted_topic_is_silent_even_for_mentions(office: PostOffice) -> None:
    topic = office.world.start("anke")
    with office.world.acting("anke") as scope:
        operations.mute_topic(scope.viewer, topic.topic_id)
    office.world.reply("deniz", topic.topic_id, "@anke?")
    office.work()
    assert office.kinds("anke") == []


def test_followers_are_told_and_unfollowing_ends_it(office: PostOffice) -> None:
    topic = office.world.start("anke")
    with office.world.acting("petra") as scope:
        operations.follow_topic(scope.viewer, topic.topic_id)
    office.minute(1)
    office.world.reply("deniz", topic.topic_id)
    office.work()
    assert office.kinds("petra") == ["followed"]
    with office.world.acting("petra") as scope:
        operations.unfollow_topic(scope.viewer, topic.topic_id)
    office.world.reply("deniz", topic.topic_id)
    office.work()
    assert office.kinds("petra") == ["followed"]


def test_who_may_not_read_is_not_told(office: PostOffice) -> None:
    topic = office.world.start("anke", "zu", title="KANARIE-zu")
    office.world.reply("anke", topic.topic_id, "@deniz @petra", slug="zu")
    office.work()
    assert [office.rows(name) for name in ("deniz", "petra", "anke")] == [0, 0, 0]


def test_who_follows_later_is_not_told_of_what_was_before(office: PostOffice) -> None:
    topic = office.world.start("anke")
    office.world.reply("deniz", topic.topic_id)
    office.minute(1)
    with office.world.acting("petra") as scope:
        operations.follow_topic(scope.viewer, topic.topic_id)
    office.work()
    assert office.kinds("petra") == []


def test_who_has_lost_access_before_the_worker_came_is_not_told(office: PostOffice) -> None:
    topic = office.world.start("anke", "zu", title="KANARIE-zu")
    office.join("deniz", "zu")
    reply = office.world.reply("deniz", topic.topic_id, "Ich auch.", slug="zu")
    office.world.reply("anke", topic.topic_id, "@deniz", parent=reply.seq, slug="zu")
    office.leave("deniz", "zu")
    office.work()
    assert office.rows("deniz") == 0


def test_edit_tells_only_newly_mentioned_and_nobody_twice(office: PostOffice) -> None:
    topic = office.world.start("anke")
    office.world.reply("deniz", topic.topic_id, "@anke und @petra")
    with office.world.acting("deniz") as scope:
        operations.edit_post(
            scope, topic.topic_id, seq=2, source="@anke, @petra und @joerg", version=1
        )
    office.work()
    assert [office.kinds(name) for name in ("anke", "petra", "joerg")] == [["mention"]] * 3
    for version, source in ((2, "niemand"), (3, "doch: @joerg")):
        with office.world.acting("deniz") as scope:
            operations.edit_post(scope, topic.topic_id, seq=2, source=source, version=version)
    office.work()
    assert office.kinds("joerg") == ["mention"]
    assert office.bell("joerg") == 1


def _record(key: str, author_id: int, source: str, **kw: Any) -> operations.ImportRecord:
    return operations.ImportRecord(
        key=key, thread="t", author_id=author_id, at=MOMENT, source=source, title="Liste", **kw
    )


def test_import_is_silent(office: PostOffice) -> None:
    with office.world.acting("anke") as scope:
        operations.import_batch(
            scope.area.id,
            [
                _record("1", office.world.users["petra"], "Frage"),
                _record("2", office.world.users["deniz"], "@petra", parent="1"),
            ],
            actor_id=None,
        )
    office.work()
    assert office.rows("petra") == 0


def test_what_appears_elsewhere_now_is_told_as_what_is_written_here(office: PostOffice) -> None:
    topic = office.world.start("petra")
    with office.world.acting("anke") as scope:
        answers = [
            _record(
                origin,
                office.world.users["deniz"],
                "Antwort",
                topic_id=topic.topic_id,
                origin=origin,
            )
            for origin in ("import", "outside")
        ]
        operations.import_batch(scope.area.id, answers, actor_id=None)
    office.work()
    assert office.kinds("petra") == ["reply"]


def test_leaving_takes_it_from_list_and_counter_and_coming_back_returns_it(
    office: PostOffice,
) -> None:
    topic = office.world.start("anke", "zu", title="KANARIE-zu")
    office.join("deniz", "zu")
    office.world.reply("anke", topic.topic_id, "@deniz", slug="zu")
    office.work()
    assert (office.bell("deniz"), office.kinds("deniz")) == (2, ["mention", "role"])
    office.leave("deniz", "zu")
    assert office.kinds("deniz") == []
    office.work()
    assert (office.bell("deniz"), office.rows("deniz")) == (0, 2)
    office.join("deniz", "zu")
    office.work()
    assert (office.bell("deniz"), office.kinds("deniz")) == (3, ["role", "mention", "role"])
