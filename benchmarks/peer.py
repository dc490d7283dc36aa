"""Data of the peers' shape: 1,000 users, 5 areas, 1,000 topics, 50,110 posts, seed 42."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final

from forum.accounts.operations import create_user
from forum.accounts.operations.sessions import open_session
from forum.areas.operations import NewArea, NewMember, add_members, create_areas, set_plugin_state
from forum.areas.queries import get_scope, get_system_scope
from forum.areas.spec import AreaSpec
from forum.core.database import unit
from forum.core.services import service
from forum.core.wall import Viewer, as_viewer
from forum.discussions.operations import (
    ImportRecord,
    TopicDraft,
    import_batch,
    mark_read,
    reply,
    start_topic,
)
from forum.plugin.states import State

SEED: Final = 42
USERS: Final = 1_000
POSTS: Final = 50_110
LONGEST, LONG, TYPICAL = 5_000, 200, 50
ROOT: Final = "wurzel"
AREA: Final = "gross"
# Topics per area, 1,000 in all.
TOPICS: Final = {AREA: 802, "nord": 60, "ost": 60, "sued": 40, "west": 38}
BATCH: Final = 5_000
START: Final = datetime(2026, 1, 5, 8, tzinfo=UTC)
WORDS: Final = (
    "Satzung Beitrag Gemeinde Straße Haushalt Antrag Ausschuss Förderung Kreis Verwaltung Frist "
    "Bescheid Planung Versammlung Mitglied Protokoll Beschluss Entwurf Stellungnahme Sitzung und "
    "oder die der das mit ohne für gegen über unter nach vor bei"
).split()


@dataclass(frozen=True, slots=True)
class Peer:
    """What pages are asked for with: topics by id, a member and the session of it."""

    topic: int
    long_topic: int
    poll_topic: int
    area: str
    member: int
    token: str


def build() -> Peer:
    """Write the data into an empty forum; `token` is the session of a member with read state."""
    rng = Random(SEED)
    users, areas = _make_people_and_areas()
    sizes = iter(_list_sizes(rng))
    topics: dict[str, int] = {}
    for slug, count in TOPICS.items():
        records = [r for n in range(count) for r in _write(rng, f"{slug}.{n}", next(sizes), users)]
        for batch in _cut(records):
            topics |= _import(areas[slug], batch)
    with unit():
        _read_some(users[0], list(topics.values())[::5])
        token = open_session(users[0], proven_by=None, user_agent="wrk", address="127.0.0.1")
    return Peer(
        topic=topics[f"{AREA}.2"],
        long_topic=topics[f"{AREA}.0"],
        poll_topic=_start_poll(rng, users),
        area=AREA,
        member=users[0],
        token=token,
    )


def switch_plugins(state: State) -> None:
    """Switch all bundled plugins at the root, and so everywhere."""
    for name in list_plugins():
        with unit():
            set_plugin_state(get_system_scope(ROOT), name, state=state)


def list_plugins() -> list[str]:
    """Return the bundled plugins that are loaded."""
    return [p.name for p in service("dispatcher").loaded.plugins if not p.builtin]


def write_text(rng: Random) -> str:
    """Return Markdown of 660 characters on average."""
    paragraphs = []
    for _ in range(rng.randint(2, 4)):
        words = rng.choices(WORDS, k=rng.randint(20, 42))
        if rng.random() < 0.3:
            words[3] = f"**{words[3]}**"
        paragraphs.append(" ".join(words) + ".")
    return "\n\n".join(paragraphs)


def _make_people_and_areas() -> tuple[list[int], dict[str, int]]:
    with unit():
        users = [create_user(f"Person {n}", f"p{n}@example.org") for n in range(USERS)]
        areas = create_areas([_area(ROOT, None), *(_area(slug, ROOT) for slug in TOPICS)])
        add_members(
            NewMember(
                area_id=areas[slug],
                user_id=user,
                role="admin" if n == 1 else "editor" if n < 5 else "member",
                starts_at=START,
            )
            for slug in TOPICS
            # The member asked for belongs to all areas and to the core team of none.
            for n, user in enumerate([*users[1:50], users[0]], start=1)
        )
    switch_plugins(State.ON)
    return users, areas


def _area(slug: str, parent: str | None) -> NewArea:
    kind = "topic" if parent else "federation"
    spec = AreaSpec(name=slug.title(), slug=slug, kind=kind, visibility="public", accent="0d6b50")
    return NewArea(spec=spec, parent=parent, created_at=START)


def _list_sizes(rng: Random) -> list[int]:
    """Return how many posts each topic has: three given ones, the others by chance."""
    given = [LONGEST, LONG, TYPICAL]
    count = sum(TOPICS.values()) - len(given)
    left = POSTS - sum(given)
    weights = [rng.random() for _ in range(count)]
    sizes = [1 + int((left - count) * weight / sum(weights)) for weight in weights]
    sizes[0] += left - sum(sizes)
    return [*given, *sizes]


def _write(rng: Random, key: str, size: int, users: Sequence[int]) -> Iterator[ImportRecord]:
    at = START + timedelta(minutes=rng.randrange(200_000))
    for seq in range(1, size + 1):
        at += timedelta(minutes=rng.randint(1, 30))
        parent = None if seq == 1 else 1 if rng.random() < 0.5 else rng.randint(1, seq - 1)
        yield ImportRecord(
            key=f"{key}.{seq}",
            thread=key,
            author_id=rng.choice(users),
            at=at,
            source=write_text(rng),
            title=f"Thema {key}: was zu klären ist" if seq == 1 else "",
            parent=f"{key}.{parent}" if parent else None,
            origin="member",
        )


def _cut(records: Sequence[ImportRecord]) -> Iterator[Sequence[ImportRecord]]:
    """Cut into batches that end where a thread ends."""
    start = 0
    while start < len(records):
        end = min(start + BATCH, len(records))
        while end < len(records) and records[end].thread == records[end - 1].thread:
            end += 1
        yield records[start:end]
        start = end


def _import(area_id: int, records: Sequence[ImportRecord]) -> dict[str, int]:
    with unit():
        outcome = import_batch(area_id, records)
    if outcome.rejected:
        raise ValueError(outcome.rejected[0])
    return outcome.topics


def _read_some(user_id: int, topics: Sequence[int]) -> None:
    """Give the member a read state with holes."""
    viewer = Viewer(user_id)
    for topic_id in topics:
        mark_read(viewer, topic_id, seqs=[1, 2, 5, 6, 7, 11])


def _start_poll(rng: Random, users: Sequence[int]) -> int:
    """Start a topic with a poll under its first post and two pages of replies."""
    viewer = Viewer(users[1])
    options = "\n".join(f"Vorschlag {n} der Arbeitsgruppe" for n in range(1, 7))
    draft = TopicDraft(
        title="Welcher Entwurf soll es sein?",
        source=write_text(rng),
        kind="poll",
        extra={"polls_options": (options,), "polls_results": ("always",)},
    )
    with unit(), as_viewer(viewer):
        scope = get_scope(viewer, AREA)
        topic_id = start_topic(scope, draft).topic_id
        for seq in range(1, TYPICAL):
            parent = 1 if rng.random() < 0.5 else rng.randint(1, seq)
            reply(scope, topic_id, source=write_text(rng), parent_seq=parent)
    return topic_id
