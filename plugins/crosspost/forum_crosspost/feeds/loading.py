"""A feed from its address: fetched through the core's guard, read, or said why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from forum.api.data import Fetched, FetchError, fetch
from forum_crosspost import limits
from forum_crosspost.feeds.items import NotAFeed, ParsedFeed
from forum_crosspost.feeds.reading import read_feed

ACCEPT: Final = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml,"
    " application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)
_STATUSES: Final = {
    401: "denied",
    403: "denied",
    404: "missing",
    410: "gone",
    429: "busy",
    503: "busy",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What a visit brought: a feed, nothing new (`unchanged`), or `reason` and `detail` why not."""

    feed: ParsedFeed | None = None
    unchanged: bool = False
    reason: str = ""
    detail: str = ""
    url: str = ""
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""
    asked: timedelta | None = None


def load_feed(
    url: str, *, etag: str = "", last_modified: str = "", seconds: float = 20.0
) -> Loaded:
    """Fetch and read a feed; never raises for what is there or is not. In no transaction."""
    try:
        got = fetch(
            url,
            accept=ACCEPT,
            etag=etag,
            last_modified=last_modified,
            max_bytes=limits.FEED_BYTES,
            seconds=seconds,
        )
    except FetchError as error:
        return Loaded(reason=error.kind, detail=str(error)[: limits.DETAIL])
    if got.status != 200:
        return _read_status(got)
    try:
        feed = read_feed(got.body, url=got.url, content_type=got.content_type, charset=got.charset)
    except NotAFeed as error:
        return Loaded(reason=error.kind, detail=str(error)[: limits.DETAIL], url=got.url)
    ttl = timedelta(seconds=feed.ttl)
    return Loaded(
        feed=feed,
        url=got.url,
        etag=got.etag,
        last_modified=got.last_modified,
        moved_to=got.moved_to,
        asked=max(ttl, got.max_age or ttl),
    )


def _read_status(got: Fetched) -> Loaded:
    if got.status == 304:
        return Loaded(
            unchanged=True,
            etag=got.etag,
            last_modified=got.last_modified,
            moved_to=got.moved_to,
            asked=got.max_age,
        )
    reason = _STATUSES.get(got.status, "status")
    return Loaded(reason=reason, detail=f"HTTP {got.status}", asked=got.retry_after)
