"""How many of each area below took part; never where so few did that one could tell who."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from forum.api.data import count_members_below, unscoped
from forum_polls import limits
from forum_polls.models import Turnout
from forum_polls.shapes import PollRow


def list_shares(poll: PollRow) -> Sequence[tuple[str, int]]:
    """Return the turnout by area directly below the poll's, most first.

    Areas with fewer voters than `limits.SHARE` are left out; when what is left out could be told
    from the total, the smallest of the others is left out too. Sealed and hidden areas never show.
    Cost: one statement, and none where fewer than twice that number voted.
    """
    if poll.voters < 2 * limits.SHARE:
        return ()
    voters = sa.select(Turnout.user_id).where(Turnout.poll_id == poll.id)
    with unscoped("polls: shares count everybody's turnout") as session:
        found = count_members_below(session, poll.area_id, among=voters)
    shares = [(name, number) for name, number in found if number >= limits.SHARE]
    left_out = poll.voters - sum(number for _name, number in shares)
    if 0 < left_out < limits.SHARE and shares:
        shares = shares[:-1]
    return shares if len(shares) > 1 else ()
