"""The blueprint of all account pages, and what they share: refused forms and dead links."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, make_response, redirect, request

from forum.core import ratelimit
from forum.core.errors import Gone
from forum.core.mail import has_smtp
from forum.web.render import render

blueprint = Blueprint("accounts", __name__)


def page(template: str, *, status: int = 200, **values: Any) -> Response:
    """Return a page; a form that was sent and refused has status 422."""
    form = values.get("form")
    if status == 200 and form is not None and request.method == "POST":
        status = 422
    values["mail_works"] = has_smtp()
    return make_response(render(f"accounts/{template}.html", **values), status)


def go(url: str) -> Response:
    """Lead on after a write."""
    return make_response(redirect(url, 303))


def limit(action: str, key: str) -> None:
    """Count one use by a person, an address or a mailbox.

    Errors: TooMany.
    """
    ratelimit.hit(action, key)


def network() -> str:
    """Return the key that stands for where the request comes from."""
    return f"ip:{request.remote_addr}"


@blueprint.errorhandler(Gone)
def dead_link(error: Gone) -> Response:
    """Say that a link does not hold any more and where to get another."""
    return page("gone", status=410, message=error.message)
