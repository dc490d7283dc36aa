"""Bytes of a feed to its items; never raises anything but `NotAFeed` for what stands in them."""

from __future__ import annotations

import calendar
import io
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from forum_crosspost import limits
from forum_crosspost.feeds.items import Format, Item, NotAFeed, ParsedFeed
from forum_crosspost.mail.charsets import clean, decode, one_line

_ENTITY: Final = re.compile(rb"<!(?:ENTITY|ATTLIST|\[)", re.I)
_ROOT: Final = re.compile(rb"<(?:rss|feed|rdf:RDF|channel)[\s>]", re.I)
_DECLARED: Final = re.compile(rb"^\s*<\?xml[^>]*\?>")
_HTML: Final = re.compile(rb"^\s*(?:<!doctype html|<html)", re.I)
_XML: Final = re.compile(rb"^\s*<")
_EMPTY: Final = re.compile(rb"^[\s\x00]*$")
_PERIODS: Final = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800}
DEPTH: Final = 20


def read_feed(
    data: bytes, *, url: str = "", content_type: str = "", charset: str = ""
) -> ParsedFeed:
    """Return what stands in a feed, at most so many items as an area takes.

    Errors: NotAFeed, with what it is instead.
    Cost: linear in the bytes.
    """
    if len(data) > limits.FEED_BYTES:
        raise NotAFeed("large")
    if _EMPTY.match(data[:4_096]) and not data.strip(b" \t\r\n\0"):
        raise NotAFeed("empty")
    try:
        if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
            return _read_json(data, url, charset)
        return _read_xml(data, url, content_type, charset)
    except NotAFeed:
        raise
    except Exception as error:  # parsers of other people's texts fail in ways nobody has listed
        raise NotAFeed("broken", type(error).__name__) from None


def _read_xml(data: bytes, url: str, content_type: str, charset: str) -> ParsedFeed:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data, charset = _DECLARED.sub(b"", data.decode("utf-16", "replace").encode()), "utf-8"
    plain = data.replace(b"\0", b"")  # wide signs without a mark show what they declare as well
    root = _ROOT.search(plain)
    if _ENTITY.search(plain, 0, root.start() if root else len(plain)):
        raise NotAFeed("entities")
    if _HTML.match(data.lstrip(b"\xef\xbb\xbf")):
        raise NotAFeed("html")
    if not _XML.match(plain.lstrip(b"\xef\xbb\xbf")):
        raise NotAFeed("no_feed")
    kind = f"{content_type or 'application/xml'}; charset={charset}" if charset else content_type
    headers = {"content-type": kind or "application/xml", "content-location": url}
    import feedparser  # 10 MB, which only who reads a feed has to carry

    parsed: Any = feedparser.parse(
        io.BytesIO(data),  # bytes would be tried as the name of a file
        response_headers=headers,
        resolve_relative_uris=False,
        sanitize_html=False,  # nothing of the markup survives: see `feeds.texts`
    )
    version = str(parsed.get("version") or "")
    if not version:
        raise NotAFeed("broken" if parsed.get("bozo") else "no_feed", _bozo(parsed))
    head: Any = parsed.get("feed", {})
    entries = parsed.get("entries", [])
    if not entries and parsed.get("bozo") and not head.get("title"):
        raise NotAFeed("broken", _bozo(parsed))
    link = find_link(head.get("link"), url)
    return ParsedFeed(
        format="atom" if version.startswith("atom") else "rss",
        title=_title(head.get("title")),
        link=link,
        items=tuple(_xml_item(one, link or url) for one in entries[: limits.FEED_ITEMS]),
        ttl=_ttl(head),
        url=_self_link(head, url),
    )


def _bozo(parsed: Any) -> str:
    return one_line(str(parsed.get("bozo_exception") or ""))[: limits.DETAIL]


def _xml_item(entry: Any, base: str) -> Item:
    contents = [part.get("value", "") for part in entry.get("content", ()) if part]
    html = max([*contents, entry.get("summary", "")], key=len)
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    return Item(
        guid=_short(entry.get("id")),
        link=find_link(entry.get("link"), base),
        title=_title(entry.get("title")),
        html=clean(str(html))[: limits.HTML_CHARS],
        author=_name(entry.get("author")),
        at=_moment(moment),
        files=len(entry.get("enclosures", ())),
    )


