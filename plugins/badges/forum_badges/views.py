"""The pages of badges in an area. The core has found area, state and permission before."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue

from forum.api.data import Conflict, Invalid, Scope, db, list_path
from forum.api.web import gettext as _
from forum.api.web import ngettext, render
from forum.plugin import AreaRoutes, Route
from forum_badges import limits, operations, queries, words
from forum_badges.forms import (
    AchievementForm,
    GiveForm,
    PeopleForm,
    RevokeForm,
    SessionForm,
    make_achievement_form,
    offer_people,
    read_draft,
    read_moment,
)
from forum_badges.rules import can_manage


def list_all(scope: Scope) -> ResponseReturnValue:
    """Show what can be earned in the area."""
    doubted = queries.count_doubted(scope) if can_manage(scope) else {}
    badges = queries.list_achievements(scope.area.id)
    return _page(scope, "index", badges=badges, doubted=doubted)


def show(scope: Scope, badge_id: int) -> ResponseReturnValue:
    """Show one badge: what it says, how to get it, and for admins who has it."""
    return _show(scope, badge_id)


def new(scope: Scope) -> ResponseReturnValue:
    """Make a badge."""
    form, status = make_achievement_form(scope), 200
    if form.submitted():
        try:
            with db.session.begin_nested():
                target = form.once(scope.user_id, lambda: _create(scope, form))
            flash(_("Das Abzeichen steht."), "done")
            return redirect(target, 303)
        except Invalid as error:
            form.refuse(error)
    if form.problems():
        status = 422
    return _page(scope, "edit", form=form, badge=None), status


def _create(scope: Scope, form: AchievementForm) -> str:
    return _home(scope, operations.create_achievement(scope, read_draft(form)))


def edit(scope: Scope, badge_id: int) -> ResponseReturnValue:
    """Change a badge: who has it keeps the version that was earned."""
    badge = queries.get_achievement(scope, badge_id)
    version = queries.get_version(badge_id, badge.number)
    form, status = make_achievement_form(scope, version, achievement_id=badge_id), 200
    if form.submitted():
        try:
            with db.session.begin_nested():
                operations.edit_achievement(
                    scope, badge_id, draft=read_draft(form), number=form.number.data or 0
                )
            flash(
                _("Gespeichert. Wer das Abzeichen schon hat, behält die frühere Fassung."), "done"
            )
            return redirect(_home(scope, badge_id), 303)
        except Invalid as error:
            form.refuse(error)
        except Conflict as error:
            form.form_errors.append(error.message)
    if form.problems():
        status = 422
    return _page(scope, "edit", form=form, badge=badge), status


def retire(scope: Scope, badge_id: int) -> ResponseReturnValue:
    """Let nobody earn a badge any more, or again: the button says which, so twice is as once."""
    state = request.form.get("state", "")
    if state not in ("retired", "given"):
        raise Invalid("state", _("Das geht nicht. Geh zurück und versuch es noch einmal."))
    retired = state == "retired"
    operations.retire_achievement(scope, badge_id, retired=retired)
    flash(_("Wird nicht mehr vergeben.") if retired else _("Wird wieder vergeben."), "done")
    return redirect(_home(scope, badge_id), 303)


def give(scope: Scope, badge_id: int) -> ResponseReturnValue:
    """Give a badge to a member."""
    form = _give_form(scope)
    if form.submitted():
        try:
            with db.session.begin_nested():
                number = operations.give_badge(scope, badge_id, user_ids=[form.people.data])
            said = _("Das Abzeichen ist vergeben.") if number else _("Das Abzeichen war schon da.")
            flash(said, "done" if number else "note")
            return redirect(_home(scope, badge_id), 303)
        except Invalid as error:
            form.refuse(error)
        except Conflict as error:
            flash(error.message, "warn")
    return _show(scope, badge_id, form=form), 422


def revoke(scope: Scope, award_id: int) -> ResponseReturnValue:
    """Take a badge back."""
    form = RevokeForm()
    sent = form.reason.data or "" if form.submitted() else ""
    try:
        badge_id = operations.revoke_award(scope, award_id, reason=sent)
        flash(_("Das Abzeichen ist zurückgenommen."), "done")
        return redirect(_home(scope, badge_id), 303)
    except (Invalid, Conflict) as error:
        flash(error.message, "warn")
        return redirect(_home(scope), 303)


def keep(scope: Scope, award_id: int) -> ResponseReturnValue:
    """Let somebody keep a badge although its conditions are no longer met."""
    try:
        badge_id = operations.keep_award(scope, award_id)
        flash(_("Das Abzeichen bleibt."), "done")
        return redirect(_home(scope, badge_id), 303)
    except Conflict as error:
        flash(error.message, "warn")
        return redirect(_home(scope), 303)


def attendance(scope: Scope) -> ResponseReturnValue:
    """Show what took place, and write down more."""
    form = SessionForm()
    if form.submitted():
        try:
            with db.session.begin_nested():
                target = form.once(scope.user_id, lambda: _hold(scope, form))
            return redirect(target, 303)
        except Invalid as error:
            form.refuse(error)
    status = 422 if form.problems() else 200
    return _page(scope, "attendance", form=form, sessions=queries.list_sessions(scope)), status


def _hold(scope: Scope, form: SessionForm) -> str:
    made = operations.create_session(
        scope, title=form.title.data, subject=form.subject.data, held_at=read_moment(form)
    )
    return _home(scope, f"attendance/{made}")


def attend(scope: Scope, meeting_id: int) -> ResponseReturnValue:
    """Write down who was there."""
    held = queries.get_session(scope, meeting_id)
    present = queries.list_attendees(meeting_id)
    form = PeopleForm()
    others = [one for one in queries.list_members(scope) if one.id not in present]
    offer_people(form.people, [one for one in others if one.id != scope.user_id])
    if form.submitted():
        try:
            number = operations.record_attendance(
                scope, meeting_id, user_ids=form.people.data or []
            )
            flash(
                ngettext("Eine Person eingetragen.", "%(num)s Personen eingetragen.", number),
                "done",
            )
            return redirect(_home(scope, f"attendance/{meeting_id}"), 303)
        except Invalid as error:
            form.refuse(error)
    status = 422 if form.problems() else 200
    return _page(scope, "attend", form=form, held=held, present=present), status


def correct(scope: Scope, meeting_id: int, user_id: int) -> ResponseReturnValue:
    """Take back that somebody was there."""
    form = RevokeForm()
    sent = form.reason.data or "" if form.submitted() else ""
    try:
        operations.correct_attendance(scope, meeting_id, user_id=user_id, reason=sent)
        flash(_("Die Teilnahme ist zurückgenommen."), "done")
    except (Invalid, Conflict) as error:
        flash(error.message, "warn")
    return redirect(_home(scope, f"attendance/{meeting_id}"), 303)


def _give_form(scope: Scope) -> GiveForm:
    form = GiveForm()
    members = [one for one in queries.list_members(scope) if one.id != scope.user_id]
    offer_people(form.people, members)
    return form


def _show(scope: Scope, badge_id: int, *, form: GiveForm | None = None) -> str:
    badge = queries.get_achievement(scope, badge_id)
    version = queries.get_version(badge_id, badge.number)
    manages = can_manage(scope)
    names = {row.id: row.name for row in queries.list_requirable(scope)}
    return _page(
        scope,
        "badge",
        badge=badge,
        version=version,
        conditions=[words.tell_leaf(leaf, names) for leaf in version.leaves],
        any_one=len({leaf.clause for leaf in version.leaves}) > 1,
        form=(form or _give_form(scope)) if manages else None,
        holders=queries.list_awards_of(badge_id) if manages else (),
        methods=words.METHODS,
        tell_effort=words.tell_effort,
    )


def _page(scope: Scope, name: str, **context: Any) -> str:
    crumbs = [(crumb.name, f"/a/{crumb.slug}/") for crumb in list_path(scope)]
    return render(
        f"badges/{name}.html",
        scope=scope,
        crumbs=crumbs,
        base=_home(scope),
        manages=can_manage(scope),
        few=limits.FEW,
        **context,
    )


def _home(scope: Scope, rest: object = "") -> str:
    return f"/a/{scope.area.slug}/badges/{rest}"


def _managed(rule: str, endpoint: str, view: Any, *methods: Any) -> Route:
    return Route(rule=rule, endpoint=endpoint, view=view, methods=methods, permission="manage")


ROUTES = AreaRoutes(
    (
        Route(rule="/", endpoint="index", view=list_all),
        Route(rule="/<int:badge_id>", endpoint="show", view=show),
        _managed("/new", "new", new, "GET", "POST"),
        _managed("/<int:badge_id>/edit", "edit", edit, "GET", "POST"),
        _managed("/<int:badge_id>/retire", "retire", retire, "POST"),
        _managed("/<int:badge_id>/give", "give", give, "POST"),
        _managed("/awards/<int:award_id>/revoke", "revoke", revoke, "POST"),
        _managed("/awards/<int:award_id>/keep", "keep", keep, "POST"),
        _managed("/attendance", "attendance", attendance, "GET", "POST"),
        _managed("/attendance/<int:meeting_id>", "attend", attend, "GET", "POST"),
        _managed("/attendance/<int:meeting_id>/<int:user_id>/remove", "correct", correct, "POST"),
    )
)
