"""From submitted fields to values: a new poll, a ballot. Wrong input is Invalid at its field."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from forum.api.data import Invalid, find_area_id
from forum.api.web import gettext as _
from forum.api.web import speech
from forum.plugin import PostDraft, Veto
from forum_polls import limits
from forum_polls.dates import read_date
from forum_polls.fields import Fields, read_end, read_number, read_text, read_word
from forum_polls.folding import clean_answer, fold_answer
from forum_polls.queries import get_settings
from forum_polls.questions import read_questions
from forum_polls.settings import Settings, read_template
from forum_polls.values import (
    KINDS,
    LISTED,
    MAJORITIES,
    OPEN_KINDS,
    OWN_ANSWERS,
    RESULTS,
    ROLES,
    VOTERS,
    Ballot,
    Kind,
    OptionSpec,
    OwnAnswers,
    PollSpec,
    Results,
    Sample,
    Terms,
)
from forum_polls.words import MOTION_WORDS


def read_draft(draft: PostDraft) -> PollSpec:
    """Read the poll out of a new topic; its title is the question.

    Errors: Invalid at the first field that does not hold.
    Cost: one statement, for the area's settings.
    """
    settings = get_settings(draft.area.id)
    return read_poll(draft.extra, question=draft.title, settings=settings, area_id=draft.area.id)


def find_veto(draft: PostDraft) -> Veto | None:
    """Say what is wrong with the poll of a new topic, at its field."""
    try:
        read_draft(draft)
    except Invalid as error:
        return Veto(error.message, error.field)
    return None


def find_stray(draft: PostDraft) -> Veto | None:
    """Refuse answers under another kind of topic: no script hides the field, so they are meant."""
    if not read_text(draft.extra, "polls_options"):
        return None
    return Veto(
        _("Hier stehen Antworten: Wähle oben die Art „Umfrage“, oder leere das Feld."),
        "polls_options",
    )


def read_poll(
    fields: Fields, *, question: str, settings: Settings, area_id: int | None = None
) -> PollSpec:
    """Read the fields of the composer, named as in `composer.html`.

    `area_id` is where the poll stands: the area that rules for voters are about.
    Errors: Invalid at the first field that does not hold.
    """
    kind: Kind = read_word(fields, "polls_kind", words=KINDS, default="single")
    options = _read_options(fields, kind, settings)
    questions = read_questions(_sent(fields)) if kind == "survey" else ()
    secret = kind == "survey" or read_text(fields, "polls_secret") != ""
    if secret and kind in {"number", "dates"}:
        raise Invalid("polls_secret", _("Zahlen und Termine lassen sich nicht geheim abstimmen."))
    own = _read_own(fields, kind, settings)
    low, high = _read_bounds(fields, kind, settings.max_options if own != "off" else len(options))
    voters = read_word(fields, "polls_voters", words=VOTERS, default="area")
    return PollSpec(
        question=question[: limits.QUESTION],
        options=options,
        kind=kind,
        min_choices=low,
        max_choices=high,
        own_answers=own,
        results=_read_results(fields, settings, secret=secret),
        secret=secret,
        terms=_read_terms(fields, kind),
        voters=voters,
        voters_area_id=_read_region(fields, area_id) if voters == "region" else area_id,
        voters_role=read_word(fields, "polls_role", words=ROLES, default="editor")
        if voters == "role"
        else "member",
        ends_at=read_end(fields),
        questions=questions,
    )


def read_ballot(fields: Fields) -> Ballot:
    """Read what the panel sends: `option`, `answer`, `mark-<option>`, `number`, `q-<question>`.

    Errors: Invalid at `option` for what is no id or no mark.
    """
    marks: dict[int, int] = {}
    sheet: dict[int, frozenset[int] | str] = {}
    for name, values in fields.items():
        if name.startswith("mark-") and values[0]:
            marks[_read_id(name[5:])] = _read_id(values[0])
        elif name.startswith("q-"):
            sheet[_read_id(name[2:])] = frozenset(map(_read_id, filter(None, values)))
        elif name.startswith("text-"):
            sheet[_read_id(name[5:])] = values[0].strip()[: limits.FREE_TEXT]
    return Ballot(
        option_ids=frozenset(map(_read_id, fields.get("option", ()))),
        answer=read_text(fields, "answer"),
        marks={option_id: mark for option_id, mark in marks.items() if mark},
        number=read_text(fields, "number"),
        sheet=sheet,
    )


def read_sample(fields: Fields) -> Sample:
    """Read who is invited to a survey.

    Errors: Invalid at the first field that does not hold.
    Cost: one statement where an area is named.
    """
    word = clean_answer(read_text(fields, "word"))
    if len(word) > limits.SAMPLE_WORD:
        raise Invalid("word", _("Höchstens %(most)s Zeichen, bitte.", most=limits.SAMPLE_WORD))
    return Sample(
        area_id=_find_area(fields, "area"),
        role=read_word(fields, "role", words=("member", *ROLES), default="member"),
        word=word,
        number=read_number(fields, "number", least=limits.SHARE, most=limits.SAMPLE),
    )


def read_amount(text: str, *, terms: Terms) -> Decimal:
    """Read the number that a number poll asks for, with a comma or a point, to two places.

    Errors: Invalid at `number`.
    """
    low = terms.low if terms.low is not None else -limits.NUMBER
    high = terms.high if terms.high is not None else limits.NUMBER
    try:
        if len(text) > 20 or not text.isascii():
            raise InvalidOperation
        value = Decimal(text.replace(",", ".").replace(" ", ""))
        if not value.is_finite() or value != round(value, 2) or not low <= value <= high:
            raise InvalidOperation
    except InvalidOperation:
        raise Invalid(
            "number",
            _("Bitte gib eine Zahl von %(least)s bis %(most)s ein.", least=low, most=high),
        ) from None
    return value + 0


def read_options(lines: Sequence[str], most: int) -> tuple[OptionSpec, ...]:
    """Read options, one a line; empty lines do not count.

    Errors: Invalid at `polls_options`: too few, too many, too long, the same twice.
    """
    options = [option for option in map(clean_answer, lines) if option]
    _check_number(len(options), most)
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
    return tuple(OptionSpec(text=option) for option in options)


def _read_options(fields: Fields, kind: Kind, settings: Settings) -> tuple[OptionSpec, ...]:
    lines: Sequence[str] = _sent(fields)
    if kind == "scale":
        return _name_scale([line for line in map(clean_answer, lines) if line])
    if kind == "motion":
        return tuple(OptionSpec(text=str(text)) for text in MOTION_WORDS)
    if kind == "dates":
        return _read_dates(lines, settings.max_options)
    if kind not in LISTED:
        return ()
    if not any(line.strip() for line in lines):
        lines = read_template(settings, read_text(fields, "polls_template"))
    most = min(settings.max_options, limits.RANKED) if kind == "ranked" else settings.max_options
    return read_options(lines, most)


def _sent(fields: Fields) -> list[str]:
    return [line for text in fields.get("polls_options", ()) for line in text.splitlines()]


def _name_scale(ends: Sequence[str]) -> tuple[OptionSpec, ...]:
    """Name the steps of a scale; the first two lines, if any, say what its ends mean."""
    steps = [str(step) for step in range(1, limits.SCALE + 1)]
    if len(ends) > 2:
        raise _at_options(_("Eine Skala hat zwei Enden: höchstens zwei Zeilen."))
    for step, text in zip((0, -1), ends, strict=False):
        steps[step] = f"{steps[step]} – {text}"
        if len(steps[step]) > limits.ANSWER:
            raise _at_options(
                _("Eine Antwort darf höchstens %(most)s Zeichen haben.", most=limits.ANSWER)
            )
    return tuple(OptionSpec(text=text) for text in steps)


def _read_dates(lines: Sequence[str], most: int) -> tuple[OptionSpec, ...]:
    zone = speech().zone
    dates: dict[str, OptionSpec] = {}
    for line in filter(None, map(clean_answer, lines)):
        option = read_date(line, zone=zone)
        if option is None:
            raise _at_options(
                _(
                    "„%(line)s“ ist kein Termin. Schreib ihn so: 24.12.2026 18:00",
                    line=line[:40],
                )
            )
        if option.text in dates:
            raise _at_options(_("Der Termin „%(line)s“ steht zweimal da.", line=line[:40]))
        dates[option.text] = option
    if len(dates) < limits.OPTIONS_MIN:
        raise _at_options(_("Gib mindestens zwei Termine an, jeden in einer eigenen Zeile."))
    _check_number(len(dates), most)
    return tuple(dates.values())


def _check_number(number: int, most: int) -> None:
    if number < limits.OPTIONS_MIN:
        raise _at_options(_("Gib mindestens zwei Antworten vor, jede in einer eigenen Zeile."))
    if number > most:
        raise _at_options(
            _("Das sind %(number)s Antworten, höchstens %(most)s gehen.", number=number, most=most)
        )


def _at_options(message: str) -> Invalid:
    return Invalid("polls_options", message)


def _read_own(fields: Fields, kind: Kind, settings: Settings) -> OwnAnswers:
    if kind not in OPEN_KINDS:
        return "off"
    return read_word(fields, "polls_own", words=OWN_ANSWERS, default=settings.own_answers)


def _read_results(fields: Fields, settings: Settings, *, secret: bool) -> Results:
    """Read when results show. A secret poll shows none while votes come: they would tell whose."""
    results = read_word(fields, "polls_results", words=RESULTS, default=settings.results)
    return "after_close" if secret and results != "team" else results


def _read_bounds(fields: Fields, kind: Kind, most: int) -> tuple[int, int | None]:
    if kind in {"ranked", "dates"}:
        return 1, None
    if kind != "multiple":
        return 1, 1
    low = read_number(fields, "polls_min", most=most) or 1
    high = read_number(fields, "polls_max", most=most)
    if high is not None and high < low:
        raise Invalid("polls_max", _("„Höchstens“ ist kleiner als „mindestens“."))
    return low, high


def _read_terms(fields: Fields, kind: Kind) -> Terms:
    if kind == "motion":
        return Terms(
            quorum=read_number(fields, "polls_quorum", most=100),
            majority=read_word(fields, "polls_majority", words=MAJORITIES, default="simple"),
        )
    if kind == "dates":
        return Terms(zone=speech().zone.key)
    if kind == "number":
        edge = limits.NUMBER
        low = read_number(fields, "polls_low", least=-edge, most=edge)
        high = read_number(fields, "polls_high", least=-edge, most=edge)
        if low is not None and high is not None and high <= low:
            raise Invalid("polls_high", _("„Bis“ ist nicht größer als „von“."))
        return Terms(low=low, high=high, unit=clean_answer(read_text(fields, "polls_unit"))[:20])
    return Terms()


def _read_region(fields: Fields, area_id: int | None) -> int | None:
    found = _find_area(fields, "polls_region")
    return area_id if found is None else found


def _find_area(fields: Fields, name: str) -> int | None:
    sent = read_text(fields, name)
    if not sent:
        return None
    found = find_area_id(sent.strip("/").removeprefix("a/"))
    if found is None:
        raise Invalid(name, _("Diesen Bereich gibt es nicht."))
    return found


def _read_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Invalid("option", _("Diese Antwort gehört nicht zu dieser Umfrage."))
    return int(text)
