"""What a turn costs: as many statements for five hundred members as for fifty."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from forum_digest import operations
from forum_digest.models import Pref

from forum.accounts.operations import create_user
from forum.api.data import unit, unscoped
from forum.areas.operations import NewMember, add_members
from forum.core import clock as core_clock
from forum.testing.statements import count_statements

if TYPE_CHECKING:
    from conftest import Town


def gather(town: Town, number: int) -> Sequence[int]:
    """Let many choose as Anke did, and belong to the area, at once."""
    town.choose(town.anke)
    with town.app.app_context(), unit(), unscoped("tests choose for many") as session:
        ids = [create_user(f"Liest {n}", f"liest{n}@example.org") for n in range(number - 1)]
        add_members(NewMember(area_id=town.open, user_id=user, role="member") for user in ids)
        own = sa.inspect(Pref).columns
        columns = [column for column in own if column.name not in ("id", "user_id")]
        chosen = session.execute(sa.select(*columns)).mappings().one()
        session.execute(sa.insert(Pref), [{**chosen, "user_id": user} for user in ids])
    return [town.anke, *ids]


@pytest.mark.parametrize("members", [50, 500])
def test_a_turn_costs_the_same_for_many(town: Town, members: int) -> None:
    people = gather(town, members)
    town.move(core_clock.now() + timedelta(seconds=1))
    for number in range(9):
        town.write(f"Neuigkeit {number}", author=town.chair if number % 2 else town.deniz)
    town.turn()  # what is asked once in a process
    town.pass_week()
    with town.app.app_context():
        with count_statements() as planning:
            operations.plan_digests(town.root)
        with count_statements() as making:
            operations.compose_digests(town.areas(), town.root)
    assert town.issues() == [("composed", "")] * len(people)
    assert (len(planning), len(making)) == (6, 17)
