"""Two at once and killed in between: nobody is missed, nobody gets two in a period."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forum.core import clock as core_clock
from forum.testing.builders import add_member, make_user

if TYPE_CHECKING:
    from conftest import Town

READERS = 30
SCRIPT = Path(__file__).with_name("killed.py")


def gather(town: Town, number: int = READERS) -> list[int]:
    """Let members choose and something happen, a week ago."""
    people = [make_user(town.app, f"Liest {n}") for n in range(number)]
    for user in people:
        add_member(town.app, town.open, user)
        town.choose(user)
    town.write("Haushalt beschlossen")
    town.pass_week()
    return people


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


def kill_and_go_on(town: Town, *, kills: int) -> None:
    """Kill turns at random moments, then let one end; everybody gets exactly one mail."""
    people = gather(town)
    draw = random.Random(kills)
    config = town.app.config["FORUM"]
    command = [sys.executable, str(SCRIPT), str(config.data_dir), config.url, town.sink.url]
    command += [core_clock.now().isoformat(), *map(str, town.areas())]
    for _ in range(kills):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(draw.uniform(0, 0.25))
            process.send_signal(signal.SIGKILL)
    town.turn()
    mails = town.send()
    assert town.issues() == [("sent", "")] * len(people)
    assert len(mails) == len({mail["Message-ID"] for mail in mails}) == len(people)
    assert set(Counter(mail["To"] for mail in mails).values()) == {1}


def test_five_kills(town: Town) -> None:
    kill_and_go_on(town, kills=5)


@pytest.mark.soak
def test_twenty_kills(town: Town) -> None:
    kill_and_go_on(town, kills=20)
