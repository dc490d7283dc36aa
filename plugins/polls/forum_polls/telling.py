"""What cards, feeds and mails say about a topic that is a poll, the same for every reader.

So a result stands here only when everybody may see it: once the poll has ended, and never when it
is the core team's. How many have voted is no secret anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from forum.api.data import now
from forum.api.web import day, ngettext, speech
from forum.api.web import gettext as _
from forum.plugin import TopicRef
from forum_polls import limits
from forum_polls.queries import list_polls_by_kind
from forum_polls.results import find_verdict
from forum_polls.rules import can_see_results
from forum_polls.shapes import FullPoll, PollRow
from forum_polls.words import VERDICT_WORDS, tell_option, tell_secret, tell_voters


def tell_badges(topics: Sequence[TopicRef]) -> Mapping[int, str]:
    """Say how many have voted, and how long there is time. Cost: one statement."""
    return _tell(topics, _tell_badge, most=limits.BADGE)


def tell_lines(topics: Sequence[TopicRef]) -> Mapping[int, str]:
    """Say the same in a sentence that holds when it is read later. Cost: one statement."""
    return _tell(topics, _tell_line, most=limits.LINE)


def _tell(
    topics: Sequence[TopicRef], tell: Callable[[FullPoll], str], *, most: int
) -> Mapping[int, str]:
    found = list_polls_by_kind([topic.id for topic in topics])
    return {full.poll.topic_id: _cut(tell(full), most) for full in found}


def _tell_badge(full: FullPoll) -> str:
    poll = full.poll
    verdict = find_verdict(full) if poll.kind == "motion" and _is_public(poll) else None
    told = str(VERDICT_WORDS[verdict]).partition(":")[0] if verdict else ""
    return " · ".join(filter(None, (told, tell_voters(poll), _tell_time_left(poll))))


def _tell_line(full: FullPoll) -> str:
    poll = full.poll
    outcome = _tell_outcome(full) if _is_public(poll) else ""
    facts = (tell_secret(poll), tell_voters(poll), _tell_time(poll), outcome)
    return _("Umfrage: %(facts)s", facts=" · ".join(filter(None, facts)))


def _is_public(poll: PollRow) -> bool:
    return not poll.is_open and can_see_results(poll.results, voted=False, is_open=False)


def _tell_time_left(poll: PollRow) -> str:
    if not poll.is_open:
        return _("beendet")
    if poll.ends_at is None:
        return ""
    zone = speech().zone
    days = (poll.ends_at.astimezone(zone).date() - now().astimezone(zone).date()).days
    if days <= 0:
        return _("endet heute")
    return ngettext("noch %(num)s Tag", "noch %(num)s Tage", days)


def _tell_time(poll: PollRow) -> str:
    if poll.ended_at is not None:
        return _("beendet am %(day)s", day=day(poll.ended_at))
    if poll.ends_at is None:
        return _("offen")
    return _("offen bis %(time)s", time=day(poll.ends_at))


def _tell_outcome(full: FullPoll) -> str:
    """Say what became of a motion, or what most have chosen; a tie is named as one."""
    poll = full.poll
    if poll.kind == "motion":
        verdict = find_verdict(full)
        return str(VERDICT_WORDS[verdict]) if verdict else ""
    first = _list_first(full)
    if not first:
        return ""
    if len(first) == 1:
        return _("vorn: %(option)s", option=first[0])
    return _("Gleichstand: %(options)s", options=", ".join(first))


def _list_first(full: FullPoll) -> list[str]:
    if full.poll.kind == "ranked":
        count = full.poll.count or {}
        wanted = {count.get("winner")} - {None} or {*count.get("tied", ())}
        return [tell_option(option) for option in full.options if option.id in wanted]
    most = max((option.votes for option in full.options), default=0)
    return [tell_option(option) for option in full.options if option.votes == most > 0]


def _cut(text: str, most: int) -> str:
    """Keep to one line of the size that the core takes."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
