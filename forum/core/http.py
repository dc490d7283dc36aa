"""The one guarded fetch: everything that the forum loads from elsewhere comes through here.

Source: docs/security.md, classes 5 and 6. `forum.core.addresses` says what is outside.
"""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.message import Message
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Final, Literal
from urllib.parse import quote, urljoin, urlsplit

from forum.core import clock
from forum.core.addresses import is_public, read_host
from forum.core.config import current_config
from forum.core.limits import URL
from forum.core.wire import Connection, Deadline, Target

HOPS: Final = 5
SECONDS: Final = 20.0
MAX_BYTES: Final = 10 * 1024 * 1024
HEADER: Final = 255
LONGEST_WAIT: Final = timedelta(days=7)
_CHUNK: Final = 64 * 1024
_PORTS: Final = {"http": 80, "https": 443}
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD: Final = frozenset({301, 308})
_UNFIT: Final = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
_TOKEN: Final = re.compile(r"[\x21-\x7e][\x20-\x7e]*")

Kind = Literal[
    "url",  # not one that can be fetched: scheme, port, password, signs that must not be there
    "address",  # leads inward, or nowhere
    "name",  # no such host
    "connection",  # nobody answers, or not as HTTP
    "certificate",
    "slow",
    "large",
    "redirects",
    "encoding",
]
Resolver = Callable[[str, int], list[str]]


class FetchError(Exception):
    """Nothing was fetched; `kind` says why to programs, the text to the log."""

    def __init__(self, kind: Kind, text: str) -> None:
        super().__init__(text)
        self.kind: Kind = kind


class FetchRefused(FetchError):
    """The forum does not go there; trying again will not help."""


class FetchFailed(FetchError):
    """What is there did not answer as it should; it may later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer. The body is there for 200 only, unpacked; `etag` and the like may be "".

    `url` is where it came from in the end, `moved_to` the address that takes the old one's place
    for good, "" when there is none. `retry_after` and `max_age` are what the server asks for.
    """

    url: str
    status: int
    body: bytes = b""
    content_type: str = ""
    charset: str = ""
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""
    retry_after: timedelta | None = None
    max_age: timedelta | None = None


def fetch(
    url: str,
    *,
    accept: str = "*/*",
    etag: str = "",
    last_modified: str = "",
    max_bytes: int = MAX_BYTES,
    seconds: float = SECONDS,
) -> Fetched:
    """Load an address of the public internet, in no transaction of the caller's.

    With `etag` or `last_modified` of an earlier answer the status is 304 where nothing changed.
    Errors: FetchRefused for what must not be fetched, FetchFailed for what did not work. Other
    statuses than 200 are no errors.
    Cost: one connection per hop, all within `seconds` but for the resolver's own patience.
    """
    headers = {"Accept": accept}
    if _TOKEN.fullmatch(etag):
        headers["If-None-Match"] = etag
    if _TOKEN.fullmatch(last_modified):
        headers["If-Modified-Since"] = last_modified
    return make_guard().fetch(url, headers=headers, max_bytes=max_bytes, seconds=seconds)


def make_guard() -> Guard:
    """Return the guard as the operator's settings want it."""
    config = current_config()
    where = f" (+{config.public_url})" if config.public_url else ""
    agent = f"Chapterhouse/{version('chapterhouse')}{where}"
    return Guard(agent=agent, allowed=frozenset(config.allowed_fetches))


def resolve(host: str, port: int) -> list[str]:
    """Ask the system for the addresses of a host."""
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """What is asked before every hop; `allowed` are hosts with ports that need not be public."""

    agent: str = "Chapterhouse"
    allowed: frozenset[tuple[str, int]] = frozenset()
    resolver: Resolver = resolve
    tls: ssl.SSLContext | None = None

    def fetch(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        max_bytes: int = MAX_BYTES,
        seconds: float = SECONDS,
    ) -> Fetched:
        """Follow an address to its answer. Errors: as `forum.core.http.fetch`."""
        deadline = Deadline(seconds)
        sent = {**(headers or {}), "Accept-Encoding": "gzip", "User-Agent": self.agent}
        sent["Connection"] = "close"
        here, moved_to, for_good = url, "", True
        for _hop in range(HOPS + 1):
            target = self.find_target(here)
            with _told(), Connection(target, deadline, tls=self.tls) as connection:
                answer = connection.ask(sent)
                if answer.status not in _MOVED or not answer.getheader("Location"):
                    body = b"".join(_read(answer, max_bytes)) if answer.status == 200 else b""
                    return _tell(here, answer, body, moved_to=moved_to)
            for_good = for_good and answer.status in _FOR_GOOD
            here = _follow(here, answer)
            moved_to = here if for_good else moved_to
        raise FetchFailed("redirects", f"more than {HOPS} redirects")

    def find_target(self, url: str) -> Target:
        """Return where to connect for a URL, once it is sure that it leads outward.

        Names are looked up once; what was checked is what is connected to.
        """
        scheme, host, port, path = _split(url)
        if (host, port) not in self.allowed:
            if port != _PORTS[scheme]:
                raise FetchRefused("url", f"port {port} is not allowed")
            name = read_host(host)
            if name is None:
                raise FetchRefused("address", f"{host} is no host of the public internet")
            host = name
        try:
            found = self.resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise FetchFailed("name", f"{host}: {error}") from None
        if not found:
            raise FetchFailed("name", f"{host} has no address")
        if (host, port) not in self.allowed and not all(map(is_public, found)):
            raise FetchRefused("address", f"{host} leads inward")
        return Target(scheme, host, port, found[0], path)


