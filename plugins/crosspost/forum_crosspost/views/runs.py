"""The pages of an area's sources: what runs did, undoing them, and whose names those are."""

from __future__ import annotations

from typing import Final, Literal

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from forum.api.data import Conflict, Scope, list_path
from forum.api.web import gettext as _
from forum.api.web import ngettext, render
from forum.plugin import Route
from forum_crosspost import operations, words
from forum_crosspost.queries import get_run, list_claimed_authors, list_own_authors, list_runs

MANAGE = "manage"


def list_all(scope: Scope) -> ResponseReturnValue:
    """Show the runs of the area's sources, and who has claimed a name."""
    return render(
        "crosspost/runs.html",
        scope=scope,
        runs=[(run, words.tell_kind(run.kind), words.tell_state(run)) for run in list_runs(scope)],
        authors=list_claimed_authors(scope),
        base=_base(scope),
        crumbs=_crumbs(scope),
    )


def show_run(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Show what a run did and left out."""
    run = get_run(scope, run_id)
    return render(
        "crosspost/run.html",
        scope=scope,
        run=run,
        kind=words.tell_kind(run.kind),
        state=words.tell_state(run),
        figures=words.tell_figures(run.stats),
        refused=run.report.get("refused", ()),
        remarks=run.report.get("remarks", ()),
        may_undo=run.undone_at is None,
        base=_base(scope),
        crumbs=[*_crumbs(scope), (_("Übernahmen"), _base(scope))],
    )


def undo(scope: Scope, run_id: int) -> ResponseReturnValue:
    """Take a run back, once the form says so."""
    here = f"{_base(scope)}runs/{run_id}"
    if request.form.get("confirm") != "yes":
        get_run(scope, run_id)
        flash(_("Bitte bestätige, dass die Übernahme zurückgenommen werden soll."), "warn")
        return redirect(here, 303)
    try:
        undone = operations.undo_run(run_id, area_id=scope.area.id, actor_id=scope.user_id)
    except Conflict as error:
        flash(error.message, "warn")
        return redirect(here, 303)
    said = ngettext(
        "Zurückgenommen: %(num)s Beitrag ist gelöscht.",
        "Zurückgenommen: %(num)s Beiträge sind gelöscht.",
        undone.posts,
    )
    if undone.kept:
        said += " " + ngettext(
            "%(num)s Platzhalter bleibt, weil Mitglieder darauf geantwortet haben.",
            "%(num)s Platzhalter bleiben, weil Mitglieder darauf geantwortet haben.",
            undone.kept,
        )
    flash(said, "done")
    return redirect(here, 303)


def show_own(scope: Scope) -> ResponseReturnValue:
    """Show the names from elsewhere that have the viewer's address."""
    return render(
        "crosspost/own.html",
        scope=scope,
        authors=list_own_authors(scope),
        me=scope.user_id,
        base=_base(scope),
        crumbs=_crumbs(scope),
    )


def claim(scope: Scope, author_id: int) -> ResponseReturnValue:
    """Let what was written under a name be the viewer's."""
    try:
        count = operations.claim_author(scope, author_id)
    except Conflict as error:
        flash(error.message, "warn")
        return redirect(f"{_base(scope)}own", 303)
    said = ngettext(
        "%(num)s Beitrag steht jetzt unter deinem Namen.",
        "%(num)s Beiträge stehen jetzt unter deinem Namen.",
        count,
    )
    flash(said, "done")
    return redirect(f"{_base(scope)}own", 303)


def give_back(scope: Scope, author_id: int) -> ResponseReturnValue:
    """Give a name back what was claimed: one's own, or as an admin anybody's."""
    target = _base(scope) if request.form.get("back") == "runs" else f"{_base(scope)}own"
    try:
        operations.return_author(scope, author_id)
        flash(_("Die Beiträge stehen wieder unter dem Namen von dort."), "done")
    except Conflict as error:
        flash(error.message, "warn")
    return redirect(target, 303)


def disown(scope: Scope, author_id: int) -> ResponseReturnValue:
    """Take the viewer's own name from what came from elsewhere."""
    operations.object_to_name(scope, author_id)
    flash(_("Dein Name steht nicht mehr an diesen Beiträgen."), "done")
    return redirect(f"{_base(scope)}own", 303)


def _base(scope: Scope) -> str:
    return f"/a/{scope.area.slug}/crosspost/"


def _crumbs(scope: Scope) -> list[tuple[str, str]]:
    return [(crumb.name, f"/a/{crumb.slug}/") for crumb in list_path(scope)]


_POST: Final[tuple[Literal["POST"]]] = ("POST",)
_AUTHOR = "/authors/<int:author_id>"

ROUTES = (
    Route(rule="/", endpoint="runs", view=list_all, permission=MANAGE),
    Route(rule="/runs/<int:run_id>", endpoint="run", view=show_run, permission=MANAGE),
    Route(
        rule="/runs/<int:run_id>/undo",
        endpoint="undo",
        view=undo,
        methods=_POST,
        permission=MANAGE,
    ),
    Route(rule="/own", endpoint="own", view=show_own),
    Route(rule=f"{_AUTHOR}/claim", endpoint="claim", view=claim, methods=_POST),
    Route(rule=f"{_AUTHOR}/return", endpoint="return", view=give_back, methods=_POST),
    Route(rule=f"{_AUTHOR}/disown", endpoint="disown", view=disown, methods=_POST),
)
