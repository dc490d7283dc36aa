"""The polls of an area for its bundle: questions and answers, results when they are final."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import SHOWN_POSTS, unscoped
from forum.plugin import AreaBundle
from forum_polls.models import Option, Poll

BATCH: Final = 200
_POLL: Final = (
    Poll.id,
    Poll.post_id,
    Poll.parent_id,
    Poll.name,
    Poll.question,
    Poll.kind,
    Poll.secret,
    Poll.created_at,
    Poll.ends_at,
    Poll.closed_at,
    Poll.voters,
    Poll.entitled,
    Poll.seal,
)


def bundle_polls(area_id: int, bundle: AreaBundle) -> None:
    """Write the polls under the shown posts of an area; nobody's vote, no tally before the end.

    Cost: two statements per 200 polls.
    """
    with unscoped("polls: the bundle of an area has no viewer") as session:
        bundle.write("polls", _list_polls(session, area_id))


def _list_polls(session: Session, area_id: int) -> Iterator[Mapping[str, object]]:
    last = 0
    found = (
        sa.select(*_POLL)
        .join(SHOWN_POSTS, SHOWN_POSTS.c.post_id == Poll.post_id)
        .where(SHOWN_POSTS.c.area_id == area_id)
        .order_by(Poll.id)
        .limit(BATCH)
    )
    while rows := session.execute(found.where(Poll.id > last)).mappings().all():
        answers = _find_answers(session, [row["id"] for row in rows])
        ended = {row["id"]: row["closed_at"] is not None for row in rows}
        for row in rows:
            poll: dict[str, Any] = dict(row)
            # The end of a survey is that of all its questions.
            if not (ended[row["id"]] or ended.get(row["parent_id"], False)):
                del poll["voters"]
                # Nobody asked for these numbers: members named them, so they are the result.
                there = [] if row["kind"] == "number" else answers.get(row["id"], [])
                given = [{"text": one["text"]} for one in there]
            else:
                given = answers.get(row["id"], [])
            yield {**poll, "answers": given}
        last = rows[-1]["id"]


def _find_answers(session: Session, poll_ids: list[int]) -> dict[int, list[dict[str, object]]]:
    rows = session.execute(
        sa.select(Option.poll_id, Option.text, Option.votes)
        .where(Option.poll_id.in_(poll_ids), Option.state == "shown")
        .order_by(Option.poll_id, Option.position)
    )
    found: dict[int, list[dict[str, object]]] = {}
    for row in rows:
        found.setdefault(row.poll_id, []).append({"text": row.text, "votes": row.votes})
    return found
