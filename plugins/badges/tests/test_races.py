"""Two at once and killed in between: one award each, and the same table in the end."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from forum_badges import operations
from forum_badges.models import Feed, Version
from forum_badges.values import Draft, Leaf

from forum.api.data import Invalid, unit, unscoped
from forum.core import clock as core_clock

if TYPE_CHECKING:
    from conftest import Workshop

WRITTEN = "discussions.post_created"
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
SCRIPT = Path(__file__).with_name("killed.py")
EVENTS = 6_000


def fill(shop: Workshop, number: int) -> None:
    """Let much have happened before anybody counts."""
    people = [shop.anke, shop.deniz, shop.admin, shop.stranger]
    rows = [
        {
            "event_id": 1_000 + place,
            "name": WRITTEN,
            "user_id": people[place % len(people)],
            "area_id": shop.here,
            "topic_id": place % 7,
            "day": (START + timedelta(hours=place)).date(),
            "at": START + timedelta(hours=place),
            "fields": {},
        }
        for place in range(number)
    ]
    with shop.app.app_context(), unit(), unscoped("tests fill the feed") as session:
        session.execute(sa.insert(Feed), rows)


def kill_and_go_on(shop: Workshop, *, kills: int) -> None:
    """Kill recounts at random moments; the last one makes the table that one alone makes."""
    badges = [shop.make(Leaf(kind="count", event=WRITTEN, least=n), name=str(n)) for n in (3, 900)]
    badges.append(shop.make(Leaf(kind="distinct_day", event=WRITTEN, least=40), name="Tage"))
    badges.append(shop.make(Leaf(kind="has", required_id=badges[2]), name="Danach"))
    fill(shop, EVENTS)
    draw = random.Random(kills)
    config = shop.app.config["FORUM"]
    command = [sys.executable, str(SCRIPT), str(config.data_dir), config.url]
    command += [core_clock.now().isoformat(), *map(str, (shop.root, shop.here, shop.below))]
    for _ in range(kills):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            time.sleep(draw.uniform(0, 0.2))
            process.send_signal(signal.SIGKILL)
    _recount(shop)
    rows, counters = shop.rows(), shop.counters()
    assert len(rows) == 4 * len(badges)
    shop.forget()
    _recount(shop)
    assert (shop.rows(), shop.counters()) == (rows, counters)


def _recount(shop: Workshop) -> None:
    with shop.app.app_context(), unit():
        operations.recount([shop.root, shop.here, shop.below])


def test_a_back_fill_that_is_killed_is_made_good_by_the_next(shop: Workshop) -> None:
    kill_and_go_on(shop, kills=3)


@pytest.mark.soak
def test_twenty_kills(shop: Workshop) -> None:
    kill_and_go_on(shop, kills=20)


def run_together(*works: Callable[[], None]) -> list[BaseException]:
    """Run these at the same time; return what they raised."""
    start, raised = threading.Barrier(len(works)), list[BaseException]()

    def run(work: Callable[[], None]) -> None:
        start.wait()
        try:
            work()
        except Exception as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return raised


def test_two_workers_with_the_same_events_make_one_award(shop: Workshop) -> None:
    badge = shop.make(Leaf(kind="count", event=WRITTEN, least=5))
    events = [
        shop.event(n, shop.anke, shop.here, at=START + timedelta(hours=n)) for n in range(1, 8)
    ]
    assert run_together(*[lambda: shop.hear(*events)] * 3) == []
    assert shop.rows() == {(badge, shop.anke, events[4].at)}
    assert [row[2] for row in shop.counters(badge)] == [7]
    shop.hear(events[4], events[4])  # the n-th again, and again
    assert shop.rows() == {(badge, shop.anke, events[4].at)}
    assert [row[2] for row in shop.counters(badge)] == [7]


def test_two_saves_at_once_close_no_circle(shop: Workshop) -> None:
    first, second = shop.make(name="Erstes"), shop.make(name="Zweites")
    saved = threading.Event()

    def save(badge: int, required: int) -> None:
        with shop.acting(shop.admin) as scope:
            draft = Draft("x", "x", "x", leaves=[Leaf(kind="has", required_id=required)])
            operations.edit_achievement(scope, badge, draft=draft, number=1)
            if badge == first:
                saved.set()
                time.sleep(0.4)  # the other one looks before this one is committed

    def save_later() -> None:
        saved.wait(5)
        save(second, first)

    [refused] = run_together(lambda: save(first, second), save_later)
    assert isinstance(refused, Invalid)
    assert refused.field == "required_1"
    with shop.app.app_context(), unscoped("tests look") as session:
        wanted = sa.select(Version.achievement_id).where(Version.number == 2)
        assert session.scalars(wanted).all() == [first]
