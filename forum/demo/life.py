"""What members do with what is said: read, react, follow, and answer lately."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Final

from forum.accounts.queries import find_people
from forum.areas.queries import get_scope
from forum.core import clock
from forum.core.database import unit
from forum.core.wall import Viewer, as_viewer
from forum.demo.talk import Thread
from forum.discussions.operations import follow_topic, mark_topic_read, react, reply

REACTIONS: Final = 900
KINDS: Final = ("like",) * 6 + ("thanks", "agree")
STAGE: Final = ("kreis-osnabrueck", "ni-recht", "emobilitaet", "pressearbeit", "fuer-alle", "mint")
LATELY: Final = (
    "@{handle} wie seht ihr das inzwischen? Bei uns steht es nächste Woche auf der Tagesordnung.",
    "Danke für die Unterlagen, das hat im Ausschuss sehr geholfen.",
    "Kurze Rückmeldung: Wir haben es ausprobiert, es klappt.",
    "Gibt es dazu schon einen Beschluss, den man zitieren kann?",
    "Ich bringe das Thema zum nächsten Treffen mit.",
)


def enliven(
    rng: Random,
    threads: Sequence[Thread],
    members: Mapping[str, Sequence[int]],
    personas: Mapping[str, int],
    now: datetime,
) -> None:
    """Give the demo its life; the last two days bring something new to every persona."""
    stage = [thread for thread in threads if thread.area in STAGE]
    with unit():
        _react(rng, threads, members)
        _read(rng, threads, members, personas)
    with unit():
        _answer(rng, stage, members, personas, now)


def _react(rng: Random, threads: Sequence[Thread], members: Mapping[str, Sequence[int]]) -> None:
    done: set[tuple[str, int, int]] = set()
    for _ in range(REACTIONS):
        thread = rng.choice(threads)
        seq = 1 + min(int(rng.expovariate(0.4)), len(thread.posts) - 1)
        author = thread.posts[seq - 1].author_id
        others = [user for user in members[thread.area] if user != author]
        if not others:
            continue
        user = rng.choice(others)
        if (thread.key, seq, user) in done:
            continue
        done.add((thread.key, seq, user))
        viewer = Viewer(user)
        with as_viewer(viewer):
            scope = get_scope(viewer, thread.area)
            react(scope, thread.topic_id, seq=seq, kind=rng.choice(KINDS))


def _read(
    rng: Random,
    threads: Sequence[Thread],
    members: Mapping[str, Sequence[int]],
    personas: Mapping[str, int],
) -> None:
    """Personas have read most of what is theirs, and follow some of it."""
    for user in personas.values():
        viewer = Viewer(user)
        with as_viewer(viewer):
            for thread in threads:
                if user not in members[thread.area] or rng.random() < 0.06:
                    continue
                mark_topic_read(viewer, thread.topic_id)
                if rng.random() < 0.1:
                    follow_topic(viewer, thread.topic_id)


def _answer(
    rng: Random,
    stage: Sequence[Thread],
    members: Mapping[str, Sequence[int]],
    personas: Mapping[str, int],
    now: datetime,
) -> None:
    """Let other members write in the last two days, in the areas that personas look at."""
    wrote = set(personas.values())
    mitglied = personas["mitglied"]
    handle = find_people([mitglied])[mitglied].url.removeprefix("/u/")
    at = now - timedelta(hours=40)
    for area in STAGE:
        recent = sorted(
            (thread for thread in stage if thread.area == area),
            key=lambda thread: thread.posts[-1].at,
        )[-6:]
        others = [user for user in members[area] if user not in wrote]
        for thread in recent:
            for _turn in range(rng.randint(1, 3)):
                at += timedelta(minutes=rng.randint(4, 35))
                viewer = Viewer(rng.choice(others))
                text = rng.choice(LATELY).format(handle=handle)
                parent = _draw_parent(rng, thread, wrote)
                with as_viewer(viewer), clock.freeze(min(at, now)):
                    scope = get_scope(viewer, area)
                    reply(scope, thread.topic_id, source=text, parent_seq=parent)


def _draw_parent(rng: Random, thread: Thread, personas: set[int]) -> int:
    """Return the seq of a persona's post more often than not, so that the bells ring."""
    theirs = [seq for seq, post in enumerate(thread.posts, 1) if post.author_id in personas]
    if theirs and rng.random() < 0.7:
        return rng.choice(theirs)
    return rng.randint(1, len(thread.posts))
