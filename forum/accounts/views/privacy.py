"""Who looks after privacy: finds a person by address or handle, has data sent, erases."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Response, flash, request
from flask.typing import ResponseReturnValue

from forum.accounts.forms import EraseMemberForm
from forum.accounts.identity import privacy_only, require_current
from forum.accounts.operations.erasing import Farewell, request_erasure
from forum.accounts.operations.exporting import request_export
from forum.accounts.queries import get_profile
from forum.accounts.queries.privacy import (
    find_erasure,
    find_person,
    get_person_handle,
    list_duties,
    list_processing,
)
from forum.accounts.views.blueprint import blueprint, go, limit, page
from forum.accounts.views.proof import get_successor, verify_again
from forum.core import limits
from forum.core.errors import Conflict, Invalid, NotFound
from forum.web.forms import one_line
from forum.web.i18n import gettext as _


@blueprint.get("/admin/privacy")
@privacy_only
def privacy() -> ResponseReturnValue:
    """Find a person; nobody is listed."""
    who = one_line(request.args.get("who", "")[: limits.EMAIL]) or ""
    found = find_person(who) if who else None
    return _person_page(found, who=who)


@blueprint.post("/admin/privacy/<int:user_id>/export")
@privacy_only
def privacy_export(user_id: int) -> ResponseReturnValue:
    """Have the data put together for the person, who alone can fetch them."""
    handle = get_person_handle(user_id)
    limit("export", f"user:{user_id}")
    try:
        request_export(user_id, by=require_current().id)
    except (Conflict, NotFound) as error:
        flash(error.message, "warn")
    else:
        flash(_("Die Person bekommt eine Mail, sobald die Datei bereit ist."), "done")
    return go(_address(handle))


@blueprint.post("/admin/privacy/<int:user_id>/erase")
@privacy_only
def privacy_erase(user_id: int) -> ResponseReturnValue:
    """Erase a person, for a reason."""
    user = require_current()
    handle = get_person_handle(user_id)
    form = EraseMemberForm()
    if form.submitted():
        try:
            verify_again(user, form.password.data, field="password")
            farewell = Farewell(
                texts=form.texts.data,
                by=user.id,
                reason=form.reason.data,
                successor_id=get_successor(form.successor.data),
            )
            request_erasure(user_id, farewell)
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Das Konto wird jetzt gelöscht. Das kann einige Minuten dauern."), "done")
            return go("/admin/privacy")
    return _person_page(user_id, who=handle, form=form)


def _address(handle: str) -> str:
    return f"/admin/privacy?{urlencode({'who': handle})}"


def _person_page(user_id: int | None, *, who: str, form: EraseMemberForm | None = None) -> Response:
    values: dict[str, Any] = {"who": who, "profile": None}
    if not who:
        values["record"] = list_processing()
    if user_id is not None:
        values |= {
            "profile": get_profile(get_person_handle(user_id)),
            "erasure": find_erasure(user_id),
            "duties": list_duties(user_id),
        }
    blank = EraseMemberForm(formdata=None, data={"texts": "keep"})
    status = 422 if form is not None else 200
    return page("privacy", erase=form or blank, status=status, **values)
