"""Who may do what, written from docs/areas.md and from nothing else: no code of ours is asked.

The matrix is role × visibility × policy. `expect` says what somebody gets, never with which status.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Literal

Outcome = Literal["in", "refused", "absent"]
"""`in`: it works. `refused`: told so, or led to the login. `absent`: as if it were not there."""

VISIBILITIES: Final = ("public", "members", "listed", "hidden", "sealed")
"""`sealed` is a listed area with a seal, as committees are."""


class Role(StrEnum):
    """What somebody is to the area at hand."""

    ANONYMOUS = "anonymous"
    OUTSIDER = "outsider"
    EX_MEMBER = "ex-member"
    MEMBER = "member"
    AUTHOR = "author"
    MODERATOR_ELSEWHERE = "moderator elsewhere"
    ADMIN_ELSEWHERE = "admin elsewhere"
    MODERATOR = "moderator here"
    ADMIN = "admin here"
    ADMIN_ABOVE = "admin above"
    OPERATOR = "operator"
    PRIVACY = "privacy officer"


class Policy(StrEnum):
    """What a route asks of who calls it. AREA_… and below need an area; the others do not."""

    PUBLIC = "everybody"
    GUEST = "everybody; members are led on"
    SIGNED_IN = "members of the site"
    OPERATOR = "the operator"
    PRIVACY = "who looks after privacy"
    OWN = "whose it is"
    DISCOVER = "who may know of the area"
    ENTER = "members of the site who may know of the area"
    APPLY = "members of the site who may know of the area and do not belong to it"
    APPLICANT = "who has applied, which is nobody here"
    TAKE_AWAY = "admins of the area who are admins above it too"
    READ = "readers"
    TAKE_PART = "readers who are signed in"
    WRITE = "members of the area"
    AUTHOR = "the author, and moderators"
    WRITER = "whose address a text from elsewhere carries"
    WRITER_OR_ADMIN = "whose address it carries, and admins"
    EDITOR = "the core team"
    MODERATE = "moderators"
    ADMIN = "admins"
    ABOVE_SEAL = "admins, and the admin above a seal"
    SWITCH = "admins, and the operator where he may read"


ABOUT_AREAS: Final = frozenset(Policy) - {
    Policy.PUBLIC,
    Policy.GUEST,
    Policy.SIGNED_IN,
    Policy.OPERATOR,
    Policy.PRIVACY,
    Policy.OWN,
}
MEMBERS: Final = (Role.MEMBER, Role.AUTHOR, Role.MODERATOR, Role.ADMIN)
_FROM_OUTSIDE: Final = (Policy.DISCOVER, Policy.ENTER, Policy.APPLY, Policy.APPLICANT)
_RANKS: Final[Mapping[Role, int]] = {
    Role.MEMBER: 1,
    Role.AUTHOR: 1,
    Role.MODERATOR: 3,
    Role.ADMIN: 4,
    Role.ADMIN_ABOVE: 4,
}
_LEAST: Final[Mapping[Policy, int]] = {
    Policy.WRITE: 1,
    Policy.AUTHOR: 3,
    Policy.WRITER_OR_ADMIN: 4,
    Policy.EDITOR: 2,
    Policy.MODERATE: 3,
    Policy.ADMIN: 4,
    Policy.ABOVE_SEAL: 4,
    Policy.SWITCH: 4,
}


def rank(role: Role, visibility: str) -> int:
    """Roles above member flow down until a seal; roles elsewhere are none."""
    if role is Role.ADMIN_ABOVE and visibility == "sealed":
        return 0
    return _RANKS.get(role, 0)


def reads(role: Role, visibility: str) -> bool:
    """Whether somebody reads the content."""
    if visibility == "public":
        return True
    if visibility == "members":
        return role is not Role.ANONYMOUS
    return rank(role, visibility) > 0


def discovers(role: Role, visibility: str) -> bool:
    """Whether somebody may know that the area is there."""
    if visibility in ("listed", "sealed"):
        return role is not Role.ANONYMOUS
    return reads(role, visibility)


def expect(policy: Policy, role: Role, visibility: str) -> Outcome:
    """Say what somebody gets at a route."""
    if policy in ABOUT_AREAS:
        return _expect_in_area(policy, role, visibility)
    if policy is Policy.PUBLIC or policy is Policy.GUEST:
        return "in"
    if role is Role.ANONYMOUS:
        return "refused"
    if policy is Policy.OPERATOR:
        return "in" if role is Role.OPERATOR else "refused"
    if policy is Policy.PRIVACY:
        return "in" if role is Role.PRIVACY else "refused"
    if policy is Policy.OWN:
        return "in" if role is Role.AUTHOR else "absent"
    return "in"


def _expect_in_area(policy: Policy, role: Role, visibility: str) -> Outcome:
    if policy in _FROM_OUTSIDE:
        if not discovers(role, visibility):
            return "absent"
        return _expect_from_outside(policy, role)
    if policy is Policy.ABOVE_SEAL and role is Role.ADMIN_ABOVE:
        return "in"
    if not reads(role, visibility):
        return "absent"
    if policy is Policy.WRITER and role is not Role.ANONYMOUS:
        return "in" if role is Role.AUTHOR else "absent"
    return "in" if _may_in_read_area(policy, role, visibility) else "refused"


def _expect_from_outside(policy: Policy, role: Role) -> Outcome:
    if policy is Policy.DISCOVER:
        return "in"
    if role is Role.ANONYMOUS:
        return "refused"
    if policy is Policy.APPLICANT:
        return "absent"
    return "refused" if policy is Policy.APPLY and role in MEMBERS else "in"


def _may_in_read_area(policy: Policy, role: Role, visibility: str) -> bool:
    if policy is Policy.READ:
        return True
    if policy is Policy.TAKE_PART:
        return role is not Role.ANONYMOUS
    if policy is Policy.TAKE_AWAY:
        return role is Role.ADMIN_ABOVE and visibility != "sealed"
    if policy is Policy.SWITCH and role is Role.OPERATOR:
        return True
    if policy in (Policy.AUTHOR, Policy.WRITER_OR_ADMIN) and role is Role.AUTHOR:
        return True
    if policy is Policy.WRITER:
        return False
    return rank(role, visibility) >= _LEAST[policy]
