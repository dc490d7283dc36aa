"""The pages of digests: the own choice, the next one, and the way out that needs no login."""

from __future__ import annotations

from flask import flash, make_response, redirect, request
from flask.typing import ResponseReturnValue

from forum.api.data import Invalid, NotFound, Viewer, as_viewer
from forum.api.web import gettext as _
from forum.api.web import render, signed_in
from forum.plugin import Route, SiteRoutes
from forum_digest import operations, pages, queries
from forum_digest.forms import PrefForm
from forum_digest.links import read_stop_token

HOME = "/digest/"


@signed_in
def show_preferences(viewer: Viewer) -> ResponseReturnValue:
    """Show what the viewer chose, and which digests came or why not."""
    _require_on()
    return _preferences(viewer, PrefForm(data=pages.fill_form(viewer)))


@signed_in
def save_preferences(viewer: Viewer) -> ResponseReturnValue:
    """Keep what the viewer chose."""
    _require_on()
    form = PrefForm()
    form.areas.choices = pages.list_area_choices(viewer, form.areas.data or ())
    if form.submitted():
        try:
            operations.set_preferences(viewer, form.to_wish())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Gespeichert."), "done")
            return redirect(HOME, 303)
    return _preferences(viewer, form), 422


@signed_in
def show_next(viewer: Viewer) -> ResponseReturnValue:
    """Show what a digest made now would tell."""
    _require_on()
    return render(
        "digest/next.html",
        here="notifications",
        items=pages.list_next(viewer),
        state=pages.tell_state(viewer),
    )


def ask_to_stop(_viewer: Viewer, token: str) -> ResponseReturnValue:
    """Ask whether to end digests: programs fetch links too, so nothing changes yet."""
    return _stop_page(token, done=False)


def stop(_viewer: Viewer, token: str) -> ResponseReturnValue:
    """End digests by the token alone; the mail program's one click comes here too.

    Source: RFC 8058, section 3.2: no cookies, no redirect.
    """
    user_id = read_stop_token(token)
    if user_id is None or queries.find_account(Viewer(user_id)) is None:
        raise NotFound
    with as_viewer(Viewer(user_id)):
        operations.stop_digests(Viewer(user_id))
    return _stop_page(token, done=True)


def _stop_page(token: str, *, done: bool) -> ResponseReturnValue:
    if read_stop_token(token) is None:
        raise NotFound
    response = make_response(render("digest/stop.html", here=request.path, done=done))
    # The address is a key: it must not stay in a cache.
    response.headers["Cache-Control"] = "no-store"
    return response


def _preferences(viewer: Viewer, form: PrefForm) -> str:
    form.areas.choices = pages.list_area_choices(viewer, form.areas.data or ())
    return render(
        "digest/preferences.html",
        here="notifications",
        form=form,
        state=pages.tell_state(viewer),
        issues=queries.list_issues(viewer),
    )


def _require_on() -> None:
    """Errors: NotFound where digests are off at the root."""
    if queries.find_root() is None:
        raise NotFound


ROUTES = SiteRoutes(
    (
        Route(rule="/", endpoint="preferences", view=show_preferences),
        Route(rule="/", endpoint="save", view=save_preferences, methods=("POST",)),
        Route(rule="/next", endpoint="next", view=show_next),
        Route(rule="/stop/<token>", endpoint="stop", view=ask_to_stop),
        Route(rule="/stop/<token>", endpoint="stop_now", view=stop, methods=("POST",), keyed=True),
    )
)
