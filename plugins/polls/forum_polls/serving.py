"""Polls in the API for programs: beside topics and posts, and endpoints to vote.

The same operations as the page, with the same refusals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from forum.api.data import Invalid, Scope, can_reply, db
from forum.plugin import ApiFields, ApiRoute, AreaApi, TopicList, TopicPage, ViewerRef
from forum_polls import operations
from forum_polls.programs import Poll, Polls, Vote, Voted, read_vote, tell_poll
from forum_polls.queries import (
    get_full_poll,
    list_polls_of_posts,
    list_polls_of_topics,
    list_with_own_votes,
)
from forum_polls.shapes import FullPoll

_FIELDS: Final = {"option": "options"}
"""Where the form says it otherwise than the body of a request."""


def tell_topics(page: TopicList) -> Mapping[int, Polls]:
    """Give the polls of the first posts of topics. Cost: two statements."""
    found = list_polls_of_topics([topic.id for topic in page.topics])
    return _tell(found, page.viewer, key=lambda poll: poll.topic_id)


def tell_posts(page: TopicPage) -> Mapping[int, Polls]:
    """Give the polls of posts. Cost: two statements."""
    found = list_polls_of_posts([post.id for post in page.posts])
    return _tell(found, page.viewer, key=lambda poll: poll.post_id)


def show(scope: Scope, poll_id: int) -> Poll:
    """Give one poll of the area."""
    return tell_poll(get_full_poll(scope, poll_id), _viewer(scope))


def vote(scope: Scope, poll_id: int, body: Vote) -> Voted:
    """Cast or change a vote."""
    try:
        with db.session.begin_nested():
            voted = operations.vote(scope, poll_id, ballot=read_vote(body))
    except Invalid as error:
        raise Invalid(_FIELDS.get(error.field, error.field), error.message) from None
    return Voted(what=voted.what, answer=voted.answer, poll=show(scope, poll_id))


def withdraw(scope: Scope, poll_id: int) -> Poll:
    """Take the own vote back; without one nothing changes."""
    operations.withdraw_vote(scope, poll_id)
    return show(scope, poll_id)


def _tell(
    found: Sequence[FullPoll], viewer: ViewerRef, *, key: Callable[[Poll], int]
) -> Mapping[int, Polls]:
    told: dict[int, list[Poll]] = {}
    for full in list_with_own_votes(found):
        poll = tell_poll(full, viewer)
        told.setdefault(key(poll), []).append(poll)
    return {number: Polls(polls=tuple(polls)) for number, polls in told.items()}


def _viewer(scope: Scope) -> ViewerRef:
    return ViewerRef(scope.user_id, scope.role or "reader", can_reply(scope))


API: Final = (
    AreaApi(
        (
            ApiRoute(
                rule="/<int:poll_id>",
                endpoint="show",
                summary="Get a poll",
                view=show,
                answer=Poll,
            ),
            ApiRoute(
                rule="/<int:poll_id>/vote",
                endpoint="vote",
                summary="Vote in a poll, or change the vote",
                method="PUT",
                scope="write",
                view=vote,
                body=Vote,
                answer=Voted,
            ),
            ApiRoute(
                rule="/<int:poll_id>/vote",
                endpoint="withdraw",
                summary="Take the vote back",
                method="DELETE",
                scope="write",
                view=withdraw,
                answer=Poll,
            ),
        )
    ),
    ApiFields(topic=Polls, post=Polls),
)
