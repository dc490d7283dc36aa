"""Secret ballots: who has voted, and tallies; no row of anybody's choice.

Rows written in one transaction can be told by it (`xmin`), by their place and by their order. So
with every vote all options of the poll are written, and all sheets are written anew in an order
and under ids drawn by lot: the last vote's transaction has written everything.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from random import SystemRandom
from typing import Any, Final

import sqlalchemy as sa

from forum.api.data import Conflict, db
from forum.api.web import gettext as _
from forum_polls.models import Sheet, Turnout
from forum_polls.operations.count import write_count
from forum_polls.operations.named import take_part
from forum_polls.operations.rows import QUIET, Delta, count_marks, find_deltas, weigh
from forum_polls.shapes import PollRow

_LOT: Final = SystemRandom()
_DID: Final = sa.select(Turnout.user_id).where(
    Turnout.poll_id == sa.bindparam("poll"),
    Turnout.user_id == sa.bindparam("me", type_=sa.Integer),
)


def has_voted(poll_id: int, user_id: int) -> bool:
    """Tell whether a member has cast a secret vote."""
    return db.session.scalar(_DID, {"poll": poll_id, "me": user_id}) is not None


def cast_secretly(
    poll: PollRow, user_id: int, *, marks: Mapping[int, int], option_ids: Sequence[int]
) -> None:
    """Count a vote that nobody can find again.

    Errors: Conflict when the member has voted: there is nothing that could be changed.
    Cost: five statements; ranked polls write all their sheets anew.
    """
    _require_first(poll.id, user_id)
    changes = {option_id: weigh(poll.kind, mark) for option_id, mark in marks.items()}
    count_marks(changes, whole=[poll.id])
    if poll.kind == "ranked":
        ranking = sorted(marks, key=marks.__getitem__)
        sheets = shuffle_in(poll, ranking)
        write_count(poll.id, option_ids, ballots=Counter(map(tuple, sheets)))
    take_part(poll.id, user_id)


def answer_secretly(
    poll: PollRow, user_id: int, *, answers: Mapping[int, Sequence[int] | str]
) -> None:
    """Count the answers to a survey, by question: tallies, and one sheet among all others."""
    _require_first(poll.id, user_id)
    changes: dict[int, Delta] = {}
    for chosen in answers.values():
        if not isinstance(chosen, str):
            changes |= find_deltas("multiple", before={}, after=dict.fromkeys(chosen, 1))
    count_marks(changes, whole=list(answers))
    shuffle_in(poll, {str(question): given for question, given in answers.items() if given})
    take_part(poll.id, user_id)


def shuffle_in(poll: PollRow, content: Any) -> list[Any]:
    """Add a sheet and write all of the poll anew, in an order drawn by lot; return what they say.

    Cost: three statements whose size grows with the sheets.
    """
    sheets = [
        *db.session.scalars(sa.select(Sheet.content).where(Sheet.poll_id == poll.id)),
        content,
    ]
    write_sheets(poll, sheets)
    return sheets


def write_sheets(poll: PollRow, sheets: list[Any]) -> None:
    """Put these sheets in the place of all that are there."""
    _LOT.shuffle(sheets)
    db.session.execute(sa.delete(Sheet).where(Sheet.poll_id == poll.id).execution_options(**QUIET))
    if sheets:
        rows = [
            {
                "id": secrets.randbits(62),
                "poll_id": poll.id,
                "post_id": poll.post_id,
                "content": sheet,
            }
            for sheet in sheets
        ]
        db.session.execute(sa.insert(Sheet), rows)


def _require_first(poll_id: int, user_id: int) -> None:
    if has_voted(poll_id, user_id):
        raise Conflict(
            _("Du hast schon abgestimmt. Geheime Stimmen lassen sich nicht mehr ändern.")
        )
