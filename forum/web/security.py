"""Answers that browsers cannot misuse: headers, cache rules, cross-site refusal, redirects."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final
from urllib.parse import SplitResult, urlsplit

from flask import Flask, Response, current_app, g, request, session
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from markupsafe import Markup

from forum.core.database import set_mode
from forum.core.errors import Denied

csrf = CSRFProtect()
# The same for everybody, and they say themselves how long they keep.
ASSETS = frozenset({"web.static", "web.accent"})
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "media-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": _CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_VARY = ("Cookie", "Accept-Language")
HSTS = "max-age=31536000; includeSubDomains"
_GAP: Final = f"token-{secrets.token_hex(16)}"
"""Stands for the token in what is kept for many readers; nobody can write it into a text."""
_leaves_gaps: ContextVar[bool] = ContextVar("forum_token_gaps", default=False)


def protect(app: Flask, *, https: bool) -> None:
    """Refuse cross-site writes and put the headers on every answer."""
    app.before_request(refuse_cross_site)
    standing = HEADERS | ({"Strict-Transport-Security": HSTS} if https else {})

    def after(response: Response) -> Response:
        _add_missing(response, standing | _cache_rules(response))
        return response

    app.after_request(after)


def _add_missing(response: Response, headers: dict[str, str]) -> None:
    """Look through the names once: `setdefault` would do it for every header of every answer."""
    known = {name.lower() for name, _ in response.headers}
    response.headers.extend({n: v for n, v in headers.items() if n.lower() not in known})


def guard_forms(app: Flask) -> None:
    """Want the token of a form with every unsafe request, as long as the session lasts.

    Flask-WTF's own check of the Referer is off: `refuse_cross_site` asks better witnesses, and
    some members' browsers send none.
    """
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    app.config["WTF_CSRF_SSL_STRICT"] = False
    csrf.init_app(app)
    app.jinja_env.globals["csrf_token"] = make_token
    app.before_request(_check_token)

    def after(response: Response) -> Response:
        if g.get("stale_form") and response.status_code == 422:
            response.status_code = 400
        return response

    app.after_request(after)


def make_token() -> str:
    """Return the token of the reader's forms, or the gap for it."""
    return _GAP if _leaves_gaps.get() else str(generate_csrf())


@contextmanager
def leaving_token_gaps() -> Iterator[None]:
    """Render what is kept for many readers: their tokens are put in by `fill_token_gaps`."""
    before = _leaves_gaps.set(True)
    try:
        yield
    finally:
        _leaves_gaps.reset(before)


def fill_token_gaps(html: Markup) -> Markup:
    """Put the reader's token into what was rendered for many."""
    return html.replace(_GAP, generate_csrf()) if _GAP in html else html


def _check_token() -> None:
    """Refuse, or let the view show its form again with what was typed, on a read-only database."""
    try:
        csrf.protect(apply_exemptions=True)
    except CSRFError:
        view = current_app.view_functions.get(request.endpoint or "")
        shows = getattr(view, "shows_again", "")
        if not shows or (shows == "members" and is_signed_out()):
            raise
        set_mode("read")
        g.stale_form = True


def is_signed_out() -> bool:
    """Tell whether nobody is signed in, as far as it is known who is looking."""
    viewer = g.get("viewer")
    return viewer is not None and viewer.user_id is None


def says_who_asks() -> bool:
    """Tell whether the request carries cookies or a token; who does gets an answer of their own.

    Asked twice for every page: a header that is not there costs an exception, a key does not.
    """
    environ = request.environ
    return bool(environ.get("HTTP_COOKIE")) or "HTTP_AUTHORIZATION" in environ


def refuse_cross_site() -> None:
    """Refuse an unsafe request that a browser says comes from elsewhere.

    The CSRF token stands behind this; clients that send neither header are no browsers of today.
    Source: Fetch Metadata Request Headers; RFC 6454.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site", "")
    if site and site not in ("same-origin", "none"):
        raise Denied
    origin = request.headers.get("Origin", "")
    if origin and not site and read_url(origin).netloc != request.host:
        raise Denied


def _cache_rules(response: Response) -> dict[str, str]:
    """Return the headers that keep what is personal or wrong out of every cache."""
    if request.endpoint in ASSETS and response.status_code == 200:
        return {}
    if "Vary" in response.headers:
        response.vary.update(_VARY)
    if not _personal(response) and response.status_code < 400:
        return {"Vary": ", ".join(_VARY), "Cache-Control": "no-cache"}
    response.headers.pop("Cache-Control", None)
    return {"Vary": ", ".join(_VARY), "Cache-Control": "no-store"}


def _personal(response: Response) -> bool:
    """Anonymous readers carry no cookie, so whoever carries one gets an answer of their own."""
    return (
        says_who_asks()
        or "Set-Cookie" in response.headers
        or session.modified
        or request.method not in SAFE_METHODS
    )


def read_url(url: str) -> SplitResult:
    """Return the parts of an address that somebody sent, empty ones when it is none."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", "", "", "")


def safe_next(url: str | None, *, default: str = "/") -> str:
    """Return the address when it leads to a page of this site, else the default.

    Only paths pass: parsed as it came and again as a browser would tidy it up.
    """
    if not url or len(url) > 2000 or any(ord(sign) <= 32 or sign == "\\" for sign in url):
        return default
    for form in (url, request.host_url.rstrip("/") + url):
        split = read_url(form)
        if form is url and (split.scheme or split.netloc or not split.path.startswith("/")):
            return default
        if form is not url and split.netloc != request.host:
            return default
    return default if url.startswith("//") else url


def came_from(*, default: str = "/") -> str:
    """Return the page of this site that the request came from, else the default."""
    page = read_url(request.headers.get("Referer", ""))
    target = f"{page.path}?{page.query}" if page.query else page.path
    return safe_next(target, default=default) if page.netloc == request.host else default
