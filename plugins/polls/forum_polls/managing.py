"""What author, core team and moderators do to a poll: pages that only take a form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from forum.api.data import Conflict, Invalid, NotFound, Scope
from forum.api.web import gettext as _
from forum.plugin import Route
from forum_polls import operations
from forum_polls.exports import announce_result
from forum_polls.forms import read_sample
from forum_polls.shapes import PollRow

Page = Callable[..., str]


def remind(scope: Scope, poll_id: int) -> ResponseReturnValue:
    """Have those reminded who have not voted; how many they are is told to nobody."""
    operations.remind(scope, poll_id)
    flash(_("Wer noch nicht abgestimmt hat, wird jetzt einmal erinnert."), "done")
    return redirect(f"/a/{scope.area.slug}/polls/{poll_id}", 303)


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


def announce(scope: Scope, poll_id: int) -> ResponseReturnValue:
    """Write the result into the topic."""
    url = announce_result(scope, poll_id)
    flash(_("Das Ergebnis steht im Thema."), "done")
    return redirect(url, 303)


def list_routes(show_poll: Page) -> Sequence[Route]:
    """Return the routes; what is refused is shown on the page of the poll."""

    def guarded(
        act: Callable[[Scope, int], PollRow],
    ) -> Callable[[Scope, int], ResponseReturnValue]:
        def view(scope: Scope, poll_id: int) -> ResponseReturnValue:
            try:
                act(scope, poll_id)
            except Invalid as error:
                return show_poll(scope, poll_id, error=error.message), error.status
            flash(_("Gespeichert."), "done")
            return redirect(f"/a/{scope.area.slug}/polls/{poll_id}", 303)

        return view

    def invite(scope: Scope, poll_id: int) -> ResponseReturnValue:
        sent = dict(request.form.lists())
        try:
            operations.invite(scope, poll_id, sample=read_sample(sent))
        except Invalid as error:
            return show_poll(scope, poll_id, invitation=(sent, error)), error.status
        flash(_("Die Einladungen gehen hinaus. Wer das Los hat, erfährt niemand."), "done")
        return redirect(f"/a/{scope.area.slug}/polls/{poll_id}", 303)

    def about_option(
        act: Callable[[Scope, int, int], PollRow],
    ) -> Callable[[Scope, int, int], ResponseReturnValue]:
        def view(scope: Scope, poll_id: int, option_id: int) -> ResponseReturnValue:
            return guarded(lambda where, poll: act(where, poll, option_id))(scope, poll_id)

        return view

    below = "/<int:poll_id>"
    option = f"{below}/options/<int:option_id>"
    return (
        Route(rule=f"{below}/close", endpoint="close", view=close, methods=("POST",)),
        Route(rule=f"{below}/remind", endpoint="remind", view=_telling(remind), methods=("POST",)),
        Route(rule=f"{below}/invite", endpoint="invite", view=_telling(invite), methods=("POST",)),
        Route(rule=f"{below}/reopen", endpoint="reopen", view=reopen, methods=("POST",)),
        Route(rule=f"{below}/announce", endpoint="announce", view=announce, methods=("POST",)),
        Route(
            rule=f"{below}/results",
            endpoint="results",
            view=guarded(_set_results),
            methods=("POST",),
        ),
        Route(rule=f"{below}/merge", endpoint="merge", view=guarded(_merge), methods=("POST",)),
        Route(
            rule=f"{below}/options/add",
            endpoint="add_option",
            view=guarded(_add_option),
            methods=("POST",),
        ),
        Route(
            rule=f"{option}/edit",
            endpoint="edit_option",
            view=about_option(_edit_option),
            methods=("POST",),
        ),
        Route(
            rule=f"{option}/state",
            endpoint="set_option",
            view=about_option(_set_option),
            methods=("POST",),
        ),
    )


def _telling(
    view: Callable[[Scope, int], ResponseReturnValue],
) -> Callable[[Scope, int], ResponseReturnValue]:
    """Say what has changed meanwhile on the page of the poll."""

    def told(scope: Scope, poll_id: int) -> ResponseReturnValue:
        try:
            return view(scope, poll_id)
        except Conflict as error:
            flash(error.message, "warn")
            return redirect(f"/a/{scope.area.slug}/polls/{poll_id}", 303)

    return told


def _set_results(scope: Scope, poll_id: int) -> PollRow:
    return operations.set_results(scope, poll_id, results=request.form.get("results", ""))


def _merge(scope: Scope, poll_id: int) -> PollRow:
    source, target = (_read_id(request.form.get(name, "")) for name in ("source", "target"))
    return operations.merge_options(scope, poll_id, source_id=source, target_id=target)


def _add_option(scope: Scope, poll_id: int) -> PollRow:
    return operations.add_option(scope, poll_id, text=request.form.get("text", ""))


def _edit_option(scope: Scope, poll_id: int, option_id: int) -> PollRow:
    text = request.form.get("text", "")
    return operations.edit_option(scope, poll_id, option_id=option_id, text=text)


def _set_option(scope: Scope, poll_id: int, option_id: int) -> PollRow:
    state = request.form.get("state", "")
    return operations.set_option_state(scope, poll_id, option_id=option_id, state=state)


def _read_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFound
    return int(text)
