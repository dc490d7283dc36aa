"""What plugins tell: to whom, once, in whose words, and that off and lost access mean nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from forum.accounts.models import User
from forum.api.data import notify
from forum.areas.delivery import deliver_events
from forum.core.database import unit
from forum.core.errors import Invalid
from forum.core.events import StoredEvent
from forum.core.jobs import JobRow
from forum.core.mail import Mail
from forum.core.remains import count_remains
from forum.core.runner import run_all
from forum.core.services import service
from forum.core.silence import silently
from forum.discussions import operations
from forum.moderation.operations import hide_post
from forum.notifications.models import Notification
from forum.notifications.notices import list_choices
from forum.notifications.operations import merge_notifications, set_mail_preferences
from forum.plugin import EventRef
from forum.plugin.calling import calling
from forum.plugin.errors import ForeignName
from forum.testing.statements import count_statements
from tests.forum.discussions.surfaces import loaded, make_plugin, switch
from tests.forum.notifications.post_office import LATER, MOMENT, PostOffice
from tests.forum.notifications.test_mail import Links, parts
from tests.forum.plugin.examples.kudos import register_notifications

TYPES = tuple(register_notifications())
GIVEN, WEEK = (one.name for one in TYPES)


@pytest.fixture
def thanks(office: PostOffice) -> Iterator[PostOffice]:
    """A post office where kudos is on in one area and may say what it has to."""
    plugin = make_plugin({}, notifications=TYPES)
    with loaded(office.world, plugin, strict=False):
        switch(office.world, "recht", "on")
        switch(office.world, "zu", "on")
        yield office


def send(office: PostOffice, *names: str, kind: str = GIVEN, **about: Any) -> None:
    """Let the plugin tell these members something in a unit of its own."""
    with office.app.app_context(), unit():
        ids = [office.world.users[name] for name in names]
        notify(kind, ids, **{"key": "1", "values": {"words": "Klasse!", "count": 3}, **about})


def said(office: PostOffice, name: str) -> str:
    """Return the inbox's page."""
    return office.browser(name).see("/notifications")


def test_told_once_shown_and_mailed(thanks: PostOffice) -> None:
    topic = thanks.world.start("anke", title="Beiträge & Spenden?")
    for _ in range(2):
        send(thanks, "anke", post_id=topic.post_id, actor_id=thanks.world.users["deniz"])
    assert (thanks.kinds("anke"), thanks.bell("anke")) == ([GIVEN], 1)
    page = said(thanks, "anke")
    assert "Deniz dankt dir für „Beiträge &amp; Spenden?“: Klasse!" in page
    [mail] = thanks.deliver()
    assert mail["Subject"] == (
        "Deniz dankt dir für „Beiträge & Spenden?“: Klasse!: Beiträge & Spenden? (Recht)"
    )
    text, _html = parts(mail)
    assert f"http://localhost/t/{topic.topic_id}/p/1" in text
    assert "Wie macht ihr das?" not in text
    assert "wegen deiner Einstellung „Jemand dankt mir“" in text
    send(thanks, "anke", post_id=topic.post_id, key="2")
    assert thanks.bell("anke") == 2


def test_no_plugin_tells_in_the_name_of_another(thanks: PostOffice) -> None:
    topic = thanks.world.start("anke")
    with calling("polls"), pytest.raises(ForeignName, match="plugin 'polls' may not use 'kudos"):
        send(thanks, "anke", topic_id=topic.topic_id)
    assert thanks.bell("anke") == 0
    with calling("kudos"):
        send(thanks, "anke", topic_id=topic.topic_id)
    assert thanks.bell("anke") == 1


def test_a_page_that_shows_the_post_has_told_it(thanks: PostOffice) -> None:
    topic = thanks.world.start("anke")
    send(thanks, "anke", topic_id=topic.topic_id)
    assert thanks.bell("anke") == 1
    thanks.browser("anke").see(f"/t/{topic.topic_id}-beitraege")
    assert thanks.bell("anke") == 0


def test_written_in_as_many_statements_for_many_as_for_one(thanks: PostOffice) -> None:
    topic = thanks.world.start("anke")
    counts = []
    for key, names in (("1", ["anke"]), ("2", ["anke", "deniz", "petra", "joerg"])):
        with thanks.app.app_context(), unit(), count_statements() as seen:
            ids = [thanks.world.users[name] for name in names]
            notify(GIVEN, ids, key=key, topic_id=topic.topic_id, values={"words": "Danke"})
        counts.append(len(seen))
    assert counts == [9, 9]
    assert len(thanks.deliver()) == 4


