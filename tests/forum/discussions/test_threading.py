"""Paths against a naive walk of the same tree, also when parents come late."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.core import limits
from forum.discussions.threading import (
    LARGEST,
    LENGTH,
    Hung,
    Place,
    place_reply,
    place_root,
    rewrite_subtree,
    segment,
)


@st.composite
def trees(draw: st.DrawFn) -> list[Hung]:
    """A tree in which parents may have come later than their children."""
    size = draw(st.integers(1, 60))
    order = draw(st.permutations(range(size)))
    seqs = draw(st.permutations(range(1, size + 1)))
    parents = [None, *(draw(st.integers(0, at - 1)) for at in range(1, size))]
    posts = [
        Hung(at + 1, seqs[at], None if above is None else above + 1)
        for at, above in enumerate(parents)
    ]
    return [posts[at] for at in order]


def walk(posts: Sequence[Hung], parent_id: int | None = None) -> list[int]:
    """The reading order, naively: siblings by arrival, below each its own."""
    here = sorted((p for p in posts if p.parent_id == parent_id), key=lambda post: post.seq)
    return [seen for post in here for seen in (post.id, *walk(posts, post.id))]


def by_path(posts: Sequence[Hung], places: dict[int, Place]) -> list[int]:
    return [p.id for p in sorted(posts, key=lambda post: (places[post.id].path, post.seq))]


@given(trees())
def test_sorting_paths_walks_the_tree(posts: list[Hung]) -> None:
    places = rewrite_subtree(posts, under={})
    assert by_path(posts, places) == walk(posts)


@given(trees())
def test_depth_is_the_number_of_ancestors(posts: list[Hung]) -> None:
    places = rewrite_subtree(posts, under={})
    parents = {post.id: post.parent_id for post in posts}
    for post in posts:
        above, depth = post.parent_id, 0
        while above is not None:
            above, depth = parents[above], depth + 1
        assert places[post.id].depth == depth


@given(trees(), st.data())
def test_rewriting_a_branch_gives_what_rewriting_everything_gives(
    posts: list[Hung], data: st.DataObject
) -> None:
    everything = rewrite_subtree(posts, under={})
    top = data.draw(st.sampled_from(posts))
    branch_ids = {top.id}
    grew = True
    while grew:
        below = {p.id for p in posts if p.parent_id in branch_ids} - branch_ids
        branch_ids |= below
        grew = bool(below)
    branch = [post for post in posts if post.id in branch_ids]
    under = {i: place for i, place in everything.items() if i not in branch_ids}
    assert rewrite_subtree(branch, under=under) == {i: everything[i] for i in branch_ids}


def test_paths_stop_at_level_64_and_go_on_by_seq() -> None:
    places = [place_root(1)]
    for seq in range(2, 202):
        places.append(place_reply(places[-1], seq))
    assert [place.depth for place in places] == list(range(201))
    assert max(len(place.path) for place in places) == LENGTH == 4 * limits.TREE_DEPTH
    keys = [(place.path, seq) for seq, place in enumerate(places, 1)]
    assert keys == sorted(keys)


def test_segments_sort_as_their_numbers() -> None:
    numbers = [0, 1, 9, 10, 35, 36, 1295, 1296, LARGEST]
    assert [segment(n) for n in numbers] == sorted(segment(n) for n in numbers)
    assert {len(segment(n)) for n in numbers} == {4}


@pytest.mark.parametrize("seq", [-1, LARGEST + 1])
def test_a_seq_that_does_not_fit_is_refused(seq: int) -> None:
    with pytest.raises(ValueError, match="1,679,615"):
        segment(seq)


def test_a_circle_is_refused() -> None:
    with pytest.raises(ValueError, match="circle"):
        rewrite_subtree([Hung(1, 1, 2), Hung(2, 2, 1)], under={})
