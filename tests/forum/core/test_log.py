"""Logs: one JSON object per line, a request id in each, nothing private in any."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from forum.core.log import begin_request, configure_logging, current_request_id, log_context, scrub


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """Logging into a string, put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging("info", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def lines(out: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_is_json_with_the_request_id(out: io.StringIO) -> None:
    request_id = begin_request()
    logging.getLogger("forum.tests").warning("something", extra={"area": 3})
    (line,) = lines(out)
    assert line.pop("timestamp")
    assert line == {
        "event": "something",
        "level": "warning",
        "logger": "forum.tests",
        "area": 3,
        "request_id": request_id,
    }
    assert current_request_id() == request_id


def test_structlog_and_logging_look_the_same(out: io.StringIO) -> None:
    structlog.get_logger("forum.tests").info("hello", topic=1)
    (line,) = lines(out)
    assert (line["event"], line["topic"], line["logger"]) == ("hello", 1, "forum.tests")


def test_a_clean_id_from_the_proxy_is_taken_and_a_hostile_one_is_not() -> None:
    assert begin_request("abcDEF-12345") == "abcDEF-12345"
    hostile = 'x"\n{"forged": 1}'
    assert begin_request(hostile) != hostile
    structlog.contextvars.clear_contextvars()


def test_secrets_and_addresses_are_hidden(out: io.StringIO) -> None:
    log = logging.getLogger("forum.tests")
    log.info(
        "mail to anna@example.org",
        extra={"password": "x1", "csrf_token": "x2", "body": "x3", "email": "x4", "note": "b@c.de"},
    )
    (line,) = lines(out)
    assert line["event"] == "mail to [hidden]"
    hidden = {key: line[key] for key in ("password", "csrf_token", "body", "email", "note")}
    assert set(hidden.values()) == {"[hidden]"}


def test_tracebacks_are_kept_and_scrubbed(out: io.StringIO) -> None:
    try:
        raise RuntimeError("anna@example.org at redis://:secret@host/0")
    except RuntimeError:
        logging.getLogger("forum.tests").exception("failed")
    (line,) = lines(out)
    assert str(line["exception"]).endswith("RuntimeError: [hidden] at redis://:[hidden]@host/0")


def test_a_context_adds_to_every_line_inside(out: io.StringIO) -> None:
    with log_context(job=7):
        logging.getLogger("forum.tests").info("inside")
    logging.getLogger("forum.tests").info("outside")
    assert [line.get("job") for line in lines(out)] == [7, None]


def test_lines_below_the_level_are_left_out(out: io.StringIO) -> None:
    logging.getLogger("forum.tests").debug("chatter")
    assert lines(out) == []


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_plain_lines() -> None:
    root = logging.getLogger()
    handlers = root.handlers[:]
    stream = Terminal()
    configure_logging("info", stream=stream)
    logging.getLogger("forum.tests").info("hello")
    root.handlers[:] = handlers
    structlog.reset_defaults()
    assert "hello" in stream.getvalue()
    assert not stream.getvalue().startswith("{")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("nothing here", "nothing here"),
        ("to a.b+c@d.example.org now", "to [hidden] now"),
        ("postgresql://forum:pw@db/forum", "postgresql://forum:[hidden]@db/forum"),
    ],
)
def test_scrub(text: str, clean: str) -> None:
    assert scrub(text) == clean
