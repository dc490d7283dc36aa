"""One-button actions on topics and posts: react, follow, mark as read, close, pin, delete."""

from __future__ import annotations

from flask import redirect, request
from flask.typing import ResponseReturnValue

from forum.core.errors import Invalid
from forum.discussions import operations
from forum.discussions.queries import post_url
from forum.discussions.views.blueprint import blueprint
from forum.discussions.views.frame import done, go, load, require_member
from forum.web.i18n import gettext as _
from forum.web.incoming import count_use, read_word


@blueprint.post("/t/<int:topic_id>/p/<int:seq>/react")
def react(topic_id: int, seq: int) -> ResponseReturnValue:
    """Add the viewer's reaction; pressed again, take it back."""
    page = load(topic_id)
    count_use("reaction", f"user:{require_member()}")
    kind = request.form.get("kind", "like")
    if not operations.react(page.scope, topic_id, seq=seq, kind=kind):
        operations.unreact(page.scope, topic_id, seq=seq, kind=kind)
    return redirect(post_url(topic_id, seq), 303)


@blueprint.post("/t/<int:topic_id>/follow")
def follow(topic_id: int) -> ResponseReturnValue:
    """Follow, mute, or neither."""
    page = load(topic_id)
    viewer = page.scope.viewer
    require_member()
    level = request.form.get("level", "")
    if level == "follow":
        operations.follow_topic(viewer, topic_id)
        text = _("Du folgst diesem Thema.")
    elif level == "mute":
        operations.mute_topic(viewer, topic_id)
        text = _("Von diesem Thema hörst du nichts mehr.")
    elif level == "none":
        operations.unfollow_topic(viewer, topic_id)
        text = _("Du folgst diesem Thema nicht mehr.")
    else:
        raise Invalid("level", _("Folgen, stummschalten oder keins von beiden?"))
    return done(text, fallback=page.topic.url)


@blueprint.post("/t/<int:topic_id>/read")
def mark_read(topic_id: int) -> ResponseReturnValue:
    """Nothing in the topic is new any more."""
    page = load(topic_id)
    require_member()
    operations.mark_topic_read(page.scope.viewer, topic_id)
    return done(_("Alles als gelesen markiert."), fallback=page.topic.url)


@blueprint.post("/t/<int:topic_id>/lock")
def lock(topic_id: int) -> ResponseReturnValue:
    """Close a topic, or open it again."""
    page = load(topic_id)
    if _is_on():
        operations.lock_for_replies(page.scope, topic_id)
        text = _("Das Thema ist geschlossen.")
    else:
        operations.unlock_for_replies(page.scope, topic_id)
        text = _("Das Thema ist wieder offen.")
    return done(text, fallback=page.topic.url)


@blueprint.post("/t/<int:topic_id>/pin")
def pin(topic_id: int) -> ResponseReturnValue:
    """Pin a topic, or let it go."""
    page = load(topic_id)
    if _is_on():
        operations.pin_topic(page.scope, topic_id)
        text = _("Das Thema steht jetzt oben.")
    else:
        operations.unpin_topic(page.scope, topic_id)
        text = _("Das Thema ist nicht mehr angeheftet.")
    return done(text, fallback=page.topic.url)


@blueprint.post("/t/<int:topic_id>/p/<int:seq>/delete")
def delete(topic_id: int, seq: int) -> ResponseReturnValue:
    """Delete a post; its place stays, and whoever did it can undo it."""
    page = load(topic_id)
    operations.delete_post(page.scope, topic_id, seq=seq)
    return go(
        post_url(topic_id, seq), _("Der Beitrag ist gelöscht. Du kannst ihn wiederherstellen.")
    )


@blueprint.post("/t/<int:topic_id>/p/<int:seq>/restore")
def restore(topic_id: int, seq: int) -> ResponseReturnValue:
    """Bring a deleted post back."""
    page = load(topic_id)
    operations.restore_post(page.scope, topic_id, seq=seq)
    return go(post_url(topic_id, seq), _("Der Beitrag ist wieder da."))


def _is_on() -> bool:
    return read_word("state", "on", "off") == "on"
