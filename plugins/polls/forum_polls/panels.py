"""Polls as pages show them, under posts and beside an area's topics: words for what is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forum.api.data import now
from forum.api.web import day, in_words, keep_for_topic, lazy_gettext, ngettext
from forum.api.web import gettext as _
from forum.plugin import AreaPage, Panel, Slot, TopicPage
from forum_polls import limits
from forum_polls.queries import (
    FullPoll,
    OptionRow,
    PollRow,
    list_open_polls,
    list_polls_of_posts,
    list_with_own_votes,
)
from forum_polls.rules import can_see_results
from forum_polls.values import Ballot

SOON_DAYS = 2
"""So close to its end a poll tells the hour."""
RESULT_WORDS = {
    "always": lazy_gettext("immer"),
    "after_vote": lazy_gettext("wenn man abgestimmt hat"),
    "after_close": lazy_gettext("nach dem Ende"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """What the viewer may do here; `signed_in` decides what the others are told."""

    signed_in: bool
    vote: bool
    manage: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PollPanel:
    """Everything that the template asks for; `title` is empty where the question stands above."""

    poll: PollRow
    options: Sequence[OptionRow]
    action: str
    title: str
    note: str
    hint: str
    rights: Rights
    voted: bool
    shown: bool
    refused: Ballot | None = None
    error: str = ""

    @property
    def takes_answers(self) -> bool:
        """Whether the viewer may add an answer of their own."""
        return self.rights.vote and self.poll.is_open and self.poll.own_answers == "open"

    @property
    def answer_size(self) -> int:
        """How long an answer may be."""
        return limits.ANSWER

    def ticks(self, option: OptionRow) -> bool:
        """Tell whether the box of an answer is ticked: as sent, when that was refused."""
        return option.id in self.refused.option_ids if self.refused else option.mine


def show_polls(page: TopicPage) -> Mapping[int, Sequence[Panel]]:
    """Make the panels of all polls on a page of a topic.

    Cost: one statement where there are polls, for the viewer's votes; what is the same for all is
    kept until the topic changes.
    """
    posts = [post.id for post in page.posts]
    polls = keep_for_topic(page, "polls.polls", lambda: list_polls_of_posts(posts))
    found: dict[int, list[Panel]] = {}
    moderates = page.viewer.role in ("moderator", "admin")
    for full in list_with_own_votes(polls):
        rights = Rights(
            signed_in=page.viewer.user_id is not None,
            vote=page.viewer.can_reply,
            manage=page.viewer.can_reply
            and (moderates or full.poll.author_id == page.viewer.user_id),
        )
        panel = make_panel(full, area_slug=page.area.slug, rights=rights)
        found.setdefault(full.poll.post_id, []).append(
            Panel(Slot.POST, "polls/panel.html", {"p": panel})
        )
    return found


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
    poll, voted = full.poll, full.has_voted
    shown = can_see_results(poll.results, voted=voted, is_open=poll.is_open)
    facts = (tell_kind(poll), tell_state(poll), tell_voters(poll))
    return PollPanel(
        poll=poll,
        options=full.options,
        action=f"/a/{area_slug}/polls/{poll.id}",
        title="" if poll.question == poll.title else poll.question,
        note=" · ".join(facts),
        hint="" if shown else _tell_results(poll),
        rights=rights,
        voted=voted,
        shown=shown,
        refused=refused,
        error=error,
    )


def tell_kind(poll: PollRow) -> str:
    """Say how many answers one may choose."""
    low, high = poll.min_choices, poll.max_choices
    if high == 1:
        return _("eine Antwort")
    if low == high:
        return _("genau %(number)s Antworten", number=low)
    if high is None:
        return (
            _("mindestens %(number)s Antworten", number=low) if low > 1 else _("mehrere Antworten")
        )
    if low > 1:
        return _("%(low)s bis %(high)s Antworten", low=low, high=high)
    return _("bis zu %(number)s Antworten", number=high)


def tell_state(poll: PollRow) -> str:
    """Say whether one can vote, and until when."""
    if poll.ended_at is not None:
        return _("beendet am %(day)s", day=day(poll.ended_at))
    if poll.ends_at is None:
        if poll.reopened_at is not None:
            return _("wieder offen seit %(day)s", day=day(poll.reopened_at))
        return _("offen")
    soon = (poll.ends_at - now()).days < SOON_DAYS
    return _("offen bis %(time)s", time=in_words(poll.ends_at) if soon else day(poll.ends_at))


def tell_voters(poll: PollRow) -> str:
    """Say how many have voted."""
    if poll.voters == 0:
        return _("noch keine Stimme")
    if poll.max_choices == 1:
        return ngettext("%(num)s Stimme", "%(num)s Stimmen", poll.voters)
    return ngettext("%(num)s hat abgestimmt", "%(num)s haben abgestimmt", poll.voters)


def _tell_results(poll: PollRow) -> str:
    if poll.results == "after_close":
        return _("Das Ergebnis erscheint, wenn die Umfrage beendet ist.")
    return _("Das Ergebnis siehst du, wenn du abgestimmt hast.")
