"""From events of the log to notifications: whom each event concerns, and as what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, cast

import sqlalchemy as sa

from forum.areas.queries import get_scope_by_id, list_core_team, list_readers
from forum.areas.rules import can
from forum.core.database import db, unscoped
from forum.core.errors import NotFound
from forum.core.wall import Viewer, as_viewer
from forum.discussions.queries import (
    POST,
    TOPIC,
    list_followers,
    list_muters,
    list_post_lines,
)
from forum.notifications.models import Notification
from forum.notifications.operations.counting import (
    recount_about,
    recount_all,
    recount_people,
    remove,
)
from forum.notifications.operations.telling import News, tell
from forum.notifications.settings import (
    APPLICATION,
    DECISION,
    FOLLOWED,
    HIDDEN,
    MENTION,
    QUOTE,
    REPLY,
    ROLE,
    SHOWN,
)
from forum.plugin import EventRef

Payload = Mapping[str, Any]


def handle_event(event: EventRef) -> None:
    """Tell whom an event concerns, and count anew for whom it changes what they may see.

    Bears the same event twice: the event's id is part of what makes a notification unique.
    """
    HANDLERS[event.name](event, cast(Payload, event.payload))


def _post_created(event: EventRef, about: Payload) -> None:
    """The strongest reason counts: whom one mentions in a reply to them is told of a mention."""
    kinds: dict[int, str] = dict.fromkeys(
        list_followers(about["topic_id"], since=event.at), FOLLOWED
    )
    kinds |= dict.fromkeys(_list_quoted(event, about["quoted_ids"]), QUOTE)
    if about["parent_author_id"] is not None:
        kinds[about["parent_author_id"]] = REPLY
    kinds |= dict.fromkeys(about["mentioned_ids"], MENTION)
    _tell_of_post(event, about, kinds)


def _post_edited(event: EventRef, about: Payload) -> None:
    _tell_of_post(event, about, dict.fromkeys(about["mentioned_ids"], MENTION))


def _tell_of_post(event: EventRef, about: Payload, kinds: dict[int, str]) -> None:
    kinds.pop(about["author_id"], None)
    area_id = _find_area(about["post_id"]) if kinds and event.origin != "import" else None
    if area_id is None:
        return
    people = list_readers(area_id, kinds) - list_muters(about["topic_id"])
    tell(
        News(
            event=event,
            people={person: kinds[person] for person in people},
            topic_id=about["topic_id"],
            post_id=about["post_id"],
            actor_id=about["author_id"],
        )
    )


def _find_area(post_id: int) -> int | None:
    """Return where a post stands now, None when it does not show any more."""
    shows = sa.and_(
        POST.hidden_at.is_(None),
        POST.deleted_at.is_(None),
        TOPIC.hidden_at.is_(None),
        TOPIC.deleted_at.is_(None),
    )
    statement = (
        sa.select(TOPIC.area_id)
        .join(POST, POST.topic_id == TOPIC.id)
        .where(POST.id == post_id, shows)
    )
    with unscoped("notifications: where an event happened is asked for nobody") as session:
        return session.scalar(statement)


def _list_quoted(event: EventRef, post_ids: Iterable[int]) -> list[int]:
    """Return the authors of the quoted posts that who quotes may read."""
    ids = list(post_ids)
    if not ids:
        return []
    with as_viewer(Viewer(event.actor_id)):
        return [line.author.id for line in list_post_lines(ids).values()]


def _post_hidden(event: EventRef, about: Payload) -> None:
    _tell_author(event, about, HIDDEN)


def _post_unhidden(event: EventRef, about: Payload) -> None:
    _tell_author(event, about, SHOWN)


def _tell_author(event: EventRef, about: Payload, kind: str) -> None:
    """The reason stands with the post: it is read when it is shown, and goes when it is undone."""
    if event.area_id is not None:
        people = dict.fromkeys(list_readers(event.area_id, [about["author_id"]]), kind)
        topic_id, post_id = about["topic_id"], about["post_id"]
        tell(News(event=event, people=people, topic_id=topic_id, post_id=post_id))
    recount_about(post_id=about["post_id"])


def _post_changed(_event: EventRef, about: Payload) -> None:
    recount_about(post_id=about["post_id"])


def _topic_changed(_event: EventRef, about: Payload) -> None:
    recount_about(topic_id=about["topic_id"])


def _application_made(event: EventRef, about: Payload) -> None:
    applicant = about["user_id"]
    team = _list_deciders(Viewer(applicant), event.area_id)
    tell(
        News(
            event=event,
            people=dict.fromkeys(team, APPLICATION),
            area_id=event.area_id,
            actor_id=applicant,
            detail=str(about["application_id"]),
        )
    )


def _list_deciders(applicant: Viewer, area_id: int | None) -> list[int]:
    """Return the nearest core team from which roles flow to an area, with an applicant's eyes."""
    if area_id is None:
        return []
    try:
        scope = get_scope_by_id(applicant, area_id)
        for above in reversed(scope.area.flow):
            there = get_scope_by_id(applicant, above, standing=scope.standing)
            team = list_core_team(there)
            if team:
                return [row.user_id for row in team]
    except NotFound:
        return []
    return []


