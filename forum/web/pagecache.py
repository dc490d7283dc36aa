"""Whole pages kept for everybody who has no cookie: the same page for all of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, cast

from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue

from forum.web.dates import clockface
from forum.web.i18n import locale
from forum.web.incoming import mapped_host
from forum.web.kept import Kept
from forum.web.security import says_who_asks

STATE: Final = "forum.shared"
PAGE_BYTES: Final = 16 * 2**20
_READING: Final = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class SharedPage:
    """A page as it is sent."""

    body: bytes
    etag: str


def share_page(
    read_version: Callable[[], Hashable | None], make: Callable[[], ResponseReturnValue]
) -> ResponseReturnValue:
    """Answer with the kept page, or make it; who has a cookie always gets a page of their own.

    `read_version` returns what changes with everything the page shows anybody without an account,
    None when they may not see it. Only whole pages are kept, no redirects and no errors.
    """
    if request.method not in _READING or says_who_asks():
        return make()
    version = read_version()
    if version is None:
        return make()
    pages = cast(Kept, current_app.extensions[STATE])
    # The page shows its own address, speaks one language, and says "heute" and "gestern".
    key = (mapped_host(), request.full_path, locale(), clockface().today)
    page: SharedPage | None = pages.find(key, version)
    if page is None:
        made = make()
        if not isinstance(made, str):
            return made
        body = made.encode()
        page = SharedPage(body, blake2b(body, digest_size=12).hexdigest())
        pages.keep(key, version, page, weight=len(body))
    return _answer(page)


def install_shared(app: Flask) -> None:
    """Give the app its kept pages."""
    app.extensions[STATE] = Kept(most=PAGE_BYTES)


def _answer(page: SharedPage) -> Response:
    if "If-None-Match" in request.headers and request.if_none_match.contains_weak(page.etag):
        response = Response(status=304)
    else:
        response = Response(page.body, mimetype="text/html")
    response.set_etag(page.etag)
    return response
