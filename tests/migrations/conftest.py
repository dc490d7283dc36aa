"""A database without any table, and a plugin's lineage to put beside the core's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from forum.app import create_app
from forum.core.config import load_config
from forum.core.database import db
from forum.core.migrations import Lineage
from forum.testing.apps import SETTINGS, Workshop
from forum.testing.databases import Ground, SqliteGround

VOTES = '''"""Make the votes."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "sample_vote",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], ondelete="CASCADE"),
    )


def downgrade():
    op.drop_table("sample_vote")
'''


@pytest.fixture
def blank(
    any_database: Ground, workshop: Workshop, tmp_path: Path
) -> Iterator[Callable[[], Flask]]:
    """Make apps on one and the same empty database."""
    made: list[Flask] = []
    name = f"blank-{tmp_path.parent.name}-{tmp_path.name}"[:60]
    url = ""
    if not isinstance(any_database, SqliteGround):
        url = workshop.cluster().create(name)

    def make() -> Flask:
        app = create_app(load_config(tmp_path, {}, **{**SETTINGS, "database_url": url}))
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()
    if url:
        workshop.cluster().drop(name)


@pytest.fixture
def site(blank: Callable[[], Flask]) -> Flask:
    """An app of the core alone on an empty database."""
    app = blank()
    lineages = app.extensions["forum"]["lineages"]
    lineages.lineages[:] = [one for one in lineages.lineages if one.name == "core"]
    return app


@pytest.fixture
def sample(tmp_path: Path) -> Lineage:
    """The lineage of a plugin with one table that points at the core's users."""
    directory = tmp_path / "sample"
    directory.mkdir()
    (directory / "0001_make_the_votes.py").write_text(VOTES)
    return Lineage("sample", directory)
