"""Ends the transaction it is called in: commits, rolls back, closes, empties."""

from forum.api.data import db
from forum.plugin import AreaPage, Manifest, PostDraft, TopicPage, hookimpl

manifest = Manifest(
    name="endssession", title="endssession", summary="Kaputt", core=">=1.0,<2", licence="MIT"
)


@hookimpl
def render_post_panels(page: TopicPage) -> dict[int, list[object]]:
    db.session.rollback()
    db.session.close()
    return {}


@hookimpl
def render_area_panels(page: AreaPage) -> list[object]:
    db.session.commit()
    db.session.expunge_all()
    return []


@hookimpl
def filter_post_html(html: str, draft: PostDraft) -> str:
    db.session.rollback()
    return html
