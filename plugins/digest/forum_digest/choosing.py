"""Which few things a reader is told: pure, from what was collected and what is known of them.

Who was spoken to comes first, then what many people took part in; nothing that was read, muted or
lies where the reader may not look.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from forum.api.data import ActiveTopic, Addressed, ReadableNews, Written, post_url
from forum_digest import limits
from forum_digest.stock import Stock

PERSONAL: Final = 100.0
PER_PERSON: Final = 3.0
PER_POST: Final = 0.5
POSTS_COUNTED: Final = 10
ANNOUNCED: Final = 5.0
FRESH: Final = 2.0
TOLD: Final = 4.0
IMPORTANT: Final = 20.0
ENDING: Final = 10.0
SOON: Final = timedelta(days=14)
LOOKED_AT: Final = 50
"""Topics that are weighed for one reader, the liveliest of the window first."""
_STRENGTH: Final = ("mention", "reply", "quote")


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom one digest is made: what is new since when, and where the reader wants to hear."""

    user_id: int
    language: str
    zone: str
    since: datetime
    areas: frozenset[int]


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to tell. `why` is mention, reply or quote where somebody spoke to the reader.

    `posts` and `people` count what others wrote; `said` is a plugin's line about it.
    """

    key: str
    area_id: int
    topic_id: int | None
    title: str
    path: str
    score: float
    plugin: str = ""
    text: str = ""
    why: str = ""
    is_new: bool = False
    posts: int = 0
    people: int = 0
    said: str = ""

    @property
    def look(self) -> tuple[object, ...]:
        """All that it shows: what looks the same is made once."""
        counts = (self.is_new, self.posts, self.people)
        return (self.key, self.area_id, self.path, self.why, self.said, *counts)


def choose_items(
    reader: Reader,
    stock: Stock,
    *,
    settled: Collection[tuple[int, int]] = (),
    addressed: Sequence[Addressed] = (),
) -> list[Item]:
    """Return at most seven items, the best first; `reader.areas` are those they may read.

    Cost: linear in the topics of the stock that are newer than the reader's last visit.
    """
    spoken = _find_spoken(reader, addressed)
    items: dict[int, Item] = {}
    authors: dict[str, int] = {}
    looked_at = 0
    for topic in _rank(stock, reader.areas):
        if topic.written[0].at <= reader.since or (reader.user_id, topic.topic_id) in settled:
            continue
        if looked_at == LOOKED_AT and topic.topic_id not in spoken:
            continue
        item = _weigh(reader, stock, topic, spoken.get(topic.topic_id))
        if item is not None:
            items[topic.topic_id] = item
            authors[item.key] = topic.author_id
            looked_at += topic.topic_id not in spoken
    told = [
        item for one in stock.news.get(reader.language, ()) if (item := _tell(reader, stock, one))
    ]
    alone = _join(items, told, reader, settled)
    return _cut([*items.values(), *alone], authors)


def weigh(items: Sequence[Item]) -> float:
    """Return what a digest of these items is worth."""
    return sum(item.score for item in items)


def _rank(stock: Stock, areas: frozenset[int]) -> Sequence[ActiveTopic]:
    """Order the topics of these areas by how lively they were, once for all who read the same."""
    found = stock.ranked.get(areas)
    if found is None:
        mine = [topic for topic in stock.topics if topic.area_id in areas]
        mine.sort(key=lambda topic: (-_score(topic, topic.written, stock), topic.topic_id))
        found = stock.ranked[areas] = mine
    return found


def _score(topic: ActiveTopic, posts: Sequence[Written], stock: Stock) -> float:
    """People count most: many posts of few are a conversation, not news."""
    people = len({post.author_id for post in posts})
    age = (stock.until - posts[0].at) / limits.LOOKED_BACK
    announced = ANNOUNCED if topic.kind == "announcement" else 0.0
    counted = min(len(posts), POSTS_COUNTED)
    return PER_PERSON * people + PER_POST * counted + announced + FRESH * (1.0 - age)


def _find_spoken(reader: Reader, addressed: Sequence[Addressed]) -> dict[int, Addressed]:
    """Return the strongest reason by topic, the first of equal ones."""
    found: dict[int, Addressed] = {}
    for one in addressed:
        if one.at <= reader.since:
            continue
        known = found.get(one.topic_id)
        rank = (_STRENGTH.index(one.kind), one.seq)
        if known is None or rank < (_STRENGTH.index(known.kind), known.seq):
            found[one.topic_id] = one
    return found


def _weigh(
    reader: Reader, stock: Stock, topic: ActiveTopic, spoken: Addressed | None
) -> Item | None:
    posts = [
        post
        for post in topic.written
        if post.at > reader.since and post.author_id != reader.user_id
    ]
    if not posts:
        return None
    first = posts[-1].seq
    is_new = first == 1
    path = topic.path if is_new else post_url(topic.topic_id, first)
    return Item(
        key=f"topic-{topic.topic_id}-{posts[0].seq}",
        area_id=topic.area_id,
        topic_id=topic.topic_id,
        title=topic.title,
        path=post_url(topic.topic_id, spoken.seq) if spoken else path,
        score=_score(topic, posts, stock) + (PERSONAL if spoken else 0.0),
        text=topic.excerpt[: limits.EXCERPT],
        why=spoken.kind if spoken else "",
        is_new=is_new,
        posts=len(posts) - is_new,
        people=len({post.author_id for post in posts}),
    )


def _tell(reader: Reader, stock: Stock, news: ReadableNews) -> Item | None:
    item = news.item
    if item.at <= reader.since or item.area_id not in reader.areas:
        return None
    ends_soon = item.deadline is not None and stock.until <= item.deadline <= stock.until + SOON
    score = TOLD + (IMPORTANT if item.important else 0.0) + (ENDING if ends_soon else 0.0)
    return Item(
        key=f"{news.plugin}:{item.key}",
        area_id=item.area_id,
        topic_id=item.topic_id,
        title=item.title,
        path=news.path,
        score=score,
        plugin=news.plugin,
        text=item.text[: limits.EXCERPT],
    )


def _join(
    items: dict[int, Item],
    told: Sequence[Item],
    reader: Reader,
    settled: Collection[tuple[int, int]],
) -> list[Item]:
    """Put what plugins told to the topic that it is about; return what stands by itself."""
    alone = []
    for one in told:
        topic = items.get(one.topic_id or 0)
        if topic is not None and not topic.said:
            score = topic.score + one.score
            items[topic.topic_id or 0] = replace(
                topic, said=one.title, plugin=one.plugin, score=score
            )
        elif topic is None and (reader.user_id, one.topic_id) not in settled:
            alone.append(one)
    return alone


def _cut(items: Sequence[Item], authors: Mapping[str, int]) -> list[Item]:
    """Keep the best, of one author's topics two: nobody fills a digest alone."""
    taken: dict[int, int] = {}
    kept: list[Item] = []
    for item in sorted(items, key=lambda one: (-one.score, one.key)):
        author = authors.get(item.key)
        if author is not None and not item.why:
            taken[author] = taken.get(author, 0) + 1
            if taken[author] > limits.PER_AUTHOR:
                continue
        kept.append(item)
        if len(kept) == limits.ITEMS:
            break
    return kept
