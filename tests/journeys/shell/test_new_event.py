"""DEV5: a plugin brings a type of event; another that has never heard of it makes rules of it.

Badges and reports are built on the same two things that `tally` uses here: the declared vocabulary
and every event with its payload.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.broken_plugins.variants import EXPORTED, IMPORTS, TAIL, Edits, Seed, plant
from tests.forum.cli.conftest import clean_environment

ROOT = Path(__file__).parents[3]
DECLARE = """

@hookimpl
def register_events() -> Sequence[EventSpec]:
    member = EventField(name="user_id", kind="user", label="Wem gedankt wurde")
    post = EventField(name="post_id", kind="post", label="Beitrag")
    return [EventSpec(name="kudos.thanks_given", title="Danke gesagt", fields=(member, post))]
"""
EMIT = '''

def tell_thanks(scope: Scope, post_id: int) -> None:
    """Write into the log that somebody was thanked."""
    author = db.session.scalar(
        sa.select(SHOWN_POSTS.c.author_id).where(SHOWN_POSTS.c.post_id == post_id)
    )
    payload = {"user_id": author, "post_id": post_id}
    append_events(
        EventDraft(
            name="kudos.thanks_given",
            payload=payload,
            area_id=scope.area.id,
            actor_id=scope.user_id,
        )
    )
'''
EMITTER: Edits = {
    "plugin.py": (
        (TAIL, TAIL + DECLARE),
        (IMPORTS, f"    EventField,\n    EventSpec,\n{IMPORTS}"),
    ),
    "operations.py": (
        ("import Scope,", "import SHOWN_POSTS, Scope, append_events,"),
        ("import ExportPart", "import EventDraft, ExportPart"),
        (
            "    touch_topic(",
            "    if given:\n        tell_thanks(scope, post_id)\n    touch_topic(",
        ),
        (EXPORTED, EXPORTED + EMIT),
    ),
}
COUNT = '''"""Counts per type of event how often each member is named in a field of kind `user`."""

from forum.api.data import db, list_event_types
from forum.plugin import Manifest, hookimpl
from forum_tally.models import Count

manifest = Manifest(
    name="tally", title="Strichliste", summary="Zählt, was geschieht.", core=">=1.0,<2",
    licence="MIT", events=("*",),
)


@hookimpl
def on_event(event):
    kinds = {one.name: one for one in list_event_types()}
    for field in kinds[event.name].fields:
        if field.kind == "user" and event.payload[field.name]:
            key = (event.name, field.name, event.payload[field.name])
            row = db.session.get(Count, key) or Count(
                event=key[0], field=key[1], user_id=key[2], number=0
            )
            row.number += 1
            db.session.add(row)
'''
MODELS = '''"""One row per type of event, field and member."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from forum.api.data import Model


class Count(Model):
    """How often a member was named."""

    __tablename__ = "tally_count"

    event: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    field: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
'''
MIGRATION = '''"""Make the table."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = branch_labels = depends_on = None


def upgrade():
    op.create_table(
        "tally_count",
        sa.Column("event", sa.String(80), primary_key=True),
        sa.Column("field", sa.String(40), primary_key=True),
        sa.Column("user_id", sa.Integer(), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
    )


def downgrade():
    op.drop_table("tally_count")
'''
COMMANDS = '''"""forum tally show: what has been counted, in the words of who declared it."""

import click

from forum.api.data import db, find_people, list_event_types, read_unit
from forum_tally.models import Count


@click.group("tally")
def command():
    """Count what happens."""


@command.command("show")
def show():
    """Print every criterion with whom it names, and how often."""
    labels = {
        (one.name, field.name): f"{one.title} · {field.label}"
        for one in list_event_types() for field in one.fields
    }
    with read_unit() as session:
        rows = session.query(Count).order_by(Count.event, Count.user_id).all()
        people = find_people({row.user_id for row in rows})
        for row in rows:
            label = labels[row.event, row.field]
            click.echo(f"{label}: {people[row.user_id].name} {row.number}")
'''
TALLY = {
    "__init__.py": '"""Tally."""\n',
    "plugin.py": COUNT,
    "models.py": MODELS,
    "commands.py": COMMANDS,
    "migrations/versions/0001_make_the_table.py": MIGRATION,
}
FOUND = """
import sys
from pathlib import Path
from forum.app import create_app
from forum.core.config import load_config
from forum.testing.builders import make_area, make_topic, make_user
app = create_app(load_config(Path(sys.argv[1]), {}, plugins="kudos,tally"))
anke, deniz = make_user(app, "Anke Albers"), make_user(app, "Deniz Kaya")
people = {anke: "admin", deniz: "member"}
make_area(app, "Bund", slug="bund")
for slug in ("kreis", "nachbar"):
    area = make_area(app, slug.title(), slug=slug, members=people)
    print(deniz, area, make_topic(app, area, author=anke, title="Werkzeug").post_id)
