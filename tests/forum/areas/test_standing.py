"""Since when somebody belongs and has a role: through promotions, ends, moves and everyone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from forum.areas import operations, queries
from forum.areas.models import Area
from forum.core import clock
from forum.core.database import unit, unscoped
from tests.forum.areas.town import Town

DAY = timedelta(days=1)


def stand(town: Town, slug: str, days: int, role: str = "member") -> dict[str, datetime]:
    """Return who has stood so long in an area or below it, and when it was that long."""
    names = {number: who for who, number in town.users.items()}
    with town.app.app_context(), unit(), unscoped("tests look") as session:
        area_id = session.scalar(sa.select(Area.id).where(Area.slug == slug))
        wanted = queries.select_standing(area_id, days=days, role=role)
        return {names[row.user_id]: row.at for row in session.execute(wanted)}


def test_a_role_counts_from_when_it_was_given_and_goes_on_in_a_higher_one(
    town: Town, clock: Callable[[datetime], None]
) -> None:
    town.found("root")
    town.add_users("mia", "out")
    town.add_area("ni", kind="region")
    town.add_area("kreis", "ni")
    start = _now(town)
    town.grant("mia", "kreis", "member")
    clock(start + 10 * DAY)
    town.grant("mia", "kreis", "moderator")
    clock(start + 15 * DAY)
    town.grant("mia", "kreis", "admin")
    assert stand(town, "ni", 15) == {"mia": start + 15 * DAY}
    assert stand(town, "kreis", 5, "moderator")["mia"] == start + 15 * DAY
    assert stand(town, "kreis", 6, "moderator").get("mia") is None
    assert stand(town, "kreis", 1, "admin").get("mia") is None
    clock(start + 20 * DAY)
    assert stand(town, "ni", 5, "editor")["mia"] == start + 15 * DAY
    assert stand(town, "ni", 5, "admin")["mia"] == start + 20 * DAY
    town.grant("mia", "kreis", "member")
    town.grant("mia", "kreis", "moderator")
    clock(start + 21 * DAY)
    assert stand(town, "kreis", 0, "moderator")["mia"] == start + 20 * DAY
    assert stand(town, "kreis", 0, "member")["mia"] == start
    town.do("mia", "kreis", operations.leave_area)
    assert "mia" not in stand(town, "kreis", 0)


def test_areas_of_everyone_count_from_when_somebody_came(
    town: Town, clock: Callable[[datetime], None]
) -> None:
    town.found("root", everyone=True)
    start = _now(town)
    clock(start + 3 * DAY)
    town.add_users("mia")
    clock(start + 4 * DAY + timedelta(microseconds=1))
    assert stand(town, "bund", 1) == {"root": start + DAY, "mia": start + 4 * DAY}
    assert stand(town, "bund", 1, "admin") == {"root": start + DAY}
    assert stand(town, "bund", 5) == {}


def _now(town: Town) -> datetime:
    with town.app.app_context():
        return clock.now()