def test_more_of_a_topic_is_one_mail_and_what_is_not_bundled_leaves_at_once(
    thanks: PostOffice,
) -> None:
    with thanks.world.acting("anke") as scope:
        set_mail_preferences(scope.viewer, mailed={GIVEN, WEEK, "reply"})
    topic = thanks.world.start("anke")
    thanks.world.reply("deniz", topic.topic_id, "Antwort")
    send(thanks, "anke", topic_id=topic.topic_id)
    assert thanks.deliver(MOMENT + timedelta(seconds=90)) == []
    send(thanks, "anke", kind=WEEK, topic_id=topic.topic_id)
    [mail] = thanks.deliver(MOMENT + timedelta(seconds=95))
    assert mail["Subject"] == "3 neue Mitteilungen: Beiträge? (Recht)"
    text, _html = parts(mail)
    assert "3 Danke diese Woche" in text
    assert "Antwort" in text
    assert len(thanks.deliver(LATER + timedelta(minutes=9))) == 1


def test_about_an_area(thanks: PostOffice) -> None:
    send(thanks, "anke", area_id=thanks.world.areas["recht"])
    assert [entry.url for entry in thanks.inbox("anke")] == ["/a/recht/"]
    [mail] = thanks.deliver()
    assert mail["Subject"] == "Ehemaliges Mitglied dankt dir für „“: Klasse! (Recht)"
    text, html = parts(mail)
    assert "http://localhost/a/recht/" in text
    [stop] = [href for href in Links(html).hrefs if "/unsubscribe/" in href]
    page = thanks.app.test_client().get(stop.removeprefix("http://localhost"))
    assert "Jemand dankt mir" in page.text
    assert "stummschalten" not in page.text
    ended = thanks.app.test_client().post(stop.removeprefix("http://localhost"))
    assert ended.status_code == 200
    send(thanks, "anke", area_id=thanks.world.areas["recht"], key="2")
    assert len(thanks.deliver(LATER + timedelta(minutes=9))) == 1
    assert thanks.bell("anke") == 2


def test_off_means_off_and_on_brings_it_back(thanks: PostOffice) -> None:
    topic = thanks.world.start("anke")
    send(thanks, "anke", topic_id=topic.topic_id)
    switch(thanks.world, "recht", "off")
    thanks.work()
    assert (thanks.bell("anke"), thanks.kinds("anke"), thanks.rows("anke")) == (0, [], 1)
    assert "Klasse!" not in said(thanks, "anke")
    send(thanks, "anke", topic_id=topic.topic_id, key="2")
    assert thanks.rows("anke") == 1
    assert thanks.deliver() == []
    switch(thanks.world, "recht", "on")
    thanks.work()
    assert (thanks.bell("anke"), thanks.kinds("anke")) == (1, [GIVEN])


def test_switched_off_between_writing_and_sending(thanks: PostOffice) -> None:
    topic = thanks.world.start("anke")
    send(thanks, "anke", topic_id=topic.topic_id)
    _wait_for_the_server(thanks)
    switch(thanks.world, "recht", "off")
    _let_it_come(thanks)


def test_access_lost_between_writing_and_sending(thanks: PostOffice) -> None:
    topic = thanks.world.start("anke", "zu", title="KANARIE-zu")
    thanks.join("deniz", "zu")
    send(thanks, "deniz", topic_id=topic.topic_id)
    send(thanks, "deniz", area_id=thanks.world.areas["zu"], key="2")
    assert thanks.kinds("deniz") == [GIVEN, GIVEN]
    _wait_for_the_server(thanks, mails=2)
    thanks.leave("deniz", "zu")
    _let_it_come(thanks)
    assert GIVEN not in thanks.kinds("deniz")


def _wait_for_the_server(office: PostOffice, mails: int = 1) -> None:
    office.sink.refusal = "451 later"
    office.work()
    office.move(LATER)
    with office.app.app_context():
        run_all()
    states = [row[0] for row in office.world.rows(sa.select(Mail.state))]
    assert states == ["waiting"] * mails


