"""The pages of polls: HTTP in and out. The core has found area, plugin state and viewer before."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from forum.api.data import Conflict, Invalid, Scope, can_moderate, db, list_path
from forum.api.web import Cut, day, lazy_gettext, render
from forum.api.web import gettext as _
from forum.plugin import AreaRoutes, Route
from forum_polls import managing, operations, panels, rules, words
from forum_polls.exports import export_csv, export_json, tell_minutes
from forum_polls.fields import Fields
from forum_polls.forms import read_ballot
from forum_polls.queries import (
    POLLS_SHAPE,
    get_full_poll,
    list_polls,
    list_polls_of_posts,
    list_with_own_votes,
)
from forum_polls.results import make_seal
from forum_polls.shapes import PollRow
from forum_polls.shares import list_shares
from forum_polls.values import RESULTS, Ballot

_SAID = {
    "cast": lazy_gettext("Deine Stimme ist gezählt."),
    "changed": lazy_gettext("Deine Stimme ist geändert."),
    "unchanged": lazy_gettext("Du hast schon so abgestimmt."),
    "added": lazy_gettext("Deine Antwort steht jetzt zur Wahl, deine Stimme ist gezählt."),
    "joined": lazy_gettext("Diese Antwort gibt es schon: Deine Stimme zählt dort."),
    "waiting": lazy_gettext("Deine Antwort wartet auf das Kernteam."),
}
_SAID_SECRETLY = {
    "added": lazy_gettext("Deine Antwort steht jetzt zur Wahl. Du hast noch nicht abgestimmt."),
    "joined": lazy_gettext("Diese Antwort gibt es schon. Du hast noch nicht abgestimmt."),
}


def list_all(scope: Scope) -> ResponseReturnValue:
    """Show all polls of the area."""
    page = list_polls(scope, Cut.from_args(request.args, POLLS_SHAPE))
    lines = [
        (panel.poll, words.tell_state(panel.poll), words.tell_voters(panel.poll), panel)
        for panel in _list_panels(scope, page.items)
    ]
    return render(
        "polls/index.html",
        scope=scope,
        page=page,
        lines=lines,
        url=request.path,
        crumbs=_crumbs(scope),
    )


def show(scope: Scope, poll_id: int) -> ResponseReturnValue:
    """Show one poll by itself."""
    return show_poll(scope, poll_id)


def vote(scope: Scope, poll_id: int) -> ResponseReturnValue:
    """Cast or change a vote, with an answer of one's own or without."""
    sent = Ballot(answer=request.form.get("answer", ""))
    try:
        sent = read_ballot(dict(request.form.lists()))
        with db.session.begin_nested():
            voted = operations.vote(scope, poll_id, ballot=sent)
    except Invalid as error:
        return show_poll(scope, poll_id, refused=sent, error=error.message), error.status
    except Conflict as error:
        return back_with(scope, poll_id, error)
    unvoted = voted.what == "none"
    said = _SAID_SECRETLY.get(voted.answer) if unvoted else None
    flash(str(said or _SAID[voted.answer or voted.what]), "done")
    # The post comes into sight with the vote marked; where there is none, only the message tells.
    here = f"/a/{scope.area.slug}/polls/{poll_id}"
    untold = unvoted or voted.answer == "waiting"
    return redirect(here if untold else voted.poll.url, 303)


def withdraw(scope: Scope, poll_id: int) -> ResponseReturnValue:
    """Take the own vote back."""
    try:
        poll, was_there = operations.withdraw_vote(scope, poll_id)
    except Conflict as error:
        return back_with(scope, poll_id, error)
    if was_there:
        flash(_("Deine Stimme ist zurückgezogen."), "done")
    else:
        flash(_("Du hast hier keine Stimme abgegeben."), "note")
    return redirect(poll.url, 303)


def _list_panels(scope: Scope, polls: Sequence[PollRow]) -> list[panels.PollPanel]:
    """Make the panels of listed polls, in the list's order. Cost: two statements."""
    found = list_with_own_votes(list_polls_of_posts({poll.post_id for poll in polls}))
    full = {one.poll.id: one for one in found}
    return [
        panels.make_panel(full[poll.id], area_slug=scope.area.slug, rights=_rights(scope, poll))
        for poll in polls
        if poll.id in full
    ]


def _rights(scope: Scope, poll: PollRow) -> panels.Rights:
    return panels.Rights(
        signed_in=scope.user_id is not None,
        vote=rules.can_take_part(scope),
        manage=rules.can_manage(scope, poll),
        team=rules.can_review(scope),
    )


def show_poll(
    scope: Scope,
    poll_id: int,
    *,
    refused: Ballot | None = None,
    error: str = "",
    invitation: tuple[Fields, Invalid] | None = None,
) -> str:
    """Render the page of one poll, with what was refused."""
    full = get_full_poll(scope, poll_id)
    poll = full.poll
    panel = panels.make_panel(
        full,
        area_slug=scope.area.slug,
        rights=_rights(scope, poll),
        refused=refused,
        error=error,
    )
    choices = [
        (value, str(words.RESULT_WORDS[value]), rules.can_change_results(poll, value))
        for value in RESULTS
    ]
    ended = panel.shown and not poll.is_open
    return render(
        "polls/poll.html",
        scope=scope,
        p=panel,
        rules=choices,
        moderates=can_moderate(scope),
        shares=list_shares(poll) if panel.shown else (),
        minutes=tell_minutes(full) if ended else "",
        intact=make_seal(full) == poll.seal if ended and poll.seal else None,
        crumbs=_crumbs(scope),
        can_remind=poll.is_open and rules.can_remind(scope, poll),
        remindable=rules.is_remindable(poll),
        reminded=day(poll.reminded_at) if poll.reminded_at else "",
        can_invite=poll.is_open and poll.kind == "survey" and rules.can_review(scope),
        roles=words.ROLE_WORDS,
        sent=invitation[0] if invitation else {},
        wrong={invitation[1].field: invitation[1].message} if invitation else {},
    )


def back_with(scope: Scope, poll_id: int, error: Conflict) -> ResponseReturnValue:
    """Say what has changed on the page that shows it: an error page would show the old state."""
    flash(error.message, "warn")
    return redirect(get_full_poll(scope, poll_id).poll.url, 303)


def _crumbs(scope: Scope) -> list[tuple[str, str]]:
    return [(crumb.name, f"/a/{crumb.slug}/") for crumb in list_path(scope)]


ROUTES = AreaRoutes(
    (
        Route(rule="/", endpoint="index", view=list_all),
        Route(rule="/<int:poll_id>", endpoint="show", view=show),
        Route(rule="/<int:poll_id>/vote", endpoint="vote", view=vote, methods=("POST",)),
        Route(
            rule="/<int:poll_id>/withdraw", endpoint="withdraw", view=withdraw, methods=("POST",)
        ),
        Route(rule="/<int:poll_id>/export.csv", endpoint="csv", view=export_csv),
        Route(rule="/<int:poll_id>/export.json", endpoint="json", view=export_json),
        *managing.list_routes(show_poll),
    )
)
