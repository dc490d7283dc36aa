"""Fixtures of the core's tests: an app whose registries may be filled and are put back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.core import audit
from forum.core.database import read_unit, unscoped


@pytest.fixture
def site(app: Flask) -> Iterator[Flask]:
    """The app inside its context, with no jobs, schedules, consumers or guards but the test's."""
    services = app.extensions["forum"]
    registries = [
        (services["jobs"], "handlers"),
        (services["schedules"], "intervals"),
        (services["consumers"], "consumers"),
        (services["mail_guards"], "guards"),
    ]
    before = [dict(getattr(registry, name)) for registry, name in registries]
    gate = services["jobs"].gate
    for registry, name in registries[:3]:
        getattr(registry, name).clear()
    try:
        with app.app_context():
            yield app
    finally:
        for (registry, name), kept in zip(registries, before, strict=True):
            setattr(registry, name, kept)
        services["jobs"].gate = gate
        services["limiter"].reset()


def note(subject: str) -> None:
    """Leave a trace in the database, in the caller's transaction: the effect of a job."""
    audit.record("test.effect", None, subject=subject)


def list_notes() -> list[str]:
    """Return the traces in order."""
    with read_unit(), unscoped("tests") as session:
        rows = session.scalars(sa.select(audit.AuditEntry.subject).order_by(audit.AuditEntry.id))
        return list(rows)
