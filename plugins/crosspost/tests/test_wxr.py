"""WordPress exports: posts as topics, comments as their tree, nothing that was not public."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from forum_crosspost import limits
from forum_crosspost.operations import importing
from hypothesis import given, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Lists

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.4" -->
<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"><channel>
<title>Blog der Gruppe</title><link>https://blog.example</link>
<wp:base_blog_url>https://blog.example</wp:base_blog_url>
<wp:author><wp:author_id>1</wp:author_id><wp:author_login><![CDATA[udo]]></wp:author_login>
<wp:author_email><![CDATA[udo@mail.example]]></wp:author_email>
<wp:author_display_name><![CDATA[Udo Kern]]></wp:author_display_name></wp:author>
"""
TAIL = "</channel></rss>\n"
DATE = "2020-07-01 08:00:00"


def comment(number: int, text: str = "Gern", *, parent: int = 0, **fields: str) -> str:
    """Return a comment as WordPress writes it."""
    told = {
        "author": f"<![CDATA[Person {number}]]>",
        "author_email": f"p{number}@mail.example",
        "author_IP": "203.0.113.77",
        "date_gmt": f"2020-07-02 08:00:{number % 60:02}",
        "content": f"<![CDATA[{text}]]>",
        "approved": "1",
        "type": "comment",
        "parent": str(parent),
        "id": str(number),
        **fields,
    }
    inside = "".join(f"<wp:comment_{k}>{v}</wp:comment_{k}>" for k, v in told.items())
    return f"<wp:comment>{inside}</wp:comment>"


def item(number: int, text: str = "<p>Hallo</p>", *comments: str, **fields: str) -> str:
    """Return an item; keywords replace `title`, `status`, `type`, `password`, `date`."""
    told = {"title": f"Beitrag {number}", "status": "publish", "type": "post"}
    told |= {"password": "", "date": DATE, **fields}
    return (
        f"<item><title>{told['title']}</title><link>https://blog.example/?p={number}</link>"
        "<pubDate>Wed, 01 Jul 2020 08:00:00 +0000</pubDate><dc:creator><![CDATA[udo]]></dc:creator>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded><wp:post_id>{number}</wp:post_id>"
        f"<wp:post_date_gmt>{told['date']}</wp:post_date_gmt><wp:status>{told['status']}</wp:status>"
        f"<wp:post_type>{told['type']}</wp:post_type>"
        f"<wp:post_password>{told['password']}</wp:post_password>"
        f"<category domain='category'>Aktuell</category>{''.join(comments)}</item>\n"
    )


def write(lists: Lists, *items: str, head: str = HEAD, tail: str = TAIL) -> Path:
    return lists.file("".join([head, *items, tail]).encode(), kind="wxr")


def posts(lists: Lists) -> dict[str, Any]:
    return {key.removeprefix("blog.example#"): post for key, post in lists.posts().items()}


def test_posts_become_topics_and_comments_their_tree(lists: Lists, told: Any) -> None:
    first = item(1, "<p>Hallo</p>", comment(5), comment(6, parent=5), comment(7, "Auch", parent=6))
    report = lists.run(write(lists, first, item(2, "Erste Zeile\nZweite\n\nAbsatz", title="Zwei")))
    assert told(report) == {"topics_new": 2, "posts_new": 5, "authors_new": 4}
    found = posts(lists)
    above = {key: post.parent and post.parent.partition("#")[2] for key, post in found.items()}
    assert above == {
        "post-1": None,
        "post-2": None,
        "comment-5": "post-1",
        "comment-6": "comment-5",
        "comment-7": "comment-6",
    }
    assert found["post-2"].source == "Erste Zeile\nZweite\n\nAbsatz"
    assert (found["post-2"].title, found["post-2"].author) == ("Zwei", "Udo Kern (Webseite)")
    assert told(lists.run(write(lists, first))) == {"posts_same": 4}
    rows = lists.rows("SELECT label, url FROM crosspost_origin ORDER BY post_id LIMIT 1")
    assert rows == [("Blog der Gruppe", "https://blog.example/?p=1")]


def test_only_what_everybody_could_read(lists: Lists) -> None:
    secret = "kanarie"
    report = lists.run(
        write(
            lists,
            item(1, secret, status="draft"),
            item(2, secret, status="private"),
            item(3, secret, password="x"),
            item(4, secret, status="trash"),
            item(5, secret, type="page"),
            item(6, secret, type="attachment", status="inherit"),
            item(
                7,
                "Da",
                comment(1, secret, approved="spam"),
                comment(2, secret, approved="0"),
                comment(3, secret, approved="trash"),
                comment(4, secret, type="pingback"),
                comment(8, "Antwort auf Spam", parent=1),
            ),
        )
    )
    assert (report.topics_new, report.posts_new) == (1, 2)
    assert len(report.rejections) == 8
    assert lists.scalar("SELECT count(*) FROM post WHERE source LIKE '%kanarie%'") == 0
    assert posts(lists)["comment-8"].parent == "blog.example#post-7"


def test_neither_addresses_of_people_nor_of_computers(lists: Lists) -> None:
    lists.run(write(lists, item(1, "Von p1@mail.example", comment(1, "an udo@mail.example"))))
    for table in ("crosspost_author", "crosspost_map", "crosspost_origin", "crosspost_run", "post"):
        shown = str(lists.rows(f"SELECT * FROM {table}"))
        assert "203.0.113.77" not in shown
        assert "@mail.example" not in shown
    assert lists.scalar("SELECT count(*) FROM crosspost_author WHERE addr_hmac IS NOT NULL") == 2


