"""From an answer to a response: JSON, a version to compare with, the way to the next page."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from forum.core import limits
from forum.rest.endpoints import Answer, Call
from forum.rest.reading import JSON


def make_response(answer: Answer) -> Response:
    """Write the answer. What has not changed since the program last asked is not sent again."""
    if answer.body is None:
        return _dress(Response(b"", 204), answer)
    body = answer.body.model_dump_json(by_alias=True).encode()
    response = _dress(Response(body, answer.status, content_type=JSON), answer)
    if answer.status == 200 and request.method in ("GET", "HEAD"):
        return tag(response, body)
    return response


def tag(response: Response, body: bytes) -> Response:
    """Give the answer a version; nothing is sent to a program that has this one."""
    response.set_etag(hashlib.sha256(body).hexdigest()[:32], weak=True)
    response.make_conditional(request)
    return response


def find_room(limit: int) -> int:
    """Return how many rows to read for a page of so many.

    Two sizes of statement, one of them the pages': each other would be planned and kept apart.
    """
    return limits.PAGE_POSTS if limit <= limits.PAGE_POSTS else limits.API_ROWS


def next_url(call: Call, **start: Any) -> str:
    """Return the address of the page that starts there, with everything else as it was asked."""
    asked = {name: value for name, value in request.args.items() if value}
    return f"{call.path}?{urlencode({**asked, **start})}"


def _dress(response: Response, answer: Answer) -> Response:
    response.vary.update(("Authorization", "Accept-Language"))
    if answer.location:
        response.headers["Location"] = answer.location
    if answer.next:
        response.headers["Link"] = f'<{answer.next}>; rel="next"'
    return response
