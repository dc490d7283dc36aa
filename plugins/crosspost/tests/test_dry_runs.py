"""Dry runs: they tell to the last figure what the run will do, and leave not one row behind."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from forum_crosspost.operations.feeds import import_feed
from forum_crosspost.personal import Personal, count_personal

from forum.plugin import AreaRef, ImportJob, ImportReport

if TYPE_CHECKING:
    from conftest import Lists

PEOPLE = (
    "<p>Ruf an: 0541 / 12 34 567 oder +49 541 7654321, schreib an rosa@blog.example."
    ' Der Rechner ist 203.0.113.77.</p><img src="https://blog.example/b.jpg">'
)


def write_items(*items: tuple[int, str]) -> bytes:
    """Return a feed with these items; one without a number has nothing it could be known by."""
    told = "".join(
        f"<item><guid>{number}</guid><link>https://b.example/{number}</link>"
        f"<title>Titel {number}</title><description><![CDATA[{text}]]></description>"
        f'<enclosure url="https://b.example/{number}.mp3" type="audio/mpeg" length="1"/></item>'
        if number
        else "<item><pubDate>Mon, 02 Nov 2026 08:00:00 GMT</pubDate></item>"
        for number, text in items
    )
    return f"<rss><channel><title>Blog</title>{told}</channel></rss>".encode()


def write_posts(*items: tuple[int, str]) -> bytes:
    """Return an export; every post has a comment with what must not be taken over of its writer."""
    told = "".join(
        f"<item><title>Titel {number}</title><wp:post_id>{number or ''}</wp:post_id>"
        f"<dc:creator>Person {number}</dc:creator>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded>"
        "<wp:post_date_gmt>2026-11-01 08:00:00</wp:post_date_gmt><wp:status>publish</wp:status>"
        f"<wp:post_type>post</wp:post_type><wp:comment><wp:comment_id>{number}00</wp:comment_id>"
        "<wp:comment_author>Leserin</wp:comment_author>"
        "<wp:comment_author_email>l@mail.example</wp:comment_author_email>"
        "<wp:comment_author_IP>203.0.113.9</wp:comment_author_IP>"
        "<wp:comment_date_gmt>2026-11-02 08:00:00</wp:comment_date_gmt>"
        "<wp:comment_content>Danke</wp:comment_content><wp:comment_approved>1</wp:comment_approved>"
        "</wp:comment></item>"
        for number, text in items
    )
    head = "<rss><channel><title>Blog</title><link>https://blog.example</link>"
    return f"{head}{told}</channel></rss>".encode()


def take(lists: Lists, file: Path, *, dry_run: bool = False) -> ImportReport:
    """Import a file of any kind."""
    if file.suffix != ".rss":
        return lists.run(file, dry_run=dry_run)
    with lists.app.app_context():
        place = AreaRef(lists.area, "kreis", "Kreis")
        return import_feed(ImportJob(area=place, file=file, dry_run=dry_run), "rss")


FIRST = ((1, "Eins"), (2, "Zwei"))
THEN = ((1, PEOPLE), (2, "Zwei"), (3, PEOPLE), (3, "Noch einmal"), (0, ""), (4, "Vier"))


@pytest.mark.parametrize(
    ("kind", "write", "expected"),
    [
        (
            "rss",
            write_items,
            # Titles and beginnings only, and the source itself is who writes.
            {"topics_new": 2, "posts_new": 2, "posts_changed": 1, "posts_same": 1}
            | {"authors_new": 0, "authors_known": 1, "rejected": 2, "attachments": 5}
            | {"addresses": 2, "phones": 4, "hosts": 2, "dropped": 0},
        ),
        (
            "wxr",
            write_posts,
            {"topics_new": 2, "posts_new": 4, "posts_changed": 1, "posts_same": 3}
            | {"authors_new": 2, "authors_known": 2, "rejected": 3, "attachments": 2}
            | {"addresses": 2, "phones": 4, "hosts": 2, "dropped": 4},
        ),
    ],
)
def test_new_changed_same_and_rejected(
    lists: Lists, kind: str, write: Any, expected: dict[str, int]
) -> None:
    for items in (FIRST, THEN):
        file = lists.file(write(*items), kind=kind)
        before = lists.dump()
        dry = take(lists, file, dry_run=True)
        assert lists.dump() == before
        assert take(lists, file) == dry
    told: dict[str, Any] = {**dry.as_dict(), **dry.figures}
    assert {name: told[name] for name in expected} == expected
    assert told["bytes"] > 0
    again = take(lists, file, dry_run=True)
    assert (again.posts_new, again.posts_changed, again.authors_new) == (0, 0, 0)


def test_broken_files_leave_nothing_dry_or_not(lists: Lists) -> None:
    before = lists.dump()
    for dry_run in (True, False):
        report = take(lists, lists.file(b"<rss><chan", kind="rss"), dry_run=dry_run)
        assert (report.posts_new, len(report.rejections)) == (0, 1)
    assert lists.dump() == before


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", Personal(0, 0, 0)),
        ("rosa\\@… und udo@…", Personal(2, 0, 0)),
        ("Tel. 0541/1234567", Personal(0, 1, 0)),
        ("+49 (0)541 12 34 56 7 und 0170-1234567", Personal(0, 2, 0)),
        ("am 2026-11-01 um 08:00:00, 01.02.2026, 100 000 Euro, PLZ 01067", Personal(0, 0, 0)),
        ("203.0.113.77 und 10.0.0.1, aber nicht 1.2.3 und 999.1.1.1", Personal(0, 0, 2)),
        ("https://x.example/0541123456789 und v1.2.3.4", Personal(0, 0, 0)),
        ("0" * 100_000 + "+" * 100_000, Personal(0, 0, 0)),
    ],
)
def test_what_is_counted_as_personal(text: str, found: Personal) -> None:
    assert count_personal(text) == found
