"""Sends a statement that never ends, where a page is made."""

import sqlalchemy as sa

from forum.api.data import db
from forum.plugin import Manifest, TopicPage, hookimpl

manifest = Manifest(
    name="endless", title="endless", summary="Kaputt", core=">=1.0,<2", licence="MIT"
)


@hookimpl
def render_post_panels(page: TopicPage) -> dict[int, list[object]]:
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    db.session.execute(sa.text(f"{numbers} SELECT count(*) FROM n"))
    return {}
