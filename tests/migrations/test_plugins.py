"""Every bundled plugin's lineage leads to its models, goes back without a trace, and up again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from alembic import command
from flask import Flask

from forum.core import migrations
from forum.core.database import db, unscoped
from forum.core.migrations import upgrade
from forum.core.revisions import list_differences
from forum.testing.builders import acting, make_area, make_topic, make_user, switch_plugin
from tests.architecture.tree import list_plugin_folders

PLUGINS = [folder.name for folder in list_plugin_folders()]


def release(app: Flask) -> None:
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()


@pytest.mark.parametrize("plugin", PLUGINS)
def test_up_down_and_up_again(blank: Callable[[], Flask], plugin: str) -> None:
    app = blank()
    assert plugin in upgrade(app)
    assert list_differences(app, plugin) == []
    release(app)
    migrations.downgrade(app, plugin)
    with app.app_context():
        assert migrations.list_leftovers(plugin) == []
    release(app)
    assert upgrade(app) == [plugin]
    assert list_differences(app, plugin) == []


def test_polls_of_the_first_release_keep_every_vote(blank: Callable[[], Flask]) -> None:
    """The tables of the first landed release, with votes in them, become today's."""
    app = blank()
    upgrade(app)
    voters = fill_polls(app)
    release(app)
    with migrations.exclusive_connection(app) as connection:
        lineage = next(one for one in migrations.list_lineages() if one.name == "polls")
        with connection.begin():
            command.downgrade(migrations.alembic_settings(connection, lineage), "0001")
        columns = {column["name"] for column in sa.inspect(connection).get_columns("polls_poll")}
        assert "secret" not in columns
    before = read_votes(app)
    release(app)
    assert upgrade(app) == ["polls"]
    assert list_differences(app, "polls") == []
    assert read_votes(app) == before
    assert len(before["polls_turnout"]) == len(voters)
    with app.app_context(), unscoped("tests read what was migrated") as session:
        kinds = session.execute(
            sa.text(
                "SELECT secret, voters_rule, state, mark FROM polls_poll"
                " JOIN polls_option ON polls_option.poll_id = polls_poll.id"
                " JOIN polls_vote_choice ON polls_vote_choice.option_id = polls_option.id"
            )
        )
        assert {(bool(s), *rest) for s, *rest in kinds} == {(False, "area", "shown", 1)}


def fill_polls(app: Flask) -> list[int]:
    """Let three members vote, one twice, in a poll that the first release could hold."""
    from forum_polls import operations
    from forum_polls.models import Option, Poll
    from forum_polls.values import Ballot

    voters = [make_user(app, f"Mitglied {number}") for number in range(3)]
    area = make_area(app, "Bund", members=dict.fromkeys(voters, "member"))
    switch_plugin(app, area, "polls")
    extra = {"polls_options": ("Ja\nNein",), "polls_own": ("open",)}
    make_topic(app, area, author=voters[0], kind="poll", extra=extra)
    with app.app_context(), unscoped("tests look for the poll") as session:
        poll_id = session.scalar(sa.select(Poll.id))
        options = session.scalars(sa.select(Option.id)).all()
    assert poll_id is not None
    for voter, option in zip([*voters, voters[0]], [*options, options[0], options[1]], strict=True):
        with acting(app, voter, area) as scope:
            operations.vote(scope, poll_id, ballot=Ballot(frozenset({option})))
    with acting(app, voters[2], area) as scope:
        operations.vote(scope, poll_id, ballot=Ballot(answer="Lastenrad"))
    return voters


def read_votes(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    """Read what the first release had of every row."""
    statements = {
        "polls_poll": "SELECT id, post_id, question, kind, results, voters FROM polls_poll",
        "polls_option": "SELECT id, poll_id, position, text, fold, votes, author_id"
        " FROM polls_option",
        "polls_turnout": "SELECT poll_id, user_id FROM polls_turnout",
        "polls_vote": "SELECT id, poll_id, user_id, ended_at IS NULL FROM polls_vote",
        "polls_vote_choice": "SELECT vote_id, option_id, user_id FROM polls_vote_choice",
    }
    with app.app_context(), unscoped("tests read what was migrated") as session:
        return {
            table: sorted((tuple(row) for row in session.execute(sa.text(statement))), key=str)
            for table, statement in statements.items()
        }
