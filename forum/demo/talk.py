"""What is said in the demo: topics with trees of replies, spread over areas and years."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Final

from forum.demo.texts import Writer
from forum.demo.times import FIRST, draw_moment, draw_next
from forum.demo.tree import AreaSeed
from forum.discussions.operations import ImportRecord

TOPICS: Final = 450
POSTS: Final = 3_600
LONG: Final = 120
DEEP: Final = 30


@dataclass(slots=True)
class Thread:
    """A topic on its way: its posts in the order of time, so the n-th gets seq n."""

    key: str
    area: str
    posts: list[ImportRecord] = field(default_factory=list)
    topic_id: int = 0


def write_threads(
    rng: Random, seeds: Sequence[AreaSeed], members: Mapping[str, Sequence[int]], now: datetime
) -> list[Thread]:
    """Return `TOPICS` threads with `POSTS` posts in all, every area with at least one."""
    writer = Writer(rng)
    sizes = _draw_sizes(rng)
    areas = [seed for seed in seeds if seed.kind != "federation"]
    more = rng.choices(areas, weights=[seed.weight for seed in areas], k=TOPICS - len(areas))
    rng.shuffle(sizes)
    threads = []
    for number, (area, size) in enumerate(zip([*areas, *more], sizes, strict=True)):
        end = now if not area.archived else datetime(2024, 2, 1, tzinfo=now.tzinfo)
        people = members[area.slug] or members["fuer-alle"]
        thread = Thread(f"t{number}", area.slug)
        thread.posts = list(_write(rng, writer, area, thread.key, size, people, end))
        threads.append(thread)
    return threads


def _draw_sizes(rng: Random) -> list[int]:
    """Return sizes that fall off like the popularity of topics does, `POSTS` in all."""
    sizes = [LONG, DEEP + 8]
    weights = [1 / (rank + 3) ** 0.8 for rank in range(TOPICS - len(sizes))]
    left = POSTS - sum(sizes) - len(weights)
    whole = [int(left * weight / sum(weights)) for weight in weights]
    for index in range(left - sum(whole)):
        whole[index] += 1
    rest = [1 + extra for extra in whole]
    rng.shuffle(rest)
    return [*sizes, *rest]


def _write(
    rng: Random,
    writer: Writer,
    area: AreaSeed,
    key: str,
    size: int,
    people: Sequence[int],
    end: datetime,
) -> Iterator[ImportRecord]:
    title, text = writer.topic(area.theme)
    at = draw_moment(rng, start=FIRST, end=end)
    author = rng.choice(people)
    yield ImportRecord(
        key=f"{key}.1",
        thread=key,
        author_id=author,
        at=at,
        source=text,
        title=title,
        origin="member",
    )
    deep = size == DEEP + 8
    for seq in range(2, size + 1):
        at = draw_next(rng, at, end=end)
        author = rng.choice([p for p in people if p != author] or people)
        parent = seq - 1 if deep and seq <= DEEP else _draw_parent(rng, seq)
        yield ImportRecord(
            key=f"{key}.{seq}",
            thread=key,
            author_id=author,
            at=at,
            source=writer.reply(area.theme),
            parent=f"{key}.{parent}",
            origin="member",
        )


def _draw_parent(rng: Random, seq: int) -> int:
    """Most answer the topic or what was said last; some come back to something earlier."""
    chance = rng.random()
    if chance < 0.45 or seq == 2:
        return 1
    return seq - 1 if chance < 0.8 else rng.randint(1, seq - 1)
