"""Profiles, and the pictures on them."""

from __future__ import annotations

from typing import Final

from flask import Response, abort, redirect, url_for
from flask.typing import ResponseReturnValue

from forum.accounts.identity import require_current, signed_in
from forum.accounts.queries import find_picture, get_profile
from forum.accounts.views.blueprint import blueprint, page
from forum.core.services import service
from forum.plugin.types import Slot
from forum.web.statics import FOREVER

_SLOTS: Final = frozenset({Slot.PROFILE})


@blueprint.get("/u/<handle>")
@signed_in
def profile(handle: str) -> ResponseReturnValue:
    """Show a person to members; strangers are asked to sign in, whoever the person is."""
    found = get_profile(handle.lower())
    if found.handle != handle.lower():
        return redirect(url_for("accounts.profile", handle=found.handle), 301)
    own = found.id == require_current().id
    shown = frozenset() if found.state == "erased" else _SLOTS
    # Core has read what it needs: a plugin's failed statement cannot poison the page now.
    panels = service("site_slots")(shown, found.id).get(Slot.PROFILE, "")
    return page("profile", profile=found, own=own, panels=panels)


@blueprint.get("/avatars/<file>")
def avatar(file: str) -> ResponseReturnValue:
    """Send a picture; its address carries its content's hash, so it never changes."""
    content = find_picture(file)
    if content is None:
        abort(404)
    response = Response(content, mimetype="image/webp")
    response.headers["Cache-Control"] = FOREVER
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