def _let_it_come(office: PostOffice) -> None:
    office.sink.refusal = None
    office.move(LATER + timedelta(hours=1))
    with office.app.app_context():
        run_all()
    assert list(office.sink.messages) == []
    assert {row[0] for row in office.world.rows(sa.select(Mail.state))} == {"withheld"}


@pytest.mark.parametrize("change", ["hidden", "deleted", "muted", "read", "unwanted"])
def test_what_changes_before_the_mail_stops_it(thanks: PostOffice, change: str) -> None:
    topic = thanks.world.start("deniz", source="Frage")
    post = thanks.world.reply("anke", topic.topic_id)
    thanks.deliver()
    thanks.sink.messages.clear()
    send(thanks, "anke", post_id=post.post_id)
    if change == "hidden":
        with thanks.world.acting("moderatorin") as scope:
            hide_post(scope, topic.topic_id, seq=post.seq, reason="Streit")
    elif change == "deleted":
        with thanks.world.acting("anke") as scope:
            operations.delete_post(scope, topic.topic_id, seq=post.seq)
    elif change == "muted":
        with thanks.world.acting("anke") as scope:
            operations.mute_topic(scope.viewer, topic.topic_id)
    elif change == "read":
        [entry] = [entry for entry in thanks.inbox("anke") if entry.kind == GIVEN]
        thanks.browser("anke").see(f"/notifications/{entry.id}", status=303)
    else:
        with thanks.world.acting("anke") as scope:
            set_mail_preferences(scope.viewer, mailed=())
    assert thanks.deliver(LATER + timedelta(minutes=9)) == []


def test_nobody_is_told_who_may_not_know(thanks: PostOffice) -> None:
    topic = thanks.world.start("anke", "zu", title="KANARIE-zu")
    actor = thanks.world.users["anke"]
    send(thanks, "deniz", "anke", topic_id=topic.topic_id, actor_id=actor)
    other = thanks.world.start("anke")
    with thanks.world.acting("petra") as scope:
        operations.mute_topic(scope.viewer, other.topic_id)
    send(thanks, "petra", topic_id=other.topic_id)
    with thanks.world.acting("anke") as scope:
        operations.delete_post(scope, other.topic_id, seq=1)
    send(thanks, "joerg", topic_id=other.topic_id)
    send(thanks, "joerg", topic_id=10**6)
    send(thanks, "joerg", area_id=10**6)
    assert [thanks.rows(name) for name in ("anke", "deniz", "petra", "joerg")] == [0, 0, 0, 0]


def test_imports_are_silent(thanks: PostOffice) -> None:
    topic = thanks.world.start("anke")
    with silently():
        send(thanks, "anke", topic_id=topic.topic_id)
    assert thanks.rows("anke") == 0

    def tell(event: EventRef) -> None:
        notify(GIVEN, [thanks.world.users["anke"]], key=str(event.id), topic_id=topic.topic_id)

    plugin = make_plugin({"on_event": tell}, notifications=TYPES)
    area_id = thanks.world.areas["recht"]
    log = [
        StoredEvent(number, 0, "discussions.post_created", area_id, None, origin, MOMENT, {})
        for number, origin in ((1, "import"), (2, "member"), (3, "import"))
    ]
    with loaded(thanks.world, plugin), thanks.app.app_context(), unit():
        deliver_events(service("dispatcher"), plugin, log)
    assert [row[0] for row in thanks.world.rows(sa.select(Notification.key))] == ["2"]


HOSTILE = "<script>alert(1)</script> http://evil.tld \r\nBcc: x@evil.tld \u202e%(name)s %s"


def test_hostile_values(thanks: PostOffice) -> None:
    topic = thanks.world.start("anke")
    send(thanks, "anke", topic_id=topic.topic_id, values={"words": HOSTILE})
    page = said(thanks, "anke")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    [mail] = thanks.deliver()
    text, html = parts(mail)
    assert Links(html).tags & {"script", "img", "iframe", "form"} == set()
    assert {href.split("/", 3)[2] for href in Links(html).hrefs} == {"localhost"}
    everything = f"{mail['Subject']}{text}{html}{page}"
    assert "\u202e" not in everything
    assert "evil.tld" not in f"{mail['Subject']}{text}{html}"
    assert mail["Bcc"] is None
    assert len(str(mail["Subject"]).splitlines()) == 1


