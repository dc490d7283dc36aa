"""An import that is killed goes on where it stood: nothing twice, nothing lost, the same report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from forum_crosspost import limits
from forum_crosspost.operations import importing

if TYPE_CHECKING:
    from conftest import Kill, Lists

TREE = (
    "SELECT m.ext_id, t.title, q.ext_id, p.seq, p.path, p.depth, p.source, u.name "
    "FROM crosspost_map m JOIN post p ON p.id = m.local_id JOIN topic t ON t.id = p.topic_id "
    'JOIN "user" u ON u.id = p.author_id JOIN crosspost_source s ON s.id = m.source_id '
    "LEFT JOIN crosspost_map q ON q.local_id = p.parent_id WHERE s.key = :key ORDER BY m.ext_id"
)


class Killed(BaseException):
    """Ends a run where a kill would."""


@pytest.mark.parametrize("batches", [0, 1, 7, 21])
def test_run_goes_on_where_it_stood(
    lists: Lists, archive: list[bytes], monkeypatch: pytest.MonkeyPatch, batches: int
) -> None:
    monkeypatch.setattr(limits, "BATCH_MESSAGES", 5)
    file = lists.file(*archive[:60], archive[3], *archive[60:])
    whole = lists.run(file, key="whole")
    left = [batches]
    write = importing.write_batch

    def die(*arguments: Any) -> Any:
        done = write(*arguments)
        left[0] -= 1
        if left[0] < 0:
            raise Killed
        return done

    monkeypatch.setattr(importing, "write_batch", die)
    with pytest.raises(Killed):
        lists.run(file, key="killed")
    monkeypatch.setattr(importing, "write_batch", write)
    stood = lists.scalar(
        "SELECT count(*) FROM crosspost_map m JOIN crosspost_source s ON s.id = m.source_id "
        "WHERE s.key = 'killed'"
    )
    assert stood == 5 * batches
    assert lists.run(file, key="killed") == whole
    assert lists.rows(TREE, key="killed") == lists.rows(TREE, key="whole")


def test_other_file_with_the_same_beginning_is_read_from_its_start(
    lists: Lists, mail: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BATCH_MESSAGES", 2)
    monkeypatch.setattr(limits, "HEAD_BYTES", 100)
    mails = [mail(f"m{n}", minutes=n) for n in range(6)]
    write = importing.write_batch
    calls: list[int] = []

    def die(*arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise Killed
        return write(*arguments)

    monkeypatch.setattr(importing, "write_batch", die)
    with pytest.raises(Killed):
        lists.bring(*mails)
    changed = [mails[0], mail("m1", text="anders", minutes=1), *mails[2:]]
    report = lists.bring(*changed)
    assert (report.posts_new, report.posts_changed, report.posts_same) == (2, 1, 3)
    assert lists.rows("SELECT state FROM crosspost_run ORDER BY id") == [("abandoned",), ("done",)]


@pytest.mark.parametrize("kind", ["mbox", "wxr"])
@pytest.mark.parametrize("kills", [5, pytest.param(200, marks=pytest.mark.soak)])
def test_kill_9(lists: Lists, archive: list[bytes], kill: Kill, kills: int, kind: str) -> None:
    """The process really dies, at moments that nobody chose."""
    mails = [part.replace(b"<m", b"<k%d" % n) for n in range(2) for part in archive]
    file = lists.file(*mails) if kind == "mbox" else lists.file(write_blog(36, 5), kind="wxr")
    whole = lists.run(file, key="whole")
    assert whole.posts_new == 216
    keys = ["killed-0"]
    for number in range(kills):
        kill(lists.area, file, keys[-1], seconds=0.1 + 0.05 * (number % 12))
        if len(lists.forest(keys[-1])) == 216:
            keys.append(f"killed-{len(keys)}")  # there is nothing left in it to die of
    for key in keys:
        report = lists.run(file, key=key)
        assert report.posts_new + report.posts_same == 216
        assert lists.forest(key) == lists.forest("whole")
    assert lists.scalar("SELECT count(*) FROM post") == 216 * (len(keys) + 1)


def write_blog(posts: int, comments: int) -> bytes:
    """Return a WordPress export whose comments answer each other."""
    items = []
    for post in range(1, posts + 1):
        told = "".join(
            f"<wp:comment><wp:comment_id>{100 * post + n}</wp:comment_id>"
            f"<wp:comment_parent>{100 * post + n - 1 if n > 1 else 0}</wp:comment_parent>"
            f"<wp:comment_author>Person {n}</wp:comment_author>"
            f"<wp:comment_date_gmt>2020-07-02 08:00:{n:02}</wp:comment_date_gmt>"
            f"<wp:comment_content><![CDATA[Antwort {n}]]></wp:comment_content>"
            "<wp:comment_approved>1</wp:comment_approved></wp:comment>"
            for n in range(1, comments + 1)
        )
        items.append(
            f"<item><title>Beitrag {post}</title><wp:post_id>{post}</wp:post_id>"
            "<wp:post_date_gmt>2020-07-01 08:00:00</wp:post_date_gmt><wp:status>publish</wp:status>"
            f"<wp:post_type>post</wp:post_type>{told}</item>\n"
        )
    head = "<rss><channel><link>https://blog.example</link>\n"
    return f"{head}{''.join(items)}</channel></rss>\n".encode()
