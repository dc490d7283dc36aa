"""Writes where it may only read, and swallows what the database says to it."""

import contextlib

import sqlalchemy as sa

from forum.api.data import db
from forum.plugin import Manifest, PostDraft, TopicPage, hookimpl

manifest = Manifest(name="writes", title="writes", summary="Kaputt", core=">=1.0,<2", licence="MIT")


def spoil() -> None:
    """Overwrite every title of the forum."""
    db.session.execute(sa.text("UPDATE topic SET title = 'Kaputt'"))


@hookimpl
def render_post_panels(page: TopicPage) -> dict[int, list[object]]:
    with contextlib.suppress(Exception):
        spoil()
    return {}


@hookimpl
def filter_post_html(html: str, draft: PostDraft) -> str:
    spoil()
    return html
