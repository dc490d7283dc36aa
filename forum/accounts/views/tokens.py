"""A member's access tokens: make one for a program, see them, take them back."""

from __future__ import annotations

from flask import Response, flash
from flask.typing import ResponseReturnValue

from forum.accounts.current import CurrentUser
from forum.accounts.forms import AccessTokenForm
from forum.accounts.identity import require_current, signed_in
from forum.accounts.operations import make_access_token, revoke_access_token
from forum.accounts.queries import list_access_tokens
from forum.accounts.settings import SCOPES
from forum.accounts.views.blueprint import blueprint, go, page
from forum.accounts.views.proof import verify_again
from forum.core.errors import Conflict, Invalid
from forum.web.forms import shows_again
from forum.web.i18n import gettext as _


@blueprint.route("/settings/tokens", methods=["GET", "POST"])
@signed_in
@shows_again
def settings_tokens() -> ResponseReturnValue:
    """List access tokens, make another; it is shown this once."""
    user = require_current()
    form = AccessTokenForm(data={"scopes": "read"})
    if form.submitted():
        try:
            return _make(user, form)
        except Invalid as error:
            form.refuse(error)
        except Conflict as error:
            form.refuse(Invalid("", error.message))
    return _list(user, form)


@blueprint.post("/settings/tokens/<int:token_id>/revoke")
@signed_in
def settings_revoke_token(token_id: int) -> ResponseReturnValue:
    """Take a token back."""
    user = require_current()
    revoke_access_token(user.id, token_id, by=user.id)
    flash(_("Der Zugang gilt nicht mehr."), "done")
    return go("/settings/tokens")


def _make(user: CurrentUser, form: AccessTokenForm) -> Response:
    proven_by = verify_again(user, form.proof.data, field="proof")
    token = make_access_token(
        user.id,
        name=form.name.data,
        scopes=form.scopes.data.split(),
        days=form.days.data,
        by=user.id,
        proven_by=proven_by,
    )
    fresh = AccessTokenForm(formdata=None, data={"scopes": "read"})
    response = _list(user, fresh, token=token, status=201)
    response.headers["Cache-Control"] = "no-store"
    return response


def _list(
    user: CurrentUser, form: AccessTokenForm, *, token: str = "", status: int = 200
) -> Response:
    rows = [row for row in list_access_tokens(user.id) if row.revoked_at is None]
    names = {name: str(label) for name, label in SCOPES}
    return page(
        "settings/tokens", user=user, form=form, rows=rows, names=names, token=token, status=status
    )
