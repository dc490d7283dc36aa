"""What posts are found by: the questions of their polls, and the answers to choose from.

Only what every reader sees from the beginning. Numbers are named by voting, so they are results;
what waits for review or is hidden is read by few.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from forum.api.data import unscoped
from forum.plugin import PostRef, SearchDocument
from forum_polls import limits
from forum_polls.queries import list_polls_for_all
from forum_polls.shapes import FullPoll
from forum_polls.values import LISTED

_WORDED: Final = LISTED - {"dates"}
"""Kinds whose options are words of their own; those of all others are the same everywhere."""


def list_documents(posts: Sequence[PostRef]) -> Sequence[SearchDocument]:
    """Give the texts by which these posts are found. Cost: one statement."""
    with unscoped("polls: the index is made for nobody, the core asks who may read") as session:
        polls = list_polls_for_all(session, [post.id for post in posts])
    texts: dict[int, list[str]] = {}
    for full in polls:
        texts.setdefault(full.poll.post_id, []).extend(_list_texts(full))
    return [
        SearchDocument(post_id, "\n".join(filter(None, found))[: limits.FOUND])
        for post_id, found in texts.items()
    ]


def _list_texts(full: FullPoll) -> Iterator[str]:
    yield full.poll.question
    if full.poll.kind in _WORDED:
        yield from (option.text for option in full.options)
    for question in full.questions:
        yield from _list_texts(question)
