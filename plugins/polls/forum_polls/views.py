"""The pages of polls: HTTP in and out. The core has found area, plugin state and viewer before."""

from __future__ import annotations

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from forum.api.data import Conflict, Invalid, Scope, db, list_path
from forum.api.web import Cut, lazy_gettext, render
from forum.api.web import gettext as _
from forum.plugin import AreaRoutes, Route
from forum_polls import operations, panels, rules
from forum_polls.forms import read_ballot
from forum_polls.queries import POLLS_SHAPE, get_full_poll, list_polls
from forum_polls.values import RESULTS, Ballot

_SAID = {
    "cast": lazy_gettext("Deine Stimme ist gezählt."),
    "changed": lazy_gettext("Deine Stimme ist geändert."),
    "unchanged": lazy_gettext("Du hast schon so abgestimmt."),
    "added": lazy_gettext("Deine Antwort steht jetzt zur Wahl, deine Stimme ist gezählt."),
    "joined": lazy_gettext("Diese Antwort gibt es schon: Deine Stimme zählt dort."),
}


def list_all(scope: Scope) -> ResponseReturnValue:
    """Show all polls of the area."""
    page = list_polls(scope, Cut.from_args(request.args, POLLS_SHAPE))
    lines = [(poll, panels.tell_state(poll), panels.tell_voters(poll)) for poll in page.items]
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
    return _show(scope, poll_id)


def vote(scope: Scope, poll_id: int) -> ResponseReturnValue:
    """Cast or change a vote, with an answer of one's own or without."""
    sent = Ballot(answer=request.form.get("answer", ""))
    try:
        sent = read_ballot(request.form.getlist("option"), sent.answer)
        with db.session.begin_nested():
            voted = operations.vote(scope, poll_id, ballot=sent)
    except Invalid as error:
        return _show(scope, poll_id, refused=sent, error=error.message), error.status
    except Conflict as error:
        return _back_with(scope, poll_id, error)
    flash(str(_SAID[voted.answer or voted.what]), "done")
    return redirect(voted.poll.url, 303)


def withdraw(scope: Scope, poll_id: int) -> ResponseReturnValue:
    """Take the own vote back."""
    try:
        poll, was_there = operations.withdraw_vote(scope, poll_id)
    except Conflict as error:
        return _back_with(scope, poll_id, error)
    if was_there:
        flash(_("Deine Stimme ist zurückgezogen."), "done")
    else:
        flash(_("Du hast hier keine Stimme abgegeben."), "note")
    return redirect(poll.url, 303)


def close(scope: Scope, poll_id: int) -> ResponseReturnValue:
    """End a poll."""
    poll = operations.close_poll(scope, poll_id)
    flash(_("Die Umfrage ist beendet."), "done")
    return redirect(poll.url, 303)


def reopen(scope: Scope, poll_id: int) -> ResponseReturnValue:
    """Let votes count again."""
    poll = operations.reopen_poll(scope, poll_id)
    flash(_("Die Umfrage ist wieder offen."), "done")
    return redirect(poll.url, 303)


def set_results(scope: Scope, poll_id: int) -> ResponseReturnValue:
    """Say when the results show."""
    try:
        operations.set_results(scope, poll_id, results=request.form.get("results", ""))
    except Invalid as error:
        return _show(scope, poll_id, error=error.message), error.status
    flash(_("Gespeichert."), "done")
    return redirect(request.path.removesuffix("/results"), 303)


def _show(scope: Scope, poll_id: int, *, refused: Ballot | None = None, error: str = "") -> str:
    full = get_full_poll(scope, poll_id)
    rights = panels.Rights(
        signed_in=scope.user_id is not None,
        vote=rules.can_take_part(scope),
        manage=rules.can_manage(scope, full.poll),
    )
    panel = panels.make_panel(
        full, area_slug=scope.area.slug, rights=rights, refused=refused, error=error
    )
    choices = [
        (value, str(panels.RESULT_WORDS[value]), rules.can_change_results(full.poll, value))
        for value in RESULTS
    ]
    return render("polls/poll.html", scope=scope, p=panel, rules=choices, crumbs=_crumbs(scope))


def _back_with(scope: Scope, poll_id: int, error: Conflict) -> ResponseReturnValue:
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
        Route(rule="/<int:poll_id>/close", endpoint="close", view=close, methods=("POST",)),
        Route(rule="/<int:poll_id>/reopen", endpoint="reopen", view=reopen, methods=("POST",)),
        Route(
            rule="/<int:poll_id>/results",
            endpoint="results",
            view=set_results,
            methods=("POST",),
        ),
    )
)
