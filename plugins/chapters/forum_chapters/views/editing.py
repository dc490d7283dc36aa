"""Where admins of a branch change its front page, its look and its names."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, make_response, redirect, request
from flask.typing import ResponseReturnValue

from forum.api.data import (
    Invalid,
    Scope,
    db,
    get_own_look,
    list_hosts,
    list_tree,
    require_edit,
)
from forum.api.web import gettext as _
from forum.api.web import measure_accent, render
from forum_chapters import operations, rules
from forum_chapters.forms import HostForm, LogoForm, LookForm, PageForm, fill_page
from forum_chapters.operations.looks import tell_ratio
from forum_chapters.queries import find_logo_digest, get_front, get_settings
from forum_chapters.views.looking import base_of, crumbs_of


def edit(scope: Scope) -> ResponseReturnValue:
    """Write the front page and the legal texts, look at them, then save."""
    rules.require_write_page(scope)
    front = get_front(scope)
    rows = list_tree(scope.viewer)
    below = [row for row in rows if row.parent_id == scope.area.id and row.reads]
    known = {row.slug: row.id for row in below}
    form = PageForm(data=fill_page(front, {row.id: row.slug for row in below}))
    names = [(row.slug, row.name) for row in below]
    form.announcements.choices = [("", _("keinem")), *names]
    if form.submitted():
        try:
            operations.write_front(scope, form.to_draft(known), seen=request.form.get("seen"))
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Die Startseite ist gespeichert."), "done")
            return redirect(base_of(scope), 303)
    return _page(scope, "edit", form=form, stamp=front.stamp)


def look(scope: Scope) -> ResponseReturnValue:
    """Choose theme and accent: first a look at it, then live."""
    settings = get_settings(scope)
    require_edit(scope)
    theme, accent = get_own_look(scope)
    form = LookForm(data={"theme": theme, "accent": accent})
    if form.submitted():
        chosen = {"theme": form.theme.data or "", "accent": (form.accent.data or "").lstrip("#")}
        try:
            if "preview" in request.form:
                rules.require_own_look(scope, settings)
                operations.check_look(scope, **chosen)
                return _preview(scope, form, **chosen)
            with db.session.begin_nested():
                operations.choose_look(scope, **chosen)
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Gespeichert. Das gilt ab sofort, hier und darunter."), "done")
            return redirect(f"{base_of(scope)}look", 303)
    return _show_look(scope, form, logo=LogoForm(formdata=None))


def _preview(scope: Scope, form: LookForm, *, theme: str, accent: str) -> ResponseReturnValue:
    """Show the front page as it would look, with the form to let it go live."""
    shown = replace(
        scope.area, theme=theme or scope.area.theme, accent=accent.lower() or scope.area.accent
    )
    pairs = measure_accent(shown.theme, shown.accent) if shown.accent else []
    told = [(pair, tell_ratio(pair.ratio), tell_ratio(pair.least)) for pair in pairs]
    return _page(replace(scope, area=shown), "look", form=form, locked=False, pairs=told, ok=True)


def logo(scope: Scope) -> ResponseReturnValue:
    """Take a logo, or take it away."""
    require_edit(scope)
    form = LogoForm()
    if form.submitted():
        sent = form.logo.data
        try:
            if "remove" in request.form:
                operations.remove_logo(scope)
            else:
                with db.session.begin_nested():
                    operations.choose_logo(scope, sent.read() if sent else b"")
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Gespeichert. Das gilt ab sofort, hier und darunter."), "done")
            return redirect(f"{base_of(scope)}look", 303)
    return _show_look(scope, LookForm(formdata=None), logo=form)


def _show_look(scope: Scope, form: LookForm, *, logo: LogoForm) -> ResponseReturnValue:
    return _page(
        scope,
        "look",
        form=form,
        logo=logo,
        digest=find_logo_digest(scope),
        locked=not get_settings(scope).look,
        pairs=(),
    )


def host(scope: Scope) -> ResponseReturnValue:
    """Take a name below the operator's domain, or give one up."""
    require_edit(scope)
    settings = get_settings(scope)
    form = HostForm()
    if form.submitted():
        gone = request.form.get("remove", "")
        try:
            with db.session.begin_nested():
                if gone:
                    operations.give_up_host(scope, gone)
                else:
                    operations.take_host(scope, form.host.data or "")
        except Invalid as error:
            form.refuse(error)
        else:
            said = _("Der Name führt nicht mehr hierher.") if gone else _("Der Name führt hierher.")
            flash(said, "done")
            return redirect(f"{base_of(scope)}host", 303)
    names = [row.host for row in list_hosts(scope.area.id)]
    port = request.host.partition(":")[2]
    return _page(
        scope,
        "host",
        form=form,
        domain=settings.domain,
        names=[(name, f"{request.scheme}://{name}{':' + port if port else ''}/") for name in names],
    )


def _page(scope: Scope, name: str, *, ok: bool = False, **values: object) -> ResponseReturnValue:
    """Return one of the pages; with a form that was sent and refused it has status 422."""
    html = render(
        f"chapters/{name}.html",
        scope=scope,
        base=base_of(scope),
        crumbs=crumbs_of(scope),
        **values,
    )
    return make_response(html, 422 if request.method == "POST" and not ok else 200)