def test_a_text_that_fails_shows_the_label(thanks: PostOffice) -> None:
    topic = thanks.world.start("anke")
    send(thanks, "anke", kind=WEEK, topic_id=topic.topic_id, values={})
    send(thanks, "anke", topic_id=topic.topic_id, values={})
    page = said(thanks, "anke")
    assert "Mein Danke der Woche" in page
    assert "Jemand dankt mir" in page


def test_wishes_are_offered_where_the_plugin_is_on(thanks: PostOffice) -> None:
    own = [GIVEN, WEEK]
    assert [k for k in thanks.world.seeing("anke", list_choices) if k in own] == own
    switch(thanks.world, "recht", "off")
    assert [k for k in thanks.world.seeing("anke", list_choices) if k in own] == own
    assert [k for k in thanks.world.seeing("fremd", list_choices) if k in own] == []
    page = thanks.browser("anke").see("/settings/notifications")
    assert "Jemand dankt mir" in page
    assert "Jemand dankt mir" not in thanks.browser("fremd").see("/settings/notifications")
    switch(thanks.world, "recht", "on")
    with thanks.world.acting("anke") as scope:
        set_mail_preferences(scope.viewer, mailed={WEEK})
    with pytest.raises(Invalid), thanks.world.acting("anke") as scope:
        set_mail_preferences(scope.viewer, mailed={"kudos.unheard"})
    topic = thanks.world.start("anke")
    send(thanks, "anke", topic_id=topic.topic_id)
    send(thanks, "anke", kind=WEEK, topic_id=topic.topic_id)
    [mail] = thanks.deliver()
    assert str(mail["Subject"]).startswith("3 Danke diese Woche")


def test_wishes_are_ticked_on_the_page(thanks: PostOffice) -> None:
    browser = thanks.browser("anke")
    answer = browser.send("/settings/notifications", mailed=[WEEK])
    assert answer.status_code == 303
    page = browser.see("/settings/notifications")
    assert f'value="{WEEK}"' in page
    assert page.count(" checked") == 1


def test_the_words_are_in_the_readers_language(thanks: PostOffice) -> None:
    thanks.change(sa.update(User).where(User.handle == "anke").values(language="en"))
    topic = thanks.world.start("anke")
    send(thanks, "anke", topic_id=topic.topic_id)
    assert "Former member dankt dir" in said(thanks, "anke")


def test_erasure_export_merge_and_uninstall(thanks: PostOffice) -> None:
    users = thanks.world.users
    topic = thanks.world.start("anke")
    about = {"topic_id": topic.topic_id, "actor_id": users["deniz"]}
    send(thanks, "anke", "petra", "joerg", **about)
    with thanks.app.app_context(), unit():
        given = dict(service("dispatcher").everywhere.export_user(users["anke"]))
        [record] = given["notifications"][0].records
        assert (record["kind"], record["values"]) == (GIVEN, {"words": "Klasse!", "count": 3})
        assert merge_notifications(users["petra"], users["joerg"])["notification"] == 0
        service("dispatcher").everywhere.erase_user(users["deniz"])
        service("dispatcher").everywhere.erase_user(users["joerg"])
        assert count_remains("kudos")["notifications"] == 1
    assert [thanks.rows(name) for name in ("anke", "petra", "joerg")] == [1, 0, 0]
    told = thanks.world.rows(sa.select(Notification.actor_id, Notification.values))
    assert [tuple(row) for row in told] == [(None, {})]
    assert "Jemand dankt mir" in said(thanks, "anke")


def test_no_smtp_no_jobs(thanks: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    thanks.take_smtp_away(monkeypatch)
    topic = thanks.world.start("anke")
    send(thanks, "anke", topic_id=topic.topic_id)
    jobs = thanks.world.rows(sa.select(JobRow.id).where(JobRow.name == "notifications.mail"))
    assert (jobs, thanks.bell("anke")) == ([], 1)


def test_types_are_asked_once_for_a_page(thanks: PostOffice) -> None:
    asked: list[int] = []

    def tell(notices: Sequence[Any]) -> dict[int, str]:
        asked.append(len(notices))
        return {one.id: "Zeile" for one in notices}

    plugin = make_plugin({}, notifications=(replace(TYPES[0], text=tell),), name="kudos")
    topic = thanks.world.start("anke")
    for key in "abc":
        send(thanks, "anke", topic_id=topic.topic_id, key=key)
    with loaded(thanks.world, plugin):
        assert said(thanks, "anke").count("<h3>") >= 3
    assert asked == [3]
