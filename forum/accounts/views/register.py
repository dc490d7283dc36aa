"""Join: ask for an account or come by invitation, prove the mailbox, choose a password."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request
from flask.typing import ResponseReturnValue

from forum.accounts.addresses import clean_address
from forum.accounts.authentication import unlocked
from forum.accounts.forms import RegisterForm, WelcomeForm
from forum.accounts.identity import current, sign_in
from forum.accounts.names import clean_name
from forum.accounts.operations import complete_registration, request_registration
from forum.accounts.operations.tokens import peek_token
from forum.accounts.passwords import check_password, hash_password
from forum.accounts.rules import can_register, require_admission
from forum.accounts.views.blueprint import blueprint, go, limit, network, page
from forum.accounts.vouchers import Voucher, find_voucher
from forum.core.errors import Gone, Invalid
from forum.web.forms import shows_again_to_all
from forum.web.i18n import gettext as _
from forum.web.i18n import locale
from forum.web.security import safe_next


@blueprint.route("/register", methods=["GET", "POST"])
@shows_again_to_all
def register() -> ResponseReturnValue:
    """Ask for an account where everybody may, or say how one is invited."""
    return _ask(invite="")


@blueprint.route("/invite/<token>", methods=["GET", "POST"])
@shows_again_to_all
def accept_invitation(token: str) -> ResponseReturnValue:
    """Follow an invitation link; opening it uses nothing up."""
    voucher = find_voucher(token)
    if voucher is None:
        raise Gone(_("Diese Einladung gilt nicht mehr. Bitte um eine neue."))
    if current() is not None:
        return redirect(voucher.for_members, 303)
    if voucher.proves and voucher.email:
        return _welcome(voucher.email, voucher, token="")
    return _ask(invite=token, voucher=voucher)


@blueprint.route("/register/confirm", methods=["GET", "POST"])
@shows_again_to_all
def confirm_registration() -> ResponseReturnValue:
    """The link from the mail: choose a password and be in."""
    token = request.args.get("token", "")
    grant = peek_token("register", token)
    voucher = find_voucher(request.args.get("invite", ""))
    require_admission(voucher, grant.email)
    return _welcome(grant.email, voucher, token=token, name=grant.details.get("name", ""))


def _ask(*, invite: str, voucher: Voucher | None = None) -> Response:
    if current() is not None:
        return go("/")
    target = safe_next(request.values.get("next"), default="")
    if not can_register(voucher):
        return page("by_invitation", target=target)
    form = RegisterForm(data={"email": voucher.email} if voucher else None)
    if form.submitted():
        try:
            _send(form, invite, target, voucher=voucher)
        except Invalid as error:
            form.refuse(error)
        else:
            return page("check_mail", address=form.email.data)
    return page("register", form=form, voucher=voucher, target=target)


def _send(form: RegisterForm, invite: str, target: str, *, voucher: Voucher | None) -> None:
    email = clean_address(form.email.data)
    if voucher is not None and voucher.email not in (None, email):
        raise Invalid("email", _("Diese Einladung ist für eine andere Adresse."))
    name = clean_name(form.name.data)
    limit("register.network", network())
    limit("register", f"mail:{email}")
    request_registration(name, email, language=locale(), invite=invite, leads_to=target)


def _welcome(email: str, voucher: Voucher | None, *, token: str, name: str = "") -> Response:
    form = WelcomeForm(data={"name": name} if request.method == "GET" else None)
    if form.submitted():
        limit("register.network", network())
        try:
            return _finish(form, email, voucher, token=token)
        except Invalid as error:
            form.refuse(error)
    return page("welcome", form=form, email=email, voucher=voucher)


def _finish(form: WelcomeForm, email: str, voucher: Voucher | None, *, token: str) -> Response:
    name = clean_name(form.name.data)
    check_password(form.password.data, about=(name, email.partition("@")[0]))
    with unlocked():
        hashed = hash_password(form.password.data)
    invite: dict[str, Any] = {"invite": voucher.token} if voucher else {}
    user_id = complete_registration(
        name, password_hash=hashed, token=token, language=locale(), **invite
    )
    fallback = voucher.leads_to if voucher else "/"
    target = safe_next(request.args.get("next"), default=fallback)
    return sign_in(go(target), user_id, proven_by=hashed)
