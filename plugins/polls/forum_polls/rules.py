"""Who may do what with a poll. Voting is for whoever may reply in the area."""

from __future__ import annotations

from forum.api.data import (
    Conflict,
    Denied,
    NotFound,
    Scope,
    can_moderate,
    can_reply,
    is_writable,
    require_reply,
)
from forum.api.web import gettext as _
from forum_polls.queries import PollRow
from forum_polls.values import RESULTS


def can_take_part(scope: Scope) -> bool:
    """Tell whether the viewer may vote in the polls of the area, as far as they are open."""
    return scope.user_id is not None and can_reply(scope)


def require_vote(scope: Scope, poll: PollRow) -> None:
    """Refuse who may not write in the area, and everybody once the poll has ended.

    Errors: Denied with the reason, Conflict after the end.
    """
    require_reply(scope)
    if not can_take_part(scope):
        raise Denied
    if not poll.is_open:
        raise Conflict(_("Diese Umfrage ist beendet, deine Stimme zählt nicht mehr."))


def require_withdraw(scope: Scope, poll: PollRow) -> None:
    """Refuse taking a vote back where nothing may be written, and after the end.

    Who has left the area may still take the own vote back while the poll can be read.
    Errors: NotFound, Denied, Conflict.
    """
    if not scope.reads:
        raise NotFound
    if scope.user_id is None or not is_writable(scope.area):
        raise Denied(_("Hier kann man nur noch lesen."))
    if not poll.is_open:
        raise Conflict(_("Diese Umfrage ist beendet, deine Stimme bleibt, wie sie ist."))


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


def can_see_results(results: str, *, voted: bool, is_open: bool) -> bool:
    """Tell whether the tallies may be shown; the same for everybody, author and operator too."""
    if results == "after_close":
        return not is_open
    return results == "always" or voted or not is_open


def can_change_results(poll: PollRow, results: str) -> bool:
    """Tell whether the rule may be set: freely before the first vote, only tighter after it."""
    order: list[str] = [*RESULTS]
    if results not in order:
        return False
    return poll.voters == 0 or order.index(results) >= order.index(poll.results)