def test_a_broken_item_takes_no_other_with_it(lists: Lists) -> None:
    broken = item(2).replace("]]></content", "</content")
    report = lists.run(
        write(
            lists,
            item(1),
            broken,
            item(3, "&xxe;").replace("<![CDATA[&xxe;]]>", "&xxe;"),
            item(4, "Steuer\x01zeichen"),
            item(5).replace("</item>", ""),
            item(6, date="0000-00-00 00:00:00"),
        )
    )
    assert sorted(posts(lists)) == ["post-1", "post-4", "post-6"]
    assert {one.id.partition("#")[2] for one in report.rejections} == {"post-2", "post-3", "post-5"}


def test_entities_are_not_expanded_and_nothing_is_fetched(lists: Lists, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("kanarie")
    doctype = f'<!DOCTYPE rss [<!ENTITY a "{"ha" * 50}"><!ENTITY x SYSTEM "file://{secret}">]>\n'
    head = HEAD.replace("<rss", f"{doctype}<rss")
    bomb = item(1).replace("<![CDATA[<p>Hallo</p>]]>", "&x;" + "&a;" * 1000)
    report = lists.run(write(lists, bomb, item(2), head=head))
    assert sorted(posts(lists)) == ["post-2"]
    assert len(report.rejections) == 2


def test_what_somebody_writes_into_a_comment_makes_no_post(lists: Lists) -> None:
    forged = item(99, title="Gefälscht").replace("]]>", "]]]]><![CDATA[>")
    lists.run(write(lists, item(1, "Echt", comment(1, f"</item>{forged}<item>"))))
    assert sorted(posts(lists)) == ["comment-1", "post-1"]


def test_truncated_wrong_charset_and_no_export(lists: Lists) -> None:
    whole = (HEAD + item(1) + item(2, "Zweiter", comment(1))).encode()
    report = lists.run(lists.file(whole[:-40], kind="wxr"))
    assert sorted(posts(lists)) == ["post-1"]
    assert [one.id for one in report.rejections] == ["blog.example#post-2"]
    latin = (HEAD + item(3, "Größe") + TAIL).encode("latin-1")
    lists.run(lists.file(latin, kind="wxr"))
    assert posts(lists)["post-3"].source == "Größe"
    for data in (b"", b"From a\n\nkeins", HEAD.encode()):
        assert lists.run(lists.file(data, kind="wxr")).rejections


def test_pictures_become_links_and_scripts_nothing(lists: Lists) -> None:
    text = (
        '<p onclick="x()">Da <script>alert(1)</script>'
        '<img src="https://blog.example/b.jpg" alt="B">'
        '<img src="javascript:alert(1)"><img src="http://10.0.0.1/x"></p>'
    )
    lists.run(write(lists, item(1, text)))
    html = lists.scalar("SELECT html FROM post")
    assert "https://blog.example/b.jpg" in html
    assert re.findall("<img|<script|javascript|10.0.0.1|onclick", html) == []
    assert lists.rows("SELECT stats FROM crosspost_run") != []


WORDS = st.text(alphabet="abc <>&]\x02ö", max_size=12)
ITEMS = st.lists(
    st.tuples(
        st.integers(1, 9),
        WORDS,
        st.sampled_from(["publish", "draft"]),
        st.lists(st.tuples(st.integers(1, 30), st.integers(0, 30), WORDS), max_size=4),
        st.booleans(),
    ),
    max_size=6,
)


def build(rows: Any) -> list[str]:
    return [
        item(n, text, *(comment(c, w, parent=p) for c, p, w in told), status=status)[
            : -9 if broken else None
        ]
        for n, text, status, told, broken in rows
    ]


def test_dry_run_tells_what_the_run_will_do(lists: Lists) -> None:
    """Over files of every sort, one after the other, so that later ones find what is there."""
    runs = [0]

    @settings(max_examples=25)
    @given(ITEMS)
    def check(rows: Any) -> None:
        runs[0] += 1
        file = write(lists, *build(rows))
        before = lists.scalar("SELECT count(*) FROM post")
        dry = lists.run(file, dry_run=True)
        assert lists.scalar("SELECT count(*) FROM post") == before
        assert lists.run(file) == dry
        assert lists.run(file, dry_run=True).posts_new == 0

    check()
    assert runs[0] >= 25


@pytest.mark.parametrize("batches", [0, 1, 4])
def test_run_goes_on_where_it_stood(
    lists: Lists, monkeypatch: pytest.MonkeyPatch, batches: int
) -> None:
    monkeypatch.setattr(limits, "BATCH_MESSAGES", 5)
    items = [
        item(n, f"Text {n}", comment(10 * n), comment(10 * n + 1, parent=10 * n))
        for n in range(1, 15)
    ]
    file = write(lists, *items, item(3, "noch einmal"), item(20)[:-12])
    whole = lists.run(file, key="whole")
    left = [batches]
    store = importing.write_batch

    def die(*arguments: Any) -> Any:
        done = store(*arguments)
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        return done

    monkeypatch.setattr(importing, "write_batch", die)
    with pytest.raises(KeyboardInterrupt):
        lists.run(file, key="killed")
    monkeypatch.setattr(importing, "write_batch", store)
    assert lists.run(file, key="killed") == whole
    assert lists.forest("killed") == lists.forest("whole")
