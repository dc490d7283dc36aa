"""The people of an area: members and roles, applications, invitations."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from forum.accounts.identity import signed_in
from forum.accounts.queries import find_people
from forum.areas import operations, rules
from forum.areas.forms import AnswerForm, InviteForm, ReasonForm, RoleForm, to_utc
from forum.areas.queries import (
    find_member,
    list_applications,
    list_invitations,
    list_members,
)
from forum.areas.routing import area_url, current_scope
from forum.areas.scope import ALL_ROLES, Scope
from forum.areas.views.blueprint import blueprint, go, page, press, send
from forum.areas.words import ROLES, TITLES
from forum.core import limits
from forum.core.errors import NotFound
from forum.web.forms import shows_again
from forum.web.i18n import gettext as _
from forum.web.incoming import count_use, read_word
from forum.web.mails import site_link
from forum.web.pagination import Cut


@blueprint.get("/members")
@signed_in
def members() -> ResponseReturnValue:
    """List core team, members and, for the core team, who asks to join.

    Who belongs to an association is not for the whole web, even where its talk is.
    """
    scope = current_scope()
    shown = list_members(
        scope, Cut.from_args(request.args, (int, str, int), limit=limits.PAGE_ROWS)
    )
    decides = rules.can(scope, "decide")
    return page(
        "members",
        here=_("Mitglieder"),
        tab="members",
        members=shown,
        url=f"{area_url(scope.area.slug)}members",
        applications=list_applications(scope) if decides else [],
        answer=AnswerForm(),
        roles=ROLES,
        titles=TITLES,
        can_invite=rules.can(scope, "invite"),
        can_set=rules.can(scope, "set_roles"),
        can_remove=rules.can(scope, "remove_member"),
    )


@blueprint.post("/applications/<int:application_id>")
@signed_in
def decide(application_id: int) -> ResponseReturnValue:
    """Accept or decline, by which of the two buttons was pressed."""
    scope, form = current_scope(), AnswerForm()
    rules.require(scope, "decide")
    accept = read_word("decision", "accept", "decline") == "accept"
    said = _("Aufgenommen.") if accept else _("Abgelehnt. Die Person erfährt deine Antwort.")
    return press(
        lambda: operations.decide_application(
            scope, application_id, accept=accept, answer=form.answer.data or ""
        ),
        said=said,
        target=f"{area_url(scope.area.slug)}members",
    )


@blueprint.route("/members/<int:user_id>", methods=["GET", "POST"])
@signed_in
@shows_again
def member(user_id: int) -> ResponseReturnValue:
    """Give a role, to a member or to somebody who is none yet."""
    scope = current_scope()
    rules.require(scope, "set_roles")
    held = find_member(scope, user_id)
    people = find_people([user_id])
    if user_id not in people:
        raise NotFound
    form = RoleForm(data={"role": held.role, "title": held.title} if held else {"role": "member"})

    def act() -> str:
        operations.set_role(
            scope,
            user_id,
            role=form.role.data,
            title=form.title.data,
            ends_at=to_utc(form.ends_at.data),
            reason=form.reason.data or "",
        )
        return go(f"{area_url(scope.area.slug)}members", _("Die Rolle gilt ab sofort."))

    values = {"form": form, "who": people[user_id], "held": held, "user_id": user_id}
    return send(form, act) or page("member", here=people[user_id].name, tab="members", **values)


@blueprint.post("/members/<int:user_id>/remove")
@signed_in
def remove(user_id: int) -> ResponseReturnValue:
    """End a membership."""
    scope = current_scope()
    form = ReasonForm()
    return press(
        lambda: operations.remove_member(scope, user_id, reason=form.reason.data or ""),
        said=_("Die Mitgliedschaft ist beendet."),
        target=f"{area_url(scope.area.slug)}members",
    )


@blueprint.route("/invitations", methods=["GET", "POST"])
@signed_in
@shows_again
def invitations() -> ResponseReturnValue:
    """List the links that work, make a new one; its address is shown this once."""
    scope = current_scope()
    rules.require(scope, "invite")
    form, link = _invite_form(scope), ""
    if form.submitted():
        count_use("invite", f"user:{scope.user_id}")
        token = operations.invite(
            scope, role=form.role.data, max_uses=form.max_uses.data, days=form.days.data
        )
        link, form = site_link("accounts.accept_invitation", token=token), _invite_form(scope)
    answer = page(
        "invitations",
        here=_("Einladungen"),
        tab="members",
        form=form,
        link=link,
        rows=list_invitations(scope),
        roles=ROLES,
    )
    if link:
        answer.status_code = 201
    return answer


def _invite_form(scope: Scope) -> InviteForm:
    form = InviteForm()
    form.role.choices = [
        (role, ROLES[role]) for role in ALL_ROLES if rules.can_give_role(scope, role)
    ]
    return form


@blueprint.post("/invitations/<int:invitation_id>/revoke")
@signed_in
def revoke(invitation_id: int) -> ResponseReturnValue:
    """Let a link no longer work."""
    scope = current_scope()
    return press(
        lambda: operations.revoke_invitation(scope, invitation_id),
        said=_("Der Link gilt nicht mehr."),
        target=f"{area_url(scope.area.slug)}invitations",
    )
