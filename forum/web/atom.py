"""Atom feeds as documents and answers: what stands in them is the business of the features.

Source: RFC 4287 (Atom), RFC 4151 (tag URIs), RFC 9110, 13 (conditional requests).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final
from urllib.parse import urlsplit

from flask import Response, request
from markupsafe import Markup, escape

from forum.web.mails import site_url

MIMETYPE: Final = "application/atom+xml"
BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""When a feed without entries was last changed; the year of all ids."""

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Of a sanitised text: a quote sign within a tag only ever ends a value.
_OWN_ADDRESS: Final = re.compile(r'(<(?:a|img)\b[^<>]*?\s(?:href|src)=")/(?!/)')


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry. `id` is unique in the forum and never changes, such as `post/12`.

    `path` is the address on this site, `html` a text of ours as it may be shown to the reader.
    """

    id: str
    path: str
    title: str
    at: datetime
    updated: datetime
    author: str = ""
    html: Markup = Markup("")
    language: str = ""
    category: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed: what page it is about, under which address it is found, its entries."""

    id: str
    title: str
    subtitle: str = ""
    page: str
    path: str
    language: str
    author: str
    entries: Sequence[FeedEntry]

    @property
    def updated(self) -> datetime:
        """When something in it changed."""
        return max((entry.updated for entry in self.entries), default=BEGINNING)


def tag_uri(name: str) -> str:
    """Return an id that stays the same wherever its page moves; the host's name is in it.

    Source: RFC 4151.
    """
    return f"tag:{urlsplit(site_url()).hostname or 'localhost'},{BEGINNING.year}:{name}"


def write_feed(feed: Feed) -> bytes:
    """Return the document. Signs that XML does not take are left out."""
    return _NOT_XML.sub("", "\n".join(_write(feed))).encode()


def answer_feed(feed: Feed, *, by_key: bool) -> Response:
    """Answer with the feed, or with 304 when the reader has it already.

    What a key let in is kept by its reader alone, and no link in it tells where it stood.
    """
    body = write_feed(feed)
    response = Response(body, mimetype=MIMETYPE)
    response.set_etag(blake2b(body, digest_size=12).hexdigest())
    response.last_modified = feed.updated
    if by_key:
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["Referrer-Policy"] = "no-referrer"
    response.make_conditional(request)
    return response


def _write(feed: Feed) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="utf-8"?>'
    yield f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{escape(feed.language)}">'
    yield f"<id>{escape(tag_uri(feed.id))}</id>"
    yield f"<title>{escape(feed.title)}</title>"
    if feed.subtitle:
        yield f"<subtitle>{escape(feed.subtitle)}</subtitle>"
    yield f'<link rel="alternate" type="text/html" href="{escape(site_url(feed.page))}"/>'
    yield f'<link rel="self" type="{MIMETYPE}" href="{escape(site_url(feed.path))}"/>'
    yield f"<updated>{_moment(feed.updated)}</updated>"
    yield f"<author><name>{escape(feed.author)}</name></author>"
    for entry in feed.entries:
        yield from _write_entry(entry)
    yield "</feed>\n"


def _write_entry(entry: FeedEntry) -> Iterator[str]:
    language = f' xml:lang="{escape(entry.language)}"' if entry.language else ""
    yield f"<entry{language}>"
    yield f"<id>{escape(tag_uri(entry.id))}</id>"
    yield f"<title>{escape(entry.title)}</title>"
    yield f'<link rel="alternate" type="text/html" href="{escape(site_url(entry.path))}"/>'
    yield f"<published>{_moment(entry.at)}</published>"
    yield f"<updated>{_moment(entry.updated)}</updated>"
    if entry.author:
        yield f"<author><name>{escape(entry.author)}</name></author>"
    if entry.category is not None:
        term, label = entry.category
        yield f'<category term="{escape(term)}" label="{escape(label)}"/>'
    # Escaped a second time: the text of an XML element that holds HTML.
    yield f'<content type="html">{escape(str(_with_host(entry.html)))}</content>'
    yield "</entry>"


def _with_host(html: Markup) -> str:
    """Give links of this site the host that readers elsewhere do not know."""
    return _OWN_ADDRESS.sub(lambda found: f"{found[1]}{site_url()}", str(html))


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
