"""What tables, queries, rules and operations of a plugin are made of: re-exports, no logic."""

from forum.accounts.operations import Ghost, create_ghosts
from forum.accounts.queries import find_people
from forum.areas.operations import append_events
from forum.areas.queries import (
    belongs_to,
    count_members_below,
    find_area_id,
    get_scope_by_id,
    get_settings_in_force,
    get_system_scope,
    list_path,
    list_plugin_areas,
)
from forum.areas.rules import (
    can_moderate,
    can_reply,
    is_writable,
    list_repliers,
    require_read,
    require_reply,
)
from forum.areas.scope import Scope
from forum.areas.vocabulary import list_event_types
from forum.core.among import among
from forum.core.audit import record as record_audit
from forum.core.clock import now
from forum.core.database import (
    BigId,
    JSONType,
    Model,
    UTCDateTime,
    at_most,
    db,
    on_commit,
    read_unit,
    require_row,
    sortable,
    unit,
    unscoped,
)
from forum.core.digests import keyed_digest
from forum.core.errors import Conflict, Denied, ForumError, Invalid, NotFound, TooMany
from forum.core.wall import (
    AreaBound,
    AreaRowBound,
    ParticipantBound,
    PostBound,
    TopicBound,
    Viewer,
    as_viewer,
    current_viewer,
)
from forum.discussions.news import News, ReadableNews, collect_news, list_readable_news
from forum.discussions.operations import (
    Hanging,
    ImportOutcome,
    ImportRecord,
    hang_posts,
    import_batch,
    reply,
    touch_topic,
)
from forum.discussions.queries import (
    AUTHORED_POSTS,
    SHOWN_POSTS,
    PersonRow,
    member,
    person_columns,
    post_url,
    topic_url,
)
from forum.notifications.operations import notify
from forum.search.operations import mark_pending as mark_for_search

__all__ = [
    "AUTHORED_POSTS",
    "SHOWN_POSTS",
    "AreaBound",
    "AreaRowBound",
    "BigId",
    "Conflict",
    "Denied",
    "ForumError",
    "Ghost",
    "Hanging",
    "ImportOutcome",
    "ImportRecord",
    "Invalid",
    "JSONType",
    "Model",
    "News",
    "NotFound",
    "ParticipantBound",
    "PersonRow",
    "PostBound",
    "ReadableNews",
    "Scope",
    "TooMany",
    "TopicBound",
    "UTCDateTime",
    "Viewer",
    "among",
    "append_events",
    "as_viewer",
    "at_most",
    "belongs_to",
    "can_moderate",
    "can_reply",
    "collect_news",
    "count_members_below",
    "create_ghosts",
    "current_viewer",
    "db",
    "find_area_id",
    "find_people",
    "get_scope_by_id",
    "get_settings_in_force",
    "get_system_scope",
    "hang_posts",
    "import_batch",
    "is_writable",
    "keyed_digest",
    "list_event_types",
    "list_path",
    "list_plugin_areas",
    "list_readable_news",
    "list_repliers",
    "mark_for_search",
    "member",
    "notify",
    "now",
    "on_commit",
    "person_columns",
    "post_url",
    "read_unit",
    "record_audit",
    "reply",
    "require_read",
    "require_reply",
    "require_row",
    "sortable",
    "topic_url",
    "touch_topic",
    "unit",
    "unscoped",
]
