"""Sends statements that the database refuses, wherever it is asked."""

import sqlalchemy as sa

from forum.api.data import db
from forum.plugin import AreaPage, EventRef, Manifest, PostDraft, TopicPage, hookimpl

manifest = Manifest(
    name="brokenstatement",
    title="brokenstatement",
    summary="Kaputt",
    core=">=1.0,<2",
    licence="MIT",
    events=("discussions.post_created",),
)


def send() -> None:
    """Ask for a column that is nowhere."""
    db.session.execute(sa.text("SELECT kaputt FROM nirgends"))


@hookimpl
def render_post_panels(page: TopicPage) -> dict[int, list[object]]:
    send()
    return {}


@hookimpl
def render_area_panels(page: AreaPage) -> list[object]:
    send()
    return []


@hookimpl
def filter_post_html(html: str, draft: PostDraft) -> str:
    send()
    return html


@hookimpl
def on_event(event: EventRef) -> None:
    send()
