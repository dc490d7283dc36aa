"""What failed for good stands in one list, without content, and can be tried again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.core import mail
from forum.core.consumers import Consumer, EventFailure, register_consumer
from forum.core.database import read_unit, unit
from forum.core.delivery import deliver_mail
from forum.core.errors import NotFound
from forum.core.events import EventRow
from forum.core.failures import KINDS, Failure, list_failures, retry_failure
from forum.core.jobs import JobRow, register_job
from forum.core.mail import Mail
from tests.forum.core.conftest import list_notes, note

MOMENT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


@pytest.fixture
def failed(site: Flask) -> Flask:
    """A site where one of each has failed."""
    register_job("note", note)
    register_job(mail.JOB, deliver_mail, queue="mail", transaction=False)
    register_consumer(Consumer("reader", lambda events: note(events[0].name)))
    with unit() as session:
        session.add(
            JobRow(
                name="note",
                state="failed",
                args={"subject": "a"},
                run_at=MOMENT,
                error="RuntimeError: away\n  at a place",
                created_at=MOMENT,
                finished_at=MOMENT,
            )
        )
        event = EventRow(xid=0, name="x.y_done", origin="member", at=MOMENT, payload={})
        session.add(event)
        session.flush()
        session.add(
            EventFailure(
                consumer="reader", event_id=event.id, event_name=event.name, error="E: z", at=MOMENT
            )
        )
        session.add(
            Mail(
                state="failed",
                recipient="anna@example.org",
                subject="Geheim",
                text="Geheim",
                message_id="<1@x>",
                error="550 no",
                created_at=MOMENT,
                finished_at=MOMENT,
            )
        )
    return site


def list_all() -> list[Failure]:
    with read_unit():
        return list_failures()


def test_every_kind_is_listed_without_content(failed: Flask) -> None:
    found = list_all()
    assert [(one.kind, one.what, one.error, one.at) for one in found] == [
        ("job", "note", "RuntimeError: away\n  at a place", MOMENT),
        ("event", "x.y_done for reader", "E: z", MOMENT),
        ("mail", "to member –", "550 no", MOMENT),
    ]


def test_what_is_tried_again_leaves_the_list(failed: Flask) -> None:
    for one in list_all():
        with unit():
            retry_failure(one.kind, one.id)
    assert list_all() == []
    assert list_notes() == ["x.y_done"]
    with read_unit() as session:
        assert session.scalars(sa.select(JobRow.state)).all() == ["waiting", "waiting"]
        assert session.scalars(sa.select(Mail.state)).all() == ["waiting"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_has_not_failed_cannot_be_tried_again(site: Flask, kind: str) -> None:
    with pytest.raises(NotFound), unit():
        retry_failure(kind, 1)  # type: ignore[arg-type]
