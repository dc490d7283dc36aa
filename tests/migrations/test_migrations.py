"""Migrations: they lead to the models, go back, keep lineages apart and lose nothing."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from forum.accounts.operations import create_user, promote_user
from forum.core import migrations
from forum.core.database import Base, db, unit
from forum.core.dirlock import hold_directory
from forum.core.errors import ConfigError
from forum.core.migrations import CORE, Lineage, upgrade
from forum.core.revisions import list_differences, write_revision

REBUILD = '''"""Widen the names by building the table of users anew."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("user", recreate="{recreate}") as batch:
        batch.alter_column("name", type_=sa.String(99), existing_nullable=False)
    {further}


def downgrade():
    with op.batch_alter_table("user", recreate="{recreate}") as batch:
        batch.alter_column("name", type_=sa.String(80), existing_nullable=False)
'''


def list_tables(app: Flask) -> set[str]:
    with app.app_context(), db.engines[None].connect() as connection:
        return set(sa.inspect(connection).get_table_names())


def count(app: Flask, table: str) -> int:
    with app.app_context(), db.engines[None].connect() as connection:
        return int(connection.execute(sa.text(f'SELECT count(*) FROM "{table}"')).scalar_one())


def dispose(app: Flask) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def add_revision(site: Flask, directory: Path, further: str = "pass") -> None:
    """Give the core one more revision that rebuilds a table, as a later version would."""
    standing = migrations.list_standings(site)[0]
    shutil.copytree(CORE.directory, directory)
    sqlite = site.config["FORUM"].url.startswith("sqlite")
    (directory / "9999_rebuild.py").write_text(
        REBUILD.format(
            head=standing.head, recreate="always" if sqlite else "never", further=further
        )
    )
    site.extensions["forum"]["lineages"].lineages[0] = Lineage("core", directory)


def test_the_migrated_schema_is_that_of_the_models(site: Flask) -> None:
    assert upgrade(site) == ["core"]
    assert list_differences(site) == []
    mapped = [(m.class_.__module__, m.class_.__tablename__) for m in Base.registry.mappers]
    core = {table for module, table in mapped if module.startswith("forum.")}
    assert list_tables(site) - {"alembic_version"} == core


def test_checks_and_indexes_are_those_of_the_models(
    site: Flask, blank: Callable[[], Flask]
) -> None:
    upgrade(site)
    migrated = describe(site)
    with site.app_context(), db.engines[None].begin() as connection:
        tables = [db.metadata.tables[name] for name in migrated]
        db.metadata.drop_all(connection, tables=tables)
        db.metadata.create_all(connection, tables=tables)
    assert describe(site) == migrated


def describe(app: Flask) -> dict[str, object]:
    """Return names and conditions of what Alembic does not compare."""
    with app.app_context(), db.engines[None].connect() as connection:
        inspector = sa.inspect(connection)
        return {
            table: (
                sorted(
                    (c["name"] or "", c["sqltext"]) for c in inspector.get_check_constraints(table)
                ),
                sorted(
                    (i["name"] or "", str(i["column_names"]), bool(i["unique"]), where(i))
                    for i in inspector.get_indexes(table)
                ),
                gives_no_id_twice(connection, table),
            )
            for table in inspector.get_table_names()
            if table != "alembic_version"
        }


def gives_no_id_twice(connection: sa.Connection, table: str) -> bool:
    """Say whether ids of deleted rows stay theirs; a later rebuild of the table may forget it."""
    if connection.dialect.name != "sqlite":
        return True
    written = sa.text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name")
    return "AUTOINCREMENT" in connection.execute(written, {"name": table}).scalar_one()


def where(index: object) -> str:
    options = index.get("dialect_options", {})  # type: ignore[attr-defined]
    found = [options.get(f"{kind}_where") for kind in ("sqlite", "postgresql")]
    return " ".join(str(condition) for condition in found if condition is not None)


def test_up_down_and_up_again(site: Flask) -> None:
    upgrade(site)
    dispose(site)
    migrations.downgrade(site, "core")
    assert list_tables(site) == set()
    dispose(site)
    assert upgrade(site) == ["core"]
    assert list_differences(site) == []


def test_an_upgrade_of_what_is_current_does_nothing(site: Flask) -> None:
    upgrade(site)
    assert upgrade(site) == []
    migrations.require_current(site)


def test_missing_migrations_are_said_with_the_command(site: Flask) -> None:
    with pytest.raises(ConfigError, match="run: forum db upgrade"):
        migrations.require_current(site)


def test_a_database_newer_than_the_code_is_refused(site: Flask) -> None:
    upgrade(site)
    with site.app_context(), db.engines[None].begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '8888'"))
    dispose(site)
    for act in (upgrade, migrations.require_current):
        with pytest.raises(ConfigError) as error:
            act(site)
        assert error.value.message == (
            "the database is newer than this version of core (revision 8888); "
            "install the newer version or restore a backup"
        )


def test_each_lineage_has_its_own_version_table(
    site: Flask, sample: Lineage, blank: Callable[[], Flask]
) -> None:
    site.extensions["forum"]["lineages"].lineages.append(sample)
    assert upgrade(site) == ["core", "sample"]
    assert {"sample_vote", "alembic_version_sample"} <= list_tables(site)
    # The plugin's package is gone: the core still upgrades, the plugin's rows stay.
    site.extensions["forum"]["lineages"].lineages.remove(sample)
    assert upgrade(site) == []
    assert list_differences(site) == []
    assert "sample_vote" in list_tables(site)


def test_a_plugin_goes_without_a_trace(site: Flask, sample: Lineage) -> None:
    site.extensions["forum"]["lineages"].lineages.append(sample)
    upgrade(site)
    with site.app_context():
        left = {"sample_vote", "alembic_version_sample"}
        assert set(migrations.list_leftovers("sample")) == left
    dispose(site)
    migrations.downgrade(site, "sample")
    with site.app_context():
        assert migrations.list_leftovers("sample") == []


@pytest.mark.parametrize(
    "step", ['op.create_table("notes", sa.Column("id", sa.Integer()))', 'op.drop_table("mail")']
)
def test_a_plugin_makes_and_drops_its_own_tables_only(
    site: Flask, sample: Lineage, step: str
) -> None:
    upgrade(site)
    before = list_tables(site)
    dispose(site)
    path = sample.directory / "0001_make_the_votes.py"
    path.write_text(path.read_text().replace("def upgrade():", f"def upgrade():\n    {step}"))
    site.extensions["forum"]["lineages"].lineages.append(sample)
    with pytest.raises(ConfigError, match=r"plugin sample makes or drops (notes|mail);"):
        upgrade(site)
    assert list_tables(site) == before


def test_rebuilding_a_core_table_keeps_the_rows_of_plugins(
    site: Flask, sample: Lineage, tmp_path: Path
) -> None:
    site.extensions["forum"]["lineages"].lineages.append(sample)
    upgrade(site)
    with site.app_context(), unit() as session:
        person = {"id": create_user("Anna", "anna@example.org")}
        votes = "INSERT INTO sample_vote (id, user_id) VALUES (1, :id), (2, :id)"
        session.execute(sa.text(votes), person)
    dispose(site)
    add_revision(site, tmp_path / "later")
    assert upgrade(site) == ["core"]
    assert (count(site, "user"), count(site, "sample_vote")) == (1, 2)


def test_a_migration_that_fails_changes_nothing(
    site: Flask, sample: Lineage, tmp_path: Path
) -> None:
    upgrade(site)
    with site.app_context(), unit():
        create_user("Anna", "anna@example.org")
    dispose(site)
    add_revision(site, tmp_path / "later", "raise RuntimeError('broken')")
    with pytest.raises(RuntimeError, match="broken"):
        upgrade(site)
    assert migrations.list_standings(site)[0].present != "9999"
    assert count(site, "user") == 1


@pytest.mark.database("sqlite")
def test_broken_references_are_found_before_the_commit(site: Flask, tmp_path: Path) -> None:
    upgrade(site)
    with site.app_context(), unit():
        create_user("Anna", "anna@example.org")
        promote_user("anna@example.org", "operator")
    dispose(site)
    add_revision(site, tmp_path / "later", "op.execute('DELETE FROM \"user\"')")
    with pytest.raises(ConfigError, match="breaks references"):
        upgrade(site)
    assert count(site, "user") == 1


@pytest.mark.database("sqlite")
def test_a_directory_with_a_server_is_left_alone(site: Flask, tmp_path: Path) -> None:
    with hold_directory(tmp_path, ["worker"]) as lock:
        with pytest.raises(ConfigError, match="another server uses this directory"):
            upgrade(site)
        assert upgrade(site, lock=lock) == ["core"]
        assert upgrade(site) == []  # nothing to do needs no lock


@pytest.mark.database("postgresql")
def test_two_upgrades_at_once_take_turns(blank: Callable[[], Flask]) -> None:
    apps = [blank(), blank()]
    start = threading.Barrier(2)
    moved: list[list[str]] = []

    def work(app: Flask) -> None:
        start.wait()
        moved.append(upgrade(app))

    threads = [threading.Thread(target=work, args=(app,)) for app in apps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert moved.count([]) == 1


def test_a_revision_is_written_for_what_is_missing(site: Flask, tmp_path: Path) -> None:
    upgrade(site)
    directory = tmp_path / "copy"
    shutil.copytree(CORE.directory, directory)
    site.extensions["forum"]["lineages"].lineages[0] = Lineage("core", directory)
    with site.app_context(), db.engines[None].begin() as connection:
        connection.execute(sa.text("DROP TABLE mail"))
    dispose(site)
    path = write_revision(site, "Bring the mail back")
    text = path.read_text()
    assert path.name.endswith("_bring_the_mail_back.py")
    assert 'op.create_table("mail"' in text.replace("'", '"').replace("(\n        ", "(")
    assert upgrade(site) == ["core"]
    assert list_differences(site) == []


def test_a_revision_needs_the_database_at_the_head(site: Flask) -> None:
    with pytest.raises(ConfigError, match="forum db upgrade"):
        write_revision(site, "Too early")
    with pytest.raises(ConfigError, match="no lineage nobody"):
        write_revision(site, "Nobody's", lineage="nobody")
