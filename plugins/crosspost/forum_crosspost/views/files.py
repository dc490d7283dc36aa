"""The pages of files that are handed in: upload, what it would bring, how far it is."""

from __future__ import annotations

from typing import Final, Literal

from flask import flash, redirect
from flask.typing import ResponseReturnValue

from forum.api.data import Conflict, Invalid, Scope, db, list_path
from forum.api.web import gettext as _
from forum.api.web import render
from forum.plugin import Route
from forum_crosspost import rules, words
from forum_crosspost.files import find_progress, get_file, list_files
from forum_crosspost.forms import FileForm
from forum_crosspost.operations import uploads
from forum_crosspost.views.runs import MANAGE


def list_all(scope: Scope) -> ResponseReturnValue:
    """Show the files of the area, and the form for one more."""
    return _ask(scope, FileForm())


def add(scope: Scope) -> ResponseReturnValue:
    """Keep a file and have it looked at."""
    rules.require_manage(scope)
    form = FileForm()
    if form.submitted():
        try:
            with db.session.begin_nested():
                upload_id = uploads.add_upload(scope, form.to_new())
            return redirect(f"{_base(scope)}/{upload_id}", 303)
        except Invalid as refused:
            form.refuse(refused)
        finally:
            form.file.data.close()
    return _ask(scope, form), 422


def _ask(scope: Scope, form: FileForm) -> str:
    return render(
        "crosspost/files.html",
        scope=scope,
        form=form,
        files=[(one, words.tell_file(one.state)) for one in list_files(scope)],
        base=_base(scope),
        crumbs=_crumbs(scope),
    )


def show(scope: Scope, upload_id: int) -> ResponseReturnValue:
    """Show what a file would bring, and how far its import is."""
    file = get_file(scope, upload_id)
    return render(
        "crosspost/file.html",
        scope=scope,
        file=file,
        state=words.tell_file(file.state),
        kind=words.tell_kind(file.kind),
        figures=words.tell_figures(file.report.get("stats", {})),
        progress=find_progress(scope, file),
        base=_base(scope),
        crumbs=[*_crumbs(scope), (_("Dateien"), _base(scope))],
    )


def take(scope: Scope, upload_id: int) -> ResponseReturnValue:
    """Have a file taken over."""
    try:
        uploads.take_upload(scope, upload_id)
        flash(_("Die Datei wird jetzt übernommen."), "done")
    except Conflict as refused:
        flash(refused.message, "warn")
    return redirect(f"{_base(scope)}/{upload_id}", 303)


def drop(scope: Scope, upload_id: int) -> ResponseReturnValue:
    """Remove a file."""
    try:
        uploads.drop_upload(scope, upload_id)
        flash(_("Die Datei ist entfernt. Was daraus übernommen wurde, bleibt stehen."), "done")
    except Conflict as refused:
        flash(refused.message, "warn")
        return redirect(f"{_base(scope)}/{upload_id}", 303)
    return redirect(_base(scope), 303)


def _base(scope: Scope) -> str:
    return f"/a/{scope.area.slug}/crosspost/files"


def _crumbs(scope: Scope) -> list[tuple[str, str]]:
    area = [(crumb.name, f"/a/{crumb.slug}/") for crumb in list_path(scope)]
    return [*area, (_("Übernahmen"), f"/a/{scope.area.slug}/crosspost/")]


_POST: Final[tuple[Literal["POST"]]] = ("POST",)
_ONE: Final = "/files/<int:upload_id>"

ROUTES = (
    Route(rule="/files", endpoint="files", view=list_all, permission=MANAGE),
    Route(rule="/files", endpoint="add_file", view=add, methods=_POST, permission=MANAGE),
    Route(rule=_ONE, endpoint="file", view=show, permission=MANAGE),
    Route(rule=f"{_ONE}/take", endpoint="take_file", view=take, methods=_POST, permission=MANAGE),
    Route(rule=f"{_ONE}/drop", endpoint="drop_file", view=drop, methods=_POST, permission=MANAGE),
)
