"""Answers that members add: folded into equal ones, capped, reviewed where the poll says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from forum.api.data import Denied, Invalid, Scope
from forum.api.web import gettext as _
from forum_polls import limits
from forum_polls.folding import clean_answer, fold_answer
from forum_polls.operations.late import note_late
from forum_polls.operations.rows import insert_option, list_anew
from forum_polls.queries import get_settings
from forum_polls.shapes import PollRow
from forum_polls.values import OPEN_KINDS

AnswerFate = Literal["", "added", "joined", "waiting"]


def find_or_add(
    scope: Scope, poll: PollRow, text: str, *, options: Sequence[Any]
) -> tuple[int, AnswerFate]:
    """Return the option that an answer stands for, added if there is none yet, and what it became.

    Errors: Denied where the poll takes none; Invalid at `answer`.
    """
    if poll.own_answers == "off" or poll.kind not in OPEN_KINDS:
        raise Denied(_("Hier stehen nur die vorgegebenen Antworten zur Wahl."))
    answer = clean_answer(text)
    fold = fold_answer(answer)
    if not fold:
        raise Invalid("answer", _("Bitte schreib deine Antwort in das Feld."))
    for row in options:
        if row.fold == fold:
            return _join(row, options)
    _check_room(scope, answer, options=options)
    waits = poll.own_answers == "review" and not scope.has_role("editor")
    waiting = sum(row.state == "waiting" for row in options)
    if waits and waiting >= limits.WAITING:
        raise Invalid(
            "answer", _("Hier warten schon viele Antworten auf das Kernteam. Versuch es später.")
        )
    option_id = insert_option(
        poll.id,
        answer,
        post_id=poll.post_id,
        position=max((row.position for row in options), default=-1) + 1,
        author_id=scope.user_id,
        state="waiting" if waits else "shown",
    )
    if waits:
        return option_id, "waiting"
    list_anew(poll)
    note_late(poll)
    return option_id, "added"


def _join(row: Any, options: Sequence[Any]) -> tuple[int, AnswerFate]:
    """Lead to the option that stands for an equal answer, through what was merged."""
    known = {option.id: option for option in options}
    while row.state == "merged" and row.merged_into_id in known:
        row = known[row.merged_into_id]
    if row.state == "waiting":
        return row.id, "waiting"
    if row.state != "shown":
        raise Invalid("answer", _("Diese Antwort hat die Moderation ausgeblendet."))
    return row.id, "joined"


def _check_room(scope: Scope, answer: str, *, options: Sequence[Any]) -> None:
    if len(answer) > limits.ANSWER or len(fold_answer(answer)) > limits.FOLD:
        raise Invalid(
            "answer",
            _("Eine Antwort darf höchstens %(most)s Zeichen haben.", most=limits.ANSWER),
        )
    most = get_settings(scope.area.id).max_options
    if sum(row.state in {"shown", "waiting"} for row in options) >= most:
        raise Invalid("answer", _("Mehr als %(most)s Antworten gehen hier nicht.", most=most))
    if sum(row.author_id == scope.user_id for row in options) >= limits.OWN_ANSWERS:
        raise Invalid(
            "answer",
            _("Du hast hier schon %(most)s Antworten ergänzt.", most=limits.OWN_ANSWERS),
        )
