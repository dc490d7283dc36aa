"""What an address or a cursor names is never something else later, whatever was deleted."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Flask

from forum.areas import operations as areas
from forum.core.database import unit, unscoped
from forum.core.events import EventRow
from forum.testing.builders import acting, make_area, make_post, make_topic, make_user


def test_old_links_never_lead_to_something_new(app: Flask) -> None:
    anke = make_user(app, "Anke")
    root = make_area(app, "Bund", slug="bund", members={anke: "admin"})

    def live() -> tuple[int, int, int]:
        area = make_area(app, "Kreis", slug="kreis", parent=root, members={anke: "admin"})
        topic = make_topic(app, area, author=anke)
        return area, topic.topic_id, make_post(app, topic.topic_id, author=anke).post_id

    before = live()
    with acting(app, anke, before[0]) as scope:
        areas.delete_area(scope, confirm="kreis", reason="Auflösung")
    client = app.test_client()
    assert client.get(f"/t/{before[1]}").status_code == 404
    after = live()
    assert all(new > old for new, old in zip(after, before, strict=True))
    assert client.get(f"/t/{before[1]}").status_code == 404


def test_the_log_counts_on_though_all_of_it_was_forgotten(app: Flask) -> None:
    def list_ids() -> list[int]:
        with app.app_context(), unscoped("tests read the log") as session:
            return list(session.scalars(sa.select(EventRow.id)))

    make_area(app, "Bund", slug="bund", members={make_user(app, "Anke"): "admin"})
    before = list_ids()
    with app.app_context(), unit() as session:
        session.execute(sa.delete(EventRow))
    make_area(app, "Kreis", slug="kreis", parent=None)
    assert min(list_ids()) > max(before)
