"""The row of a source that is a feed: found by its address, made when it is new."""

from __future__ import annotations

import hashlib

from sqlalchemy.orm import Session

from forum.api.data import now
from forum_crosspost import limits
from forum_crosspost.feeds.identity import normalise
from forum_crosspost.models import Source
from forum_crosspost.sources import FEED


def make_key(url: str) -> str:
    """Return what tells the feeds of an area apart: the address, with http and https alike."""
    found = normalise(url)
    if len(found) <= limits.EXT_ID:
        return found
    return f"sha256:{hashlib.sha256(found.encode()).hexdigest()}"


def make_source(session: Session, area_id: int, *, key: str, label: str) -> Source:
    """Return a new source that takes over the least: titles, excerpts and links back."""
    source = Source(area_id=area_id, kind=FEED, key=key, label=label[: limits.LABEL])
    source.policy, source.created_at = "link", now()
    session.add(source)
    session.flush()
    return source
