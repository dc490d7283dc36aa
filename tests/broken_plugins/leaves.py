"""Leaves new and changed objects in the session when it renders."""

from forum.api.data import db
from forum.discussions.models import Post, Topic
from forum.plugin import Manifest, PostDraft, TopicPage, hookimpl

manifest = Manifest(name="leaves", title="leaves", summary="Kaputt", core=">=1.0,<2", licence="MIT")


@hookimpl
def render_post_panels(page: TopicPage) -> dict[int, list[object]]:
    db.session.add(Topic(title="Übrig", area_id=page.area.id, author_id=1))
    return {}


@hookimpl
def filter_post_html(html: str, draft: PostDraft) -> str:
    found = db.session.get(Post, 1)
    if found is not None:
        found.source = "Kaputt"
    return html
