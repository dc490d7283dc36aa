"""Who may do what with a poll. Who may reply in the area may vote, unless the poll says who."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from forum.api.data import (
    Conflict,
    Denied,
    NotFound,
    Scope,
    can_moderate,
    can_reply,
    is_writable,
    now,
    require_read,
    require_reply,
)
from forum.api.web import gettext as _
from forum_polls.shapes import PollRow
from forum_polls.values import RESULTS

FRESH: Final = timedelta(days=1)
"""As long as a poll is so young nobody needs to be reminded of it."""


def can_take_part(scope: Scope) -> bool:
    """Tell whether the viewer may vote in the polls of the area, as far as they are open."""
    return scope.user_id is not None and can_reply(scope)


def can_write_votes(scope: Scope) -> bool:
    """Tell whether a poll that names its voters itself may take the viewer's vote."""
    return scope.user_id is not None and scope.reads and is_writable(scope.area)


def require_vote(scope: Scope, poll: PollRow, *, entitled: bool) -> None:
    """Refuse who may not vote, and everybody once the poll has ended.

    Errors: Denied with the reason, Conflict after the end.
    """
    if poll.voters_rule == "area":
        require_reply(scope)
        if not can_take_part(scope):
            raise Denied
    else:
        require_read(scope)
        if not can_write_votes(scope):
            raise Denied(_("Hier kann man nur noch lesen."))
        if not entitled:
            raise Denied(_("In dieser Umfrage stimmen andere ab: Du gehörst nicht dazu."))
    if not poll.is_open:
        raise Conflict(_("Diese Umfrage ist beendet, deine Stimme zählt nicht mehr."))


def require_withdraw(scope: Scope, poll: PollRow) -> None:
    """Refuse taking a vote back where nothing may be written, after the end, and in secret polls.

    Who has left the area may still take the own vote back while the poll can be read.
    Errors: NotFound, Denied, Conflict.
    """
    if not scope.reads:
        raise NotFound
    if scope.user_id is None or not is_writable(scope.area):
        raise Denied(_("Hier kann man nur noch lesen."))
    if not poll.is_open:
        raise Conflict(_("Diese Umfrage ist beendet, deine Stimme bleibt, wie sie ist."))
    if poll.is_final:
        raise Conflict(_("Die Abstimmung ist geheim: Niemand weiß mehr, welche Stimme deine ist."))


def can_manage(scope: Scope, poll: PollRow) -> bool:
    """Tell whether the viewer may end, reopen and tighten the poll: its author, moderators."""
    if scope.user_id is None or not scope.reads or not is_writable(scope.area):
        return False
    return poll.author_id == scope.user_id or can_moderate(scope)


def require_manage(scope: Scope, poll: PollRow) -> None:
    """Errors: NotFound when not readable, Denied for others than author and moderators."""
    if not scope.reads:
        raise NotFound
    if not can_manage(scope, poll):
        raise Denied(_("Das darf nur die Moderation und wer die Umfrage gestellt hat."))


def can_remind(scope: Scope, poll: PollRow) -> bool:
    """Tell whether the viewer may have non-voters reminded: moderators, and mostly its author.

    Beyond the members of an area an author does not send mails to all.
    """
    if not can_manage(scope, poll):
        return False
    area = scope.area
    near = poll.voters_rule == "role" or (poll.voters_rule == "area" and area.replies_by != "site")
    return (near and not area.everyone) or can_moderate(scope)


def require_remind(scope: Scope, poll: PollRow) -> None:
    """Errors: NotFound when not readable, Denied for who may not have others reminded."""
    require_manage(scope, poll)
    if not can_remind(scope, poll):
        raise Denied(_("An diese Umfrage erinnern darf die Moderation: Sie geht an sehr viele."))


def is_remindable(poll: PollRow) -> bool:
    """Tell whether the poll is open, old enough to be reminded of, and has not been."""
    return poll.is_open and poll.reminded_at is None and now() >= poll.created_at + FRESH


def can_review(scope: Scope) -> bool:
    """Tell whether the viewer decides about answers that members added: the core team."""
    return scope.reads and is_writable(scope.area) and scope.has_role("editor")


def require_invite(scope: Scope) -> None:
    """Errors: NotFound when not readable, Denied for others than the core team."""
    if not scope.reads:
        raise NotFound
    if not can_review(scope):
        raise Denied(_("Zu einer Befragung lädt das Kernteam ein."))


def require_review(scope: Scope) -> None:
    """Errors: NotFound when not readable, Denied for others than the core team."""
    if not scope.reads:
        raise NotFound
    if not can_review(scope):
        raise Denied(_("Über ergänzte Antworten entscheidet das Kernteam."))


def require_merge(scope: Scope) -> None:
    """Errors: NotFound when not readable, Denied for others than moderators."""
    if not scope.reads:
        raise NotFound
    if not can_moderate(scope):
        raise Denied(_("Antworten zusammenlegen und ausblenden darf die Moderation."))


def can_see_results(results: str, *, voted: bool, is_open: bool, team: bool = False) -> bool:
    """Tell whether the tallies may be shown.

    The same for everybody, author and operator too, but `team`: only the core team sees those.
    """
    if results == "team":
        return team
    if results == "after_close":
        return not is_open
    return results == "always" or voted or not is_open


def can_change_results(poll: PollRow, results: str) -> bool:
    """Tell whether the rule may be set: freely before the first vote, only tighter after it."""
    order: list[str] = [*RESULTS]
    if results not in order:
        return False
    return poll.voters == 0 or order.index(results) >= order.index(poll.results)
