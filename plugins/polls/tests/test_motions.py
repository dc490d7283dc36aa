"""Motions: quorum and majority as a table, and through the whole poll."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from forum_polls.counting.motions import MotionCount, decide_motion
from forum_polls.results import find_verdict

if TYPE_CHECKING:
    from conftest import Town

# yes, no, abstained, entitled, quorum in percent → simple, absolute, two thirds
TABLE = [
    ((0, 0, 0, 10, None), ("rejected", "rejected", "rejected")),
    ((1, 0, 0, 10, None), ("carried", "carried", "carried")),
    ((5, 5, 0, 10, None), ("rejected", "rejected", "rejected")),
    ((6, 5, 0, 20, None), ("carried", "carried", "rejected")),
    ((3, 2, 4, 20, None), ("carried", "rejected", "rejected")),
    ((4, 2, 2, 20, None), ("carried", "rejected", "carried")),
    ((5, 2, 2, 20, None), ("carried", "carried", "carried")),
    ((200, 100, 0, 900, None), ("carried", "carried", "carried")),
    ((199, 100, 0, 900, None), ("carried", "carried", "rejected")),
    ((1, 0, 99, 100, None), ("carried", "rejected", "carried")),
    ((4, 0, 0, 10, 50), ("no_quorum", "no_quorum", "no_quorum")),
    ((5, 0, 0, 10, 50), ("carried", "carried", "carried")),
    ((3, 0, 2, 10, 50), ("carried", "carried", "carried")),
    ((5, 0, 0, 11, 50), ("no_quorum", "no_quorum", "no_quorum")),
    ((6, 5, 0, 11, 100), ("carried", "carried", "rejected")),
    ((1, 0, 0, 3, 33), ("carried", "carried", "carried")),
    ((1, 0, 0, 3, 34), ("no_quorum", "no_quorum", "no_quorum")),
    ((0, 0, 0, 0, 50), ("rejected", "rejected", "rejected")),
]


@pytest.mark.parametrize(("numbers", "verdicts"), TABLE)
def test_quorum_and_majority(numbers, verdicts) -> None:
    yes, no, abstained, entitled, quorum = numbers
    count = MotionCount(yes=yes, no=no, abstained=abstained, entitled=entitled)
    found = tuple(
        decide_motion(count, majority=majority, quorum=quorum)
        for majority in ("simple", "absolute", "two_thirds")
    )
    assert found == verdicts


def test_motion_is_decided_when_it_ends(town: Town) -> None:
    full = town.start(kind="motion", quorum="60", majority="two_thirds", options="")
    assert [option.text for option in full.options] == ["Ja", "Nein", "Enthaltung"]
    town.vote(town.anke, full, "Ja")
    assert find_verdict(town.see(full.poll.id)) is None
    ended = town.close(full)
    assert (ended.poll.entitled, find_verdict(ended)) == (3, "no_quorum")
    with town.acting(town.chair) as scope:
        from forum_polls import operations

        operations.reopen_poll(scope, full.poll.id)
    town.vote(town.deniz, full, "Ja")
    town.vote(town.chair, full, "Nein")
    ended = town.close(full)
    assert (ended.poll.entitled, find_verdict(ended)) == (3, "carried")
    page = town.client().get(full.poll.url, follow_redirects=True).get_data(as_text=True)
    assert "Angenommen" in page
    assert "66,7 % Ja, nötig zwei Drittel · Beteiligung 100 % von 3, nötig 60 %" in page
    speaks = {"Accept-Language": "en"}
    english = town.client().get(full.poll.url, headers=speaks, follow_redirects=True).text
    assert "Abstention" in english
    assert "Enthaltung" not in english
    town.recount()
