"""Operators invite people to the site."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, flash
from flask.typing import ResponseReturnValue

from forum.accounts.forms import InvitationForm
from forum.accounts.identity import operators_only, require_current
from forum.accounts.operations import create_invitation, invite_by_mail, revoke_invitation
from forum.accounts.queries import find_people, list_invitations
from forum.accounts.views.blueprint import blueprint, go, limit, page
from forum.core.errors import Invalid
from forum.web.forms import shows_again
from forum.web.i18n import gettext as _
from forum.web.i18n import locale
from forum.web.mails import site_link


@blueprint.route("/admin/invitations", methods=["GET", "POST"])
@operators_only
@shows_again
def invitations() -> ResponseReturnValue:
    """List invitations, make a new one; its link is shown this once."""
    form = InvitationForm()
    if form.submitted():
        limit("invite", f"user:{require_current().id}")
        try:
            return _invite(form)
        except Invalid as error:
            form.refuse(error)
    return _list(form)


@blueprint.post("/admin/invitations/<int:invitation_id>/revoke")
@operators_only
def revoke(invitation_id: int) -> ResponseReturnValue:
    """Take a link back."""
    revoke_invitation(require_current().id, invitation_id)
    flash(_("Der Link gilt nicht mehr."), "done")
    return go("/admin/invitations")


def _invite(form: InvitationForm) -> Response:
    me, valid = require_current().id, timedelta(days=form.days.data)
    if form.email.data:
        invite_by_mail(me, form.email.data, language=locale(), valid=valid)
        flash(_("Die Einladung ist unterwegs an %(address)s.", address=form.email.data), "done")
        return go("/admin/invitations")
    token = create_invitation(me, max_uses=form.max_uses.data, valid=valid)
    fresh = InvitationForm(formdata=None)
    return _list(fresh, link=site_link("accounts.accept_invitation", token=token), status=201)


def _list(form: InvitationForm, *, link: str = "", status: int = 200) -> Response:
    rows = list_invitations()
    people = find_people([row.created_by_id for row in rows if row.created_by_id is not None])
    return page("invitations", form=form, rows=rows, people=people, link=link, status=status)
