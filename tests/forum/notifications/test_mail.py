"""The mail about news: its words, who gets it when, and that nothing leaves that may not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa

from forum.accounts.models import User
from forum.core.mail import Mail
from forum.core.runner import run_all
from forum.discussions import operations
from forum.moderation.operations import hide_post
from forum.notifications.letters import legible
from forum.notifications.operations import set_mail_preferences
from forum.plugin import TopicKind, TopicRef
from tests.forum.discussions.surfaces import loaded, make_plugin, switch
from tests.forum.notifications.post_office import LATER, MOMENT, PostOffice


def parts(mail: EmailMessage) -> tuple[str, str]:
    """Return text and HTML of a mail."""
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    return text.get_content(), html.get_content()


class Links(HTMLParser):
    """Collects where a document leads and which elements it has."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        self.tags.add(tag)
        self.hrefs += [value or "" for name, value in attrs if name in ("href", "src")]


def test_a_reply_comes_by_mail(office: PostOffice) -> None:
    topic = office.world.start("anke", title="Beiträge & Spenden?")
    office.world.reply("deniz", topic.topic_id, "Wir **machen** das so.\n\nZweiter Absatz.")
    [mail] = office.deliver()
    text, html = parts(mail)
    assert mail["To"] == "anke@example.org"
    assert mail["Subject"] == "Deniz hat dir geantwortet: Beiträge & Spenden? (Recht)"
    assert "Wir machen das so." in text
    assert "Zweiter Absatz." in text
    assert f"http://localhost/t/{topic.topic_id}/p/2" in text
    assert {href.split("/", 3)[2] for href in Links(html).hrefs} == {"localhost"}
    assert mail["References"] == f"<topic.{topic.topic_id}@localhost>"


@pytest.mark.parametrize(("state", "said"), [("on", 1), ("off", 0)])
def test_a_mail_says_what_the_kind_of_a_topic_says(
    office: PostOffice, state: str, said: int
) -> None:
    kind = TopicKind(name="thanks", label="Dank", icon="heart", line=_tell)
    with loaded(office.world, make_plugin({}, topic_kinds=(kind,))):
        switch(office.world, "recht", "on")
        office.world.start("anke", source="@deniz sieh mal", kind="thanks")
        switch(office.world, "recht", state)
        [mail] = office.deliver()
    text, html = parts(mail)
    assert (text.count("3 < 4 Danke"), html.count("3 &lt; 4 Danke")) == (said, said)


def _tell(topics: Sequence[TopicRef]) -> dict[int, str]:
    return {topic.id: "3 < 4 Danke" for topic in topics}


def test_zone_is_the_recipients(office: PostOffice) -> None:
    office.change(sa.update(User).where(User.handle == "anke").values(timezone="America/New_York"))
    topic = office.world.start("anke")
    office.world.reply("deniz", topic.topic_id)
    [mail] = office.deliver()
    assert "20. November 2026, 04:00 Uhr" in parts(mail)[0]


def test_two_minutes_of_a_topic_are_one_mail(office: PostOffice) -> None:
    topic = office.world.start("anke")
    other = office.world.start("anke", title="Anderes")
    for text in ("Eins", "Zwei", "Drei"):
        office.world.reply("deniz", topic.topic_id, text)
    office.world.reply("petra", other.topic_id, "Vier")
    assert office.deliver(MOMENT + timedelta(seconds=119)) == []
    mails = sorted(office.deliver(), key=lambda mail: str(mail["Subject"]))
    assert [mail["Subject"] for mail in mails] == [
        "3 neue Beiträge: Beiträge? (Recht)",
        "Petra hat dir geantwortet: Anderes (Recht)",
    ]
    text = parts(mails[0])[0]
    assert [word for word in ("Eins", "Zwei", "Drei") if word in text] == ["Eins", "Zwei", "Drei"]


def test_removed_between_event_and_mail(office: PostOffice) -> None:
    topic = office.world.start("anke", "zu", title="KANARIE-zu")
    office.join("deniz", "zu")
    office.world.reply("anke", topic.topic_id, "@deniz KANARIE-text", slug="zu")
    office.work()
    office.leave("deniz", "zu")
    assert office.deliver() == []


def test_removed_between_writing_and_sending(office: PostOffice) -> None:
    topic = office.world.start("anke", "zu", title="KANARIE-zu")
    office.join("deniz", "zu")
    office.world.reply("anke", topic.topic_id, "@deniz KANARIE-text", slug="zu")
    office.sink.refusal = "451 later"
    office.work()
    office.move(LATER)
    with office.app.app_context():
        run_all()
    assert [row[0] for row in office.world.rows(sa.select(Mail.state))] == ["waiting"]
    office.sink.refusal = None
    office.leave("deniz", "zu")
    office.move(LATER + timedelta(hours=1))
    with office.app.app_context():
        run_all()
    assert list(office.sink.messages) == []
    stored = office.world.rows(sa.select(Mail.state, Mail.text, Mail.html))
    assert [tuple(row) for row in stored] == [("withheld", "", "")]


