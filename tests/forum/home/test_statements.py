"""What pages cost: literal numbers, whatever the pages show."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from forum.testing.builders import add_member, make_area, make_post, make_topic, make_user
from tests.forum.home.federation import Federation

Statements = Callable[[Callable[[], object]], list[str]]
# A member: session, feed, open topics, unread by area; cards and tips are kept.
HOME_MEMBER, HOME_WAITING, HOME_STRANGER = 4, 3, 3
DIRECTORY_MEMBER, DIRECTORY_STRANGER = 5, 3


def fill(federation: Federation, many: int) -> None:
    for number in range(many):
        area = make_area(federation.app, f"Runde {number}", slug=f"runde-{number}")
        add_member(federation.app, area, federation.users["anke"])
        topic = make_topic(federation.app, area, author=federation.users["anke"])
        for turn in range(number):
            other = make_user(federation.app, f"Gast {number} {turn}")
            add_member(federation.app, area, other)
            make_post(federation.app, topic.topic_id, author=other)


@pytest.mark.parametrize("many", [1, 3])
def test_the_start_page(federation: Federation, statements: Statements, many: int) -> None:
    fill(federation, many)
    anke, nobody = federation.visit("anke"), federation.visit()
    assert len(statements(lambda: anke.get("/"))) == HOME_MEMBER
    assert len(statements(lambda: anke.get("/?tab=all"))) == HOME_MEMBER
    assert len(statements(lambda: anke.get("/?tab=unanswered"))) == HOME_WAITING
    assert len(statements(lambda: nobody.get("/"))) == HOME_STRANGER


@pytest.mark.parametrize("many", [1, 3])
@pytest.mark.parametrize("query", ["", "?in=bund", "?q=runde", "?kind=topic&state=open"])
def test_the_directory(
    federation: Federation, statements: Statements, many: int, query: str
) -> None:
    fill(federation, many)
    anke, nobody = federation.visit("anke"), federation.visit()
    path = f"/verzeichnis{query}"
    assert len(statements(lambda: anke.get(path))) == DIRECTORY_MEMBER
    assert len(statements(lambda: nobody.get(path))) == DIRECTORY_STRANGER


def test_health_asks_nobody(federation: Federation, statements: Statements) -> None:
    nobody = federation.visit()
    assert statements(lambda: nobody.get("/healthz")) == []
