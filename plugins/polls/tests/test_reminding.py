"""Who has not voted is reminded once, with links to vote by, and nobody learns who it was."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from forum_polls import operations
from forum_polls.notices import link_votes
from forum_polls.operations.reminding import send_reminders
from forum_polls.values import REMINDER

from forum.api.data import Conflict, Denied, Viewer, as_viewer, unscoped
from forum.api.jobs import enqueue
from forum.core.audit import AuditEntry
from forum.core.database import unit
from forum.notifications.operations import set_mail_preferences
from forum.plugin import NoticeRef
from forum.testing.builders import make_area, set_settings, switch_plugin
from forum.testing.fixtures import MOMENT
from forum.testing.services.smtp import Sink
from forum.testing.statements import count_statements

if TYPE_CHECKING:
    from conftest import Town
    from forum_polls.shapes import FullPoll

DAY = timedelta(days=1)
MoveClock = Callable[[datetime], None]


def remind(town: Town, full: FullPoll, user: int | None = None) -> None:
    with town.acting(user or town.chair) as scope:
        operations.remind(scope, full.poll.id)


def mail(town: Town, clock: MoveClock) -> None:
    """Let the jobs run, and after the minutes in which more may come the mails."""
    town.work()
    clock(MOMENT + DAY + timedelta(minutes=3))
    town.work()


def begin(town: Town, clock: MoveClock, **fields: str) -> FullPoll:
    """Start a poll and let it be a day old."""
    full = town.start(**fields)
    clock(MOMENT + DAY)
    return full


def read(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return " ".join(part.get_content().split())


@pytest.mark.weave("feed and notification")
def test_who_has_not_voted_is_reminded_once_and_votes_from_the_mail(
    post_town: Town, smtp_sink: Sink, clock: MoveClock
) -> None:
    town = post_town
    full = begin(town, clock, ends="2026-11-30T18:00")
    town.vote(town.anke, full, "Ja")
    remind(town, full)
    mail(town, clock)
    assert town.list_told(REMINDER) == sorted([town.deniz, town.chair])
    with town.app.app_context(), unscoped("tests look up") as session:
        addresses = dict(session.execute(sa.text('SELECT id, email FROM "user"')).all())
    mails = {one["To"]: one for one in smtp_sink.messages}
    assert set(mails) == {addresses[town.deniz], addresses[town.chair]}
    sent = mails[addresses[town.deniz]]
    assert sent["Subject"].startswith("Deine Stimme fehlt noch, offen bis ")
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = read(sent)
    links = re.findall(r"(\S+(?: \S+)?): http://localhost(/polls/link/\S+)", text)
    assert [label.split()[-1] for label, _path in links] == ["Ja", "Nein", "nicht"]
    browser = town.client()
    path = links[1][1]
    for _ in range(3):
        page = browser.get(path).text
        assert browser.head(path).status_code == 200
    assert town.count_rows()["polls_turnout"] == 1
    csrf = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    option = full.options[1].id
    assert f'value="{option}" checked' in page
    voted = browser.post(path, data={"csrf_token": csrf, "option": option})
    assert "Deine Stimme ist gezählt." in voted.text
    assert town.tally(full.poll.id) == {"Ja": 1, "Nein": 1, "Noch nicht": 0}
    # What waits in the inbox does not ask again who has voted meanwhile.
    assert "Deine Stimme fehlt" not in town.inbox(town.deniz)
    assert "Deine Stimme fehlt" in town.inbox(town.chair)


def test_killed_twice_started_and_asked_again_it_stays_once(
    post_town: Town, smtp_sink: Sink, clock: MoveClock
) -> None:
    town = post_town
    full = begin(town, clock)
    remind(town, full)

    class Killed(Exception):
        pass

    with pytest.raises(Killed), town.app.app_context(), unit():
        send_reminders({"poll_id": full.poll.id})
        raise Killed
    assert town.list_told(REMINDER) == []
    mail(town, clock)
    once = sorted([town.anke, town.deniz, town.chair])
    assert town.list_told(REMINDER) == once
    for number in range(2):
        with town.app.app_context(), unit():
            enqueue("polls.remind", args={"poll_id": full.poll.id}, dedup_key=f"again-{number}")
        town.work()
    assert town.list_told(REMINDER) == once
    clock(MOMENT + 2 * DAY)
    town.work()
    assert len(smtp_sink.messages) == 3
    with pytest.raises(Conflict, match="schon erinnert"):
        remind(town, full)


def test_only_who_may_vote_and_reads_is_reminded(town: Town, clock: MoveClock) -> None:
    team: Any = {town.anke: "editor", town.deniz: "member"}
    closed = make_area(town.app, "Vorstand", members=team, replies_by="editors")
    switch_plugin(town.app, closed, "polls")
    inner = town.start(area=closed)
    full = begin(town, clock, voters="role", role="moderator")
    remind(town, full)
    with town.app.app_context(), unit():
        send_reminders({"poll_id": inner.poll.id})
    town.work()
    assert town.list_told(REMINDER) == sorted([town.chair, town.anke])


def test_who_wants_no_such_mail_gets_none(
    post_town: Town, smtp_sink: Sink, clock: MoveClock
) -> None:
    town = post_town
    full = begin(town, clock)
    with town.app.app_context(), unit(), as_viewer(Viewer(town.deniz)):
        set_mail_preferences(Viewer(town.deniz), mailed=())
    remind(town, full)
    mail(town, clock)
    assert len(smtp_sink.messages) == 2
    assert town.deniz in town.list_told(REMINDER)


def test_nobody_learns_who_is_reminded(town: Town, clock: MoveClock) -> None:
    full = begin(town, clock, secret="1")
    town.vote(town.deniz, full, "Ja")
    path = f"/a/kreis/polls/{full.poll.id}"
    browser = town.client(town.chair)
    page = browser.get(path).text
    csrf = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    assert browser.post(f"{path}/remind", data={"csrf_token": csrf}).status_code == 303
    town.work()
    page = browser.get(path).text
    assert "wird jetzt einmal erinnert" in page
    assert f'action="{path}/remind"' not in page
    assert "ist am" in browser.get(path).text
    assert "Deniz" not in page and "Anke" not in page.replace("Anke Albers</a>", "")
    with town.app.app_context(), unscoped("tests read the log") as session:
        last = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert last is not None
        assert (last.action, last.details) == ("polls.remind", {})
    # One link for all answers: an address must not name the answer of a secret vote.
    with town.app.app_context():
        found = _links_of(town, full, town.anke)
    assert [link.label for link in found] == ["Jetzt abstimmen"]
    assert found[0].path.split("/")[-1].split(".")[2] == "0"


def _links_of(town: Town, full: FullPoll, user: int) -> Any:
    notice = NoticeRef(
        id=1,
        user_id=user,
        type=REMINDER,
        area_id=town.here,
        topic_id=full.poll.topic_id,
        post_id=full.poll.post_id,
        name="",
        title="",
        values={"poll": full.poll.id},
    )
    with as_viewer(Viewer(user)), count_statements() as seen:
        found = link_votes([notice, notice])
    assert len(seen) == 2
    return found.get(1, ())


def test_who_may_remind_and_when(town: Town, clock: MoveClock) -> None:
    full = town.start()
    with pytest.raises(Conflict, match="einen Tag alt"):
        remind(town, full)
    clock(MOMENT + DAY)
    for user in (town.deniz, town.stranger):
        with pytest.raises(Denied):
            remind(town, full, user)
    wide = town.start(voters="region")
    clock(MOMENT + 2 * DAY)
    with pytest.raises(Denied, match="sehr viele"):
        remind(town, wide, town.anke)
    remind(town, wide, town.chair)
    remind(town, full, town.anke)
    third, fourth = town.start(), town.start()
    clock(MOMENT + 3 * DAY - timedelta(minutes=1))
    with pytest.raises(Conflict, match="einen Tag alt"):
        remind(town, third)
    clock(MOMENT + 3 * DAY)
    for one in (third, fourth):
        remind(town, one)
    more = [town.start(), town.start()]
    clock(MOMENT + 4 * DAY - timedelta(seconds=1))
    ended = town.close(more[0])
    with pytest.raises(Conflict, match="schon beendet"):
        remind(town, ended)


def test_three_polls_of_an_area_a_day(town: Town, clock: MoveClock) -> None:
    polls = [town.start() for _ in range(4)]
    clock(MOMENT + DAY)
    for one in polls[:3]:
        remind(town, one)
    with pytest.raises(Conflict, match="genug Umfragen"):
        remind(town, polls[3])
    browser = town.client(town.chair)
    path = f"/a/kreis/polls/{polls[3].poll.id}"
    csrf = browser.get(path).text.partition('name="csrf_token" value="')[2].partition('"')[0]
    answer = browser.post(f"{path}/remind", data={"csrf_token": csrf}, follow_redirects=True)
    assert (answer.status_code, "genug Umfragen" in answer.text) == (200, True)
    clock(MOMENT + 2 * DAY + timedelta(seconds=1))
    remind(town, polls[3])


def test_by_itself_before_the_end_where_the_area_wants_it(town: Town, clock: MoveClock) -> None:
    end = MOMENT + 10 * DAY
    ends = end.astimezone(ZoneInfo("Europe/Berlin")).strftime("%Y-%m-%dT%H:%M")
    full = town.start(ends=ends)
    short = town.start()
    off = town.start(area=town.here, ends=ends)
    town.close(off)
    run = operations.remind_before_end

    def turn(at: datetime) -> list[int]:
        clock(at)
        with town.app.app_context(), unit():
            run([town.here])
        town.work()
        return town.list_told(REMINDER)

    assert turn(end - DAY) == []
    set_settings(town.app, town.here, "polls", remind_days=2)
    assert turn(end - 2 * DAY - timedelta(hours=2)) == []
    everybody = sorted([town.anke, town.deniz, town.chair])
    assert turn(end - 2 * DAY + timedelta(hours=2)) == everybody
    assert turn(end - DAY) == everybody
    assert town.see(full.poll.id).poll.reminded_at is not None
    assert town.see(short.poll.id).poll.reminded_at is None


@pytest.mark.weave("area on/off")
def test_off_means_off(town: Town, clock: MoveClock) -> None:
    full = begin(town, clock)
    remind(town, full)
    switch_plugin(town.app, town.here, "polls", state="off")
    town.work()
    assert town.list_told(REMINDER) == []


def test_as_many_statements_for_many_as_for_few(town: Town, clock: MoveClock) -> None:
    def count() -> int:
        full = town.start()
        with town.app.app_context(), unit(), count_statements() as seen:
            send_reminders({"poll_id": full.poll.id})
        return len(seen)

    few = count()
    town.make_members(20)
    assert (few, count()) == (12, 12)
