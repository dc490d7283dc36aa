"""What one may look up about a post: its menu, who reacted."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from forum.areas.queries import list_path
from forum.core.errors import NotFound
from forum.discussions import rules
from forum.discussions.queries import get_post, list_reactions, post_url
from forum.discussions.views.blueprint import blueprint
from forum.discussions.views.frame import load
from forum.discussions.views.shown import SYMBOLS, reaction_labels
from forum.web.render import render


@blueprint.get("/t/<int:topic_id>/p/<int:seq>/menu")
def menu(topic_id: int, seq: int) -> ResponseReturnValue:
    """The rest of what can be done with a post; asked for when it is opened."""
    page = load(topic_id)
    post = get_post(topic_id, seq)
    scope, topic = page.scope, page.topic
    gone = post.deleted_at is not None or post.hidden_at is not None
    labels = reaction_labels()
    reactions = [
        (kind, f"{SYMBOLS[kind]} {labels[kind]}")
        for kind in rules.REACTIONS
        if kind != "like" and rules.can_react(scope, post)
    ]
    return render(
        "discussions/menu.html",
        scope=scope,
        page=page,
        topic=topic,
        post=post,
        url=post_url(topic_id, seq),
        crumbs=[(crumb.name, f"/a/{crumb.slug}/") for crumb in list_path(scope)],
        reactions=reactions,
        gone=gone,
        can_edit=rules.can_edit(scope, topic, post),
        can_delete=rules.can_delete(scope, topic, post),
        can_restore=rules.can_restore(scope, topic, post),
        can_hide=rules.can_hide(scope),
        can_flag=scope.user_id is not None and post.author_id != scope.user_id and not gone,
    )


@blueprint.get("/t/<int:topic_id>/p/<int:seq>/reactions")
def reactions(topic_id: int, seq: int) -> ResponseReturnValue:
    """Who reacted to a post, by kind."""
    page = load(topic_id)
    post = get_post(topic_id, seq)
    if (post.deleted_at or post.hidden_at) and not rules.can_hide(page.scope):
        raise NotFound
    labels = reaction_labels()
    found = list_reactions(post.id)
    groups = [
        (SYMBOLS[kind], labels[kind], [row.person for given, row in found if given == kind])
        for kind in rules.REACTIONS
    ]
    return render(
        "discussions/reactions.html",
        scope=page.scope,
        page=page,
        topic=page.topic,
        post=post,
        crumbs=[(crumb.name, f"/a/{crumb.slug}/") for crumb in list_path(page.scope)],
        groups=[group for group in groups if group[2]],
    )
