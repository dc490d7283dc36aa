"""Links in mails that lead to a vote: signed, for one member and one poll, good for one vote.

Opening one shows a page; only its button votes, so what fetches links ahead votes for nobody.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from forum.api.data import NotFound, Scope, Viewer, db, get_scope_by_id, keyed_digest, member, now
from forum_polls.models import Turnout, Vote
from forum_polls.queries import get_area_id, get_full_poll
from forum_polls.shapes import FullPoll

KEPT: Final = timedelta(days=30)
_PURPOSE: Final = "polls.link"
_MAC: Final = 40
_me: Final = sa.bindparam("me", type_=sa.Integer)
_USED: Final = sa.union_all(
    sa.select(Turnout.user_id).where(
        Turnout.poll_id == sa.bindparam("poll"), Turnout.user_id == _me
    ),
    sa.select(Vote.user_id).where(Vote.poll_id == sa.bindparam("poll"), Vote.user_id == _me),
).limit(1)
_ACTIVE: Final = sa.select(member.c.name).where(member.c.id == _me, member.c.state == "active")


@dataclass(frozen=True, slots=True)
class VoteLink:
    """What a good link says: who votes in which poll, and for which option, 0 for none yet."""

    user_id: int
    poll_id: int
    option_id: int


def make_vote_link(user_id: int, poll_id: int, *, option_id: int = 0) -> str:
    """Return the path of a page on which a member may vote without logging in.

    Only for mail to that member: whoever has it may cast this one vote.
    """
    until = int((now() + KEPT).timestamp())
    told = f"{user_id}.{poll_id}.{option_id}.{until}"
    return f"/polls/link/{told}.{keyed_digest(_PURPOSE, told)[:_MAC]}"


def read_vote_link(token: str) -> VoteLink | None:
    """Read a link; None when it was changed, is too old, or is no link of ours."""
    told, _dot, mac = token.rpartition(".")
    parts = told.split(".")
    if len(token) > 120 or not token.isascii() or len(parts) != 4:
        return None
    if not all(part.isdigit() for part in parts):
        return None
    if not hmac.compare_digest(keyed_digest(_PURPOSE, told)[:_MAC], mac):
        return None
    user_id, poll_id, option_id, until = map(int, parts)
    return VoteLink(user_id, poll_id, option_id) if until > now().timestamp() else None


def find_link_voter(link: VoteLink) -> str | None:
    """Return the name of the member a link is for, None when the account is not active any more."""
    return db.session.scalar(_ACTIVE, {"me": link.user_id})


def has_used_link(link: VoteLink) -> bool:
    """Tell whether the member has voted there, by the link or otherwise, even if taken back."""
    found = db.session.scalar(_USED, {"poll": link.poll_id, "me": link.user_id})
    return found is not None


def get_linked_poll(link: VoteLink) -> tuple[Scope, FullPoll]:
    """Return the poll and its area as the bound member sees them.

    Errors: NotFound, also where the member may not read any more or polls are off.
    """
    scope = get_scope_by_id(Viewer(link.user_id), get_area_id(link.poll_id))
    if "polls" not in scope.plugins or not scope.reads:
        raise NotFound
    return scope, get_full_poll(scope, link.poll_id)
