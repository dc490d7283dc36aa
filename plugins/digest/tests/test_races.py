"""Two at once and killed in between: nobody is missed, nobody gets two in a period."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from forum_digest.operations import Wish

from forum.core import clock as core_clock
from forum.core.runner import sweep_leases
from forum.testing.builders import add_member, make_user, switch_plugin

if TYPE_CHECKING:
    from conftest import Town

SCRIPT = Path(__file__).with_name("killed.py")


def gather(town: Town, number: int) -> list[int]:
    """Let members choose and something happen, a week ago."""
    people = [make_user(town.app, f"Liest {n}") for n in range(number)]
    for user in people:
        add_member(town.app, town.open, user)
        town.choose(user)
    town.write("Haushalt beschlossen")
    town.pass_week()
    return people


def start_work(town: Town, work: str, *, kill_at: int = 0) -> subprocess.Popen[str]:
    """Start a process that does one kind of work on the town; return once it begins."""
    config = town.app.config["FORUM"]
    told = {
        "work": work,
        "kill_at": kill_at,
        "data_dir": str(config.data_dir),
        "settings": {
            "database_url": config.url,
            "secret_key": config.secret_key.get_secret_value(),
            "smtp_url": town.sink.url,
            "mail_from": config.mail_from,
        },
        "now": core_clock.now().isoformat(),
        "areas": town.areas(),
    }
    command = [sys.executable, str(SCRIPT), json.dumps(told)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def kill_at_commit(town: Town, work: str, number: int) -> None:
    """Let a process do its work up to a commit that it does not live to see."""
    with start_work(town, work, kill_at=number) as process:
        process.wait(60)
    assert process.returncode == -signal.SIGKILL


def kill_in_hand_over(town: Town, *, mails: int) -> None:
    """Kill a process when the server has a mail whole and has not yet said so."""
    arrived = 0

    def count() -> None:
        nonlocal arrived
        arrived += 1
        if arrived == mails:
            process.kill()

    with start_work(town, "send") as process:
        town.sink.on_arrival = count
        process.wait(60)
    town.sink.on_arrival = None
    assert process.returncode == -signal.SIGKILL


def test_two_who_plan_and_make_at_once_make_one(town: Town) -> None:
    people = gather(town, 12)
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        town.turn()

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    town.turn()
    assert len(town.send()) == len(people)
    assert town.issues() == [("sent", "")] * len(people)


def test_two_processes_at_once_make_one_after_days_of_silence_with_a_clock_set_back(
    town: Town,
) -> None:
    people = gather(town, 12)
    for user in people:
        town.choose(user, Wish(freq="daily", hour=9))
    moment = core_clock.now() + timedelta(days=3)
    town.move(moment)
    for back in (timedelta(), timedelta(hours=1)):
        town.move(moment - back)
        with start_work(town, "turn") as one, start_work(town, "turn") as other:
            assert [one.wait(60), other.wait(60)] == [0, 0]
    town.move(moment)
    assert len(town.send()) == len(people)
    assert town.issues() == [("sent", "")] * len(people)


def kill_and_go_on(
    town: Town, *, readers: int, turns: Sequence[int], sends: Sequence[int], handed: int
) -> None:
    """Kill in every step, then let one end: one mail for each, twice only what was handed over.

    `turns` and `sends` are the commits that are not lived to see. A mail takes four: the lease of
    its job, that it goes out, that it has, that the job is done. The third is the window.
    """
    people = gather(town, readers)
    for commit in turns:
        kill_at_commit(town, "turn", commit)
    town.turn()
    for number in range(handed):
        kill_in_hand_over(town, mails=number % 3 + 1)
        take_back(town)
    for commit in sends:
        kill_at_commit(town, "send", commit)
        take_back(town)
    mails = town.send()
    assert town.issues() == [("sent", "")] * len(people)
    copies = Counter(str(mail["Message-ID"]) for mail in mails)
    assert len({str(mail["To"]) for mail in mails}) == len(copies) == len(people)
    assert len({mail.as_bytes() for mail in mails}) == len(people)
    assert len(mails) - len(people) == handed + sends.count(3)


def take_back(town: Town) -> None:
    """Let another worker find what the killed one had begun."""
    with town.app.app_context():
        sweep_leases()


def test_three_kills(town: Town) -> None:
    kill_and_go_on(town, readers=9, turns=[4], sends=[3], handed=1)


@pytest.mark.soak
def test_twenty_kills(town: Town) -> None:
    turns = [1, 2, 3, 3, 2, 3, 1]
    kill_and_go_on(town, readers=60, turns=turns, sends=[1, 2, 3, 2, 1, 3, 3, 4], handed=5)


def during_hand_over(town: Town, act: Callable[[], object]) -> None:
    """Let something happen while the worker stands between claiming a mail and handing it over."""
    done = []

    def once() -> None:
        if not done:
            done.append(True)
            act()

    town.sink.on_recipient = once


def click_stop(town: Town) -> None:
    """End digests by the link of the mail."""
    assert town.client().post(town.stop_path(town.anke)).status_code == 200


def pause(town: Town) -> None:
    """Ask for ten days of silence."""
    town.choose(town.anke, Wish(freq="weekly", weekday=0, hour=9, pause_days=10))


@pytest.mark.parametrize(
    ("act", "reason"), [(click_stop, "stopped"), (pause, "paused")], ids=["stop", "pause"]
)
def test_whoever_says_no_while_a_mail_is_handed_over_does_not_get_it(
    town: Town, act: Callable[[Town], None], reason: str
) -> None:
    town.choose(town.anke)
    town.write("Etwas")
    town.pass_week()
    town.turn()
    during_hand_over(town, lambda: act(town))
    assert town.send() == []
    assert town.mails() == []
    assert town.issues() == [("skipped", reason)]


def test_a_killed_hand_over_whose_news_may_not_be_told_now_is_not_written_anew(town: Town) -> None:
    """It may have arrived: a second one in the period would have another Message-ID."""
    town.choose(town.anke)
    town.write("Nur Vorstand", area=town.closed)
    town.write("Offen für alle")
    town.pass_week()
    town.turn()
    kill_in_hand_over(town, mails=1)
    take_back(town)
    switch_plugin(town.app, town.closed, "digest", state="off")
    assert len(town.send()) == 1
    assert town.issues() == [("skipped", "changed")]
    town.turn(town.root, town.open)
    town.pass_week()
    town.turn(town.root, town.open)
    _killed, next_one = town.send()
    assert "Offen für alle" in town.text(next_one)
    assert "Nur Vorstand" not in town.text(next_one)
