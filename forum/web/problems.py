"""What programs are told when something does not work: problem details, as RFC 9457 words them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Response, request

from forum.core.errors import ForumError

API: Final = "/api/"
MIME: Final = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one value: of the body at a JSON pointer, or of a parameter."""

    detail: str
    pointer: str = ""
    parameter: str = ""


class Faulty(ForumError):
    """A request of a program with several things wrong at once."""

    status = 422

    def __init__(self, message: str, faults: Sequence[Fault], *, status: int = 422) -> None:
        super().__init__(message)
        self.faults = tuple(faults)
        self.status = status


def is_for_programs() -> bool:
    """Tell whether the request goes to the API, also to an address of it that is none."""
    return request.path.startswith(API)


def make_problem(
    status: int,
    title: str,
    detail: str,
    *,
    request_id: str,
    faults: Sequence[Fault] = (),
) -> Response:
    """Make the answer; the kind of problem is the status, so `type` says nothing more."""
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "request_id": request_id,
    }
    if faults:
        told["errors"] = [_tell(fault) for fault in faults]
    body = json.dumps(told, ensure_ascii=False)
    headers = {"Cache-Control": "no-store"}
    return Response(body, status, headers, content_type=MIME)


def _tell(fault: Fault) -> dict[str, str]:
    where = {"pointer": fault.pointer} if fault.pointer else {"parameter": fault.parameter}
    return {"detail": fault.detail, **where}
