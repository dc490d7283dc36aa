"""The vocabulary of all events: what rules, criteria and reports can be made of, without code.

The core's own are declared here as plugins declare theirs; a test holds them against the code.
"""

from __future__ import annotations

from typing import Final

from forum.core.services import service
from forum.plugin.types import EventField, EventSpec, Undoing

_FIELDS: Final = {
    field.name: field
    for field in (
        EventField(name="accepted", kind="flag", label="Zusage"),
        EventField(name="after", kind="text", label="Nachher"),
        EventField(name="application_id", kind="id", label="Anfrage"),
        EventField(name="author_id", kind="user", label="Wer den Beitrag geschrieben hat"),
        EventField(name="before", kind="text", label="Vorher"),
        EventField(name="fields", kind="texts", label="Geänderte Angaben"),
        EventField(name="invitation_id", kind="id", label="Einladung"),
        EventField(name="invited", kind="flag", label="Mit Einladung"),
        EventField(name="keys", kind="texts", label="Geänderte Angaben"),
        EventField(name="kind", kind="text", label="Art"),
        EventField(name="mentioned_ids", kind="users", label="Erwähnte Mitglieder"),
        EventField(name="parent_author_id", kind="user", label="Wem geantwortet", optional=True),
        EventField(name="plugin", kind="text", label="Erweiterung"),
        EventField(name="post_id", kind="post", label="Beitrag"),
        EventField(name="post_ids", kind="posts", label="Beiträge"),
        EventField(name="quoted_ids", kind="posts", label="Zitierte Beiträge"),
        EventField(name="role", kind="text", label="Rolle"),
        EventField(name="seq", kind="number", label="Stelle im Thema"),
        EventField(name="slug", kind="text", label="Adresse"),
        EventField(name="source", kind="text", label="Woher"),
        EventField(name="source_id", kind="area", label="Von wo"),
        EventField(name="target_id", kind="area", label="Wohin"),
        EventField(name="title", kind="text", label="Amt"),
        EventField(name="topic_id", kind="topic", label="Thema"),
        EventField(name="user_id", kind="user", label="Mitglied"),
        EventField(name="user_ids", kind="users", label="Mitglieder"),
        EventField(name="version", kind="number", label="Fassung"),
        EventField(name="why", kind="text", label="Grund"),
    )
}
_PARENT_AREA: Final = EventField(
    name="parent_id", kind="area", label="Bereich darüber", optional=True
)
_PARENT_POST: Final = EventField(
    name="parent_id", kind="post", label="Beantworteter Beitrag", optional=True
)


def _of(names: str, *more: EventField) -> tuple[EventField, ...]:
    return (*(_FIELDS[name] for name in names.split()), *more)


def _takes_back(event: str, by: str) -> tuple[Undoing, ...]:
    return (Undoing(event=event, by=tuple(by.split())),)


