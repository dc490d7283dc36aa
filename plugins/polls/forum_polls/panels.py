"""Polls as pages show them, under posts and beside an area's topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from forum.api.web import gettext as _
from forum.api.web import keep_for_topic, ngettext, number, speech
from forum.plugin import AreaPage, Panel, Slot, TopicPage
from forum_polls import limits
from forum_polls.dates import tell_date
from forum_polls.queries import list_open_polls, list_polls_of_posts, list_with_own_votes
from forum_polls.results import (
    find_figures,
    list_best_dates,
    list_rounds,
    sort_options,
)
from forum_polls.rules import can_see_results
from forum_polls.shapes import FullPoll, OptionRow, PollRow
from forum_polls.values import Ballot
from forum_polls.words import (
    FIT_WORDS,
    MOTION_WORDS,
    tell_electorate,
    tell_hidden_results,
    tell_kind,
    tell_option,
    tell_secret,
    tell_state,
    tell_verdict,
    tell_voters,
)

INLINE = "poll."
"""How the names of polls begin that stand in the text, where they are shown."""
TEAM = ("editor", "moderator", "admin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What the viewer may do here; `signed_in` decides what the others are told.

    `vote` is for polls of whoever may write here; in one that names its voters itself the poll
    says so.
    """

    signed_in: bool
    vote: bool
    manage: bool
    team: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPanel:
    """Everything that the template asks for; `title` is empty where the question stands above."""

    full: FullPoll
    action: str
    title: str
    rights: Rights
    shown: bool
    refused: Ballot | None = None
    error: str = ""

    @property
    def poll(self) -> PollRow:
        """The poll without its options."""
        return self.full.poll

    @property
    def options(self) -> Sequence[OptionRow]:
        """What there is to choose from."""
        return self.full.options

    @property
    def note(self) -> str:
        """What kind of poll it is, until when, how many have voted."""
        poll = self.poll
        facts = (tell_kind(poll), tell_secret(poll), tell_state(poll), tell_voters(poll))
        return " · ".join(filter(None, facts))

    @property
    def hint(self) -> str:
        """When the result shows, and who votes where that is not simply who writes here."""
        hidden = "" if self.shown else tell_hidden_results(self.poll)
        return " ".join(filter(None, (hidden, tell_electorate(self.poll))))

    @property
    def voted(self) -> bool:
        """Whether the viewer has voted."""
        return self.full.has_voted

    @property
    def can_vote(self) -> bool:
        """Whether the viewer may vote now, for the first time or anew."""
        mine = self.rights.vote if self.poll.voters_rule == "area" else self.full.entitled
        return (
            self.rights.signed_in
            and mine
            and self.poll.is_open
            and not (self.poll.is_final and self.voted)
        )

    @property
    def one_click(self) -> bool:
        """Whether every option is a button: a click is a vote, another one changes it."""
        return self.poll.one_choice and not self.poll.secret

    @property
    def takes_answers(self) -> bool:
        """Whether the viewer may add an answer of their own."""
        return self.can_vote and self.poll.own_answers != "off"

    @property
    def answer_size(self) -> int:
        """How long an answer may be."""
        return limits.ANSWER

    @property
    def text_size(self) -> int:
        """How long a free text in a survey may be."""
        return limits.FREE_TEXT

    @property
    def fits(self) -> Sequence[tuple[int, str]]:
        """What one can say about a date."""
        return (*((mark, str(word)) for mark, word in FIT_WORDS.items()), (0, _("keine Angabe")))

    def ticks(self, option: OptionRow) -> bool:
        """Tell whether the box of an answer is ticked: as sent, when that was refused."""
        return option.id in self.refused.option_ids if self.refused else option.mine

    def mark(self, option: OptionRow) -> int:
        """Return the rank or mark of an option: as sent, when that was refused."""
        return self.refused.marks.get(option.id, 0) if self.refused else option.mark

    def text(self, option: OptionRow) -> str:
        """Return what an option says to this reader: dates in the own zone, numbers as written."""
        if option.starts_at is not None and option.text:
            return tell_date(option, zone=speech().zone)
        if self.poll.kind == "number" and option.text:
            return f"{number(float(option.text))} {self.poll.terms.unit}".strip()
        all_three = len(self.full.options) == len(MOTION_WORDS)
        if self.poll.kind == "motion" and all_three and option in self.full.options:
            return str(MOTION_WORDS[self.full.options.index(option)])
        return tell_option(option)

    def typed(self, option: OptionRow) -> str:
        """Return a number as this reader types it."""
        return option.text.replace(".", number(0.5)[1])

    def note_of(self, option: OptionRow) -> str:
        """Say who added an answer, and whether it is newer than the viewer's vote."""
        notes = [_("von %(name)s", name=option.author)] if option.author else []
        if self.full.is_late(option):
            notes.append(_("neu"))
        return " · ".join(notes)

    @property
    def late(self) -> str:
        """Tell who has voted how many options came after that."""
        if not self.poll.is_open or self.poll.kind == "number":
            return ""
        late = self.full.count_late()
        if not late:
            return ""
        return ngettext(
            "Seit deiner Stimme gibt es eine weitere Antwort.",
            "Seit deiner Stimme gibt es %(num)s weitere Antworten.",
            late,
        )

    @property
    def lost_text(self) -> bool:
        """Whether the seal covers a text that is no longer there to count it over."""
        return not all(option.text for option in self.options)

    @property
    def results(self) -> Sequence[OptionRow]:
        """The options as the result lists them."""
        return sort_options(self.full)

    @property
    def best_dates(self) -> Sequence[int]:
        """The dates that suit most."""
        return list_best_dates(self.full)

    @property
    def verdict(self) -> str:
        """What became of a motion."""
        return tell_verdict(self.full) if self.poll.kind == "motion" and self.shown else ""

    @property
    def figures(self) -> str:
        """What numbers or a scale come to."""
        counts = self.poll.kind in {"number", "scale"}
        found = find_figures(self.full) if counts else None
        if found is None:
            return ""
        return _(
            "Mittel %(mean)s · Median %(median)s · von %(low)s bis %(high)s",
            mean=number(float(found.mean)),
            median=number(float(found.median)),
            low=number(float(found.low)),
            high=number(float(found.high)),
        )

    @property
    def rounds(self) -> Sequence[Mapping[str, object]]:
        """The rounds of a ranked poll."""
        return list_rounds(self.full)

    @property
    def decision(self) -> str:
        """Who has won a ranked poll, or between whom nobody decided."""
        count = self.poll.count or {}
        texts = {option.id: option.text for option in self.options}
        if count.get("winner") in texts:
            return _("Vorn liegt: %(option)s", option=texts[count["winner"]])
        tied = [texts[option_id] for option_id in count.get("tied", ()) if option_id in texts]
        return _("Gleichstand: %(options)s", options=", ".join(tied)) if len(tied) > 1 else ""

    @property
    def survey_shown(self) -> bool:
        """Whether the answers to a survey may be told: not of so few that one could be guessed."""
        return self.shown and self.poll.voters >= limits.SHARE


