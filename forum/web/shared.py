"""Whole pages kept in this process for everybody who has no cookie: the same page for all of them.

Every request asks the database for the version first; nothing is ever served on a guess. What
only the clock changes (a poll ends, "heute" becomes "gestern") is why pages also grow old.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from threading import Lock
from typing import Final, cast

from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue

from forum.web.dates import clockface
from forum.web.i18n import locale

STATE: Final = "forum.shared"
MOST_BYTES: Final = 16 * 2**20
SECONDS: Final = 30.0
_READING: Final = frozenset({"GET", "HEAD"})

Key = tuple[str, str, date]
"""Address with query, locale, the day that "heute" is."""


@dataclass(frozen=True, slots=True)
class SharedPage:
    """A page, the version it was made under, and until when (monotonic) it may be served."""

    body: bytes
    etag: str
    version: Hashable
    until: float


class SharedPages:
    """The pages of one process, the least used ones dropped first."""

    def __init__(self, *, most_bytes: int = MOST_BYTES, seconds: float = SECONDS) -> None:
        self._most = most_bytes
        self._seconds = seconds
        self._pages: OrderedDict[Key, SharedPage] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def find(self, key: Key, version: Hashable) -> SharedPage | None:
        """Return the page when it was made under this very version and is not too old."""
        with self._lock:
            page = self._pages.get(key)
            if page is None or page.version != version or page.until < time.monotonic():
                return None
            self._pages.move_to_end(key)
            return page

    def keep(self, key: Key, version: Hashable, body: bytes) -> SharedPage:
        """Keep a page in the place of the one before."""
        etag = blake2b(body, digest_size=12).hexdigest()
        page = SharedPage(body, etag, version, time.monotonic() + self._seconds)
        with self._lock:
            before = self._pages.pop(key, None)
            self._bytes += len(body) - (len(before.body) if before else 0)
            self._pages[key] = page
            while self._bytes > self._most:
                _key, dropped = self._pages.popitem(last=False)
                self._bytes -= len(dropped.body)
        return page


def share_page(
    read_version: Callable[[], Hashable | None], make: Callable[[], ResponseReturnValue]
) -> ResponseReturnValue:
    """Answer with the kept page, or make it; who has a cookie always gets a page of their own.

    `read_version` returns what changes with everything the page shows anybody without an account,
    None when they may not see it. Only whole pages are kept, no redirects and no errors.
    """
    if request.method not in _READING or request.cookies or "Authorization" in request.headers:
        return make()
    version = read_version()
    if version is None:
        return make()
    pages = cast(SharedPages, current_app.extensions[STATE])
    key = (request.full_path, locale(), clockface().today)
    page = pages.find(key, version)
    if page is None:
        made = make()
        if not isinstance(made, str):
            return made
        page = pages.keep(key, version, made.encode())
    return _answer(page)


def install_shared(app: Flask) -> None:
    """Give the app its kept pages."""
    app.extensions[STATE] = SharedPages()


def _answer(page: SharedPage) -> Response:
    if "If-None-Match" in request.headers and request.if_none_match.contains_weak(page.etag):
        response = Response(status=304)
    else:
        response = Response(page.body, mimetype="text/html")
    response.set_etag(page.etag)
    return response