def _split(url: str) -> tuple[str, str, int, str]:
    """Take a URL apart, without any of what parsers read in several ways."""
    if len(url) > URL or _UNFIT.search(url):
        raise FetchRefused("url", "too long, or with signs that do not belong into a URL")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchRefused("url", str(error)) from None
    if parts.scheme not in _PORTS:
        raise FetchRefused("url", f"scheme {parts.scheme[:20]!r} is not allowed")
    if "@" in parts.netloc or not parts.hostname:
        raise FetchRefused("url", "with user or password, or without a host")
    bracketed = parts.netloc.startswith("[")
    host = f"[{parts.hostname}]" if bracketed else parts.hostname
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]|")
    if port is None:
        port = _PORTS[parts.scheme]
    return parts.scheme, host, port, f"{path}?{query}" if query else path


def _follow(here: str, answer: http.client.HTTPResponse) -> str:
    there = urljoin(here, str(answer.getheader("Location")).strip())
    if here.startswith("https:") and not there.startswith("https:"):
        raise FetchRefused("redirects", "led from https to what is not")
    return there


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the wire raises into errors of this module."""
    try:
        yield
    except TimeoutError:
        raise FetchFailed("slow", "took too long") from None
    except ssl.SSLCertVerificationError as error:
        raise FetchFailed("certificate", error.verify_message or str(error)) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise FetchFailed("connection", f"{type(error).__name__}: {error}"[:200]) from None


def _read(answer: http.client.HTTPResponse, most: int) -> Iterator[bytes]:
    """Read a body, unpacked, and stop where it is larger than it may be."""
    announced = answer.length
    if announced is not None and announced > most:
        raise FetchFailed("large", f"{announced} bytes announced, {most} allowed")
    size = 0
    for chunk in _unpack(_pieces(answer, most), str(answer.getheader("Content-Encoding", ""))):
        size += len(chunk)
        if size > most:
            raise FetchFailed("large", f"more than {most} bytes")
        yield chunk


def _pieces(answer: http.client.HTTPResponse, most: int) -> Iterator[bytes]:
    size = 0
    while chunk := answer.read(_CHUNK):
        size += len(chunk)
        if size > most:
            raise FetchFailed("large", f"more than {most} bytes")
        yield chunk
    if answer.length:
        raise FetchFailed("connection", f"{answer.length} bytes are missing")


def _unpack(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Undo gzip in small steps, so that what is packed tight never lies in memory whole."""
    match encoding.strip().lower():
        case "" | "identity":
            yield from pieces
            return
        case "gzip" | "x-gzip":
            unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        case other:
            raise FetchFailed("encoding", f"packed as {other[:40]!r}, which was not asked for")
    try:
        for piece in pieces:
            rest = piece
            while rest:
                yield unpacker.decompress(rest, _CHUNK)
                rest = unpacker.unconsumed_tail
    except zlib.error as error:
        raise FetchFailed("encoding", str(error)) from None
    if not unpacker.eof:
        raise FetchFailed("connection", "the packed body ends early")


def _tell(url: str, answer: http.client.HTTPResponse, body: bytes, *, moved_to: str) -> Fetched:
    kind = Message()
    kind["Content-Type"] = _header(answer, "Content-Type") or "application/octet-stream"
    return Fetched(
        url=url,
        status=answer.status,
        body=body,
        content_type=kind.get_content_type(),
        charset=str(kind.get_content_charset("")),
        etag=_header(answer, "ETag"),
        last_modified=_header(answer, "Last-Modified"),
        moved_to=moved_to,
        retry_after=_read_wait(_header(answer, "Retry-After")),
        max_age=_read_age(_header(answer, "Cache-Control")),
    )


def _header(answer: http.client.HTTPResponse, name: str) -> str:
    """Return one header line; what could not be sent back is worth nothing."""
    value = str(answer.getheader(name, "")).strip()
    return value if len(value) <= HEADER and _TOKEN.fullmatch(value) else ""


def _read_wait(value: str) -> timedelta | None:
    """Read a `Retry-After`: seconds, or a date. Source: RFC 9110, 10.2.3."""
    if value.isdigit() and len(value) < 10:
        return min(timedelta(seconds=int(value)), LONGEST_WAIT)
    try:
        wait = parsedate_to_datetime(value) - clock.now()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(wait, timedelta(0)), LONGEST_WAIT)


def _read_age(value: str) -> timedelta | None:
    found = re.search(r"(?:^|[\s,])max-age=\"?(\d{1,9})", value.lower())
    return min(timedelta(seconds=int(found[1])), LONGEST_WAIT) if found else None
