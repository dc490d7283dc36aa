"""Moving a topic into another area in which one moderates too."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from forum.areas.queries import get_scope, list_path, list_tree
from forum.areas.routing import current_standing
from forum.areas.scope import RANK
from forum.core.errors import ForumError
from forum.discussions import operations, rules
from forum.discussions.forms import MoveForm
from forum.discussions.queries import TopicPage
from forum.discussions.views.blueprint import blueprint
from forum.discussions.views.frame import go, load, refuse
from forum.web.forms import shows_again
from forum.web.i18n import gettext as _
from forum.web.render import render


@blueprint.route("/t/<int:topic_id>/move", methods=["GET", "POST"])
@shows_again
def move(topic_id: int) -> ResponseReturnValue:
    """Choose where a topic goes, and move it."""
    page = load(topic_id)
    rules.require(rules.can_move(page.scope))
    form = MoveForm(targets=_list_targets(page))
    if request.method == "GET":
        return _show(page, form)
    if not form.submitted():
        return _show(page, form, status=422)
    try:
        target = get_scope(page.scope.viewer, form.target.data, standing=page.scope.standing)
        operations.move_topic(page.scope, topic_id, target=target)
    except ForumError as error:
        return _show(page, form, status=refuse(form, error))
    return go(page.topic.url, _("Das Thema steht jetzt in %(area)s.", area=target.area.name))


def _list_targets(page: TopicPage) -> list[tuple[str, str]]:
    """Areas in which the viewer moderates or whose parents they moderate; seals tell later."""
    moderated = tuple(
        area.path for area in current_standing().areas if RANK[area.role] >= RANK["moderator"]
    )
    return [
        (area.slug, "\u2003" * area.depth + area.name)
        for area in list_tree(page.scope.viewer)
        if area.reads and area.id != page.scope.area.id and area.path.startswith(moderated)
    ]


def _show(page: TopicPage, form: MoveForm, *, status: int = 200) -> ResponseReturnValue:
    return (
        render(
            "discussions/move.html",
            scope=page.scope,
            page=page,
            topic=page.topic,
            crumbs=[(crumb.name, f"/a/{crumb.slug}/") for crumb in list_path(page.scope)],
            form=form,
        ),
        status,
    )
