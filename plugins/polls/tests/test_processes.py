"""Two web processes on one database: whoever clicks twice has voted once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from forum_polls.models import Sheet

from forum.api.data import unscoped

if TYPE_CHECKING:
    from conftest import Hall

VOTERS = 50
CLICKS = 200
SENDERS = 32


@pytest.mark.soak
def test_two_hundred_double_clicks_by_fifty_voters_are_two_hundred_votes(hall: Hall) -> None:
    town = hall.town
    polls = [
        town.start(),
        town.start(own="open"),
        town.start(secret="1"),
        town.start(kind="ranked", secret="1"),
    ]
    voters = hall.open_booths(town.make_members(VOTERS))
    assert len(polls) * VOTERS == CLICKS

    def click(number: int) -> int:
        """Click; the second click of a pair has the next number and begins at the same time."""
        turn, full = number // 2 % VOTERS, polls[number // 2 // VOTERS]
        options = full.options[turn % 3 :] + full.options[: turn % 3]
        if full.poll.kind == "ranked":
            fields = [(f"mark-{option.id}", rank) for rank, option in enumerate(options, 1)]
        else:
            fields = [("option", options[0].id)]
        return voters[turn].post(f"/a/kreis/polls/{full.poll.id}/vote", fields)

    with ThreadPoolExecutor(SENDERS) as pool:
        answers = Counter(pool.map(click, range(2 * CLICKS)))
    assert answers == {303: 2 * CLICKS}
    for full in polls:
        assert list(town.tally(full.poll.id).values()) == [17, 17, 16]
        assert town.see(full.poll.id).poll.voters == VOTERS
    town.recount()
    with town.app.app_context(), unscoped("tests count") as session:
        sheets = session.scalars(sa.select(Sheet.content)).all()
    assert Counter(map(tuple, sheets)).total() == VOTERS
