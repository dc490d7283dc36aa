"""Options after the poll began: merged, hidden, let in, put right, added; no vote is lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import Conflict, Invalid, NotFound, Scope, db, now, unscoped
from forum.api.web import gettext as _
from forum_polls import limits, rules
from forum_polls.folding import clean_answer, fold_answer
from forum_polls.models import Choice, Option, Vote
from forum_polls.operations.late import note_late
from forum_polls.operations.named import recount_rankings
from forum_polls.operations.rows import (
    QUIET,
    insert_option,
    leave_trace,
    list_anew,
    list_options,
    lock_poll,
    update_option,
)
from forum_polls.queries import get_settings
from forum_polls.shapes import PollRow
from forum_polls.values import LISTED, OPEN_KINDS


def merge_options(scope: Scope, poll_id: int, *, source_id: int, target_id: int) -> PollRow:
    """Let two options become one: the votes move, and who had voted for both has one vote for it.

    Whoever writes the merged answer again votes for the one that is left.
    Errors: NotFound, Denied; Conflict where a secret poll with several answers has votes for
    both, as nobody knows who voted for both; Invalid for one and the same, or another poll's.
    """
    poll = lock_poll(scope, poll_id)
    rules.require_merge(scope)
    options = list_options(poll_id)
    source, target = _pick(options, source_id), _pick(options, target_id)
    if source.id == target.id or "merged" in {source.state, target.state}:
        raise Invalid("source", _("Wähle zwei verschiedene Antworten."))
    if poll.kind not in OPEN_KINDS:
        raise Conflict(_("In Umfragen dieser Art lassen sich Antworten nicht zusammenlegen."))
    if poll.secret and poll.kind == "multiple" and source.votes and target.votes:
        raise Conflict(
            _("Wer beides gewählt hat, weiß bei geheimen Stimmen niemand: Das geht nicht mehr.")
        )
    if poll.secret:
        votes = target.votes + source.votes
    else:
        with unscoped("polls: merging moves everybody's votes") as session:
            votes = _move_choices(session, source_id=source.id, target_id=target.id)
    update_option(target.id, votes=votes, state="shown")
    update_option(source.id, votes=0, state="merged", merged_into_id=target.id)
    leave_trace(scope, poll, "merge", source=_tell(source), target=_tell(target))
    list_anew(poll)
    return poll


def set_option_state(scope: Scope, poll_id: int, *, option_id: int, state: str) -> PollRow:
    """Let an answer in that waits, turn it away, hide one or show it again; votes stay with it.

    The core team decides about waiting ones, moderators about those that stand.
    Errors: NotFound, Denied; Invalid at `state`.
    """
    poll = lock_poll(scope, poll_id)
    option = _pick(list_options(poll_id), option_id)
    if option.state == "waiting":
        rules.require_review(scope)
    else:
        rules.require_merge(scope)
    if state not in {"shown", "hidden"} or option.state == "merged":
        raise Invalid("state", _("Bitte wähle eine der Möglichkeiten."))
    if option.state != state:
        let_in = {"created_at": now()} if (option.state, state) == ("waiting", "shown") else {}
        update_option(option_id, state=state, **let_in)
        if let_in:
            note_late(poll)
        leave_trace(scope, poll, "set_option", option=_tell(option), after=state)
        list_anew(poll)
    return poll


def add_option(scope: Scope, poll_id: int, *, text: str) -> PollRow:
    """Add an option as who asked; who has voted is told that there is more to choose.

    Errors: NotFound, Denied, Conflict after the end or where options are fixed; Invalid at `text`.
    """
    poll = lock_poll(scope, poll_id)
    rules.require_manage(scope, poll)
    _require_editable(poll)
    options = list_options(poll_id)
    answer = _read(text, options=options)
    most = get_settings(scope.area.id).max_options
    if sum(row.state in {"shown", "waiting"} for row in options) >= most:
        raise Invalid("text", _("Mehr als %(most)s Antworten gehen hier nicht.", most=most))
    position = max((row.position for row in options), default=-1) + 1
    insert_option(poll.id, answer, post_id=poll.post_id, position=position)
    leave_trace(scope, poll, "add_option", option=answer)
    list_anew(poll)
    note_late(poll)
    return poll


def edit_option(scope: Scope, poll_id: int, *, option_id: int, text: str) -> PollRow:
    """Put the text of an option right: freely before it has votes, afterwards its spelling only.

    An empty text takes an option away that nobody has voted for.
    Errors: NotFound, Denied, Conflict after the end; Invalid at `text`.
    """
    poll = lock_poll(scope, poll_id)
    rules.require_manage(scope, poll)
    _require_editable(poll)
    options = list_options(poll_id)
    option = _pick(options, option_id)
    # In a secret poll nobody knows whether an option has votes once somebody has voted.
    voted_for = bool(option.votes) or (poll.secret and poll.voters > 0)
    if not clean_answer(text):
        return _take_away(scope, poll, option, options=options, voted_for=voted_for)
    answer = _read(text, options=[row for row in options if row.id != option_id])
    if voted_for and fold_answer(answer) != option.fold:
        raise Invalid(
            "text",
            _("Dafür wurde schon gestimmt: Nur die Schreibweise lässt sich noch ändern."),
        )
    if answer != option.text:
        update_option(option_id, text=answer, fold=fold_answer(answer))
        after = answer if option.author_id is None else _tell(option)
        leave_trace(scope, poll, "edit_option", before=_tell(option), after=after)
        list_anew(poll)
    return poll


def _take_away(
    scope: Scope, poll: PollRow, option: Any, *, options: Sequence[Any], voted_for: bool
) -> PollRow:
    left = sum(row.state == "shown" for row in options) - (option.state == "shown")
    if voted_for or left < limits.OPTIONS_MIN:
        raise Invalid("text", _("Diese Antwort wird gebraucht und bleibt."))
    in_log = sa.select(Choice.option_id).where(Choice.option_id == option.id).exists()
    with unscoped("polls: a vote taken back still names its option") as session:
        named = session.scalar(sa.select(in_log))
    if named:
        update_option(option.id, state="hidden")
    else:
        db.session.execute(
            sa.delete(Option).where(Option.id == option.id).execution_options(**QUIET)
        )
        if poll.count is not None:
            # Its rounds name every option; this one would stay in them without a name.
            recount_rankings(poll.id)
    leave_trace(scope, poll, "remove_option", option=_tell(option))
    list_anew(poll)
    return poll


def _move_choices(session: Session, *, source_id: int, target_id: int) -> int:
    """Move choices to the target, those of votes for both left out; return its votes in force."""
    twice = Choice.vote_id.in_(sa.select(Choice.vote_id).where(Choice.option_id == target_id))
    of_source = Choice.option_id == source_id
    session.execute(sa.delete(Choice).where(of_source, twice).execution_options(**QUIET))
    session.execute(
        sa.update(Choice).where(of_source).values(option_id=target_id).execution_options(**QUIET)
    )
    in_force = (
        sa.select(sa.func.count())
        .select_from(Choice)
        .join(Vote, Vote.id == Choice.vote_id)
        .where(Choice.option_id == target_id, Vote.ended_at.is_(None))
    )
    return int(session.scalar(in_force) or 0)


def _require_editable(poll: PollRow) -> None:
    if not poll.is_open:
        raise Conflict(_("Diese Umfrage ist beendet, ihre Antworten bleiben, wie sie sind."))
    if poll.kind not in LISTED or poll.kind == "dates":
        raise Conflict(_("Die Antworten dieser Umfrage stehen fest."))


def _read(text: str, *, options: Sequence[Any]) -> str:
    answer = clean_answer(text)
    fold = fold_answer(answer)
    if not fold:
        raise Invalid("text", _("Bitte schreib deine Antwort in das Feld."))
    if len(answer) > limits.ANSWER or len(fold) > limits.FOLD:
        raise Invalid(
            "text", _("Eine Antwort darf höchstens %(most)s Zeichen haben.", most=limits.ANSWER)
        )
    if any(row.fold == fold for row in options):
        raise Invalid("text", _("Diese Antwort gibt es schon."))
    return answer


def _tell(option: Any) -> str:
    """Name an option in the log: the words of a member stay out of it, they may have to go."""
    return str(option.text) if option.author_id is None else f"#{option.id}"


def _pick(options: Sequence[Any], option_id: int) -> Any:
    for option in options:
        if option.id == option_id:
            return option
    raise NotFound
