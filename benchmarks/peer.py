"""Data of the peers' shape: 1,000 users, 5 areas, 1,000 topics, 50,110 posts, seed 42."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from forum.accounts.operations import create_user
from forum.accounts.operations.sessions import open_session
from forum.areas.operations import NewArea, NewMember, add_members, create_areas
from forum.areas.spec import AreaSpec
from forum.core.database import unit
from forum.core.wall import Viewer, as_viewer
from forum.discussions.operations import ImportRecord, import_batch, mark_read

SEED = 42
USERS = 1_000
POSTS = 50_110
LONGEST = 5_000
LONG = 200
# Topics per area, 1,000 in all.
TOPICS = {"gross": 802, "a": 60, "b": 60, "c": 40, "d": 38}
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
WORDS = (
    "Satzung Beitrag Gemeinde Straße Haushalt Antrag Ausschuss Förderung Kreis Verwaltung Frist "
    "Bescheid Planung Versammlung Mitglied Protokoll Beschluss Entwurf Stellungnahme Sitzung und "
    "oder die der das mit ohne für gegen über unter nach vor bei"
).split()


@dataclass(frozen=True, slots=True)
class Peer:
    """What the pages of the benchmark are asked for with."""

    first_topic: int
    long_topic: int
    area: str
    token: str


def build(member_areas: tuple[str, ...] = tuple(TOPICS)) -> Peer:
    """Write the data into an empty forum; `token` is the session of a member with read state."""
    rng = Random(SEED)
    with unit():
        users = [create_user(f"Person {n}", f"p{n}@example.org") for n in range(USERS)]
        specs = [NewArea(spec=AreaSpec(name="Wurzel", slug="wurzel", visibility="public",
                                       kind="federation"), parent=None)]
        specs += [
            NewArea(spec=AreaSpec(name=slug.title(), slug=slug, visibility="public"), parent="wurzel")
            for slug in TOPICS
        ]
        areas = create_areas(specs)
        add_members(
            NewMember(area_id=areas[slug], user_id=users[0], starts_at=START)
            for slug in member_areas
        )
    sizes = iter(_sizes(rng))
    topics: list[int] = []
    for slug, count in TOPICS.items():
        records = [r for n in range(count) for r in _thread(rng, f"{slug}.{n}", next(sizes), users)]
        for start in range(0, len(records), 5_000):
            with unit():
                topics += _import(areas[slug], records, start)
    with unit():
        _read_some(users[0], topics)
        token = open_session(users[0], proven_by=None, user_agent="wrk", address="127.0.0.1")
    return Peer(topics[2], topics[0], "gross", token)


def _import(area_id: int, records: list[ImportRecord], start: int) -> list[int]:
    """Import whole threads only: a batch ends where a thread ends."""
    outcome = import_batch(area_id, _whole(records, start))
    if outcome.rejected:
        raise ValueError(outcome.rejected[0])
    return list(outcome.topics.values())


def _whole(records: list[ImportRecord], start: int) -> list[ImportRecord]:
    def boundary(index: int) -> int:
        while 0 < index < len(records) and records[index].thread == records[index - 1].thread:
            index += 1
        return min(index, len(records))

    return records[boundary(start) : boundary(start + 5_000)]


def _sizes(rng: Random) -> list[int]:
    rest = sum(TOPICS.values()) - 2
    left = POSTS - LONGEST - LONG - rest
    weights = [rng.random() for _ in range(rest)]
    sizes = [1 + int(left * weight / sum(weights)) for weight in weights]
    sizes[0] += POSTS - LONGEST - LONG - sum(sizes)
    return [LONGEST, LONG, *sizes]


def _thread(rng: Random, key: str, size: int, users: list[int]) -> Iterator[ImportRecord]:
    at = START + timedelta(minutes=rng.randrange(200_000))
    for seq in range(1, size + 1):
        at += timedelta(minutes=rng.randint(1, 30))
        parent = None if seq == 1 else 1 if rng.random() < 0.5 else rng.randint(1, seq - 1)
        yield ImportRecord(
            key=f"{key}.{seq}",
            thread=key,
            author_id=rng.choice(users),
            at=at,
            source=_text(rng),
            title=f"Thema {key}" if seq == 1 else "",
            parent=f"{key}.{parent}" if parent else None,
            origin="member",
        )


def _text(rng: Random) -> str:
    """Return Markdown of 660 characters on average."""
    paragraphs = []
    for _ in range(rng.randint(2, 4)):
        words = rng.choices(WORDS, k=rng.randint(15, 35))
        if rng.random() < 0.3:
            words[3] = f"**{words[3]}**"
        paragraphs.append(" ".join(words) + ".")
    return "\n\n".join(paragraphs)


def _read_some(user_id: int, topics: list[int]) -> None:
    """Give the member a read state with holes in every fifth topic."""
    viewer = Viewer(user_id)
    with as_viewer(viewer):
        for topic_id in topics[::5]:
            mark_read(viewer, topic_id, seqs=[1, 2, 5, 6, 7, 11])
