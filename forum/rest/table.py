"""All endpoints of the core: served, checked and documented from these rows."""

from __future__ import annotations

from typing import Final

from forum.rest import shapes
from forum.rest.endpoints import ONCE, Endpoint
from forum.rest.views import me, places, posts, topics

AREAS, TOPICS, POSTS, MEMBER = "Areas", "Topics", "Posts", "Member"

ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        name="areas",
        rule="/areas",
        method="GET",
        summary="List the areas that one may know of",
        tag=AREAS,
        view=places.list_areas,
        query=shapes.AreaCutting,
        answer=shapes.AreaPage,
        pages=True,
    ),
    Endpoint(
        name="area",
        rule="/areas/<slug>",
        method="GET",
        summary="Read one area",
        tag=AREAS,
        view=places.show_one,
        answer=shapes.Area,
    ),
    Endpoint(
        name="topics",
        rule="/areas/<slug>/topics",
        method="GET",
        summary="List the topics of an area",
        tag=TOPICS,
        view=topics.list_of_area,
        query=shapes.TopicCutting,
        answer=shapes.TopicPage,
        pages=True,
    ),
    Endpoint(
        name="start_topic",
        rule="/areas/<slug>/topics",
        method="POST",
        summary="Start a topic",
        tag=TOPICS,
        view=topics.start,
        body=shapes.NewTopic,
        answer=shapes.Topic,
        status=201,
        scope="write",
        headers=ONCE,
    ),
    Endpoint(
        name="topic",
        rule="/topics/<int:topic_id>",
        method="GET",
        summary="Read one topic",
        tag=TOPICS,
        view=topics.show_one,
        answer=shapes.Topic,
    ),
    Endpoint(
        name="posts",
        rule="/topics/<int:topic_id>/posts",
        method="GET",
        summary="List the posts of a topic",
        tag=POSTS,
        view=posts.list_of_topic,
        query=shapes.PostCutting,
        answer=shapes.PostPage,
        pages=True,
    ),
    Endpoint(
        name="reply",
        rule="/topics/<int:topic_id>/posts",
        method="POST",
        summary="Write a reply",
        tag=POSTS,
        view=posts.reply,
        body=shapes.NewReply,
        answer=shapes.Post,
        status=201,
        scope="write",
        headers=ONCE,
    ),
    Endpoint(
        name="post",
        rule="/topics/<int:topic_id>/posts/<int:seq>",
        method="GET",
        summary="Read one post",
        tag=POSTS,
        view=posts.show_one,
        answer=shapes.Post,
    ),
    Endpoint(
        name="me",
        rule="/me",
        method="GET",
        summary="Read for whom the token speaks",
        tag=MEMBER,
        view=me.show_me,
        answer=shapes.Me,
        private=True,
    ),
)
