"""The pages of moderation: hide and show a post, what is hidden in an area, what was done."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from forum.accounts.identity import require_current, signed_in
from forum.accounts.queries import find_people
from forum.areas.queries import AddressChanged, get_scope, get_standing, list_path
from forum.areas.scope import Scope
from forum.core.errors import Invalid
from forum.discussions.queries import PostText, TopicPage, get_post, get_topic_page
from forum.markup import excerpt, plain
from forum.moderation.forms import HideForm, ShowForm
from forum.moderation.operations import hide_post, hide_topic, show_again
from forum.moderation.queries import HIDDEN_SHAPE, LOG_SHAPE, list_actions, list_hidden
from forum.moderation.rules import can_hide, require_hide, require_see_moderation
from forum.web.forms import shows_again
from forum.web.i18n import gettext as _
from forum.web.pagination import Cut
from forum.web.render import render

blueprint = Blueprint("moderation", __name__)


@blueprint.route("/t/<int:topic_id>/p/<int:seq>/hide", methods=["GET", "POST"])
@signed_in
@shows_again
def hide(topic_id: int, seq: int) -> ResponseReturnValue:
    """Hide a post for a reason; one that is hidden already can be shown again here."""
    page = get_topic_page(get_standing(require_current().viewer), topic_id)
    require_hide(page.scope)
    post = get_post(topic_id, seq)
    form = HideForm()
    if request.method == "POST" and form.submitted():
        act = hide_topic if form.whole.data and post.is_root else hide_post
        try:
            act(page.scope, topic_id, seq=seq, reason=form.reason.data)
        except Invalid as error:
            form.refuse(error)
        else:
            flash(_("Ausgeblendet. Wer es geschrieben hat, wird benachrichtigt."), "done")
            return redirect(_after(page, whole=act is hide_topic, url=post.url), 303)
    return _hide_page(page, post, form)


@blueprint.post("/t/<int:topic_id>/p/<int:seq>/show")
@signed_in
def show(topic_id: int, seq: int) -> ResponseReturnValue:
    """Undo hiding."""
    page = get_topic_page(get_standing(require_current().viewer), topic_id)
    show_again(page.scope, topic_id, seq=seq)
    flash(_("Wieder sichtbar. Wer es geschrieben hat, wird benachrichtigt."), "done")
    return redirect(get_post(topic_id, seq).url, 303)


@blueprint.get("/a/<slug>/moderation")
@signed_in
def hidden(slug: str) -> ResponseReturnValue:
    """List what is hidden in an area."""
    try:
        scope = _moderated(slug)
    except AddressChanged as moved:
        return redirect(url_for("moderation.hidden", slug=moved.slug), 301)
    page = list_hidden(scope, Cut.from_args(request.args, HIDDEN_SHAPE))
    return render(
        "moderation/hidden.html",
        scope=scope,
        crumbs=_crumbs(scope),
        page=page,
        people=find_people([post.author_id for post in page.items]),
        can_hide=can_hide(scope),
    )


@blueprint.get("/a/<slug>/moderation/log")
@signed_in
def log(slug: str) -> ResponseReturnValue:
    """List what moderators did in an area."""
    try:
        scope = _moderated(slug)
    except AddressChanged as moved:
        return redirect(url_for("moderation.log", slug=moved.slug), 301)
    page = list_actions(scope, Cut.from_args(request.args, LOG_SHAPE))
    people = find_people([a.actor_id for a in page.items if a.actor_id is not None])
    return render(
        "moderation/log.html", scope=scope, crumbs=_crumbs(scope), page=page, people=people
    )


def _moderated(slug: str) -> Scope:
    scope = get_scope(require_current().viewer, slug)
    require_see_moderation(scope)
    return scope


def _crumbs(scope: Scope) -> list[tuple[str, str]]:
    return [(crumb.name, f"/a/{crumb.slug}/") for crumb in list_path(scope)]


def _after(page: TopicPage, *, whole: bool, url: str) -> str:
    """Lead back to the post, or, when the whole topic went, to what is hidden in the area."""
    return url_for("moderation.hidden", slug=page.scope.area.slug) if whole else url


def _hide_page(page: TopicPage, post: PostText, form: HideForm) -> ResponseReturnValue:
    people = find_people([post.author_id])
    status = 422 if request.method == "POST" else 200
    return render(
        "moderation/hide.html",
        scope=page.scope,
        crumbs=_crumbs(page.scope),
        topic=page.topic,
        post=post,
        author=people[post.author_id],
        text=excerpt(plain(post.html)),
        form=form,
        again=ShowForm(),
    ), status
