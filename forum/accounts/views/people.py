"""Profiles, and the pictures on them."""

from __future__ import annotations

from flask import Response, abort, redirect, url_for
from flask.typing import ResponseReturnValue

from forum.accounts.identity import require_current, signed_in
from forum.accounts.queries import find_picture, get_profile
from forum.accounts.views.blueprint import blueprint, page
from forum.web.statics import FOREVER


@blueprint.get("/u/<handle>")
@signed_in
def profile(handle: str) -> ResponseReturnValue:
    """Show a person to members; strangers are asked to sign in, whoever the person is."""
    found = get_profile(handle.lower())
    if found.handle != handle.lower():
        return redirect(url_for("accounts.profile", handle=found.handle), 301)
    return page("profile", profile=found, own=found.id == require_current().id)


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
