"""A member's own settings: profile and picture, display, password and address, sessions."""

from __future__ import annotations

from typing import Any

from flask import Response, flash
from flask.typing import ResponseReturnValue

from forum.accounts.addresses import clean_address
from forum.accounts.authentication import unlocked
from forum.accounts.avatars import make_picture
from forum.accounts.current import CurrentUser
from forum.accounts.devices import name_device
from forum.accounts.forms import AddressForm, DisplayForm, PasswordForm, PictureForm, ProfileForm
from forum.accounts.identity import require_current, sign_in, signed_in
from forum.accounts.operations import (
    change_password,
    close_other_sessions,
    end_session,
    remove_avatar,
    request_address_change,
    set_avatar,
    set_preferences,
    update_profile,
)
from forum.accounts.passwords import check_password, hash_password
from forum.accounts.queries import get_profile, list_sessions
from forum.accounts.views.blueprint import blueprint, go, limit, page
from forum.accounts.views.proof import verify_again
from forum.core import limits
from forum.core.errors import Invalid
from forum.web.forms import shows_again
from forum.web.i18n import gettext as _
from forum.web.i18n import speaking


@blueprint.get("/settings")
@signed_in
def settings() -> ResponseReturnValue:
    """Lead to the first page of the settings."""
    return go("/settings/profile")


@blueprint.route("/settings/profile", methods=["GET", "POST"])
@signed_in
@shows_again
def settings_profile() -> ResponseReturnValue:
    """Change what others see of oneself."""
    user = require_current()
    form = ProfileForm(data=_said(user))
    if form.submitted():
        try:
            update_profile(user.id, **_typed(form, "name", "title", "organisation", "bio"))
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Gespeichert."), "done")
            return go("/settings/profile")
    return _profile_page(user, form=form)


@blueprint.post("/settings/picture")
@signed_in
def settings_picture() -> ResponseReturnValue:
    """Take a new picture."""
    user = require_current()
    form = PictureForm()
    if form.submitted():
        limit("upload", f"user:{user.id}")
        try:
            with unlocked():
                picture = make_picture(form.picture.data.stream.read(limits.UPLOAD_BYTES + 1))
            set_avatar(user.id, picture)
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Dein neues Bild ist da."), "done")
            return go("/settings/profile")
    return _profile_page(user, picture=form)


@blueprint.post("/settings/picture/remove")
@signed_in
def settings_picture_remove() -> ResponseReturnValue:
    """Go back to initials."""
    remove_avatar(require_current().id)
    flash(_("Dein Bild ist gelöscht."), "done")
    return go("/settings/profile")


@blueprint.route("/settings/display", methods=["GET", "POST"])
@signed_in
@shows_again
def settings_display() -> ResponseReturnValue:
    """Choose language, time zone, appearance and shortcuts."""
    user = require_current()
    form = DisplayForm(
        data={
            "language": user.language,
            "timezone": user.timezone,
            "appearance": user.appearance,
            "shortcuts": user.shortcuts,
        }
    )
    if form.submitted():
        set_preferences(user.id, **_typed(form, "language", "timezone", "appearance", "shortcuts"))
        with speaking(form.language.data, zone=form.timezone.data):
            flash(_("Gespeichert."), "done")
        return go("/settings/display")
    return page("settings/display", form=form, user=user)


@blueprint.get("/settings/access")
@signed_in
def settings_access() -> ResponseReturnValue:
    """Show what one signs in with."""
    return _access_page(require_current())


@blueprint.post("/settings/password")
@signed_in
def settings_password() -> ResponseReturnValue:
    """Change the password; this browser gets a new session, all others end."""
    user = require_current()
    form = PasswordForm()
    if form.submitted():
        try:
            check_password(form.password.data, about=(user.name, user.handle))
            stored = verify_again(user, form.current.data, field="current")
            with unlocked():
                hashed = hash_password(form.password.data)
            change_password(user.id, old_hash=stored, new_hash=hashed, keep=None)
        except Invalid as error:
            form.refuse(error)
        else:
            response = sign_in(go("/settings/access"), user.id, proven_by=hashed)
            flash(_("Dein neues Passwort gilt. Überall sonst bist du jetzt abgemeldet."), "done")
            return response
    return _access_page(user, password=form)


@blueprint.post("/settings/address")
@signed_in
def settings_address() -> ResponseReturnValue:
    """Ask for another address; it counts once the link sent there is followed."""
    user = require_current()
    form = AddressForm()
    if form.submitted():
        try:
            email = clean_address(form.email.data)
            limit("mail.change", f"user:{user.id}")
            verify_again(user, form.proof.data, field="proof")
            request_address_change(user.id, email)
        except Invalid as error:
            form.refuse(error)
        else:
            text = _("Öffne den Link, den wir an %(address)s geschickt haben.", address=email)
            flash(text, "note")
            return go("/settings/access")
    return _access_page(user, address=form)


@blueprint.get("/settings/sessions")
@signed_in
def settings_sessions() -> ResponseReturnValue:
    """List where one is signed in."""
    user = require_current()
    sessions = [(row, name_device(row.user_agent)) for row in list_sessions(user.id)]
    return page("settings/sessions", user=user, sessions=sessions)


@blueprint.post("/settings/sessions/<int:session_id>/end")
@signed_in
def settings_end_session(session_id: int) -> ResponseReturnValue:
    """Sign out one browser."""
    end_session(require_current().id, session_id)
    flash(_("Dort bist du abgemeldet."), "done")
    return go("/settings/sessions")


@blueprint.post("/settings/sessions/end-others")
@signed_in
def settings_end_others() -> ResponseReturnValue:
    """Sign out everywhere but here."""
    user = require_current()
    close_other_sessions(user.id, keep=user.session_id)
    flash(_("Überall sonst bist du jetzt abgemeldet."), "done")
    return go("/settings/sessions")


def _profile_page(user: CurrentUser, **forms: Any) -> Response:
    found = get_profile(user.handle)
    form = forms.get("form") or ProfileForm(formdata=None, data=_said(user))
    picture = forms.get("picture") or PictureForm(formdata=None)
    return page("settings/profile", form=form, picture=picture, profile=found, user=user)


def _said(user: CurrentUser) -> dict[str, str]:
    found = get_profile(user.handle)
    return {
        "name": user.name,
        "title": found.title,
        "organisation": found.organisation,
        "bio": found.bio,
    }


def _access_page(user: CurrentUser, **forms: Any) -> Response:
    password = forms.get("password") or PasswordForm(formdata=None)
    address = forms.get("address") or AddressForm(formdata=None)
    status = 422 if forms else 200
    return page("settings/access", password=password, address=address, user=user, status=status)


def _typed(form: Any, *fields: str) -> dict[str, Any]:
    """Return these fields' values, an empty line as ""; nothing else that was sent gets through."""
    return {field: form[field].data if form[field].data is not None else "" for field in fields}
