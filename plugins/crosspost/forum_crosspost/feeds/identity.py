"""What an item of a feed is known by, because guids lie: random, shared, missing, changing."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from forum_crosspost import limits
from forum_crosspost.feeds.items import Item

Ids = Literal["guid", "link", "hash"]
IDS: Final[tuple[Ids, ...]] = ("guid", "link", "hash")
_TRACKING: Final = re.compile(r"(?:utm_\w+|fbclid|gclid|mc_[ce]id)$")


def choose_ids(items: Sequence[Item], again: Sequence[Item] = ()) -> Ids:
    """Return what the items of a feed can be told apart by; `again` is the feed fetched twice."""
    guids = [item.guid for item in items]
    links = [normalise(item.link) for item in items]
    if all(guids) and _are_unique(guids) and not _have_changed(items, again):
        return "guid"
    return "link" if all(links) and _are_unique(links) else "hash"


def _are_unique(values: Iterable[str]) -> bool:
    return all(count == 1 for count in Counter(values).values())


def _have_changed(items: Sequence[Item], again: Sequence[Item]) -> bool:
    """Tell whether something had another guid a moment later."""
    later = {_likeness(item): item.guid for item in again}
    return any(later.get(_likeness(item), item.guid) != item.guid for item in items)


def _likeness(item: Item) -> tuple[str, str]:
    return normalise(item.link), item.title


def make_id(item: Item, ids: str) -> str:
    """Return the id of an item, as short as the column wants it; "" where it has none."""
    if ids == "guid" and item.guid:
        found = normalise(item.guid)
    elif ids != "hash" and item.link:
        found = normalise(item.link)
    elif item.title or item.html:
        found = f"hash:{make_hash(item)}"
    else:
        return ""
    if len(found) <= limits.EXT_ID:
        return found
    return f"sha256:{hashlib.sha256(found.encode()).hexdigest()}"


def normalise(address: str) -> str:
    """Return an address so that http and https, and with and without tracking, are the same."""
    if not address.startswith(("http://", "https://")):
        return address
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    query = parts.query
    if _TRACKING.search(query) or "utm_" in query or "clid=" in query or "mc_" in query:
        pairs = parse_qsl(query, keep_blank_values=True)
        query = urlencode([one for one in pairs if not _TRACKING.match(one[0])])
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return urlunsplit(("https", parts.netloc.lower(), parts.path or "/", query, fragment))


def make_hash(item: Item) -> str:
    """Return what stands for the content: words and addresses, not the markup around them.

    Pictures that count readers change with every fetch, and would make an edit of each.
    """
    words = " ".join(re.sub(r"<[^<>]*>", " ", item.html).split())
    return hashlib.sha256(f"{item.title}\0{words}".encode("utf-8", "replace")).hexdigest()


def tell_host(url: str) -> str:
    """Return the host of an address, to which there is one connection at a time."""
    return (urlsplit(url).hostname or "")[: limits.HOST]
