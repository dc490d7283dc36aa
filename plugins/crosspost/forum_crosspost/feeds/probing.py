"""What would come in from an address: looked at before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from forum.api.data import Invalid, now
from forum_crosspost import limits
from forum_crosspost.feeds.identity import choose_ids
from forum_crosspost.feeds.items import ParsedFeed
from forum_crosspost.feeds.loading import load_feed
from forum_crosspost.feeds.texts import Manner, read_item
from forum_crosspost.feeds.words import tell
from forum_crosspost.records import Message

SECONDS: Final = 10.0
"""Of each of the two visits: somebody sits and waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What was found: the feed, how its items are told apart, the first ones as they would come."""

    url: str
    feed: ParsedFeed
    ids: str
    sample: tuple[Message, ...]
    refused: int
    first: datetime | None
    last: datetime | None


def probe_feed(url: str) -> Probe:
    """Look at an address twice, so that guids that change by themselves are found out.

    Errors: Invalid at `url`, in words.
    """
    loaded = load_feed(url, seconds=SECONDS)
    if loaded.feed is None:
        raise Invalid("url", tell(loaded.reason))
    again = load_feed(url, seconds=SECONDS)
    ids = choose_ids(loaded.feed.items, again.feed.items if again.feed else ())
    manner = Manner(label=loaded.feed.title, key="", policy="link")
    at = now()
    records = [read_item(item, manner, ids=ids, now=at) for item in loaded.feed.items]
    messages = {one.ext_id: one for one in records if isinstance(one, Message)}
    times = sorted(item.at for item in loaded.feed.items if item.at)
    return Probe(
        url=loaded.moved_to or url,
        feed=loaded.feed,
        ids=ids,
        sample=tuple(messages.values())[: limits.SAMPLE],
        refused=len(records) - len(messages),
        first=times[0] if times else None,
        last=times[-1] if times else None,
    )
