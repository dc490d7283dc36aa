"""A member's own data: take them along, or leave for good."""

from __future__ import annotations

from typing import Any

from flask import Response, flash
from flask.typing import ResponseReturnValue

from forum.accounts.current import CurrentUser
from forum.accounts.forms import EraseForm, ExportForm
from forum.accounts.identity import require_current, sign_out, signed_in
from forum.accounts.operations.erasing import GRACE, Farewell, request_erasure
from forum.accounts.operations.exporting import request_export
from forum.accounts.queries.privacy import (
    get_export_file,
    list_duties,
    list_exports,
)
from forum.accounts.views.blueprint import blueprint, go, limit, page
from forum.accounts.views.proof import get_successor, verify_again
from forum.core import clock
from forum.core.errors import Conflict, Invalid
from forum.core.storage import storage
from forum.web.dates import day
from forum.web.i18n import gettext as _


@blueprint.get("/settings/data")
@signed_in
def settings_data() -> ResponseReturnValue:
    """Show what one can do with the own data."""
    return _data_page(require_current())


@blueprint.post("/settings/data/export")
@signed_in
def settings_export() -> ResponseReturnValue:
    """Ask for a file with everything; it is made behind the pages."""
    user = require_current()
    form = ExportForm()
    if form.submitted():
        try:
            verify_again(user, form.proof.data, field="proof")
            limit("export", f"user:{user.id}")
            request_export(user.id, by=user.id)
        except Invalid as error:
            form.refuse(error)
        except Conflict as error:
            form.refuse(Invalid("", error.message))
        else:
            flash(_("Wir stellen deine Daten zusammen und sagen dir Bescheid."), "done")
            return go("/settings/data")
    return _data_page(user, export=form)


@blueprint.get("/settings/data/export/<int:export_id>")
@signed_in
def settings_export_file(export_id: int) -> ResponseReturnValue:
    """Hand over the file, to the member alone."""
    file = get_export_file(require_current().id, export_id)
    response = Response(storage().get(file), mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="daten-{export_id}.zip"'
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/settings/data/erase")
@signed_in
def settings_erase() -> ResponseReturnValue:
    """Plan the own erasure and sign out everywhere; signing in again takes it back."""
    user = require_current()
    form = EraseForm()
    if form.submitted():
        try:
            verify_again(user, form.password.data, field="password")
            successor = get_successor(form.successor.data)
            farewell = Farewell(texts=form.texts.data, by=user.id, successor_id=successor)
            request_erasure(user.id, farewell)
        except Invalid as error:
            form.refuse(error)
        else:
            response = sign_out(go("/login"))
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
            until = day(clock.now() + GRACE)
            flash(
                _("Am %(day)s löschen wir dein Konto. Melde dich an, um es zu behalten.", day=until)
            )
            return response
    return _data_page(user, erase=form)


def _data_page(user: CurrentUser, **forms: Any) -> Response:
    return page(
        "settings/data",
        user=user,
        export=forms.get("export") or ExportForm(formdata=None),
        erase=forms.get("erase") or EraseForm(formdata=None, data={"texts": "keep"}),
        exports=list_exports(user.id),
        duties=list_duties(user.id),
        days=GRACE.days,
        status=422 if forms else 200,
    )
