"""Notifications as a built-in plugin: they see what happens through the hooks plugins use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from forum.accounts.identity import current
from forum.core.database import after_response
from forum.core.wall import Viewer
from forum.notifications.operations import (
    erase_notifications,
    forget_area,
    handle_event,
    mark_posts_read,
    merge_notifications,
)
from forum.notifications.operations.events import HANDLERS
from forum.notifications.queries import get_mail_preferences, list_records
from forum.plugin import (
    AreaRef,
    EventRef,
    ExportPart,
    Manifest,
    Panel,
    PersonalData,
    TopicPage,
    hookimpl,
)
from forum.web.i18n import gettext as _

manifest = Manifest(
    name="notifications",
    title="Mitteilungen",
    summary="Sagt Mitgliedern, was sie angeht: im Forum und per Mail.",
    core=">=1.0,<2",
    licence="core",
    events=tuple(HANDLERS),
    personal_data=(
        PersonalData(
            table="notification",
            what="Worüber ein Mitglied benachrichtigt wurde, wann es das gelesen hat",
            purpose="Mitteilungen im Forum und per Mail",
            retention="Gelesenes 90 Tage, Ungelesenes ein Jahr",
        ),
        PersonalData(
            table="notification_preference",
            what="Welche Mails ein Mitglied bekommen möchte",
            purpose="Nur gewünschte Mails verschicken",
            retention="bis das Konto gelöscht wird",
        ),
    ),
)


@hookimpl
def on_event(event: EventRef) -> None:
    """Tell whom it concerns."""
    handle_event(event)


@hookimpl
def render_post_panels(page: TopicPage) -> Mapping[int, Sequence[Panel]]:
    """Show nothing; what the page shows is no news any more once the page has been sent."""
    user = current()
    if user is not None and user.unread_notifications:
        posts = [post.id for post in page.posts]
        after_response(partial(mark_posts_read, Viewer(user.id), posts))
    return {}


@hookimpl
def delete_area(area: AreaRef) -> Mapping[str, int]:
    """Delete what anybody was told about the area and what stands in it."""
    return forget_area(area.id)


@hookimpl
def erase_user(user_id: int) -> Mapping[str, int]:
    """Delete what the member was told, and the name from what others were told."""
    return erase_notifications(user_id)


@hookimpl
def merge_users(source_id: int, target_id: int) -> Mapping[str, int]:
    """Make what one member was told another's."""
    return merge_notifications(source_id, target_id)


@hookimpl
def export_user(user_id: int) -> Sequence[ExportPart]:
    """Hand over what the member was told and wants by mail."""
    viewer = Viewer(user_id)
    return (
        ExportPart("notifications", list_records(viewer), _("Deine Mitteilungen")),
        ExportPart(
            "mail_preferences",
            [dict(get_mail_preferences(viewer))],
            _("Welche Mails du bekommen möchtest"),
        ),
    )
