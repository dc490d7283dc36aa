"""Feeds for readers elsewhere, and the page where a member gets the key that lets them in."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Response, flash, make_response, redirect, request
from flask.typing import ResponseReturnValue

from forum.accounts.identity import require_current, signed_in
from forum.accounts.operations import renew_feed_key, revoke_feed_key
from forum.accounts.queries import find_feed_key_date, find_feed_reader
from forum.areas.queries import AddressChanged
from forum.areas.routing import current_standing
from forum.core.errors import ForumError, Gone, TooMany
from forum.core.wall import Viewer, as_viewer, current_viewer
from forum.discussions.feeds import make_area_feed, make_topic_feed
from forum.discussions.views.blueprint import blueprint
from forum.web.atom import Feed, answer_feed
from forum.web.i18n import gettext as _
from forum.web.i18n import speaking
from forum.web.incoming import count_use
from forum.web.mails import site_url
from forum.web.render import render


@blueprint.get("/a/<slug>/feed.atom")
def area_feed(slug: str) -> ResponseReturnValue:
    """The newest topics of an area, with `?replies=1` its newest posts."""
    replies = request.args.get("replies") == "1"
    try:
        return _answer(lambda viewer: make_area_feed(viewer, slug, replies=replies))
    except AddressChanged as moved:
        query = request.query_string.decode("utf-8", "replace")
        address = f"/a/{moved.slug}/feed.atom"
        return redirect(f"{address}?{query}" if query else address, 301)


@blueprint.get("/t/<int:topic_id>/feed.atom")
def topic_feed(topic_id: int) -> ResponseReturnValue:
    """The newest posts of a topic."""
    return _answer(partial(make_topic_feed, topic_id=topic_id))


@blueprint.get("/settings/feeds")
@signed_in
def feed_settings() -> ResponseReturnValue:
    """Say whether one's feed readers have a key, and since when."""
    return _settings_page("")


@blueprint.post("/settings/feeds")
@signed_in
def renew_key() -> ResponseReturnValue:
    """Make a key and show the addresses with it, this once; the one before ends."""
    return make_response(_settings_page(renew_feed_key(require_current().id)), 201)


@blueprint.post("/settings/feeds/revoke")
@signed_in
def revoke_key() -> ResponseReturnValue:
    """End the key."""
    revoke_feed_key(require_current().id)
    flash(_("Deine Feed-Adressen gelten nicht mehr."), "done")
    return redirect("/settings/feeds", 303)


def _settings_page(key: str) -> str:
    areas = [area for area in current_standing().areas if not area.archived]
    addresses = [(area.name, site_url(f"/a/{area.slug}/feed.atom?key={key}")) for area in areas]
    return render(
        "discussions/feeds.html",
        since=find_feed_key_date(require_current().id),
        key=key,
        addresses=addresses if key else [],
        example=site_url("/t/1/feed.atom"),
    )


def _answer(make: Callable[[Viewer], Feed]) -> Response:
    """Answer as the member whose key stands in the address may see it, else as the session's.

    A program reads the answer, so a refusal is one line and never a page with a member's frame.
    """
    try:
        return _read_by_key(make) if "key" in request.args else _read(make, current_viewer())
    except AddressChanged:
        raise
    except ForumError as error:
        text = f"{error.message or error.status}\n"
        response = Response(text, error.status, mimetype="text/plain")
        if isinstance(error, TooMany):
            response.headers["Retry-After"] = str(error.retry_after)
        return response


def _read_by_key(make: Callable[[Viewer], Feed]) -> Response:
    count_use("feed", f"ip:{request.remote_addr}")
    reader = find_feed_reader(request.args["key"])
    if reader is None:
        raise Gone(_("Dieser Schlüssel gilt nicht mehr. Einen neuen machen deine Einstellungen."))
    viewer = Viewer(reader.user_id)
    with as_viewer(viewer), speaking(reader.language, zone=reader.timezone):
        return answer_feed(make(viewer), by_key=True)


def _read(make: Callable[[Viewer], Feed], viewer: Viewer) -> Response:
    who = f"ip:{request.remote_addr}" if viewer.user_id is None else f"user:{viewer.user_id}"
    count_use("feed", who)
    return answer_feed(make(viewer), by_key=False)