_POST: Final = _of("topic_id post_id seq author_id")
_REACTION: Final = (*_POST, _FIELDS["kind"])
_TOPIC: Final = _of("topic_id")
_USER: Final = _of("user_id")
_MOVED: Final = _of("source_id target_id")
_SITE: Final = (
    EventSpec(
        name="accounts.address_changed",
        title="Neue Mailadresse bestätigt",
        fields=_USER,
        per_area=False,
    ),
    EventSpec(
        name="accounts.ghosts_created",
        title="Namen von anderswo übernommen",
        fields=_of("user_ids"),
        per_area=False,
    ),
    EventSpec(
        name="accounts.password_changed", title="Passwort geändert", fields=_USER, per_area=False
    ),
    EventSpec(
        name="accounts.user_changed",
        title="Profil geändert",
        fields=_of("user_id fields"),
        per_area=False,
    ),
    EventSpec(name="accounts.user_erased", title="Konto gelöscht", fields=_USER, per_area=False),
    EventSpec(
        name="accounts.user_registered",
        title="Neu auf der Seite",
        fields=_of("user_id invited"),
        per_area=False,
    ),
    EventSpec(
        name="accounts.users_merged",
        title="Konten zusammengelegt",
        fields=(
            EventField(name="source_id", kind="user", label="Mitglied vorher"),
            EventField(name="target_id", kind="user", label="Mitglied nachher"),
        ),
        per_area=False,
    ),
)
_AREAS: Final = (
    EventSpec(
        name="areas.application_decided",
        title="Beitrittsanfrage beantwortet",
        fields=_of("application_id user_id accepted"),
    ),
    EventSpec(
        name="areas.application_made",
        title="Beitritt angefragt",
        fields=_of("application_id user_id"),
    ),
    EventSpec(
        name="areas.application_withdrawn",
        title="Beitrittsanfrage zurückgezogen",
        fields=_of("application_id user_id"),
    ),
    EventSpec(name="areas.area_archived", title="Bereich abgeschlossen"),
    EventSpec(name="areas.area_created", title="Bereich angelegt", fields=(_PARENT_AREA,)),
    EventSpec(name="areas.area_deleted", title="Bereich gelöscht", fields=_of("slug")),
    EventSpec(name="areas.area_edited", title="Bereich geändert", fields=_of("fields")),
    EventSpec(name="areas.area_moved", title="Bereich verschoben", fields=_MOVED),
    EventSpec(name="areas.area_reopened", title="Bereich wieder geöffnet"),
    EventSpec(name="areas.area_sealed", title="Bereich versiegelt"),
    EventSpec(name="areas.area_unsealed", title="Siegel gelöst"),
    EventSpec(
        name="areas.invitation_made", title="Einladung erstellt", fields=_of("invitation_id")
    ),
    EventSpec(
        name="areas.invitation_revoked",
        title="Einladung zurückgenommen",
        fields=_of("invitation_id"),
    ),
    EventSpec(
        name="areas.member_joined", title="Einem Bereich beigetreten", fields=_of("user_id source")
    ),
    EventSpec(name="areas.member_left", title="Einen Bereich verlassen", fields=_of("user_id why")),
    EventSpec(
        name="areas.plugin_settings_set",
        title="Erweiterung eingestellt",
        fields=_of("plugin keys"),
    ),
    EventSpec(
        name="areas.plugin_state_set",
        title="Erweiterung geschaltet",
        fields=_of("plugin before after"),
    ),
    EventSpec(name="areas.role_changed", title="Rolle geändert", fields=_of("user_id role title")),
)
_TALK: Final = (
    EventSpec(
        name="discussions.post_created",
        title="Beitrag geschrieben",
        fields=(*_POST, _PARENT_POST, *_of("parent_author_id mentioned_ids quoted_ids")),
    ),
    EventSpec(
        name="discussions.post_deleted",
        title="Beitrag gelöscht",
        fields=_POST,
        undoes=_takes_back("discussions.post_created", "post_id"),
    ),
    EventSpec(
        name="discussions.post_edited",
        title="Beitrag bearbeitet",
        fields=(*_POST, *_of("version mentioned_ids")),
    ),
    EventSpec(
        name="discussions.post_hidden",
        title="Beitrag ausgeblendet",
        fields=_POST,
        undoes=_takes_back("discussions.post_created", "post_id"),
    ),
    EventSpec(
        name="discussions.post_restored",
        title="Beitrag wiederhergestellt",
        fields=_POST,
        undoes=_takes_back("discussions.post_deleted", "post_id"),
    ),
    EventSpec(
        name="discussions.post_unhidden",
        title="Beitrag wieder gezeigt",
        fields=_POST,
        undoes=_takes_back("discussions.post_hidden", "post_id"),
    ),
    EventSpec(
        name="discussions.posts_moved",
        title="Beiträge umgehängt",
        fields=_of("topic_id post_ids"),
    ),
    EventSpec(
        name="discussions.posts_purged",
        title="Beiträge mit ihrem Bereich gelöscht",
        fields=_of("post_ids"),
    ),
    EventSpec(name="discussions.reaction_added", title="Auf Beitrag reagiert", fields=_REACTION),
    EventSpec(
        name="discussions.reaction_removed",
        title="Reaktion zurückgenommen",
        fields=_REACTION,
        undoes=_takes_back("discussions.reaction_added", "actor_id post_id kind"),
    ),
    EventSpec(
        name="discussions.topic_created",
        title="Thema begonnen",
        fields=_of("topic_id post_id kind"),
    ),
    EventSpec(
        name="discussions.topic_deleted",
        title="Thema gelöscht",
        fields=_TOPIC,
        undoes=_takes_back("discussions.topic_created", "topic_id"),
    ),
    EventSpec(
        name="discussions.topic_hidden",
        title="Thema ausgeblendet",
        fields=_TOPIC,
        undoes=_takes_back("discussions.topic_created", "topic_id"),
    ),
    EventSpec(name="discussions.topic_locked", title="Thema geschlossen", fields=_TOPIC),
    EventSpec(name="discussions.topic_moved", title="Thema verschoben", fields=(*_TOPIC, *_MOVED)),
    EventSpec(name="discussions.topic_pinned", title="Thema angeheftet", fields=_TOPIC),
    EventSpec(name="discussions.topic_renamed", title="Thema umbenannt", fields=_TOPIC),
    EventSpec(
        name="discussions.topic_restored",
        title="Thema wiederhergestellt",
        fields=_TOPIC,
        undoes=_takes_back("discussions.topic_deleted", "topic_id"),
    ),
    EventSpec(
        name="discussions.topic_unhidden",
        title="Thema wieder gezeigt",
        fields=_TOPIC,
        undoes=_takes_back("discussions.topic_hidden", "topic_id"),
    ),
    EventSpec(name="discussions.topic_unlocked", title="Thema wieder geöffnet", fields=_TOPIC),
    EventSpec(name="discussions.topic_unpinned", title="Thema nicht mehr oben", fields=_TOPIC),
)
CORE_EVENTS: Final = (*_SITE, *_AREAS, *_TALK)


def list_event_types() -> list[EventSpec]:
    """Return every type of event that can happen here, the core's first, with all their fields.

    Titles and labels are msgids, the core's own or those of the plugin that the name begins with.
    Who acted, where and when is known of each event beside its fields.
    """
    return [*CORE_EVENTS, *service("dispatcher").list_events()]
