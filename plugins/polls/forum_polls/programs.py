"""What programs are told of polls and send to them: the models, which are in the API's document.

What a reader may see is decided here for every answer: tallies by the rule of the result, the own
vote and nobody else's, and of a secret ballot only that one took part.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from forum.plugin import ViewerRef
from forum_polls import limits
from forum_polls.results import find_figures, find_verdict, list_rounds, sort_options
from forum_polls.rules import can_see_results
from forum_polls.shapes import FullPoll, OptionRow
from forum_polls.values import Ballot

TEAM: Final = ("editor", "moderator", "admin")
_LARGEST_ID: Final = 2**31 - 1
_Id = Annotated[int, Field(ge=1, le=_LARGEST_ID)]


class _Told(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Option(_Told):
    """An answer to choose from; `votes` and `if_need_be` are null while the result is hidden."""

    id: int
    text: str
    starts_at: datetime | None = None
    minutes: int | None = None
    mark: int = Field(
        description="The own vote: 0 none, a rank; of a date 2 yes, 1 if need be, 3 no; else 1."
    )
    votes: int | None = None
    if_need_be: int | None = None


class Question(_Told):
    """A question of a survey."""

    id: int
    question: str
    kind: str
    options: tuple[Option, ...]


class Figures(_Told):
    """What numbers come to, as decimal numbers."""

    mean: str
    median: str
    low: str
    high: str


class Round(_Told):
    """A round of an instant run-off, by the texts of the answers."""

    votes: dict[str, int]
    exhausted: int
    dropped: tuple[str, ...]


class Result(_Told):
    """What the votes come to, beyond the counts of the options."""

    entitled: int | None = Field(description="How many might have voted; known after the end.")
    verdict: str | None = Field(None, description="carried, rejected or no_quorum.")
    figures: Figures | None = None
    rounds: tuple[Round, ...] = ()
    sha256: str | None = Field(None, description="Seal of the result, after the end.")


class Poll(_Told):
    """A poll as this reader may see it; `result` is null while its rule hides it from them."""

    id: int
    post_id: int
    topic_id: int
    question: str
    kind: str
    secret: bool
    results: str = Field(description="always, after_vote, after_close or team.")
    own_answers: str = Field(description="off, open or review.")
    min_choices: int
    max_choices: int | None
    open: bool
    ends_at: datetime | None
    ended_at: datetime | None
    voters: int
    can_vote: bool
    voted: bool
    number: str | None = Field(None, description="The own vote in a poll for a number.")
    options: tuple[Option, ...]
    questions: tuple[Question, ...] = ()
    result: Result | None = None


class Polls(_Told):
    """The polls of a post, or of the first post of a topic."""

    polls: tuple[Poll, ...]


class Voted(_Told):
    """What a ballot came to: cast, changed, unchanged or none, and what of an own answer."""

    what: str
    answer: str = Field(description="Of the own answer: added, joined, waiting, or empty.")
    poll: Poll


class Mark(_Sent):
    """A rank from 1 on, or how a date suits: 2 for yes, 1 for if need be, 3 for no."""

    option: _Id
    mark: int = Field(ge=1, le=limits.OPTIONS)


class SheetAnswer(_Sent):
    """An answer to one question of a survey: options, or a text where it asks for one."""

    question: _Id
    options: tuple[_Id, ...] = Field((), max_length=limits.OPTIONS)
    text: str | None = Field(None, max_length=limits.FREE_TEXT)


class Vote(_Sent):
    """A vote: what the kind of the poll asks for; it takes the place of the one before."""

    options: tuple[_Id, ...] = Field((), max_length=limits.OPTIONS)
    answer: str = Field("", max_length=limits.ANSWER, description="An answer of one's own.")
    marks: tuple[Mark, ...] = Field((), max_length=limits.OPTIONS)
    number: str = Field("", max_length=40)
    sheet: tuple[SheetAnswer, ...] = Field((), max_length=limits.QUESTIONS)


def read_vote(sent: Vote) -> Ballot:
    """Return the ballot as the page sends it."""
    return Ballot(
        option_ids=frozenset(sent.options),
        answer=sent.answer,
        marks={one.option: one.mark for one in sent.marks},
        number=sent.number.strip(),
        sheet={
            one.question: frozenset(one.options) if one.text is None else one.text.strip()
            for one in sent.sheet
        },
    )


def tell_poll(full: FullPoll, viewer: ViewerRef) -> Poll:
    """Tell a poll, with the viewer's part, as far as this viewer may see it."""
    poll = full.poll
    shown = can_see_results(
        poll.results, voted=full.has_voted, is_open=poll.is_open, team=viewer.role in TEAM
    )
    counted = shown and (poll.kind != "survey" or poll.voters >= limits.SHARE)
    return Poll(
        id=poll.id,
        post_id=poll.post_id,
        topic_id=poll.topic_id,
        question=poll.question,
        kind=poll.kind,
        secret=poll.secret,
        results=poll.results,
        own_answers=poll.own_answers,
        min_choices=poll.min_choices,
        max_choices=poll.max_choices,
        open=poll.is_open,
        ends_at=poll.ends_at,
        ended_at=poll.ended_at,
        voters=poll.voters,
        can_vote=_can_vote(full, viewer),
        voted=full.has_voted,
        number=_find_number(full),
        options=_tell_options(full, counted=counted),
        questions=tuple(
            Question(
                id=one.poll.id,
                question=one.poll.question,
                kind=one.poll.kind,
                options=_tell_options(one, counted=counted),
            )
            for one in full.questions
        ),
        result=_tell_result(full) if counted else None,
    )


def _tell_options(full: FullPoll, *, counted: bool) -> tuple[Option, ...]:
    """Tell the options; numbers are named by voting, so they are a result like the counts."""
    if full.poll.kind == "number" and not counted:
        return ()
    return tuple(_tell_option(full, one, counted=counted) for one in sort_options(full))


def _tell_option(full: FullPoll, option: OptionRow, *, counted: bool) -> Option:
    return Option(
        id=option.id,
        text=option.text,
        starts_at=option.starts_at,
        minutes=option.minutes,
        mark=option.mark,
        votes=option.votes if counted else None,
        if_need_be=option.maybes if counted and full.poll.kind == "dates" else None,
    )


def _tell_result(full: FullPoll) -> Result:
    poll = full.poll
    counts = poll.kind in {"number", "scale"}
    found = find_figures(full) if counts else None
    figures = (
        Figures(
            mean=str(found.mean), median=str(found.median), low=str(found.low), high=str(found.high)
        )
        if found
        else None
    )
    return Result(
        entitled=poll.entitled,
        verdict=find_verdict(full) if poll.kind == "motion" else None,
        figures=figures,
        rounds=tuple(Round.model_validate(one) for one in list_rounds(full)),
        sha256=None if poll.is_open else poll.seal,
    )


def _find_number(full: FullPoll) -> str | None:
    if full.poll.kind != "number":
        return None
    return next((option.text for option in full.options if option.mine), None)


def _can_vote(full: FullPoll, viewer: ViewerRef) -> bool:
    poll = full.poll
    mine = viewer.can_reply if poll.voters_rule == "area" else full.entitled
    again = not (poll.is_final and full.has_voted)
    return viewer.user_id is not None and mine and poll.is_open and again
