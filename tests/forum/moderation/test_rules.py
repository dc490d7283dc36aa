"""Who may hide, show and see what is hidden: tables of role by area."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from forum.areas.models import Area
from forum.areas.queries import get_scope
from forum.core.errors import Denied, NotFound
from forum.core.wall import ANONYMOUS, Viewer
from forum.moderation.operations import hide_post, hide_topic, show_again
from forum.moderation.rules import can_hide, can_see_moderation
from tests.forum.notifications.post_office import MOMENT, PostOffice

# Name, role and where it is held; what it gives in `recht`, whose parent is `bund`.
TABLE = [
    (None, None, "", False),
    ("fremd", None, "", False),
    ("petra", "member", "recht", False),
    ("petra", "editor", "recht", False),
    ("petra", "moderator", "recht", True),
    ("petra", "admin", "recht", True),
    ("fremd", "moderator", "bund", True),
    ("fremd", "admin", "bund", True),
    ("fremd", "editor", "bund", False),
    ("fremd", "moderator", "kreis", False),
    ("fremd", "admin", "kreis", False),
    ("fremd", "admin", "zu", False),
]


@pytest.mark.parametrize(("name", "role", "where", "allowed"), TABLE)
def test_role_by_area(
    office: PostOffice, name: str | None, role: str | None, where: str, allowed: bool
) -> None:
    if name and role:
        office.join(name, where, role)  # type: ignore[arg-type]

    def ask(viewer: Viewer) -> tuple[bool, bool]:
        scope = get_scope(viewer, "recht" if viewer.user_id else "bund")
        return can_hide(scope), can_see_moderation(scope)

    assert office.world.seeing(name, ask) == (allowed, allowed)


def test_over_means_looking_only(office: PostOffice) -> None:
    office.change(sa.update(Area).where(Area.slug == "recht").values(archived_at=MOMENT))

    def ask(viewer: Viewer) -> tuple[bool, bool]:
        scope = get_scope(viewer, "recht")
        return can_hide(scope), can_see_moderation(scope)

    assert office.world.seeing("moderatorin", ask) == (False, True)


def test_admin_above_a_seal_is_no_moderator_below_it(office: PostOffice) -> None:
    office.join("petra", "bund", "admin")

    def ask(viewer: Viewer) -> tuple[bool, bool]:
        scope = get_scope(viewer, "zu")
        return can_hide(scope), can_see_moderation(scope)

    assert office.world.seeing("petra", ask) == (False, False)


@pytest.mark.parametrize("act", ["hide_post", "hide_topic", "show_again"])
@pytest.mark.parametrize("name", ["petra", "deniz", "kernteam", "fremd"])
def test_without_the_role_nothing_happens(office: PostOffice, name: str, act: str) -> None:
    topic = office.world.start("deniz")
    with pytest.raises((Denied, NotFound)), office.world.acting(name) as scope:
        _act(act, scope, topic.topic_id)
    assert office.world.seeing("petra", lambda _viewer: True)
    assert office.kinds("deniz") == []


@pytest.mark.parametrize("act", ["hide_post", "hide_topic", "show_again"])
def test_moderator_of_one_area_is_nobody_in_the_next(office: PostOffice, act: str) -> None:
    office.join("fremd", "recht", "moderator")
    topic = office.world.start("anke", "kreis")
    # The scope of the own area with the other's topic, and the other's scope.
    for slug in ("recht", "kreis"):
        with pytest.raises((Denied, NotFound)), office.world.acting("fremd", slug) as scope:
            _act(act, scope, topic.topic_id)


def test_nobody_signed_in_moderates_nothing(office: PostOffice) -> None:
    office.world.start("anke")
    with pytest.raises(NotFound):
        office.world.seeing(None, lambda _viewer: get_scope(ANONYMOUS, "recht"))


def _act(name: str, scope: object, topic_id: int) -> None:
    if name == "hide_post":
        hide_post(scope, topic_id, seq=1, reason="Streit")  # type: ignore[arg-type]
    elif name == "hide_topic":
        hide_topic(scope, topic_id, seq=1, reason="Streit")  # type: ignore[arg-type]
    else:
        show_again(scope, topic_id, seq=1)  # type: ignore[arg-type]
