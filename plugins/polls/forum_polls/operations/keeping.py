"""Polls that stand in the text of a post, kept in step with it when it is written and edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from forum.api.data import db
from forum_polls.folding import fold_answer
from forum_polls.models import Option, Poll
from forum_polls.operations.making import create_poll
from forum_polls.operations.rows import QUIET
from forum_polls.values import PollSpec

INLINE = "poll."


@dataclass(slots=True)
class _Kept:
    id: int
    question: str
    kind: str
    secret: bool
    voters: int
    folds: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Keeping:
    """What became of the polls of a text: those that are new, or the question that must stay."""

    made: tuple[int, ...] = ()
    refused: str = ""


def keep_polls(post_id: int, specs: Mapping[str, PollSpec]) -> Keeping:
    """Make the polls that a text names, change and take away those without votes.

    A poll with votes stays as it was asked: the first that the text no longer asks so is
    refused, and nothing may be stored then. Options that members added are no difference.
    Cost: two statements, and three for each poll that is made.
    """
    there = _list_inline(post_id)
    for name, kept in there.items():
        spec = specs.get(name)
        if spec is not None and _is_same(kept, spec):
            continue
        if kept.voters:
            return Keeping(refused=kept.question)
        db.session.execute(sa.delete(Poll).where(Poll.id == kept.id).execution_options(**QUIET))
    made = [
        create_poll(post_id, spec)
        for name, spec in specs.items()
        if name not in there or not _is_same(there[name], spec)
    ]
    return Keeping(made=tuple(made))


def _list_inline(post_id: int) -> dict[str, _Kept]:
    rows = db.session.execute(
        sa.select(Poll.id, Poll.name, Poll.question, Poll.kind, Poll.secret, Poll.voters)
        .where(Poll.post_id == post_id, Poll.parent_id.is_(None), Poll.name.startswith(INLINE))
        .with_for_update(of=Poll, key_share=True)
    )
    found = {
        name: _Kept(id_, question, kind, secret, voters)
        for id_, name, question, kind, secret, voters in rows
    }
    folds = db.session.execute(
        sa.select(Poll.name, Option.fold)
        .join(Option, Option.poll_id == Poll.id)
        .where(Poll.post_id == post_id, Option.author_id.is_(None))
    )
    for name, fold in folds:
        if name in found:
            found[name].folds.add(fold)
    return found


def _is_same(kept: _Kept, spec: PollSpec) -> bool:
    asked = (spec.question, spec.kind, spec.secret)
    if (kept.question, kept.kind, kept.secret) != asked:
        return False
    # Numbers are named by members; what a survey asks is compared by its question alone.
    return (
        spec.kind in {"number", "survey"}
        or {fold_answer(option.text) for option in spec.options} <= kept.folds
    )
