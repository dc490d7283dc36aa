"""Sign in and out."""

from __future__ import annotations

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue

from forum.accounts.addresses import find_address
from forum.accounts.authentication import prove, unlocked
from forum.accounts.forms import LoginForm
from forum.accounts.identity import current, sign_in, sign_out
from forum.accounts.operations.credentials import renew_hash
from forum.accounts.views.blueprint import blueprint, go, limit, network, page
from forum.core import ratelimit
from forum.core.errors import Invalid
from forum.web.forms import shows_again_to_all
from forum.web.i18n import gettext as _
from forum.web.security import safe_next


@blueprint.route("/login", methods=["GET", "POST"])
@shows_again_to_all
def login() -> ResponseReturnValue:
    """Sign in; whatever is wrong, the answer and its time are the same."""
    target = safe_next(request.values.get("next"))
    if current() is not None:
        return go(target)
    form = LoginForm()
    if form.submitted():
        try:
            return _enter(form, target)
        except Invalid as error:
            form.refuse(error)
    return page("login", form=form, target=target)


def _enter(form: LoginForm, target: str) -> Response:
    account = f"mail:{find_address(form.email.data) or form.email.data.lower()}"
    limit("login.address", network())
    limit("login.account", account)
    with unlocked():
        proof = prove(form.email.data, form.password.data)
    if proof is None:
        raise Invalid("", _("E-Mail-Adresse oder Passwort stimmt nicht."))
    if proof.suspended:
        raise Invalid("", _("Dieses Konto ist gesperrt. Wende dich an die Geschäftsstelle."))
    ratelimit.forget("login.account", account)
    response = sign_in(go(target), proof.user_id, proven_by=proof.password_hash)
    if proof.renewed is not None:
        renew_hash(proof.user_id, old_hash=proof.password_hash, new_hash=proof.renewed)
    return response


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """End this session and let the browser forget what it kept of it, drafts included."""
    response = sign_out(make_response(go("/")))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