@pytest.mark.parametrize("change", ["hidden", "deleted", "moved", "muted", "read", "suspended"])
def test_what_changes_before_the_mail_stops_it(office: PostOffice, change: str) -> None:
    topic = office.world.start("anke", "recht")
    post = office.world.reply("deniz", topic.topic_id, "KANARIE")
    office.work()
    if change == "hidden":
        with office.world.acting("moderatorin") as scope:
            hide_post(scope, topic.topic_id, seq=post.seq, reason="Streit")
    elif change == "deleted":
        with office.world.acting("deniz") as scope:
            operations.delete_post(scope, topic.topic_id, seq=post.seq)
    elif change == "moved":
        office.join("moderatorin", "zu", "moderator")
        office.leave("anke", "zu")
        office.move_topic(topic.topic_id, "recht", "zu")
    elif change == "muted":
        with office.world.acting("anke") as scope:
            operations.mute_topic(scope.viewer, topic.topic_id)
    elif change == "read":
        browser = office.browser("anke")
        entry = office.inbox("anke")[0]
        browser.see(f"/notifications/{entry.id}", status=303)
    else:
        office.change(sa.update(User).where(User.handle == "anke").values(state="suspended"))
    assert office.deliver() == []


def test_preferences_decide_at_that_moment(office: PostOffice) -> None:
    topic = office.world.start("anke")
    office.world.reply("deniz", topic.topic_id)
    office.work()
    with office.world.acting("anke") as scope:
        set_mail_preferences(scope.viewer, mailed={"mention"})
    assert office.deliver() == []
    office.world.reply("deniz", topic.topic_id, "@anke?")
    assert [mail["Subject"] for mail in office.deliver(LATER + timedelta(minutes=5))] == [
        "Deniz hat dich erwähnt: Beiträge? (Recht)"
    ]


def test_following_is_mailed_only_when_asked_for(office: PostOffice) -> None:
    topic = office.world.start("anke")
    for name in ("petra", "joerg"):
        with office.world.acting(name) as scope:
            operations.follow_topic(scope.viewer, topic.topic_id)
    with office.world.acting("joerg") as scope:
        set_mail_preferences(scope.viewer, mailed={"followed"})
    office.minute(1)
    office.world.reply("deniz", topic.topic_id)
    mails = office.deliver(MOMENT + timedelta(minutes=4))
    assert sorted(mail["To"] for mail in mails) == ["anke@example.org", "joerg@example.org"]


def test_hostile_names_and_titles(office: PostOffice) -> None:
    office.change(
        sa.update(User)
        .where(User.handle == "deniz")
        .values(name='x.evil.tld <img src="//evil.tld/p"> \u202e', organisation="evil")
    )
    topic = office.world.start("anke", title='</h1><a href="//evil.tld">Klick</a> \u202eabc')
    office.world.reply("deniz", topic.topic_id, "<script>alert(1)</script> **[x](https://a.tld)**")
    [mail] = office.deliver()
    text, html = parts(mail)
    links = Links(html)
    assert {href.split("/", 3)[2] for href in links.hrefs} == {"localhost"}
    assert links.tags & {"script", "img", "iframe", "form", "svg"} == set()
    said = " ".join([str(mail["Subject"]), text, html])
    assert "x.evil.tld" not in said
    assert "\u202e" not in said
    assert re.findall(r"[\r\n]", str(mail["Subject"])) == []


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Anna Müller", "Anna Müller"),
        ("J. R. Ö. Åberg", "J. R. Ö. Åberg"),
        ("x.evil.tld", "x. evil. tld"),
        ("https://evil.tld", "https: evil. tld"),
        ("a@b.de", "a b. de"),
        ("A\r\nBcc: b@c.de", "A Bcc: b c. de"),
        ("\u202egnp.exe", "gnp. exe"),
    ],
)
def test_names_are_no_addresses(name: str, shown: str) -> None:
    assert legible(name) == shown


def test_no_smtp_no_pile_of_old_mail(office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    office.take_smtp_away(monkeypatch)
    topic = office.world.start("anke")
    office.world.reply("deniz", topic.topic_id)
    assert office.deliver() == []
    assert office.world.rows(sa.select(Mail.id)) == []
    assert office.bell("anke") == 1


def test_old_news_is_not_mailed(office: PostOffice) -> None:
    topic = office.world.start("anke")
    office.world.reply("deniz", topic.topic_id)
    office.move(MOMENT + timedelta(days=3))
    assert office.deliver(MOMENT + timedelta(days=3, minutes=5)) == []
    assert office.bell("anke") == 1
