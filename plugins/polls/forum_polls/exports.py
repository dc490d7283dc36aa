"""Results leave the forum: as CSV, as JSON, as a post, as a sentence for the minutes."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa
from flask import Response
from flask.typing import ResponseReturnValue

from forum.api.data import Denied, Scope, db, reply
from forum.api.web import exactly, number, speech
from forum.api.web import gettext as _
from forum_polls import limits, rules
from forum_polls.dates import tell_date
from forum_polls.models import Sheet
from forum_polls.queries import get_full_poll
from forum_polls.results import sort_options, tell_result
from forum_polls.shapes import FullPoll, OptionRow
from forum_polls.words import tell_option, tell_verdict

_SHEETS: Final = sa.select(Sheet.content).where(Sheet.poll_id == sa.bindparam("poll"))
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def export_csv(scope: Scope, poll_id: int) -> ResponseReturnValue:
    """Give the counts as a table; spreadsheets open it as it is."""
    full = _get_shown(scope, poll_id)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_("Frage"), _("Antwort"), _("Stimmen"), _("zur Not")])
    for row in _rows(full):
        writer.writerow([_defuse(cell) for cell in row])
    # With the mark, spreadsheets read umlauts as what they are.
    return _file("\ufeff" + out.getvalue(), f"umfrage-{poll_id}.csv", mime="text/csv")


def export_json(scope: Scope, poll_id: int) -> ResponseReturnValue:
    """Give the result with its seal; of a survey also the sheets, which are nobody's."""
    full = _get_shown(scope, poll_id)
    told: dict[str, Any] = {
        "poll": poll_id,
        "closed_at": full.poll.ended_at.isoformat() if full.poll.ended_at else None,
        "result": tell_result(full),
        "sha256": full.poll.seal,
    }
    if full.poll.kind == "survey":
        if full.poll.voters < limits.SHARE:
            told["result"].pop("questions", None)
        else:
            told["sheets"] = _read_sheets(full)
    # What looks like markup is written as JSON may write it: nothing that opens it can run it.
    text = json.dumps(told, ensure_ascii=False, indent=1).replace("<", "\\u003c")
    return _file(text, f"umfrage-{poll_id}.json", mime="application/json")


def announce_result(scope: Scope, poll_id: int) -> str:
    """Reply to the topic with the result; return the post's address.

    Errors: NotFound, Denied for others than author and moderators, and before it may be seen.
    """
    full = _get_shown(scope, poll_id)
    rules.require_manage(scope, full.poll)
    if full.poll.is_open or full.poll.results == "team":
        raise Denied(_("Das Ergebnis darf hier noch nicht alle erreichen."))
    lines = [_("**Ergebnis: %(question)s**", question=_plain(full.poll.question)), ""]
    lines += [f"{tell_minutes(full)}", ""]
    for question, option, votes, _maybes in _rows(full):
        head = f"{_plain(question)}: " if full.questions else ""
        lines.append(f"- {head}{_plain(option)}: {votes}")
    if full.poll.seal:
        lines += ["", _("Prüfsumme (SHA-256): `%(seal)s`", seal=full.poll.seal)]
    return reply(scope, full.poll.topic_id, source="\n".join(lines)).url


def tell_minutes(full: FullPoll) -> str:
    """Say in one or two sentences what the minutes need."""
    poll = full.poll
    assert poll.ended_at is not None
    told = _(
        "Beendet am %(time)s. Abgestimmt haben %(voters)s",
        time=exactly(poll.ended_at),
        voters=number(poll.voters),
    )
    if poll.entitled is not None:
        told += " " + _("von %(entitled)s Stimmberechtigten", entitled=number(poll.entitled))
    verdict = tell_verdict(full) if poll.kind == "motion" else ""
    return f"{told}. {verdict}".strip()


def _get_shown(scope: Scope, poll_id: int) -> FullPoll:
    full = get_full_poll(scope, poll_id)
    shown = rules.can_see_results(
        full.poll.results,
        voted=full.has_voted,
        is_open=full.poll.is_open,
        team=rules.can_review(scope),
    )
    if not shown:
        raise Denied(_("Das Ergebnis ist noch nicht zu sehen."))
    return full


def _rows(full: FullPoll) -> Iterator[tuple[str, str, int, str]]:
    if full.questions and full.poll.voters < limits.SHARE:
        return
    for one in full.questions or [full]:
        for option in sort_options(one):
            maybes = str(option.maybes) if one.poll.kind == "dates" else ""
            yield one.poll.question, _text(option), option.votes, maybes


def _text(option: OptionRow) -> str:
    if option.starts_at is not None and option.text:
        return tell_date(option, zone=speech().zone)
    return tell_option(option)


def _read_sheets(full: FullPoll) -> list[dict[str, Any]]:
    """Return what each took down, by question; their order says nothing."""
    texts = {o.id: o.text for one in full.questions for o in one.options}
    questions = {str(one.poll.id): one.poll.question for one in full.questions}
    sheets = []
    for content in db.session.scalars(_SHEETS, {"poll": full.poll.id}):
        sheets.append(
            {
                questions[key]: given
                if isinstance(given, str)
                else [texts[option] for option in given if option in texts]
                for key, given in content.items()
                if key in questions
            }
        )
    return sorted(sheets, key=lambda sheet: json.dumps(sheet, sort_keys=True))


def _defuse(cell: object) -> object:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _plain(text: str) -> str:
    """Keep markup in a question or an answer from working in a post."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|!@:~" else sign for sign in text)


def _file(text: str, name: str, *, mime: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype=mime, headers=headers)