def _application_answered(event: EventRef, about: Payload) -> None:
    asked = sa.and_(
        Notification.kind == APPLICATION,
        Notification.area_id == event.area_id,
        Notification.detail == str(about["application_id"]),
    )
    _withdraw(asked)


def _application_decided(event: EventRef, about: Payload) -> None:
    _application_answered(event, about)
    if not _may_know(Viewer(about["user_id"]), event.area_id):
        return
    tell(
        News(
            event=event,
            people={about["user_id"]: DECISION},
            area_id=event.area_id,
            actor_id=event.actor_id,
            detail="accepted" if about["accepted"] else "declined",
        )
    )


def _role_changed(event: EventRef, about: Payload) -> None:
    _people_changed(event, about)
    if event.origin == "member" and _may_know(Viewer(about["user_id"]), event.area_id):
        tell(
            News(
                event=event,
                people={about["user_id"]: ROLE},
                area_id=event.area_id,
                actor_id=event.actor_id,
                detail=about["role"],
            )
        )


def _users_merged(_event: EventRef, about: Payload) -> None:
    """What was taken over from one account is counted with what the other may read by then."""
    recount_people([about["target_id"]])


def _people_changed(_event: EventRef, about: Payload) -> None:
    """Who no longer decides about applications is no longer told of them."""
    user_id = about["user_id"]
    for area_id in _list_asked(user_id):
        if not _may_decide(Viewer(user_id), area_id):
            _withdraw(
                sa.and_(
                    Notification.kind == APPLICATION,
                    Notification.area_id == area_id,
                    Notification.user_id == user_id,
                )
            )
    recount_people([user_id])


def _list_asked(user_id: int) -> list[int]:
    asked = sa.select(Notification.area_id).where(
        Notification.user_id == user_id,
        Notification.kind == APPLICATION,
        Notification.area_id.is_not(None),
    )
    with as_viewer(Viewer(user_id)):
        found = db.session.scalars(asked.distinct())
        return [area_id for area_id in found if area_id is not None]


def _may_know(viewer: Viewer, area_id: int | None) -> bool:
    if area_id is None:
        return False
    try:
        get_scope_by_id(viewer, area_id)
    except NotFound:
        return False
    return True


def _may_decide(viewer: Viewer, area_id: int) -> bool:
    try:
        return can(get_scope_by_id(viewer, area_id), "decide")
    except NotFound:
        return False


def _withdraw(condition: sa.ColumnElement[bool]) -> None:
    """Delete notifications about what needs nobody any more."""
    with unscoped("notifications: what is settled is taken from everybody's list") as session:
        remove(session, condition)


def _tree_changed(_event: EventRef, _about: Payload) -> None:
    recount_all()


HANDLERS: Final[Mapping[str, Callable[[EventRef, Payload], None]]] = {
    "discussions.post_created": _post_created,
    "discussions.post_edited": _post_edited,
    "discussions.post_hidden": _post_hidden,
    "discussions.post_unhidden": _post_unhidden,
    "discussions.post_deleted": _post_changed,
    "discussions.post_restored": _post_changed,
    "discussions.topic_moved": _topic_changed,
    "discussions.topic_hidden": _topic_changed,
    "discussions.topic_unhidden": _topic_changed,
    "discussions.topic_deleted": _topic_changed,
    "discussions.topic_restored": _topic_changed,
    "areas.application_made": _application_made,
    "areas.application_withdrawn": _application_answered,
    "areas.application_decided": _application_decided,
    "areas.role_changed": _role_changed,
    "areas.member_joined": _people_changed,
    "areas.member_left": _people_changed,
    "accounts.users_merged": _users_merged,
    "areas.area_edited": _tree_changed,
    "areas.area_moved": _tree_changed,
    "areas.area_sealed": _tree_changed,
    "areas.area_unsealed": _tree_changed,
    "areas.area_deleted": _tree_changed,
    "areas.plugin_state_set": _tree_changed,
}
