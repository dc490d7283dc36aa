"""Digests: 10,000 members planned and made in one turn, each for their own unread things."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any, Final

import sqlalchemy as sa
from flask import Flask
from forum_digest import operations
from forum_digest.calendar import Rhythm, find_next_turn
from forum_digest.models import Pref

from benchmarks.figures import Figure
from forum.accounts.operations import create_user
from forum.app import create_app
from forum.areas.operations import NewMember, add_members
from forum.core import clock
from forum.core.config import load_config
from forum.core.database import refresh_statistics, unit, unscoped
from forum.core.isolation import count_statements
from forum.core.mail import Mail
from forum.core.migrations import upgrade
from forum.testing.builders import make_area, make_post, make_topic, make_user, switch_plugin
from forum.testing.databases import dispose
from forum.testing.services.postgres import durable_cluster

AREAS: Final = 20
TOPICS: Final = 200
WEEK: Final = timedelta(days=7)
ZONES: Final = ("Europe/Berlin", "Europe/Stockholm", "America/New_York", "UTC")
LANGUAGES: Final = ("de", "en", "sv")


def measure_digests(kind: str, *, members: int) -> list[Figure]:
    """Plan and make digests of `members`, in a process of their own: memory is asked for too."""
    command = [sys.executable, "-m", "benchmarks.digest", kind, str(members)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    note = f"{found['mails']:,} mails of {AREAS} closed areas, {TOPICS} topics"
    note += f"; {found['cpu']:.1f} s of them on the CPU of this process"
    return [
        Figure("digest", (found["seconds"],), note),
        Figure("digest_statements", (found["statements"],)),
        Figure("digest_memory", (found["megabytes"],)),
    ]


def _measure(app: Flask, members: int) -> dict[str, float]:
    area_ids = _build(app, members)
    # From here on the most that is held counts, not what building took.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    with app.app_context():
        before, began, worked = count_statements(), perf_counter(), process_time()
        operations.take_turn(area_ids)
        took, statements = perf_counter() - began, count_statements() - before
        cpu = process_time() - worked
        peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("ascii"))
        with unit() as session:
            mails = session.scalar(sa.select(sa.func.count()).select_from(Mail))
    megabytes = int(peak[1]) / 1024 if peak else 0
    return {
        "seconds": took,
        "cpu": cpu,
        "statements": statements,
        "megabytes": megabytes,
        "mails": mails or 0,
    }


def main() -> None:
    """Measure on one kind of database; print JSON."""
    kind, members = sys.argv[1], int(sys.argv[2])
    with ExitStack() as stack:
        data = Path(stack.enter_context(TemporaryDirectory(prefix="chapterhouse-bench-")))
        url = f"sqlite:///{data / 'forum.db'}"
        if kind == "postgresql":
            url = stack.enter_context(durable_cluster()).create("forum")
        settings = {"database_url": url, "smtp_url": "smtp://127.0.0.1:9"}
        app = create_app(load_config(data, {}, **settings, strict=True))
        upgrade(app)
        print(json.dumps(_measure(app, members)))
        dispose(app)


def _build(app: Flask, members: int) -> list[int]:
    """Make areas, members spread over them, topics of the week, and choices that are due."""
    author, other = make_user(app, "Anke Albers"), make_user(app, "Deniz Kaya")
    people: Any = {author: "member", other: "member"}
    root_id = make_area(app, "Bund", slug="bund", everyone=True)
    areas = [
        make_area(
            app,
            f"Übersicht {n}",
            members=people,
            parent=root_id,
            visibility="hidden",
            slug=f"uebersicht-{n}",
        )
        for n in range(AREAS)
    ]
    switch_plugin(app, root_id, "digest")
    with app.app_context(), unit():
        ids = [create_user(f"Liest {n}", f"liest{n}@example.org") for n in range(members)]
        add_members(
            NewMember(area_id=areas[(n + shift) % AREAS], user_id=user_id, role="member")
            for n, user_id in enumerate(ids)
            for shift in (0, 7, 13)
        )
    for n in range(TOPICS):
        topic = make_topic(app, areas[n % AREAS], author=author, title=f"Neuigkeit {n} der Woche")
        make_post(app, topic.topic_id, author=other, source="Eine Antwort.")
    now = clock.now()
    with app.app_context():
        with unit(), unscoped("benchmarks choose for members") as session:
            session.execute(
                sa.insert(Pref), [_choose(n, user_id, now) for n, user_id in enumerate(ids)]
            )
        with unit():
            refresh_statistics()
    return [root_id, *areas]


def _choose(number: int, user_id: int, now: Any) -> dict[str, Any]:
    zone = ZONES[number % len(ZONES)]
    turn = find_next_turn(Rhythm("weekly", number % 7, 7, zone), now - WEEK)
    return {
        "user_id": user_id,
        "channel": "mail",
        "freq": "weekly",
        "weekday": number % 7,
        "hour": 7,
        "zone": zone,
        "language": LANGUAGES[number % len(LANGUAGES)],
        "areas": [],
        "next_due_at": turn.at,
        "next_key": turn.key,
        "mark": now - WEEK,
        "chosen": True,
    }


if __name__ == "__main__":
    main()
