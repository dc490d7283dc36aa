"""Rules on tables: migrations lead to the models and back on both databases, and go for good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from flask import Flask

from forum.core.database import db
from forum.core.migrations import downgrade, list_leftovers, list_lineages, upgrade
from forum.core.revisions import list_differences
from forum.testing.databases import KINDS, dispose
from forum.testing.kit.rule import Breach
from forum.testing.kit.subject import Subject

Schema = Mapping[str, tuple[Any, ...]]


def check_the_migrations(subject: Subject) -> Iterator[Breach]:
    """Go up, down and up on both databases; the models decide what is right.

    Errors: services.Missing without PostgreSQL.
    """
    schemas: dict[str, Schema] = {}
    for kind in KINDS:
        directory = subject.directory / f"migrations-{kind}"
        directory.mkdir()
        url, name = "", f"{subject.directory.name}-{subject.name}"
        cluster = subject.open_cluster() if kind == "postgresql" else None
        if cluster is not None:
            url = cluster.create(name)
        app = subject.make_app(directory, database_url=url)
        try:
            yield from _go_up_and_down(subject, app, kind, schemas)
        finally:
            dispose(app)
            if cluster is not None:
                cluster.drop(name)
    first, second = (schemas.get(kind, {}) for kind in KINDS)
    for table in sorted({*first, *second}):
        if first.get(table) != second.get(table):
            yield Breach(f"table {table}", f"{KINDS[0]} and {KINDS[1]} differ in it")


def _go_up_and_down(
    subject: Subject, app: Flask, kind: str, schemas: dict[str, Schema]
) -> Iterator[Breach]:
    upgrade(app)
    with app.app_context():
        lineages = [lineage.name for lineage in list_lineages()]
    mapped = sorted(t for t in db.metadata.tables if t.startswith(f"{subject.name}_"))
    if subject.name not in lineages:
        for table in mapped:
            yield Breach(f"table {table}", "no migration makes it")
        return
    for difference in list_differences(app, subject.name):
        yield Breach(kind, f"migrations do not lead to the models: {tell(difference)}")
    made = schemas[kind] = _describe(subject, app)
    dispose(app)
    downgrade(app, subject.name)
    with app.app_context():
        for table in list_leftovers(subject.name):
            yield Breach(kind, f"table {table} is left when the migrations have gone down")
    dispose(app)
    upgrade(app)
    if _describe(subject, app) != made:
        yield Breach(kind, "up after down makes another schema")


def tell(difference: Any) -> str:
    """Return one difference on one line."""
    return " ".join(str(difference).split())[:200]


def check_the_uninstall(subject: Subject) -> Iterator[Breach]:
    """Take the tables away under a filled forum: the core's rows and pages stay as they are."""
    world = subject.world
    tables = [t for t in _list_core_tables(subject) if not t.startswith("alembic_version")]
    before = subject.read_rows(tables)
    dispose(subject.app)
    with subject.app.app_context():
        has_lineage = subject.name in [lineage.name for lineage in list_lineages()]
    if has_lineage:
        downgrade(subject.app, subject.name)
    with subject.app.app_context():
        for table in list_leftovers(subject.name):
            yield Breach(f"table {table}", "is still there")
    after = subject.read_rows(tables)
    for table in tables:
        if before[table] != after[table]:
            yield Breach(f"table {table}", "rows of the core went or changed")
    alone = subject.make_app(subject.directory, database_url=subject.ground.url, without=True)
    try:
        client = alone.test_client()
        for topic in world.topics[world.open_place.area.slug]:
            answer = client.get(f"/t/{topic}", follow_redirects=True)
            if answer.status_code != 200:
                yield Breach("topic page", f"answers {answer.status_code} without the plugin")
    finally:
        dispose(alone)


def _list_core_tables(subject: Subject) -> list[str]:
    with subject.app.app_context(), db.engines["read"].connect() as connection:
        names = sa.inspect(connection).get_table_names()
    return sorted(name for name in names if not name.startswith(f"{subject.name}_"))


def _describe(subject: Subject, app: Flask) -> Schema:
    """Return columns, keys and indexes of the plugin's tables in words both databases share."""
    found: dict[str, tuple[Any, ...]] = {}
    with app.app_context(), db.engines["read"].connect() as connection:
        inspector = sa.inspect(connection)
        for table in subject.list_tables(app):
            found[table] = (
                sorted((c["name"], bool(c["nullable"])) for c in inspector.get_columns(table)),
                sorted(inspector.get_pk_constraint(table)["constrained_columns"]),
                sorted(_tell_key(key) for key in inspector.get_foreign_keys(table)),
                sorted({tuple(u["column_names"]) for u in inspector.get_unique_constraints(table)}),
                sorted(
                    (str(i["name"]), tuple(map(str, i["column_names"])), bool(i["unique"]))
                    for i in inspector.get_indexes(table)
                    if not i.get("duplicates_constraint")
                ),
            )
    return found


def _tell_key(key: Any) -> tuple[Any, ...]:
    ends = key.get("options", {}).get("ondelete", "")
    return tuple(key["constrained_columns"]), key["referred_table"], ends


def list_user_columns(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield table and column of every reference of the plugin to a member."""
    with subject.app.app_context(), db.engines["read"].connect() as connection:
        inspector = sa.inspect(connection)
        for table in subject.list_tables():
            for key in inspector.get_foreign_keys(table):
                if key["referred_table"] == "user":
                    yield table, key["constrained_columns"][0]


def check_the_sample(subject: Subject) -> Iterator[Breach]:
    """Look whether the plugin has filled its tables: the other rules find nothing in empty ones."""
    for table, rows in subject.read_rows().items():
        if not rows:
            yield Breach(f"table {table}", "populate(world) left it empty")
