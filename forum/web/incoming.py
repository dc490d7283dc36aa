"""What comes in, before anything of ours looks at it: proxies, host names, numbers, odd signs."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, cast

from flask import Flask, Request, Response, current_app, has_request_context, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from forum.core import limits, ratelimit
from forum.core.errors import ForumError, Invalid, NotFound, TooMany
from forum.core.hostnames import find_hostname
from forum.web.i18n import gettext as _
from forum.web.i18n import ngettext
from forum.web.security import ASSETS, read_url

LARGEST_ID: Final = 2**31 - 1
# Asked by load balancers under whatever address they know the process by.
PROBES: Final = frozenset({"/healthz", "/readyz"})
HOSTS: Final = "forum.hosts"
"""The extension that tells whether a name leads to an area; areas fill it."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


class Misdirected(ForumError):
    """Somebody asks us for another site, and is told nothing of this one."""

    status = 421


class CleanDict(ImmutableMultiDict[str, Any]):
    """Query and form without NUL, which no text holds and PostgreSQL does not take."""

    def __init__(self, mapping: Any = None) -> None:
        if mapping is not None and not isinstance(mapping, Mapping):
            mapping = _clean(mapping)
        super().__init__(mapping)


def _clean(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Uploads come this way too; what is in them is their own matter."""
    return [
        (key.replace("\0", ""), value.replace("\0", "") if isinstance(value, str) else value)
        for key, value in pairs
    ]


class IncomingRequest(Request):
    """Flask's request with clean parameters.

    `mapped_host` is the name it came under when that leads to an area, `belongs_at` the path of
    this site where the answer belongs when that is not the one asked for; else both are "".
    """

    parameter_storage_class = CleanDict
    mapped_host: str = ""
    belongs_at: str = ""


class Number(IntegerConverter):
    """The `int` of routes: ASCII digits, no larger than an id can be."""

    regex = "[0-9]+"

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"max": LARGEST_ID, **options})


def read_number(text: str, *, most: int = LARGEST_ID) -> int | None:
    """Return the number that ASCII digits stand for, None for everything else and above `most`."""
    if not text.isascii() or not text.isdigit() or len(text) > len(str(most)):
        return None
    number = int(text)
    return number if number <= most else None


def read_word(name: str, *words: str) -> str:
    """Return the submitted value of a button or choice that has no form of its own.

    Errors: Invalid at `name` for anything else: a request that says nothing decides nothing.
    """
    word = request.form.get(name, "")
    if word not in words:
        raise Invalid(name, _("Bitte wähle einen der Vorschläge."))
    return word


def count_use(action: str, who: str) -> None:
    """Count one use of a rate-limited action by `user:7` or `ip:…`.

    Errors: TooMany that says how long to wait.
    """
    try:
        ratelimit.hit(action, who)
    except TooMany as error:
        minutes = -(-error.retry_after // 60)
        text = ngettext(
            "Das war sehr viel in kurzer Zeit. In einer Minute geht es weiter.",
            "Das war sehr viel in kurzer Zeit. In %(num)s Minuten geht es weiter.",
            minutes,
        )
        raise TooMany(text, retry_after=error.retry_after) from None


def guard_incoming(app: Flask, *, public_url: str, proxies: int) -> None:
    """Trust that many proxies, know the own name, refuse what no browser of a member sends."""
    app.request_class = IncomingRequest
    app.url_map.converters["int"] = Number
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )
    app.before_request(refuse_odd_path)
    app.before_request(_bound_body)
    app.extensions.setdefault(HOSTS, lambda _name: False)
    app.before_request(_know_hosts(public_url))
    app.after_request(_lead_on_here)


def _bound_body() -> None:
    """Only uploads may be large: of other forms werkzeug reads the whole body at once."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = limits.REQUEST_BYTES


def _lead_on_here(response: Response) -> Response:
    """Lead to the address with its slash, never to the host that a request claims to mean.

    The routing makes full addresses of these redirects, past all error handlers.
    """
    if not 300 <= response.status_code < 400:
        return response
    parts = read_url(response.headers.get("Location", ""))
    if parts.scheme and parts.netloc == request.host:
        path = "/" + parts.path.lstrip("/")
        response.headers["Location"] = f"{path}?{parts.query}" if parts.query else path
        response.set_data(b"")
    return response


def refuse_odd_path() -> None:
    """Errors: NotFound for an address with control characters in it."""
    if _CONTROL.search(request.path):
        raise NotFound


def _know_hosts(public_url: str) -> Callable[[], None]:
    """Answer under the configured name and under names that lead to areas, as far as it matters.

    Without FORUM_PUBLIC_URL, and on one machine, there is no name that others could forge; names
    that are none of ours are as good as the configured one then.
    """
    configured = read_url(public_url).hostname or ""
    own = find_hostname(configured) or configured
    open_to_all = _is_near(own)

    def look() -> None:
        asked = _asked_host()
        if asked == own or _is_near(asked) or _is_the_same_everywhere():
            return
        if find_hostname(asked) == asked and current_app.extensions[HOSTS](asked):
            incoming().mapped_host = asked
        elif not open_to_all:
            raise Misdirected

    return look


def incoming() -> IncomingRequest:
    """Return the request at hand as the class that it is."""
    return cast(IncomingRequest, request)


def mapped_host() -> str:
    """Return the name under which the request came when it leads to an area, else ""."""
    return incoming().mapped_host if has_request_context() else ""


def _asked_host() -> str:
    """Return the name that the request asks for, without port and the dot at its end."""
    asked = read_url(f"//{request.host}").hostname or request.environ.get("HTTP_HOST", "")
    return cast(str, asked).lower().removesuffix(".")


def _is_the_same_everywhere() -> bool:
    return request.path in PROBES or request.endpoint in ASSETS


def _is_near(host: str) -> bool:
    """Tell whether a host is this machine, or none at all (0.0.0.0)."""
    if host in ("", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
