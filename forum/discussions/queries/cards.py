"""What a card shows of a topic, the same for all who may read it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from forum.accounts.queries import find_people
from forum.areas.queries import AREA
from forum.core.among import among
from forum.core.database import db
from forum.discussions.models import Topic
from forum.discussions.queries.rows import TOPIC_COLUMNS, TOPIC_WIDTH, VISIBLE, TopicRow
from forum.web.people import Person

FACES: Final = 4
_CARDS: Final = (
    sa.select(*TOPIC_COLUMNS, AREA.slug, AREA.name, AREA.accent, AREA.plugins)
    .select_from(Topic)
    .join(AREA, AREA.id == Topic.area_id)
    .where(among(Topic.id, "ids"), VISIBLE)
)


@dataclass(frozen=True, slots=True)
class AreaLine:
    """An area as a chip shows it; `plugins` are the active ones."""

    slug: str
    name: str
    accent: str
    plugins: frozenset[str]


@dataclass(frozen=True, slots=True)
class TopicCard:
    """A topic as a list shows it: where it stands and who has written."""

    topic: TopicRow
    area: AreaLine
    people: tuple[Person, ...]


def find_cards(topic_ids: Collection[int]) -> dict[int, TopicCard]:
    """Return the cards of these topics by id; those the viewer may not read are missing.

    Cost: one statement and unknown people's.
    """
    rows = db.session.execute(_CARDS, {"ids": sorted(topic_ids)}).all()
    topics = [TopicRow(*row[:TOPIC_WIDTH]) for row in rows]
    people = find_people({i for topic in topics for i in _faces(topic)})
    return {
        topic.id: _to_card(topic, row[TOPIC_WIDTH:], people)
        for topic, row in zip(topics, rows, strict=True)
    }


def _faces(topic: TopicRow) -> list[int]:
    return topic.people[:FACES]


def _to_card(topic: TopicRow, area: Any, people: Mapping[int, Person]) -> TopicCard:
    slug, name, accent, plugins = area
    return TopicCard(
        topic=topic,
        area=AreaLine(slug, name, accent, frozenset(plugins)),
        people=tuple(people[i] for i in _faces(topic) if i in people),
    )
