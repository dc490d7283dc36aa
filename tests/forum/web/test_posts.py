"""The tree of a page: nesting, branches, posts whose parent is elsewhere."""

from __future__ import annotations

import re

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from forum.web.posts import PostView, arrange, post_labels
from forum.web.render import render_macro
from tests.forum.web.showcase import ANKE, at, post, replies


def made(*depths: int) -> list[PostView]:
    stack: list[tuple[int, int]] = []
    posts = []
    for seq, depth in enumerate(depths, start=2):
        while stack and stack[-1][0] >= depth:
            stack.pop()
        parent = stack[-1][1] if stack else 0
        posts.append(post(seq, ANKE, at(3, 9, 0), "<p>x</p>", depth=depth, parent_seq=parent))
        stack.append((depth, seq))
    return posts


def test_branches_count_what_is_below() -> None:
    nodes = arrange(made(1, 2, 3, 2, 1)).nodes
    assert [node.below for node in nodes] == [3, 1, 0, 0, 0]
    assert [node.close.count("</ul>") for node in nodes] == [0, 0, 0, 1, 1]


def test_a_page_may_begin_inside_a_branch() -> None:
    posts = made(4, 4, 2, 3)
    nodes = arrange(posts).nodes
    assert [node.below for node in nodes] == [0, 0, 1, 0]
    assert [node.lost for node in nodes] == [True, True, True, False]


def test_new_posts_below_are_told() -> None:
    tree = arrange(replies())
    labels = post_labels()
    assert [labels.below(node) for node in tree.nodes if node.below] == [
        "4 Antworten, davon 2 neu",
        "2 Antworten, davon 2 neu",
        "1 Antwort, davon 1 neu",
        "1 Antwort",
    ]


@given(st.lists(st.integers(1, 70), max_size=30))
def test_what_is_opened_is_closed(depths: list[int]) -> None:
    tree = arrange(made(*depths))
    opened = sum(node.below > 0 for node in tree.nodes)
    closed = sum(node.close.count("</details>") for node in tree.nodes)
    assert opened == closed + tree.end.count("</details>")


def test_the_tree_is_well_formed(member: Flask) -> None:
    with member.test_request_context("/"):
        html = str(
            render_macro("_macros/post.html", "topic_tree", arrange(replies()), post_labels())
        )
    for tag in ("ul", "li", "details", "article", "div", "span", "button", "a", "p"):
        opened, closed = len(re.findall(rf"<{tag}[ >]", html)), html.count(f"</{tag}>")
        assert (tag, opened) == (tag, closed)


def test_names_are_escaped_in_labels(member: Flask) -> None:
    from forum.web.people import Person

    hostile = post(2, Person('"><script>', "/u/x"), at(1, 1, 1), "<p>x</p>")
    with member.test_request_context("/"):
        html = str(render_macro("_macros/post.html", "post", hostile, post_labels()))
    assert "<script>" not in html
    assert 'aria-label="Mehr zum Beitrag von &#34;&gt;&lt;script&gt;"' in html


def test_hidden_text_is_folded_and_deleted_text_is_gone(member: Flask) -> None:
    with member.test_request_context("/"):
        html = str(
            render_macro("_macros/post.html", "topic_tree", arrange(replies()), post_labels())
        )
    assert re.search(r'<details class="shown"><summary>[^<]+</summary><div class="text">', html)
    assert "Dieser Beitrag wurde gelöscht." in html