def _moment(parts: Any) -> datetime | None:
    try:
        return _plausible(datetime.fromtimestamp(calendar.timegm(parts), UTC)) if parts else None
    except (ValueError, OverflowError, TypeError, OSError):
        return None


def _plausible(at: datetime) -> datetime | None:
    return at if 1990 <= at.year < 2100 else None


def _ttl(head: Any) -> int:
    """Return the seconds that RSS or the syndication module asks for, 0 for none."""
    try:
        if head.get("ttl"):
            return max(0, min(int(head["ttl"]) * 60, 604_800))
        period = _PERIODS.get(str(head.get("sy_updateperiod") or "").strip().lower(), 0)
        return period // max(1, int(head.get("sy_updatefrequency") or 1))
    except (ValueError, OverflowError):
        return 0


def _self_link(head: Any, url: str) -> str:
    for one in head.get("links", ()):
        if one.get("rel") == "self":
            return find_link(one.get("href"), url)
    return ""


def _read_json(data: bytes, url: str, charset: str) -> ParsedFeed:
    """Source: jsonfeed.org/version/1.1."""
    text, _honest = decode(data.removeprefix(b"\xef\xbb\xbf"), charset or "utf-8")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise NotAFeed("broken", "JSON") from None
    if not str(found.get("version", "")).startswith("https://jsonfeed.org/version/"):
        raise NotAFeed("no_feed", "JSON")
    items = found.get("items")
    if not isinstance(items, list):
        raise NotAFeed("broken", "items")
    link = find_link(found.get("home_page_url"), url)
    return ParsedFeed(
        format="jsonfeed",
        title=_title(found.get("title")),
        link=link,
        items=tuple(
            _json_item(one, link or url)
            for one in items[: limits.FEED_ITEMS]
            if isinstance(one, dict)
        ),
        url=find_link(found.get("feed_url"), url),
    )


def _json_item(item: Mapping[str, Any], base: str) -> Item:
    html = _text(item.get("content_html"))
    if not html:
        plain = _text(item.get("content_text")) or _text(item.get("summary"))
        html = f"<pre>{_escape(plain)}</pre>" if plain else ""
    authors = item.get("authors") or [item.get("author")]
    files = item.get("attachments")
    first = authors[0] if isinstance(authors, list) and authors else None
    return Item(
        guid=_short(item.get("id")),
        link=find_link(item.get("url") or item.get("external_url"), base),
        title=_title(item.get("title")),
        html=clean(html)[: limits.HTML_CHARS],
        author=_name(first.get("name")) if isinstance(first, dict) else "",
        at=_iso(item.get("date_published") or item.get("date_modified")),
        files=len(files) if isinstance(files, list) else 0,
    )


def _iso(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(_text(value))
        return _plausible(at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC))
    except (ValueError, OverflowError):
        return None


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _short(value: object) -> str:
    """Return an id in one line; numbers count as such."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return one_line(str(value))


def _title(value: object) -> str:
    plain = re.sub(r"<[^<>]{0,500}>", "", _text(value))
    return one_line(plain)[: limits.TITLE]


def _name(value: object) -> str:
    """Return a name without the address that RSS wants beside it: "a@b (Name)" or "Name <a@b>"."""
    text = one_line(_text(value))
    named = re.fullmatch(r"\S+@\S+\s*\((.+)\)", text)
    text = named[1] if named else re.sub(r"<[^<>]*@[^<>]*>", "", text)
    return "" if "@" in text else text.strip()[: limits.NAME]


def find_link(value: object, base: str = "") -> str:
    """Return an address that can be followed, "" for anything else."""
    try:
        there = urljoin(base, one_line(_text(value)))
        parts = urlsplit(there)
    except ValueError:
        return ""
    fits = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    plain = not re.search(r"[\s\"<>\\`{}|^]", there)
    return there if fits and plain and len(there) <= limits.URL else ""


FORMATS: Final[tuple[Format, ...]] = ("rss", "atom", "jsonfeed")