"""
THANK = """
import sys
from pathlib import Path
from forum_kudos.operations import set_thanks
from forum.app import create_app
from forum.core.config import load_config
from forum.core.consumers import run_consumers
from forum.testing.builders import acting
app = create_app(load_config(Path(sys.argv[1]), {}, plugins="kudos,tally"))
with app.app_context():
    while run_consumers():
        pass
for line in sys.argv[2:]:
    who, area, post = map(int, line.split())
    with acting(app, who, area) as scope:
        set_thanks(scope, post, given=True)
with app.app_context():
    while run_consumers():
        pass
"""


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """Both plugins as they are when they are installed, and the folder of a site."""
    plant(Seed("", "", EMITTER), tmp_path)
    for name, text in TALLY.items():
        path = tmp_path / "forum_tally" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    info = tmp_path / "forum_tally-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: forum-tally\nVersion: 0.1\n")
    (info / "entry_points.txt").write_text("[forum.plugins]\ntally = forum_tally.plugin\n")
    (tmp_path / "site").mkdir()
    return tmp_path


def run(packages: Path, *arguments: str, plugins: str = "kudos,tally") -> str:
    """Run Python on the site; it succeeds."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=packages,
        env={**clean_environment(plugins=plugins), "PYTHONPATH": f"{packages}:{ROOT}"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def forum(packages: Path, *arguments: str, plugins: str = "kudos,tally") -> str:
    """Run a command of the forum on the site."""
    return run(packages, "-m", "forum.cli", *arguments, "--dir", "site", plugins=plugins)


def test_dev5_an_event_is_usable_where_nobody_knew_of_it(packages: Path) -> None:
    assert "kudos" not in "".join(TALLY.values())
    assert "kudos" in forum(packages, "db", "upgrade")
    listed = forum(packages, "plugin", "events")
    line = "Danke gesagt (user_id user, post_id post)"
    assert [x.split(maxsplit=1)[1] for x in listed.splitlines() if "kudos" in x] == [line]
    assert "discussions.post_created" in listed
    assert "kudos" not in forum(packages, "plugin", "events", plugins="tally")
    [told] = json.loads(forum(packages, "plugin", "events", "--of", "kudos", "--json"))
    assert [(one["name"], one["label"]) for one in told["fields"]] == [
        ("user_id", "Wem gedankt wurde"),
        ("post_id", "Beitrag"),
    ]

    posts = run(packages, "-c", FOUND, "site").splitlines()[-2:]
    for plugin, area in (("kudos", "kreis"), ("tally", "kreis"), ("kudos", "nachbar")):
        assert f"{plugin} is on" in forum(packages, "plugin", "on", plugin, "--area", area)
    run(packages, "-c", THANK, "site", *posts)
    counted = forum(packages, "tally", "show").splitlines()
    assert counted == ["Danke gesagt · Wem gedankt wurde: Anke Albers 1"]
