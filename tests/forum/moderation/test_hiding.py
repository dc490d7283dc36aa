"""Hiding and its undoing: what others see, what the author is told, what the log keeps."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from forum.core.audit import AuditEntry
from forum.core.errors import Conflict, Invalid, NotFound
from forum.moderation.operations import hide_post, hide_topic, show_again
from tests.forum.notifications.post_office import PostOffice


def log_of(office: PostOffice) -> list[tuple[str, int | None, str, str]]:
    """Return what moderators did: action, who, where, why."""
    entry = AuditEntry
    statement = (
        sa.select(entry.action, entry.actor_id, entry.subject, entry.reason)
        .where(entry.action.like("moderation.%"))
        .order_by(entry.id)
    )
    return [tuple(row) for row in office.world.rows(statement)]


def test_others_find_a_place_the_author_a_reason(office: PostOffice) -> None:
    topic = office.world.start("anke")
    post = office.world.reply("deniz", topic.topic_id, "KANARIE")
    with office.world.acting("moderatorin") as scope:
        hide_post(scope, topic.topic_id, seq=post.seq, reason="  Bitte\nsachlich. ")
    shown = office.world.posts("petra", topic.topic_id).posts[1]
    assert (shown.hidden_at is not None, "KANARIE" in str(shown.html)) == (True, False)
    assert office.world.page("petra", topic.topic_id).topic.reply_count == 0
    office.work()
    assert [(e.kind, e.text, e.url) for e in office.inbox("deniz")] == [
        ("hidden", "Bitte sachlich.", post.url)
    ]
    assert office.bell("deniz") == 1
    assert office.bell("anke") == 0
    page = office.browser("deniz").see("/notifications")
    assert "Die Moderation hat deinen Beitrag ausgeblendet" in page
    assert "Bitte sachlich." in page
    assert "Moderatorin" not in page


def test_undo(office: PostOffice) -> None:
    topic = office.world.start("anke")
    post = office.world.reply("deniz", topic.topic_id, "Text")
    office.work()
    with office.world.acting("moderatorin") as scope:
        hide_post(scope, topic.topic_id, seq=post.seq, reason="Versehen")
    office.work()
    with office.world.acting("moderatorin") as scope:
        show_again(scope, topic.topic_id, seq=post.seq)
    office.work()
    shown = office.world.posts("petra", topic.topic_id).posts[1]
    assert (shown.hidden_at, "Text" in str(shown.html)) == (None, True)
    assert office.world.page("petra", topic.topic_id).topic.reply_count == 1
    assert office.kinds("deniz") == ["shown"]
    assert (office.bell("deniz"), office.bell("anke")) == (1, 1)
    me = office.world.users["moderatorin"]
    where = f"post:{topic.topic_id}/{post.seq}"
    assert log_of(office) == [
        ("moderation.hide_post", me, where, "Versehen"),
        ("moderation.show", me, where, ""),
    ]


def test_whole_topic(office: PostOffice) -> None:
    topic = office.world.start("anke", title="KANARIE")
    office.world.reply("deniz", topic.topic_id)
    with office.world.acting("moderatorin") as scope:
        hide_topic(scope, topic.topic_id, seq=1, reason="Werbung")
    with pytest.raises(NotFound):
        office.world.page("anke", topic.topic_id)
    assert office.world.page("moderatorin", topic.topic_id).topic.title == "KANARIE"
    office.work()
    assert [(e.kind, e.text, e.url) for e in office.inbox("anke")] == [("hidden", "Werbung", "")]
    with office.world.acting("moderatorin") as scope:
        show_again(scope, topic.topic_id, seq=1)
    assert office.world.page("anke", topic.topic_id).topic.reply_count == 1
    assert [line[0] for line in log_of(office)] == ["moderation.hide_topic", "moderation.show"]


def test_first_post_alone_leaves_the_replies(office: PostOffice) -> None:
    topic = office.world.start("anke")
    office.world.reply("deniz", topic.topic_id, "Bleibt")
    with office.world.acting("moderatorin") as scope:
        hide_post(scope, topic.topic_id, seq=1, reason="Streit")
    posts = office.world.posts("petra", topic.topic_id).posts
    assert [post.hidden_at is not None for post in posts] == [True, False]
    with office.world.acting("moderatorin") as scope:
        hide_topic(scope, topic.topic_id, seq=1, reason="Doch alles")
    with pytest.raises(NotFound):
        office.world.page("petra", topic.topic_id)
    office.work()
    assert office.kinds("anke") == ["hidden"]


def test_twice_is_told_once(office: PostOffice) -> None:
    topic = office.world.start("anke")
    post = office.world.reply("deniz", topic.topic_id)
    with office.world.acting("moderatorin") as scope:
        hide_post(scope, topic.topic_id, seq=post.seq, reason="Streit")
    with pytest.raises(Conflict), office.world.acting("moderatorin") as scope:
        hide_post(scope, topic.topic_id, seq=post.seq, reason="Noch einmal")
    office.work()
    assert [e.text for e in office.inbox("deniz")] == ["Streit"]
    with office.world.acting("moderatorin") as scope:
        show_again(scope, topic.topic_id, seq=post.seq)
    with pytest.raises(Conflict), office.world.acting("moderatorin") as scope:
        show_again(scope, topic.topic_id, seq=post.seq)
    assert len(log_of(office)) == 2


@pytest.mark.parametrize("reason", ["", "  \n ", "x" * 501])
def test_reason_is_needed_and_short(office: PostOffice, reason: str) -> None:
    topic = office.world.start("anke")
    with pytest.raises(Invalid) as refused, office.world.acting("moderatorin") as scope:
        hide_post(scope, topic.topic_id, seq=1, reason=reason)
    assert refused.value.field == "reason"
    assert log_of(office) == []


def test_own_posts_can_be_hidden_without_being_told(office: PostOffice) -> None:
    topic = office.world.start("moderatorin")
    with office.world.acting("moderatorin") as scope:
        hide_post(scope, topic.topic_id, seq=1, reason="Verklickt")
    office.work()
    assert office.kinds("moderatorin") == []
