"""The schema of an earlier release with its rows becomes today's, and a site runs on it.

`landed/<core revision>.json` holds all rows of a small site as that release wrote them: areas, one
of them sealed, members, a poll with votes, read marks, the log. Sessions and jobs are left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from flask import Flask

from forum.core import migrations
from forum.core.consumers import run_consumers
from forum.core.database import db, unscoped
from forum.core.migrations import upgrade
from forum.core.revisions import list_differences
from forum.discussions.models import Topic
from forum.notifications.models import Notification
from forum.testing.builders import acting, login, make_post, make_topic

LANDED = Path(__file__).parent / "landed"
RELEASES = [("0008", {"polls": "0001", "crosspost": "0001"})]
ANKE, DENIZ = 1, 2
Rows = dict[str, list[dict[str, Any]]]


def restore(app: Flask, revision: str, plugins: dict[str, str]) -> Rows:
    """Build the schema as it was and fill it with what was in it."""
    rows: Rows = json.loads((LANDED / f"{revision}.json").read_text("utf-8"))
    with migrations.exclusive_connection(app) as connection:
        for lineage in migrations.list_lineages():
            target = {"core": revision, **plugins}.get(lineage.name)
            if target is None:  # a plugin of later releases
                continue
            with connection.begin():
                command.upgrade(migrations.alembic_settings(connection, lineage), target)
        schema = sa.MetaData()
        with connection.begin():
            schema.reflect(connection)
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
            for name, lines in rows.items():
                table = schema.tables[name]
                connection.execute(sa.insert(table), [_read(table, line) for line in lines])
                if connection.dialect.name == "postgresql" and "id" in table.c:
                    _go_on_after(connection, name)
    return rows


def _read(table: sa.Table, line: dict[str, Any]) -> dict[str, Any]:
    def read(name: str, value: Any) -> Any:
        kind = table.c[name].type
        if value is None or not isinstance(kind, sa.DateTime):
            return value
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if kind.timezone else moment

    return {name: read(name, value) for name, value in line.items()}


def _go_on_after(connection: sa.Connection, table: str) -> None:
    sequence = f"pg_get_serial_sequence('\"{table}\"', 'id')"
    highest = f'SELECT max(id) FROM "{table}"'
    connection.execute(
        sa.text(f"SELECT setval({sequence}, ({highest})) WHERE {sequence} IS NOT NULL")
    )


def release(app: Flask) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def list_told(app: Flask, post_id: int) -> list[int]:
    """Let the readers of the log run; return who was told of a post."""
    with app.app_context():
        while run_consumers():
            pass
        with unscoped("tests look into inboxes") as session:
            told = sa.select(Notification.user_id).where(Notification.post_id == post_id)
            return list(session.scalars(told))


@pytest.fixture(params=RELEASES, ids=[revision for revision, _ in RELEASES])
def landed(blank: Callable[[], Flask], request: pytest.FixtureRequest) -> tuple[Flask, Rows]:
    """A site of an earlier release, brought to today's schema."""
    app = blank()
    rows = restore(app, *request.param)
    release(app)
    assert set(upgrade(app)) >= {"core", "polls"}
    return app, rows


def test_every_row_is_there_in_todays_schema(landed: tuple[Flask, Rows]) -> None:
    app, rows = landed
    for lineage in ("core", "polls", "crosspost"):
        assert list_differences(app, lineage) == []
    with app.app_context(), unscoped("tests read what was migrated") as session:
        for name, lines in rows.items():
            keys = [column.name for column in db.metadata.tables[name].primary_key]
            columns = ", ".join(f'"{key}"' for key in keys)
            found = session.execute(sa.text(f'SELECT {columns} FROM "{name}"'))
            assert sorted(map(tuple, found)) == sorted(
                tuple(line[key] for key in keys) for line in lines
            ), name


def test_a_site_goes_on_where_it_was(landed: tuple[Flask, Rows]) -> None:
    """Pages show the poll with its votes, the seal holds, and what is new is heard of."""
    app, rows = landed
    [first, second] = rows["topic"]
    member = login(app.test_client(), DENIZ)
    page = member.get(f"/t/{first['id']}", follow_redirects=True).text
    assert all(word in page for word in ("Bücherbus", "Besser zur Schule.", "3 Stimmen"))
    assert member.get(f"/t/{second['id']}").status_code == 404
    assert app.test_client().get("/a/vorstand/").status_code == 404
    reply = make_post(app, first["id"], author=DENIZ, source="Dann **beides**.")
    assert reply.seq == first["last_seq"] + 1
    assert ANKE in list_told(app, reply.post_id)
    assert "<strong>beides</strong>" in member.get(f"/t/{first['id']}", follow_redirects=True).text


def test_what_is_new_gets_an_id_of_its_own(landed: tuple[Flask, Rows]) -> None:
    app, rows = landed
    highest = {name: max(line["id"] for line in rows[name]) for name in ("topic", "post")}
    topic = make_topic(app, rows["topic"][0]["area_id"], author=ANKE, title="Neu")
    assert topic.topic_id > highest["topic"]
    assert topic.post_id > highest["post"]
    with acting(app, ANKE, rows["topic"][0]["area_id"]), unscoped("tests") as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Topic)) == 3


def test_who_reads_the_log_hears_what_is_new_though_its_end_was_forgotten(
    blank: Callable[[], Flask],
) -> None:
    """SQLite would count on from the last line that is left, and readers would skip the new."""
    app = blank()
    rows = restore(app, *RELEASES[0])
    with migrations.exclusive_connection(app) as connection, connection.begin():
        connection.execute(sa.text("DELETE FROM event WHERE id > 5"))
    release(app)
    upgrade(app)
    reply = make_post(app, rows["topic"][0]["id"], author=DENIZ, source="Auch das.")
    assert ANKE in list_told(app, reply.post_id)
