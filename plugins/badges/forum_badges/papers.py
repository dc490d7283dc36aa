"""Pages behind badges: own credentials and links, and what anybody checks them by."""

from __future__ import annotations

import json
from typing import Any

from flask import flash, make_response, redirect, request
from flask.typing import ResponseReturnValue

from forum.api.data import Conflict, Denied, Invalid, NotFound, Viewer, db
from forum.api.web import gettext as _
from forum.api.web import render, site_url
from forum.plugin import Route, SiteRoutes
from forum_badges import operations, queries, sharing_queries
from forum_badges.forms import ShareForm, read_order
from forum_badges.values import Visibility
from forum_badges.verifying import verify
from forum_badges.words import tell_effort

GONE = 410
_DAY = 24 * 60 * 60


def show_own(viewer: Viewer) -> ResponseReturnValue:
    """Show a member their own badges and the links to them."""
    return _show_own(_require_member(viewer), ShareForm())


def set_visibility(viewer: Viewer, award_id: int) -> ResponseReturnValue:
    """Show an own badge on the profile, or no longer."""
    shown = request.form.get("shown") == "on"
    visibility: Visibility = "members" if shown else "private"
    operations.show_award(_require_member(viewer), award_id, visibility=visibility)
    return redirect(f"/badges/#abzeichen-{award_id}", 303)


def claim(viewer: Viewer, award_id: int) -> ResponseReturnValue:
    """Give a member the signed document of an own badge; the first time it is made."""
    award = queries.get_own(_require_member(viewer), award_id)
    try:
        document = operations.issue(award)
    except Conflict as error:
        flash(error.message, "warn")
        return redirect("/badges/", 303)
    answer = make_response(document)
    answer.mimetype = "application/vc+ld+json"
    answer.headers["Content-Disposition"] = f'attachment; filename="abzeichen-{award_id}.json"'
    return answer


def share(viewer: Viewer) -> ResponseReturnValue:
    """Make a link to some of one's own badges."""
    user_id = _require_member(viewer)
    form, chosen = ShareForm(), read_order(request.form)
    if form.submitted():
        try:
            with db.session.begin_nested():
                token = operations.create_share(
                    user_id,
                    chosen,
                    title=form.title.data,
                    named=bool(form.named.data),
                    days=form.days.data,
                )
            return _show_own(user_id, ShareForm(formdata=None), link=site_url(_path(token)))
        except (Invalid, Conflict) as error:
            form.form_errors.append(error.message)
    return _show_own(user_id, form, chosen=chosen), 422


def end_share(viewer: Viewer, share_id: int) -> ResponseReturnValue:
    """End an own link."""
    operations.revoke_share(_require_member(viewer), share_id)
    flash(_("Der Link ist beendet. Deine Abzeichen bleiben gültig."), "done")
    return redirect("/badges/", 303)


def show_shared(_viewer: Viewer, token: str) -> ResponseReturnValue:
    """Show what a link leads to, each badge with its checks; no login, no mail address."""
    found = sharing_queries.find_share(token)
    if found is None:
        answer = make_response(render("badges/gone.html"), GONE)
    else:
        lines = [(one, verify(one.document)) for one in found.lines]
        page = render(
            "badges/shared.html",
            share=found,
            lines=lines,
            here=request.path,
            tell_effort=tell_effort,
        )
        answer = make_response(page)
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def show_document(_viewer: Viewer, token: str, number: int) -> ResponseReturnValue:
    """Give the signed document of one badge behind a link."""
    found = sharing_queries.find_share(token)
    if found is None:
        return make_response(render("badges/gone.html"), GONE)
    if not 0 < number <= len(found.lines):
        raise NotFound
    return _document(found.lines[number - 1].document, seconds=0)


def show_achievement(_viewer: Viewer, uuid: str) -> ResponseReturnValue:
    """Lead from the id of an achievement to its page; who may not read the area finds nothing."""
    found = queries.find_place(uuid)
    if found is None:
        raise NotFound
    return redirect(found, 303)


def show_issuer(_viewer: Viewer, issuer_id: int) -> ResponseReturnValue:
    """Publish the keys of an issuer: its DID document."""
    document = json.dumps(sharing_queries.describe_issuer(issuer_id)).encode()
    return _document(document, seconds=_DAY, mimetype="application/did+json")


def show_status(_viewer: Viewer, list_id: int) -> ResponseReturnValue:
    """Publish a status list as it was signed."""
    return _document(sharing_queries.get_list(list_id), seconds=60)


def _document(
    body: bytes, *, seconds: int, mimetype: str = "application/vc+ld+json"
) -> ResponseReturnValue:
    answer = make_response(body)
    answer.mimetype = mimetype
    answer.headers["Cache-Control"] = f"public, max-age={seconds}" if seconds else "no-store"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _show_own(
    user_id: int, form: ShareForm, *, chosen: list[int] | None = None, link: str = ""
) -> str:
    awards = queries.list_own(user_id)
    live = [one for one in awards if one.revoked_at is None]
    if chosen is None:
        chosen = [one.id for one in live]
    places = {award_id: place for place, award_id in enumerate(chosen)}
    return render(
        "badges/mine.html",
        awards=awards,
        live=sorted(live, key=lambda one: places.get(one.id, len(places))),
        chosen=places,
        hours=sum(one.minutes for one in live) // 60,
        form=form,
        shares=sharing_queries.list_shares(user_id),
        link=link,
    )


def _path(token: str) -> str:
    return f"/badges/v/{token}"


def _require_member(viewer: Viewer) -> int:
    if viewer.user_id is None:
        raise Denied
    return viewer.user_id


def _post(rule: str, endpoint: str, view: Any) -> Route:
    return Route(rule=rule, endpoint=endpoint, view=view, methods=("POST",))


ROUTES = SiteRoutes(
    (
        Route(rule="/", endpoint="mine", view=show_own),
        _post("/awards/<int:award_id>/show", "show_award", set_visibility),
        _post("/awards/<int:award_id>/claim", "claim", claim),
        _post("/share", "share", share),
        _post("/shares/<int:share_id>/end", "end_share", end_share),
        Route(rule="/v/<token>", endpoint="shared", view=show_shared),
        Route(rule="/v/<token>/<int:number>", endpoint="document", view=show_document),
        Route(rule="/achievements/<uuid>", endpoint="achievement", view=show_achievement),
        Route(rule="/issuers/<int:issuer_id>/did.json", endpoint="issuer", view=show_issuer),
        Route(rule="/status/<int:list_id>", endpoint="status", view=show_status),
    )
)
