"""Structured logs on stderr: JSON for machines, plain lines on a terminal, a request id in each.

Never in a line: bodies, passwords, tokens, addresses. `scrub` is the last wall, not the first.
"""

from __future__ import annotations

import logging
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, TextIO

import structlog
from structlog.types import EventDict, Processor

HIDDEN: Final = "[hidden]"
_SECRET_KEYS: Final = re.compile(
    r"pass|secret|token|cookie|authorization|body|address|e?mail|recipient|csrf|api_key", re.I
)
_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*")
_URL_PASSWORD: Final = re.compile(r"(://[^\s:/@]*:)[^\s@/]+@")
_FEED_KEY: Final = re.compile(r"([?&]key=)[\w.~-]+")
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
# Not ours to name: `event` is the line, the others are set by structlog itself.
_PLAIN: Final = frozenset({"event", "level", "logger", "timestamp", "exception", "request_id"})


def scrub(text: str) -> str:
    """Return `text` without mail addresses, and without passwords and keys in URLs."""
    text = _FEED_KEY.sub(r"\1[hidden]", _URL_PASSWORD.sub(r"\1[hidden]@", text))
    return _ADDRESS.sub(HIDDEN, text)


def configure_logging(level: str, *, stream: TextIO | None = None) -> None:
    """Send everything that is logged, by structlog or by logging, through one formatter."""
    stream = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _hide,
    ]
    human = stream.isatty()
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(
            colors=human, exception_formatter=structlog.dev.plain_traceback
        )
        if human
        else structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for talkative in ("alembic", "rq", "sqlalchemy", "PIL"):
        logging.getLogger(talkative).setLevel(max(root.level, logging.WARNING))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


@contextmanager
def log_context(**values: Any) -> Iterator[None]:
    """Add `values` to every line logged inside the block."""
    with structlog.contextvars.bound_contextvars(**values):
        yield


def begin_request(given: str | None = None) -> str:
    """Start the log context of a request and return its id: `given` if it is a clean one.

    What the last request on this thread left behind is forgotten.
    """
    request_id = given if given and _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)
    return request_id


def current_request_id() -> str | None:
    """Return the id that ties this request's log lines to its error page."""
    value: str | None = structlog.contextvars.get_contextvars().get("request_id")
    return value


def _hide(_logger: Any, _method: str, line: EventDict) -> EventDict:
    for key, value in line.items():
        if key not in _PLAIN and not key.startswith("_") and _SECRET_KEYS.search(key):
            line[key] = HIDDEN
        elif isinstance(value, str):
            line[key] = scrub(value)
    return line
