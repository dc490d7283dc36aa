"""Who belongs where, as a condition that plugins put into their statements: for votes, shares."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from forum.areas.grants import SINCE
from forum.areas.models import Area, Grant, in_force
from forum.areas.paths import within
from forum.areas.queries.persons import USER
from forum.areas.scope import RANK
from forum.core import clock, limits
from forum.core.database import UTCDateTime, db
from forum.core.moments import days_after


def belongs_to(
    user_id: Any, area_id: Any, *, below: bool = False, least: Any = "member"
) -> sa.ColumnElement[bool]:
    """Return the condition that somebody belongs to an area, or with `below` to one in its subtree.

    `least` is a role or a column of roles: plain belonging, also to areas of everyone, or a grant
    of at least that role in the area itself. Whether the account is active is the caller's to ask.
    The wall limits grants and areas like everywhere: what decides for others is read `unscoped`.
    Shapes: ids and roles may be columns of the statement around it.
    Cost: one lookup by user and area, with `below` one by user and a range of paths.
    """
    top, home = aliased(Area, name="top_area"), aliased(Area, name="home_area")
    wanted = sa.case(RANK, value=least) if not isinstance(least, str) else RANK[least]
    reaches = within(home.path, top.path) if below else home.id == top.id
    granted = (
        sa.select(Grant.id)
        .join(home, home.id == Grant.area_id)
        .join(top, reaches)
        .where(
            top.id == area_id,
            Grant.user_id == user_id,
            in_force(),
            sa.case(RANK, value=Grant.role) >= wanted,
        )
    )
    for_all = (
        sa.select(home.id)
        .join(top, reaches)
        .where(top.id == area_id, home.everyone, sa.literal(1) >= wanted)
    )
    return sa.or_(granted.exists(), for_all.exists())


def select_below(area_id: Any) -> sa.Select[Any]:
    """Select the ids of an area and all below it, for the statement of a plugin around it.

    The wall limits areas like everywhere: what counts for all is read `unscoped`.
    Cost: a range of paths.
    """
    top, home = aliased(Area, name="top_area"), aliased(Area, name="home_area")
    return sa.select(home.id).join(top, within(home.path, top.path)).where(top.id == area_id)


def select_above(area_id: Any) -> sa.Select[Any]:
    """Select the ids of an area and all above it, likewise."""
    top, home = aliased(Area, name="top_area"), aliased(Area, name="home_area")
    return sa.select(top.id).join(home, within(home.path, top.path)).where(home.id == area_id)


def select_standing(area_id: Any, *, days: int, role: str = "member") -> sa.Select[Any]:
    """Select who belongs to an area or one below it for so many days, and when it was so many.

    With `role` who has held at least that one there; moving up to a higher one goes on with it.
    Areas of everyone count from when somebody came to the site. What ended counts no more; active
    accounts only. Nobody's view is asked: what counts for all is read `unscoped`.
    Shapes: rows of user_id and at (aware UTC), one per user: the earliest.
    Cost: a range of paths, and the grants in them.
    """
    top, home = aliased(Area, name="top_area"), aliased(Area, name="home_area")
    since: Any = SINCE.get(role, Grant.starts_at)
    latest = clock.now() - timedelta(days=days)
    granted = (
        sa.select(Grant.user_id.label("user_id"), since.label("since"))
        .join(home, home.id == Grant.area_id)
        .join(top, within(home.path, top.path))
        .join(USER, USER.c.id == Grant.user_id)
        .where(top.id == area_id, in_force(), since <= latest, USER.c.state == "active")
    )
    for_all = (
        sa.select(home.id)
        .join(top, within(home.path, top.path))
        .where(top.id == area_id, home.everyone)
    )
    by_all = sa.select(USER.c.id, USER.c.created_at).where(
        USER.c.state == "active", USER.c.created_at <= latest, for_all.exists()
    )
    held = (sa.union_all(granted, by_all) if role == "member" else granted).subquery("standing")
    first = sa.func.min(held.c.since, type_=UTCDateTime())
    return sa.select(held.c.user_id, days_after(first, days).label("at")).group_by(held.c.user_id)


MEMBERSHIPS: Final = (
    sa.select(Grant.area_id, Grant.user_id, sa.func.min(Grant.starts_at).label("since"))
    .where(in_force())
    .group_by(Grant.area_id, Grant.user_id)
    .subquery("membership")
)
"""Who belongs to which area since when, as a relation to join; walled like any other."""

_BY_SLUG: Final = sa.select(Area.id).where(Area.slug == sa.bindparam("slug"))


def find_area_id(slug: str) -> int | None:
    """Return the id of an area that the viewer may know of, by its address. Cost: one statement."""
    return db.session.scalar(_BY_SLUG, {"slug": slug})


def count_members_below(
    session: Session, area_id: int, *, among: sa.Select[Any]
) -> list[tuple[str, int]]:
    """Count how many of some people belong to each area directly below one, or to one below that.

    Hidden and sealed areas are left out. The session is unscoped: the caller answers for it.
    Shapes: `among` selects user ids; names with counts, the highest first.
    Cost: one statement.
    """
    child, home = aliased(Area, name="child_area"), aliased(Area, name="home_area")
    number = sa.func.count(sa.distinct(Grant.user_id))
    statement = (
        sa.select(child.name, number)
        .join(home, within(home.path, child.path))
        .join(Grant, Grant.area_id == home.id)
        .where(
            child.parent_id == area_id,
            child.effective != "hidden",
            sa.not_(child.sealed),
            in_force(),
            Grant.user_id.in_(among),
        )
        .group_by(child.id, child.name)
        .order_by(number.desc(), child.name)
        .limit(limits.PAGE_ROWS)
    )
    return [(name, int(found)) for name, found in session.execute(statement)]
