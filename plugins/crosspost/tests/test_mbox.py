"""Splitting files into mails: quoting of either school, lines that only look like a beginning."""

from __future__ import annotations

from io import BytesIO

import pytest
from forum_crosspost import limits
from forum_crosspost.mail.mbox import Mbox, RawMail

LINE = b"From rosa@mail.example Wed Jul  1 08:00:00 2020\n"


def split(data: bytes) -> list[RawMail]:
    return list(Mbox(BytesIO(data)))


def texts(data: bytes) -> list[bytes]:
    return [mail.data for mail in split(data)]


def test_mails_are_given_in_order_with_where_they_end() -> None:
    first, second = LINE + b"A: 1\n\neins\n\n", LINE + b"A: 2\n\nzwei\n"
    found = split(first + second)
    assert [mail.data for mail in found] == [b"A: 1\n\neins\n\n", b"A: 2\n\nzwei\n"]
    assert [mail.end for mail in found] == [len(first), len(first + second)]
    assert {mail.envelope for mail in found} == {LINE.strip()}


def test_digest_stands_for_what_was_given() -> None:
    whole = LINE + b"A: 1\n\neins\n\n" + LINE + b"A: 2\n\nzwei\n"
    mbox = Mbox(BytesIO(whole))
    digests = {mail.end: mbox.digest() for mail in mbox}
    for end, digest in digests.items():
        short = Mbox(BytesIO(whole[:end]))
        list(short)
        assert short.digest() == digest


@pytest.mark.parametrize(
    "line",
    [
        b"From now on we do it this way.",
        b"From rosa@mail.example Wed Jul  1 08:00:00 2020",  # prose: no header follows
        b"From: rosa",
        b">From now on",
        b"from rosa Wed Jul  1 08:00:00 2020",
    ],
)
def test_line_in_a_text_splits_nothing(line: bytes) -> None:
    (mail,) = split(LINE + b"A: 1\n\nDavor\n\n" + line + b"\nund weiter.\n")
    assert mail.data == b"A: 1\n\nDavor\n\n" + line.removeprefix(b">") + b"\nund weiter.\n"


@pytest.mark.parametrize(
    "line",
    [
        LINE,
        b"From - Mon Jul  6 10:00:00 2020\n",
        b"From foo at bar.example  Fri Jul  3 04:02:27 2020\n",
        b"From 1668@xxx Tue Jun 01 10:00:00 +0000 2021\n",
        b"From MAILER-DAEMON Fri, 3 Jul 2020 04:02:27 +0000\n",
        b"From x 2020-07-03 04:02\n",
    ],
)
def test_separators_of_many_programs(line: bytes) -> None:
    assert texts(LINE + b"A: 1\n\neins\n\n" + line + b"A: 2\n\nzwei\n")[1] == b"A: 2\n\nzwei\n"


def test_missing_blank_line_is_forgiven() -> None:
    assert len(split(LINE + b"A: 1\n\neins\n" + LINE + b"A: 2\n\nzwei\n")) == 2


def test_quoting_is_taken_back_by_one_level() -> None:
    assert texts(LINE + b"A: 1\n\n>From a\n>>From b\n> From c\n") == [
        b"A: 1\n\nFrom a\n>From b\n> From c\n"
    ]


def test_crlf() -> None:
    data = (LINE + b"A: 1\n\neins\n\n" + LINE + b"A: 2\n\nzwei\n").replace(b"\n", b"\r\n")
    assert [mail.data for mail in split(data)] == [
        b"A: 1\r\n\r\neins\r\n\r\n",
        b"A: 2\r\n\r\nzwei\r\n",
    ]


@pytest.mark.parametrize("data", [b"", b"\n", b"\n\r\n \n"])
def test_empty_file_holds_nothing(data: bytes) -> None:
    assert split(data) == []


def test_what_is_no_mbox_is_one_piece_without_envelope() -> None:
    found = split(b"PK\x03\x04" + bytes(range(256)) * 100)
    assert [mail.envelope for mail in found] == [b""]


def test_garbage_before_the_first_mail_is_told_apart() -> None:
    assert [bool(mail.envelope) for mail in split(b"garbage\n\n" + LINE + b"A: 1\n\neins\n")] == [
        False,
        True,
    ]


def test_endless_mail_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MESSAGE_BYTES", 1000)
    monkeypatch.setattr(limits, "LINE_BYTES", 100)
    first, second = split(
        LINE + b"A: 1\n\n" + b"x" * 5000 + b"\nklein\n\n" + LINE + b"A: 2\n\nzwei\n"
    )
    assert (first.cut, len(first.data) <= 1000, b"klein" in first.data) == (True, True, False)
    assert second.data == b"A: 2\n\nzwei\n"
