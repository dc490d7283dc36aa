"""What polls tell members one by one: that their vote is missing, that there is more to choose.

The lines are made when they are read, for the member who reads them, with their own part in the
poll. The links of mails let vote without logging in; opening one changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from forum.api.web import gettext as _
from forum.api.web import in_words, ngettext
from forum.plugin import MailLink, NoticeRef, NotificationType
from forum_polls import limits
from forum_polls.links import make_vote_link
from forum_polls.panels import Rights, make_panel
from forum_polls.queries import list_polls_by_id, list_with_own_votes
from forum_polls.shapes import FullPoll
from forum_polls.values import INVITED, LATE, REMINDER

_VOTER: Final = Rights(signed_in=True, vote=True, manage=False)


def _tell_reminder(full: FullPoll) -> str:
    if full.poll.ends_at is None:
        return _("Deine Stimme fehlt noch")
    return _("Deine Stimme fehlt noch, offen bis %(time)s", time=in_words(full.poll.ends_at))


def _tell_late(full: FullPoll) -> str:
    number = full.count_late()
    if not number:
        return _("Neue Antworten in einer Umfrage")
    return ngettext(
        "Seit deiner Stimme gibt es eine weitere Antwort.",
        "Seit deiner Stimme gibt es %(num)s weitere Antworten.",
        number,
    ).rstrip(".")


def _tell_invitation(full: FullPoll) -> str:
    if full.poll.ends_at is None:
        return _("Du bist zu einer anonymen Befragung eingeladen")
    return _(
        "Du bist zu einer anonymen Befragung eingeladen, offen bis %(time)s",
        time=in_words(full.poll.ends_at),
    )


def _read(notices: Sequence[NoticeRef]) -> Mapping[int, FullPoll]:
    """Return the poll of each notification with its reader's part. Cost: two statements."""
    wanted = {notice.id: notice.values.get("poll") for notice in notices}
    polls = list_polls_by_id({one for one in wanted.values() if isinstance(one, int)})
    known = {full.poll.id: full for full in list_with_own_votes(polls)}
    return {number: known[one] for number, one in wanted.items() if one in known}


def _telling(
    tell: Callable[[FullPoll], str], *, is_over: Callable[[FullPoll], bool]
) -> Callable[[Sequence[NoticeRef]], Mapping[int, str]]:
    def text(notices: Sequence[NoticeRef]) -> Mapping[int, str]:
        titles = {notice.id: notice.title for notice in notices}
        found = {}
        for number, full in _read(notices).items():
            said = _("Umfrage") if is_over(full) else tell(full)
            # The topic's title stands beside the line anyway.
            asked = full.poll.question
            found[number] = said if asked == titles[number] else f"{said}: {asked}"
        return found

    return text


def _is_done(full: FullPoll) -> bool:
    return full.has_voted or not full.poll.is_open


def _has_ended(full: FullPoll) -> bool:
    return not full.poll.is_open


def link_votes(notices: Sequence[NoticeRef]) -> Mapping[int, Sequence[MailLink]]:
    """Give each recipient a link to vote by: one for each answer where a click is a vote.

    A secret poll has one for all answers: addresses stand in the logs of servers.
    Cost: two statements.
    """
    readers = {notice.id: notice.user_id for notice in notices}
    return {
        number: _list_links(full, readers[number])
        for number, full in _read(notices).items()
        if full.entitled and not _is_done(full)
    }


def _list_links(full: FullPoll, user_id: int) -> Sequence[MailLink]:
    poll = full.poll
    panel = make_panel(full, area_slug="", rights=_VOTER)
    if poll.one_choice and not poll.secret and len(full.options) <= limits.MAIL_LINKS:
        return [
            MailLink(
                label=panel.text(option),
                path=make_vote_link(user_id, poll.id, option_id=option.id),
            )
            for option in full.options
        ]
    label = _("Fragebogen ausfüllen") if poll.kind == "survey" else _("Jetzt abstimmen")
    return [MailLink(label=label, path=make_vote_link(user_id, poll.id))]


TYPES: Final = (
    NotificationType(
        name=REMINDER,
        label="Erinnerung an eine Umfrage, in der meine Stimme fehlt",
        text=_telling(_tell_reminder, is_over=_is_done),
        links=link_votes,
        mail="on",
    ),
    NotificationType(
        name=INVITED,
        label="Einladung zu einer Befragung",
        text=_telling(_tell_invitation, is_over=_is_done),
        links=link_votes,
        mail="on",
    ),
    NotificationType(
        name=LATE,
        label="Neue Antworten in einer Umfrage, in der ich abgestimmt habe",
        text=_telling(_tell_late, is_over=_has_ended),
    ),
)
