"""Secrets with a name: tokens planted where only some may read, and who those are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from forum.demo.tree import AreaSeed
from forum.discussions.operations import ImportRecord

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


def tell_audience(readers: Mapping[str, bool], *, anonymous: bool) -> Audience:
    """Return who may see a token: everybody, all members, or the personas who may read."""
    if anonymous:
        return "public"
    if all(readers.values()):
        return "members"
    return sorted(name for name, reads in readers.items() if reads)
