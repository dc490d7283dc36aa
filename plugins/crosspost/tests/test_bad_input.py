"""Whatever comes: what cannot be taken is listed with a reason, the rest is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from conftest import Lists

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1)) @anke-albers"
)


def reasons(report: Any) -> list[tuple[str, str]]:
    return [(one.id, one.reason) for one in report.rejections]


def test_no_mbox_is_refused_as_a_whole(lists: Lists, told: Any) -> None:
    report = lists.bring(b"PK\x03\x04" + bytes(range(256)) * 50)
    assert told(report)["rejected"] == 1
    assert reasons(report) == [
        ("Anfang der Datei", "keine Mail: In einer mbox-Datei beginnt jede mit einer Zeile „From “")
    ]
    assert lists.posts() == {}


def test_empty_file_brings_nothing(lists: Lists, told: Any) -> None:
    assert told(lists.bring(b"")) == {}
    assert told(lists.bring(b"\n\n")) == {}


def test_broken_mails_between_good_ones(lists: Lists, mail: Any, wrapped: Any, told: Any) -> None:
    report = lists.bring(
        mail("a"),
        wrapped(b"\nno headers at all"),
        wrapped(b"X-Broken: " + b"\x00\xff\x00" * 2000),
        wrapped(b"From: x\nContent-Type: multipart/mixed; boundary=X\n\n--X\nContent-Type: a\n\nx"),
        mail("b", answers=["a"]),
    )
    assert (report.posts_new, len(report.rejections)) == (3, 2)
    assert lists.forest()["b"] == ("a", "a", 1)


def test_mails_without_id_are_known_again(lists: Lists, mail: Any, told: Any) -> None:
    file = lists.file(mail("", text="eins"), mail("", text="zwei"))
    assert told(lists.run(file)) == {"topics_new": 2, "posts_new": 2, "authors_new": 1}
    assert told(lists.run(file)) == {"posts_same": 2}


def test_same_id_twice_is_listed_every_time(lists: Lists, mail: Any, told: Any) -> None:
    file = lists.file(mail("a", text="eins"), mail("a", text="zwei"), mail("a", text="eins"))
    expected = [("a@test", "diese Kennung kommt mehrmals vor")] * 2
    first, second = lists.run(file), lists.run(file)
    assert (reasons(first), reasons(second)) == (expected, expected)
    assert (first.posts_new, second.posts_same, second.posts_changed) == (1, 1, 0)
    assert lists.posts()["a"].source == "eins"


def test_hostile_texts_come_out_harmless(lists: Lists, mail: Any) -> None:
    lists.bring(
        mail("a", text=HOSTILE, subject=HOSTILE, by=f'"{HOSTILE[:60]}" <x@mail.example>'),
        mail("b", text=HOSTILE, headers="Content-Type: text/html"),
        mail("c\x00d", text="a\x00b", subject="x\x00y", by="N\x00ul <n@mail.example>"),
    )
    for (html,) in lists.rows("SELECT html FROM post"):
        assert "<script" not in html
        assert "<img" not in html
        assert "href" not in html
        assert "<x-m" not in html
    assert lists.scalar("SELECT count(*) FROM post WHERE source LIKE '%' || 'a' || '%'") == 3


def test_huge_mail_is_cut_and_remarked(lists: Lists, mail: Any) -> None:
    report = lists.bring(mail("a", text="Wort " * 40_000), mail("b", answers=["a"]))
    assert (report.posts_new, report.rejections) == (2, ())
    assert [(one.id, one.text) for one in report.remarks] == [("a@test", "zu lang, der Rest fehlt")]
    assert lists.forest()["b"] == ("a", "a", 1)


def test_wrong_charset_is_remarked(lists: Lists, mail: Any) -> None:
    report = lists.bring(mail("a", text="Grüße", headers="Content-Type: text/plain; charset=x-y"))
    assert [(one.id, one.text) for one in report.remarks] == [
        ("a@test", "die Zeichen sind nicht „x-y“, sie wurden erraten")
    ]
    assert lists.posts()["a"].source == "Grüße"


def test_very_deep_threads(lists: Lists, mail: Any) -> None:
    mails = [mail("m0")]
    mails += [mail(f"m{n}", answers=[f"m{n - 1}"], minutes=n) for n in range(1, 200)]
    lists.bring(*mails[100:])
    lists.bring(*mails[:100])
    assert lists.forest()["m199"] == ("m0", "m198", 199)
    assert lists.scalar("SELECT count(*) FROM topic WHERE deleted_at IS NULL") == 1
