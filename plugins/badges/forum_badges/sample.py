"""What `forum plugin check` and the contract's tests put into the tables before they look."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from forum.api.data import get_system_scope, now
from forum.plugin import EventRef, SamplePlace, SampleWorld
from forum_badges import operations
from forum_badges.happening import ATTENDED, CORRECTED
from forum_badges.queries import list_own
from forum_badges.values import Draft, Leaf

_NUMBER = 1_000_000
"""Beyond the events of the kit's log."""


def populate(world: SampleWorld) -> None:
    """Let each area have a badge by criteria and one by hand; members earn, get and show both."""
    for place in world.places:
        author, _leaver = place.member_ids
        said = world.text(place, author)
        with world.acting(place, author):
            scope = get_system_scope(place.area.id)
            leaf = Leaf(kind="count", event=ATTENDED, field="subject", value=said, least=1)
            draft = Draft(said[:80], said, said, minutes=90, leaves=[leaf])
            operations.create_achievement(scope, draft)
            by_hand = operations.create_achievement(scope, Draft(said[:80], said, said))
            operations.give_badge(scope, by_hand, user_ids=place.member_ids)
            held_at = now() - timedelta(hours=1)
            held = operations.create_session(
                scope, title=said[:80], subject="Robotik", held_at=held_at
            )
            operations.record_attendance(scope, held, user_ids=place.member_ids)
        _attend(world, place, said)
        _show(world, place)


def _attend(world: SampleWorld, place: SamplePlace, said: str) -> None:
    """Let the events of attendance come, as the worker would bring them; one is taken back."""
    for number, user_id in enumerate(place.member_ids):
        about = {"user_id": user_id, "session_id": 1}
        _hear(world, place, ATTENDED, number, {**about, "subject": said})
    _hear(world, place, CORRECTED, 9, about)


def _hear(
    world: SampleWorld, place: SamplePlace, name: str, number: int, payload: Mapping[str, object]
) -> None:
    with world.acting(place, place.member_ids[0]):
        operations.handle_event(
            EventRef(
                id=_NUMBER + place.area.id * 10 + number,
                name=name,
                at=now(),
                area_id=place.area.id,
                actor_id=None,
                origin="member",
                payload=payload,
            )
        )


def _show(world: SampleWorld, place: SamplePlace) -> None:
    """Let members show what they have, and link to it."""
    for user_id in place.member_ids:
        with world.acting(place, user_id):
            awards = [one for one in list_own(user_id) if one.area_id == place.area.id]
            for award in awards:
                operations.show_award(user_id, award.id, visibility="members")
            ids = [award.id for award in awards]
            token = operations.create_share(user_id, ids, title="Lebenslauf", named=False, days=7)
        world.tell_link(f"/badges/v/{token}")
        world.tell_link(f"/badges/v/{token}/1")
    world.tell_call("GET", f"/areas/{place.area.slug}/badges/")
    world.tell_call("GET", "/badges/awards")
    world.tell_link("/badges/issuers/1/did.json")
    world.tell_link("/badges/status/1")
    world.tell_link(f"/badges/achievements/{awards[0].uuid}")
