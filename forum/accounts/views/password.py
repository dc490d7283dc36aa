"""Forgotten passwords and links to confirm an address. GET shows a button, POST does it."""

from __future__ import annotations

from flask import Response, flash, request
from flask.typing import ResponseReturnValue

from forum.accounts.addresses import clean_address
from forum.accounts.authentication import unlocked
from forum.accounts.forms import ConfirmForm, ForgotForm, NewPasswordForm
from forum.accounts.identity import current, sign_in
from forum.accounts.operations import confirm_address as take_address
from forum.accounts.operations import request_reset, reset_password
from forum.accounts.operations.tokens import peek_token
from forum.accounts.passwords import check_password, hash_password
from forum.accounts.views.blueprint import blueprint, go, limit, network, page
from forum.core.errors import Invalid
from forum.web.forms import shows_again_to_all
from forum.web.i18n import gettext as _


@blueprint.route("/password/forgot", methods=["GET", "POST"])
@shows_again_to_all
def forgot() -> ResponseReturnValue:
    """Ask for a reset link; the answer is the same for every address."""
    form = ForgotForm()
    if form.submitted():
        try:
            email = clean_address(form.email.data)
        except Invalid as error:
            form.refuse(error)
        else:
            limit("password.network", network())
            limit("password.reset", f"mail:{email}")
            request_reset(email)
            return page("check_mail", address=email, reset=True)
    return page("forgot", form=form)


@blueprint.route("/password/reset", methods=["GET", "POST"])
@shows_again_to_all
def reset() -> ResponseReturnValue:
    """The link from the mail: choose a new password and be in."""
    token = request.args.get("token", "")
    grant = peek_token("reset", token)
    form = NewPasswordForm()
    if form.submitted():
        limit("password.network", network())
        try:
            return _reset(form, token, grant.email)
        except Invalid as error:
            form.refuse(error)
    return page("reset", form=form, email=grant.email)


def _reset(form: NewPasswordForm, token: str, email: str) -> Response:
    check_password(form.password.data, about=(email.partition("@")[0],))
    with unlocked():
        hashed = hash_password(form.password.data)
    user_id = reset_password(token, hashed)
    response = sign_in(go("/"), user_id, proven_by=hashed)
    flash(_("Dein neues Passwort gilt. Überall sonst bist du jetzt abgemeldet."), "done")
    return response


@blueprint.route("/address/confirm", methods=["GET", "POST"])
def confirm_address() -> ResponseReturnValue:
    """The link from the mail: make the new address one's own."""
    token = request.args.get("token", "")
    grant = peek_token("address", token)
    form = ConfirmForm()
    if form.submitted():
        take_address(token)
        flash(_("Ab jetzt schreiben wir an %(address)s.", address=grant.email), "done")
        return go("/settings/access" if current() else "/login")
    return page("confirm_address", form=form, email=grant.email)
