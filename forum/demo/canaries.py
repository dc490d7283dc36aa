"""Secrets with a name: tokens planted where only some may read, and who those are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

from forum.demo.tree import AreaSeed
from forum.discussions.operations import ImportRecord
from forum.markup.quoting import quote_source

QUOTES = 12
QUOTES_TITLE = "Was andere Kreise dazu sagen"
Audience = Literal["public", "members"] | list[str]


@dataclass(frozen=True, slots=True)
class Canary:
    """A token, what kind of thing it stands in, and in which area."""

    token: str
    kind: str
    area: str


def make_token(seed: int, kind: str, slug: str) -> str:
    """Return a token that no text contains by chance."""
    digest = hashlib.sha256(f"{seed}:{kind}:{slug}".encode()).hexdigest()[:10]
    return f"KANARIE-{digest}"


def plant(
    seed: int, area: AreaSeed, people: Sequence[int], now: datetime
) -> Iterator[tuple[Canary, ImportRecord]]:
    """Yield records that carry a token in the title and one in the text of a reply."""
    key = f"canary.{area.slug}"
    title = Canary(make_token(seed, "title", area.slug), "title", area.slug)
    post = Canary(make_token(seed, "post", area.slug), "post", area.slug)
    at = now - timedelta(days=40)
    yield (
        title,
        ImportRecord(
            key=f"{key}.1",
            thread=key,
            author_id=people[0],
            at=at,
            title=f"Vertraulich: {title.token}",
            source="Bitte nicht weitergeben.",
            origin="member",
        ),
    )
    yield (
        post,
        ImportRecord(
            key=f"{key}.2",
            thread=key,
            author_id=people[-1],
            at=at + timedelta(hours=2),
            source=f"Das Stichwort lautet {post.token}, bitte nur intern verwenden.",
            parent=f"{key}.1",
            origin="member",
        ),
    )


def quote_secrets(
    posts: Mapping[str, int], people: Sequence[int], now: datetime
) -> Iterator[ImportRecord]:
    """Yield a thread for everybody that quotes some of the posts with a token, one reply each.

    Whoever may not read a post finds no word of it here either.
    Shapes: posts as ids by token.
    """
    key, at = "canary.quotes", now - timedelta(days=20)
    yield ImportRecord(
        key=f"{key}.0",
        thread=key,
        author_id=people[0],
        at=at,
        title=QUOTES_TITLE,
        source="Hier sammeln wir, was anderswo besprochen wurde.",
        origin="member",
    )
    some = islice(posts.items(), 0, None, max(1, len(posts) // QUOTES))
    for number, (token, post_id) in enumerate(some, start=1):
        text = f"Das Stichwort lautet {token}, bitte nur intern verwenden."
        yield ImportRecord(
            key=f"{key}.{number}",
            thread=key,
            author_id=people[number % len(people)],
            at=at + timedelta(minutes=number),
            source=f"{quote_source(text, post_id=post_id, handle='')}Das gehört auch hierher.",
            parent=f"{key}.0",
            origin="member",
        )


def tell_audience(readers: Mapping[str, bool], *, anonymous: bool) -> Audience:
    """Return who may see a token: everybody, all members, or the personas who may read."""
    if anonymous:
        return "public"
    if all(readers.values()):
        return "members"
    return sorted(name for name, reads in readers.items() if reads)
