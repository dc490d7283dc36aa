"""The pages of notifications: inbox, marking as read, what comes by mail, and the way out of it."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Final

from flask import Blueprint, Response, abort, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from forum.accounts.identity import require_current, signed_in
from forum.accounts.queries import find_people
from forum.core.database import after_response
from forum.core.errors import Invalid, NotFound
from forum.core.services import service
from forum.core.wall import Viewer, as_viewer
from forum.discussions.operations import mute_topic
from forum.notifications.forms import MailForm
from forum.notifications.inbox import group_entries
from forum.notifications.notices import list_choices, list_mailed_kinds
from forum.notifications.operations import (
    mark_all_read,
    mark_read,
    mark_topic_read,
    set_mail_preferences,
    stop_mails,
)
from forum.notifications.queries import (
    INBOX_SHAPE,
    get_entry,
    get_mail_preferences,
    list_inbox,
)
from forum.notifications.tokens import Unsubscription, read_token
from forum.plugin import Slot
from forum.web.forms import shows_again
from forum.web.i18n import gettext as _
from forum.web.incoming import read_number
from forum.web.pagination import Cut
from forum.web.render import render

LINES = 40
_SLOTS: Final = frozenset({Slot.SETTINGS})
LARGEST = 2**63 - 1
blueprint = Blueprint("notifications", __name__)


@blueprint.get("/notifications")
@signed_in
def inbox() -> ResponseReturnValue:
    """Show what the member was told."""
    viewer = require_current().viewer
    page = list_inbox(viewer, Cut.from_args(request.args, INBOX_SHAPE, limit=LINES))
    people = find_people([entry.actor_id for entry in page.items if entry.actor_id is not None])
    return render(
        "notifications/inbox.html",
        page=page,
        groups=group_entries(page.items, people),
        newest=max((entry.id for entry in page.items), default=0),
        unread=require_current().unread_notifications,
    )


@blueprint.get("/notifications/<int:notification_id>")
@signed_in
def follow(notification_id: int) -> ResponseReturnValue:
    """Lead to what a notification is about, which is then read."""
    viewer = require_current().viewer
    entry = get_entry(viewer, notification_id)
    if entry.unread:
        after_response(partial(mark_read, viewer, notification_id))
    return redirect(entry.url or url_for("notifications.inbox"), 303)


@blueprint.post("/notifications/<int:notification_id>/read")
@signed_in
def read_one(notification_id: int) -> ResponseReturnValue:
    """Mark one notification as read."""
    mark_read(require_current().viewer, notification_id)
    return _back()


@blueprint.post("/notifications/topic/<int:topic_id>/read")
@signed_in
def read_topic(topic_id: int) -> ResponseReturnValue:
    """Mark what was listed about a topic as read."""
    mark_topic_read(require_current().viewer, topic_id, up_to=_listed())
    return _back()


@blueprint.post("/notifications/read")
@signed_in
def read_all() -> ResponseReturnValue:
    """Mark everything that was listed as read."""
    mark_all_read(require_current().viewer, up_to=_listed())
    return _back()


@blueprint.route("/settings/notifications", methods=["GET", "POST"])
@signed_in
@shows_again
def preferences() -> ResponseReturnValue:
    """Choose what comes by mail."""
    viewer = require_current().viewer
    chosen = get_mail_preferences(viewer) if request.method == "GET" else {}
    form = MailForm(data={"mailed": [kind for kind, mail in chosen.items() if mail]})
    form.mailed.choices = list(list_choices(viewer).items())
    if form.submitted():
        try:
            set_mail_preferences(viewer, mailed=form.mailed.data or ())
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Gespeichert."), "done")
            return redirect(url_for("notifications.preferences"), 303)
    status = 422 if request.method == "POST" else 200
    panels = service("site_slots")(_SLOTS).get(Slot.SETTINGS, "")
    return render("notifications/preferences.html", form=form, panels=panels), status


@blueprint.get("/notifications/unsubscribe/<token>")
def unsubscribe(token: str) -> ResponseReturnValue:
    """Ask what to end: a link that mail programs fetch by themselves must not change anything."""
    return _unsubscribe_page(token, _found(token), done="")


@blueprint.post("/notifications/unsubscribe/<token>")
def unsubscribe_now(token: str) -> ResponseReturnValue:
    """End mail by the token alone, signed in or not; the mail program's one click comes here too.

    Source: RFC 8058, section 3.2: no cookies, no redirect.
    """
    found = _found(token)
    viewer = Viewer(found.user_id)
    with as_viewer(viewer):
        if found.topic_id is None or request.form.get("end") != "topic":
            stop_mails(viewer, kinds=found.kinds)
            return _unsubscribe_page(token, found, done="kinds")
        # Who no longer reads the topic gets no mail about it either.
        with suppress(NotFound):
            mute_topic(viewer, found.topic_id)
    return _unsubscribe_page(token, found, done="topic")


def _unsubscribe_page(token: str, found: Unsubscription, *, done: str) -> Response:
    labels = [label for kind, label in list_mailed_kinds().items() if kind in found.kinds]
    page = render(
        "notifications/unsubscribe.html",
        token=token,
        labels=labels,
        mutes=found.topic_id is not None,
        done=done,
    )
    response = make_response(page)
    # The address is a key: it must not stay in a cache.
    response.headers["Cache-Control"] = "no-store"
    return response


def _found(token: str) -> Unsubscription:
    found = read_token(token)
    if found is None:
        abort(404)
    return found


def _listed() -> int:
    """Return the highest id that was on the page: what came later stays unread."""
    sent = read_number(request.form.get("up_to", ""), most=LARGEST)
    if sent is None:
        abort(400)
    return sent


def _back() -> ResponseReturnValue:
    return redirect(url_for("notifications.inbox"), 303)
