"""From submitted fields to values: a new poll, a ballot. Wrong input is Invalid at its field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from forum.api.data import Invalid, now
from forum.api.web import gettext as _
from forum.api.web import speech
from forum.plugin import PostDraft, Veto
from forum_polls import limits
from forum_polls.folding import clean_answer, fold_answer
from forum_polls.queries import get_settings
from forum_polls.settings import Settings
from forum_polls.values import KINDS, OWN_ANSWERS, RESULTS, Ballot, Kind, PollSpec

Fields = Mapping[str, Sequence[str]]
Word = TypeVar("Word", bound=str)


def read_draft(draft: PostDraft) -> PollSpec:
    """Read the poll out of a new topic; its title is the question.

    Errors: Invalid at the first field that does not hold.
    Cost: one statement, for the area's settings.
    """
    return read_poll(draft.extra, question=draft.title, settings=get_settings(draft.area.id))


def find_veto(draft: PostDraft) -> Veto | None:
    """Say what is wrong with the poll of a new topic, at its field."""
    try:
        read_draft(draft)
    except Invalid as error:
        return Veto(error.message, error.field)
    return None


def read_poll(fields: Fields, *, question: str, settings: Settings) -> PollSpec:
    """Read the fields of the composer, named as in `composer.html`.

    Errors: Invalid at the first field that does not hold.
    """
    options = _read_options(fields, settings.max_options)
    kind = _read_word(fields, "polls_kind", words=KINDS, default="single")
    own = _read_word(fields, "polls_own", words=OWN_ANSWERS, default=settings.own_answers)
    most = settings.max_options if own == "open" else len(options)
    low, high = _read_bounds(fields, kind, most)
    return PollSpec(
        question=question[: limits.QUESTION],
        options=options,
        kind=kind,
        min_choices=low,
        max_choices=high,
        own_answers=own,
        results=_read_word(fields, "polls_results", words=RESULTS, default=settings.results),
        ends_at=_read_end(fields),
    )


def read_ballot(option_ids: Sequence[str], answer: str) -> Ballot:
    """Read what the panel sends.

    Errors: Invalid at `option` for what is no id.
    """
    if not all(text.isascii() and text.isdigit() and len(text) < 10 for text in option_ids):
        raise Invalid("option", _("Diese Antwort gehört nicht zu dieser Umfrage."))
    return Ballot(frozenset(map(int, option_ids)), answer.strip())


def _read_options(fields: Fields, most: int) -> tuple[str, ...]:
    sent = [line for text in fields.get("polls_options", ()) for line in text.splitlines()]
    options = [option for option in map(clean_answer, sent) if option]
    if len(options) < limits.OPTIONS_MIN:
        raise _at_options(_("Gib mindestens zwei Antworten vor, jede in einer eigenen Zeile."))
    if len(options) > most:
        raise _at_options(
            _(
                "Das sind %(number)s Antworten, höchstens %(most)s gehen.",
                number=len(options),
                most=most,
            )
        )
    seen: dict[str, str] = {}
    for option in options:
        fold = fold_answer(option)
        if len(option) > limits.ANSWER or len(fold) > limits.FOLD:
            raise _at_options(
                _(
                    "Eine Antwort darf höchstens %(most)s Zeichen haben: „%(start)s …“",
                    most=limits.ANSWER,
                    start=option[:30],
                )
            )
        if fold in seen:
            raise _at_options(
                _(
                    "„%(one)s“ und „%(other)s“ sind dieselbe Antwort.",
                    one=seen[fold],
                    other=option,
                )
            )
        seen[fold] = option
    return tuple(options)


def _at_options(message: str) -> Invalid:
    return Invalid("polls_options", message)


def _read_word(fields: Fields, name: str, *, words: Sequence[Word], default: Word) -> Word:
    sent = _read_text(fields, name)
    if not sent:
        return default
    for word in words:
        if word == sent:
            return word
    raise Invalid(name, _("Bitte wähle eine der Möglichkeiten."))


def _read_bounds(fields: Fields, kind: Kind, most: int) -> tuple[int, int | None]:
    if kind == "single":
        return 1, 1
    low = _read_number(fields, "polls_min", most) or 1
    high = _read_number(fields, "polls_max", most)
    if high is not None and high < low:
        raise Invalid("polls_max", _("„Höchstens“ ist kleiner als „mindestens“."))
    return low, high


def _read_number(fields: Fields, name: str, most: int) -> int | None:
    sent = _read_text(fields, name)
    if not sent:
        return None
    number = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 4 else 0
    if not 1 <= number <= most:
        raise Invalid(name, _("Bitte gib eine Zahl von 1 bis %(most)s ein.", most=most))
    return number


def _read_end(fields: Fields) -> datetime | None:
    """Read a local time; one that the change to summer time skips is the moment after it."""
    sent = _read_text(fields, "polls_ends")
    if not sent:
        return None
    try:
        # A form sends "2026-12-24T18:00"; anything with a zone or a week in it is not ours.
        local = datetime.strptime(sent[:16], "%Y-%m-%dT%H:%M")  # noqa: DTZ007 – zone follows
        ends_at = local.replace(tzinfo=speech().zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid("polls_ends", _("Bitte gib Tag und Uhrzeit an.")) from None
    if ends_at <= now():
        raise Invalid("polls_ends", _("Das Ende liegt in der Vergangenheit."))
    return ends_at


def _read_text(fields: Fields, name: str) -> str:
    sent = fields.get(name, ())
    return sent[0].strip() if sent else ""
