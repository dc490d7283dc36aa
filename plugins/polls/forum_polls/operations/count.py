"""The count of a ranked poll, kept with the poll like a tally."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forum_polls.counting.runoff import Runoff, count_runoff
from forum_polls.operations.rows import update_poll


def write_count(
    poll_id: int,
    option_ids: Sequence[int],
    *,
    ballots: Mapping[tuple[int, ...], int],
    session: Any = None,
) -> None:
    """Count rankings by instant run-off and keep the rounds. Cost: one statement."""
    update_poll(poll_id, session=session, count=tell_count(count_runoff(option_ids, ballots)))


def tell_count(counted: Runoff[int]) -> dict[str, Any]:
    """Give a count as it is stored: JSON has strings as keys."""
    return {
        "rounds": [
            {
                "votes": {str(option): votes for option, votes in one.votes.items()},
                "exhausted": one.exhausted,
                "dropped": list(one.dropped),
            }
            for one in counted.rounds
        ],
        "winner": counted.winner,
        "tied": list(counted.tied),
    }
