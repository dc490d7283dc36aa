"""Reads of discussions: rows, never models; under the wall of the bound viewer."""

from forum.discussions.queries.cards import TopicCard, find_cards
from forum.discussions.queries.followers import list_followers, list_muters
from forum.discussions.queries.lists import (
    FEED_SHAPE,
    TopicLine,
    list_feed,
    list_latest_topics,
    list_own_feed,
    list_topics,
    sort_shape,
)
from forum.discussions.queries.mentions import (
    fill_texts,
    find_quotes,
    list_mentionable,
    list_readable_sources,
    split_by_access,
)
from forum.discussions.queries.missed import (
    ActiveTopic,
    Written,
    find_places,
    list_active_topics,
    list_settled,
)
from forum.discussions.queries.people import PersonRow, member, person_columns
from forum.discussions.queries.posts import (
    PostPage,
    PostRow,
    find_last_page,
    find_post_page,
    list_moments,
    list_own_reactions,
    list_posts,
)
from forum.discussions.queries.rows import (
    POST,
    TOPIC,
    VISIBLE,
    WAITING,
    Mine,
    TopicRow,
    post_url,
    topic_url,
)
from forum.discussions.queries.shown import AUTHORED_POSTS, SHOWN_POSTS
from forum.discussions.queries.texts import (
    PostLine,
    PostText,
    Revision,
    get_post,
    list_post_lines,
    list_reactions,
    list_revisions,
)
from forum.discussions.queries.topics import (
    TopicPage,
    find_page_version,
    get_area_id,
    get_topic_page,
)
from forum.discussions.queries.unread import count_unread_by_area

__all__ = [
    "AUTHORED_POSTS",
    "FEED_SHAPE",
    "POST",
    "SHOWN_POSTS",
    "TOPIC",
    "VISIBLE",
    "WAITING",
    "ActiveTopic",
    "Mine",
    "PersonRow",
    "PostLine",
    "PostPage",
    "PostRow",
    "PostText",
    "Revision",
    "TopicCard",
    "TopicLine",
    "TopicPage",
    "TopicRow",
    "Written",
    "count_unread_by_area",
    "fill_texts",
    "find_cards",
    "find_last_page",
    "find_page_version",
    "find_places",
    "find_post_page",
    "find_quotes",
    "get_area_id",
    "get_post",
    "get_topic_page",
    "list_active_topics",
    "list_feed",
    "list_followers",
    "list_latest_topics",
    "list_mentionable",
    "list_moments",
    "list_muters",
    "list_own_feed",
    "list_own_reactions",
    "list_post_lines",
    "list_posts",
    "list_reactions",
    "list_readable_sources",
    "list_revisions",
    "list_settled",
    "list_topics",
    "member",
    "person_columns",
    "post_url",
    "sort_shape",
    "split_by_access",
    "topic_url",
]
