"""The built-in plugin: seen posts are no news, erasure and export reach everything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from flask import Flask

from forum.core.database import unit
from forum.core.services import service
from forum.notifications.models import Notification, NotificationPreference
from forum.notifications.operations import handle_event, set_mail_preferences
from forum.notifications.operations.events import HANDLERS
from forum.notifications.plugin import manifest
from forum.plugin import AreaRef, PostRef, TopicPage, TopicRef, ViewerRef
from forum.testing.services.smtp import Sink
from tests.forum.notifications.post_office import PostOffice, build_world_with_mailboxes


def test_every_event_has_a_handler() -> None:
    assert set(manifest.events) == set(HANDLERS)
    assert handle_event.__doc__ is not None


def test_what_a_page_has_shown_is_read(
    make_app: Callable[..., Flask], smtp_sink: Sink, clock: Callable[[datetime], None]
) -> None:
    office = PostOffice(build_world_with_mailboxes(make_app()), smtp_sink, clock)
    topic = office.world.start("anke")
    posts = [office.world.reply("deniz", topic.topic_id) for _ in range(3)]
    office.work()
    shown = TopicPage(
        area=AreaRef(office.world.areas["recht"], "recht", "Recht"),
        viewer=ViewerRef(office.world.users["anke"]),
        topic=TopicRef(topic.topic_id, office.world.areas["recht"], "discussion", "Beiträge?"),
        posts=tuple(
            PostRef(post.post_id, topic.topic_id, office.world.users["deniz"], post.seq)
            for post in posts[:2]
        ),
    )

    @office.app.get("/test/topic-page")
    def page() -> str:
        dispatcher = service("dispatcher")
        hooks = dispatcher.for_area(frozenset(), only="notifications")
        return repr(hooks.render_post_panels(shown))

    office.browser("petra").see("/test/topic-page")
    assert office.bell("anke") == 3
    office.browser("anke").see("/test/topic-page")
    assert office.bell("anke") == 1


def test_erasure_takes_what_was_told_and_the_name(office: PostOffice) -> None:
    topic = office.world.start("anke")
    office.world.reply("deniz", topic.topic_id)
    office.world.reply("anke", topic.topic_id, "@deniz")
    office.work()
    with office.world.acting("deniz") as scope:
        set_mail_preferences(scope.viewer, mailed=())
    with office.app.app_context(), unit():
        given = dict(service("dispatcher").everywhere.erase_user(office.world.users["deniz"]))
    assert given["notifications"] == {"notification": 2, "notification_preference": 4}
    assert office.rows("deniz") == 0
    assert office.world.rows(sa.select(NotificationPreference.id)) == []
    actors = office.world.rows(sa.select(Notification.actor_id))
    assert [row[0] for row in actors] == [None]
    assert [entry.actor_id for entry in office.inbox("anke")] == [None]
    assert "Ehemaliges Mitglied hat dir geantwortet" in office.browser("anke").see("/notifications")


def test_export_holds_the_own_and_nobody_elses(office: PostOffice) -> None:
    topic = office.world.start("anke")
    office.world.reply("deniz", topic.topic_id, "@petra")
    office.work()
    with office.app.app_context(), unit():
        given = dict(service("dispatcher").everywhere.export_user(office.world.users["petra"]))
    told, chosen = given["notifications"]
    assert [(r["kind"], r["topic_id"]) for r in told.records] == [("mention", topic.topic_id)]
    [wanted] = chosen.records
    own = {kind: mailed for kind, mailed in wanted.items() if "." not in kind}
    assert own == {"mention": True, "reply": True, "quote": False, "followed": False}
