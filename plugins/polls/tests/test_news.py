"""Feeds and digests hear that a poll began and ended, and never how it stands."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from forum_polls.news import list_news

from forum.api.web import day
from forum.plugin import AreaRef, DigestWindow
from forum.testing.fixtures import MOMENT

if TYPE_CHECKING:
    from conftest import Town


@pytest.mark.weave("digest")
def test_beginning_and_end_are_told_without_a_result(town: Town) -> None:
    full = town.start(results="after_vote", ends="2026-11-20T18:00")
    town.vote(town.deniz, full, "Ja")
    here = AreaRef(town.here, "kreis", "Kreis")
    window = DigestWindow(areas=(here,), since=MOMENT, until=MOMENT + timedelta(hours=1), limit=10)
    with town.app.test_request_context():
        [still_open] = list_news(window)
        assert still_open.title == f"Umfrage bis {day(full.poll.ends_at)}: {full.poll.question}"
    town.close(full)
    with town.app.test_request_context():
        items = list_news(window)
    assert {item.key for item in items} == {f"poll-{full.poll.id}-new", f"poll-{full.poll.id}-over"}
    assert all("bis" not in item.title for item in items)
    assert all("Ja" not in item.title + item.text for item in items)
    empty = DigestWindow(areas=(here,), since=MOMENT - timedelta(hours=1), until=MOMENT, limit=10)
    with town.app.test_request_context():
        assert list_news(empty) == []