def show_polls(page: TopicPage) -> Mapping[int, Sequence[Panel]]:
    """Make the panels of all polls on a page of a topic.

    Cost: one statement where there are polls, for the viewer's votes; what is the same for all is
    kept until the topic changes.
    """
    found: dict[int, list[Panel]] = {}
    below = [full for full in keep_polls(page) if not full.poll.name.startswith(INLINE)]
    for full in list_with_own_votes(below):
        found.setdefault(full.poll.post_id, []).append(make_page_panel(page, full, Slot.POST))
    return found


def keep_polls(page: TopicPage) -> list[FullPoll]:
    """Return the polls of a page with their stamps, without anybody's part.

    Cost: one statement whenever the topic has changed.
    """
    posts = [post.id for post in page.posts]
    return keep_for_topic(
        page, "polls.polls", lambda: [_stamp(full) for full in list_polls_of_posts(posts)]
    )


def _stamp(full: FullPoll) -> FullPoll:
    return replace(full, stamp=sha256(repr(full).encode()).hexdigest())


def make_page_panel(page: TopicPage, full: FullPoll, slot: Slot) -> Panel:
    """Show a poll on a page of a topic to who reads it.

    It is kept by what the poll says, not by the topic's version: a vote in one of fifty polls of a
    page makes one panel anew.
    """
    viewer = page.viewer
    rights = Rights(
        signed_in=viewer.user_id is not None,
        vote=viewer.can_reply,
        manage=viewer.can_reply
        and (viewer.role in ("moderator", "admin") or full.poll.author_id == viewer.user_id),
        team=viewer.role in TEAM,
    )
    panel = make_panel(full, area_slug=page.area.slug, rights=rights)
    key = (full.stamp, *_list_own(full), rights)
    return Panel(slot, "polls/panel.html", {"p": panel}, key=key)


def _list_own(full: FullPoll) -> tuple[object, ...]:
    """Return what is the reader's own in a poll, and what only the clock changes.

    When somebody voted is not in it, but what came later is: many readers see the same.
    """
    return (
        full.poll.id,
        full.poll.is_open,
        full.has_voted,
        full.entitled,
        tuple([(option.id, option.mark) for option in full.options if option.mark]),
        tuple([option.id for option in full.options if full.is_late(option)]),
    )


def show_open_polls(page: AreaPage) -> Sequence[Panel]:
    """List the area's open polls beside its topics. Cost: one statement."""
    polls = list_open_polls(page.area.id)
    if not polls:
        return ()
    lines = [(poll, tell_state(poll), tell_voters(poll)) for poll in polls]
    context = {"lines": lines, "all_url": f"/a/{page.area.slug}/polls/"}
    return (Panel(Slot.AREA_SIDE, "polls/open.html", context),)


def make_panel(
    full: FullPoll,
    *,
    area_slug: str,
    rights: Rights,
    refused: Ballot | None = None,
    error: str = "",
) -> PollPanel:
    """Put a poll into words for one viewer."""
    poll = full.poll
    shown = can_see_results(
        poll.results, voted=full.has_voted, is_open=poll.is_open, team=rights.team
    )
    return PollPanel(
        full=full,
        action=f"/a/{area_slug}/polls/{poll.id}",
        title="" if poll.question == poll.title else poll.question,
        rights=rights,
        shown=shown,
        refused=refused,
        error=error,
    )
