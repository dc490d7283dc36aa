"""Preview = result: the same markup, filters and placeholders as a stored post."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from forum.areas.queries import get_scope
from forum.areas.routing import current_standing
from forum.areas.scope import Scope, area_ref
from forum.core import limits
from forum.core.errors import Invalid, NotFound
from forum.core.wall import current_viewer
from forum.discussions.operations.directives import DirectiveReader, to_drafts
from forum.discussions.operations.rendering import check_draft, render_filtered
from forum.discussions.queries import fill_texts, list_mentionable, split_by_access
from forum.discussions.views.blueprint import blueprint
from forum.discussions.views.embeds import preview_directives
from forum.discussions.views.frame import load, require_member
from forum.plugin.types import PostDraft
from forum.web.i18n import gettext as _
from forum.web.incoming import count_use, read_number
from forum.web.render import render


@dataclass(frozen=True, slots=True)
class Preview:
    """A text as it would stand there, and who of the mentioned would not see it."""

    html: Markup
    problem: str = ""
    unreached: tuple[str, ...] = ()


def render_preview(scope: Scope, source: str) -> Preview:
    """Render a text as it would be stored, without asking the plugins for vetoes."""
    try:
        check_draft(source)
    except Invalid as error:
        return Preview(Markup(""), error.message)
    draft = PostDraft(area=area_ref(scope), author_id=scope.user_id or 0, source=source)
    reader = DirectiveReader(scope, draft, on_error="skip")
    rendered, html = render_filtered(scope, draft, reader)
    _reached, unreached = split_by_access(rendered.mentions, area_id=scope.area.id)
    embeds = preview_directives(scope, to_drafts(rendered.embeds))
    text = fill_texts([html], embeds=[embeds])[0]
    return Preview(text, " ".join(dict.fromkeys(reader.problems)), unreached)


@blueprint.post("/preview")
def preview() -> ResponseReturnValue:
    """The preview as a fragment; `topic` says where it would stand."""
    count_use("preview", f"user:{require_member()}")
    page = load(_topic_id(request.form.get("topic", "")))
    text = request.form.get("text", "")[: limits.BODY_BYTES + 1].replace("\r\n", "\n")
    shown = render_preview(page.scope, text)
    return render("discussions/preview.html", scope=page.scope, preview=shown)


@blueprint.get("/mentions")
def mentions() -> ResponseReturnValue:
    """People whose name begins so, only those who may read the topic, or its area if it is new."""
    count_use("suggest", f"user:{require_member()}")
    scope = _asked_scope(request.args)
    found = list_mentionable(request.args.get("q", "")[: limits.NAME], area_id=scope.area.id)
    return {
        "people": [
            {"handle": who.handle, "name": who.person.name, "line": str(who.person.line)}
            for who in found
        ]
    }


def _asked_scope(asked: Mapping[str, str]) -> Scope:
    """Errors: NotFound for what the viewer does not read."""
    if "area" not in asked:
        return load(_topic_id(asked.get("topic", ""))).scope
    scope = get_scope(current_viewer(), asked["area"], standing=current_standing())
    if not scope.reads:
        raise NotFound
    return scope


def _topic_id(value: str) -> int:
    topic_id = read_number(value)
    if topic_id is None:
        raise NotFound(_("Zu welchem Thema?"))
    return topic_id
