"""Ways in and out: the listed page, joining, leaving, asking, links."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue

from forum.accounts.identity import ask_to_sign_in, current, require_current, signed_in
from forum.areas import operations, rules
from forum.areas.forms import ApplyForm, ConfirmForm
from forum.areas.links import InvitationGone
from forum.areas.menu import area_tools
from forum.areas.queries import find_own_application, get_invited, list_core_team
from forum.areas.routing import area_url, current_scope, current_standing, open_to_discoverers
from forum.areas.scope import Scope
from forum.areas.views.blueprint import blueprint, entrance, go, page, press, send
from forum.areas.words import HOW_TO_JOIN
from forum.core.errors import Denied
from forum.web.forms import shows_again
from forum.web.i18n import gettext as _
from forum.web.incoming import count_use
from forum.web.render import render


def show_listed(scope: Scope) -> ResponseReturnValue:
    """Show who may know of an area what that is: name, summary, core team, how to join."""
    area = scope.area
    closed = area.closed == "visibility"
    return page(
        "listed",
        here="",
        team=list_core_team(scope),
        application=find_own_application(scope),
        how=HOW_TO_JOIN[area.joining],
        overseen=rules.is_overseer(scope),
        secret=area.effective == "hidden",
        closed=closed,
    )


@blueprint.post("/join")
@open_to_discoverers
@signed_in
def join() -> ResponseReturnValue:
    """Become a member of an open area."""
    scope = current_scope()
    said = _("Willkommen in %(name)s.", name=scope.area.name)
    home = area_url(scope.area.slug)
    return press(lambda: operations.join_area(scope), said=said, target=home)


@blueprint.post("/leave")
@signed_in
def leave() -> ResponseReturnValue:
    """End the own membership."""
    scope = current_scope()
    said = _("Du gehörst nicht mehr zu %(name)s.", name=scope.area.name)
    return press(lambda: operations.leave_area(scope), said=said, target="/verzeichnis")


@blueprint.route("/apply", methods=["GET", "POST"])
@open_to_discoverers
@signed_in
@shows_again
def apply() -> ResponseReturnValue:
    """Ask to join, with a reason."""
    scope = current_scope()
    if area_tools(scope).way != "apply":
        raise Denied
    form = ApplyForm()

    def act() -> str:
        count_use("apply", f"user:{scope.user_id}")
        operations.apply_to_area(scope, reason=form.reason.data)
        return go(area_url(scope.area.slug), _("Deine Anfrage liegt beim Kernteam."))

    return send(form, act) or page("apply", here=_("Aufnahme anfragen"), form=form)


@blueprint.post("/withdraw")
@open_to_discoverers
@signed_in
def withdraw() -> ResponseReturnValue:
    """Take the own application back."""
    scope = current_scope()
    return press(
        lambda: operations.withdraw_application(scope),
        said=_("Deine Anfrage ist zurückgezogen."),
        target=area_url(scope.area.slug),
    )


@entrance.route("/join/<token>", methods=["GET", "POST"])
def by_link(token: str) -> ResponseReturnValue:
    """Follow an area's link as a member of the site; opening it uses nothing up."""
    if current() is None:
        return ask_to_sign_in() if request.method == "POST" else redirect(f"/invite/{token}", 303)
    form = ConfirmForm()
    if form.submitted():
        me = require_current()
        slug = operations.redeem_invitation(me.viewer, token, email=me.email)
        return redirect(go(area_url(slug), _("Willkommen!")), 303)
    try:
        invited = get_invited(token)
    except InvitationGone as gone:
        return render("areas/gone.html", message=gone.message), 410
    if invited.slug in {area.slug for area in current_standing().areas}:
        return redirect(area_url(invited.slug), 303)
    return render("areas/join.html", invited=invited, form=form)


@entrance.errorhandler(InvitationGone)
def dead_link(gone: InvitationGone) -> ResponseReturnValue:
    """Say that a link does not hold any more."""
    return render("areas/gone.html", message=gone.message), 410
