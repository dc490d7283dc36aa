"""What is read out of one mail: ids, people, subjects, times, charsets, parts, hostile things."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from forum_crosspost import limits
from forum_crosspost.mail.mbox import RawMail
from forum_crosspost.mail.reading import find_id, read_mail
from forum_crosspost.records import Message, Refused, Writer

pytestmark = pytest.mark.database("sqlite")
ENVELOPE = b"From rosa@mail.example Wed Jul  1 08:00:00 2020"
HEAD = "From: Rosa Vogel <rosa@mail.example>\nDate: Wed, 1 Jul 2020 08:00:00 +0200\n"


@pytest.fixture(autouse=True)
def _in_app(app: Flask) -> Any:
    with app.app_context():
        yield


def read(mail: str | bytes) -> Message:
    data = mail.encode() if isinstance(mail, str) else mail
    raw = RawMail(ENVELOPE, data, len(data))
    record = read_mail(raw, label="liste")
    assert isinstance(record, Message), record
    assert find_id(raw) == record.ext_id
    return record


def with_headers(headers: str, text: str = "Text") -> Message:
    return read(f"{HEAD}{headers}\n\n{text}\n")


@pytest.mark.parametrize(
    ("raw", "ext_id"),
    [
        ("<a@b>", "a@b"),
        ("<<a@b>>", "a@b"),
        (" <A@b> (comment)", "A@b"),
        ("a@b", "a@b"),
        ("<a\n  b@c>", "ab@c"),
        ("<" + "x" * 300 + "@b>", None),
    ],
)
def test_id_is_normalised(raw: str, ext_id: str | None) -> None:
    found = with_headers(f"Message-ID: {raw}").ext_id
    assert found == ext_id if ext_id else found.startswith("sha256:")
    assert len(found) <= limits.EXT_ID


def test_without_id_the_content_is_the_id() -> None:
    one, other = with_headers("Subject: x"), with_headers("Subject: y")
    assert one.ext_id.startswith("sha256:")
    assert one.ext_id == with_headers("Subject: x").ext_id != other.ext_id


@pytest.mark.parametrize(
    ("headers", "ancestors"),
    [
        ("References: <a@x> <b@x>\nIn-Reply-To: <b@x>", ("b@x", "a@x")),
        ("References: <a@x>\n <b@x>", ("b@x", "a@x")),
        ("In-Reply-To: <b@x>", ("b@x",)),
        ("In-Reply-To: Your message of Monday <b@x>", ("b@x",)),
        ("References: <a@x>\nIn-Reply-To: <b@x>", ("b@x", "a@x")),
        ("References: a@x b@x", ("b@x", "a@x")),
        ("References: <own@x> <a@x> <a@x>", ("a@x",)),
        ("References: garbage", ()),
        ("References: " + " ".join(f"<{n}@x>" for n in range(400)), None),
    ],
)
def test_ancestors(headers: str, ancestors: tuple[str, ...] | None) -> None:
    found = with_headers(f"Message-ID: <own@x>\n{headers}").ancestors
    if ancestors is None:
        assert found[0] == "399@x"
        assert len(found) == limits.ANCESTORS
    else:
        assert found == ancestors


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Re: Aw: SV: Haushalt", "Haushalt"),
        ("RE[2]: Haushalt", "Haushalt"),
        ("[liste] Re: Haushalt", "Haushalt"),
        ("Re: [Antrag] Haushalt", "[Antrag] Haushalt"),
        ("Re: [Antrag] AW: [liste@verein] [Antrag] Haushalt", "[Antrag] Haushalt"),
        ("Regeln: neu", "Regeln: neu"),
        ("=?utf-8?Q?=C3=9Cbersicht?= =?iso-8859-1?B?5Q==?=", "Übersichtå"),
        ("=?bogus?Q?=FFabc?=", "ÿabc"),
        ("=?utf-8?B?!!!?=", ""),
        ("a\x00b\tc\u202ed", "ab cd"),
        ("", ""),
    ],
)
def test_subject(subject: str, title: str) -> None:
    headers = f"List-Id: Unsere Liste <liste.verein.example>\nSubject: {subject}"
    assert with_headers(headers).title == title


def test_eight_bit_subject() -> None:
    data = HEAD.encode() + "Subject: Gr\xfc\xdfe\n\nText".encode("latin-1")
    assert read(data).title == "Grüße"


@pytest.mark.parametrize(
    ("sender", "writer"),
    [
        ("Rosa <Rosa@Mail.example>", Writer(identity="rosa@mail.example", name="Rosa")),
        ('"rosa@mail.example" <rosa@mail.example>', Writer(identity="rosa@mail.example", name="")),
        ("rosa@mail.example (Rosa Vogel)", Writer(identity="rosa@mail.example", name="Rosa Vogel")),
        ("rosa at mail.example (Rosa V)", Writer(identity="rosa@mail.example", name="Rosa V")),
        ("=?utf-8?Q?J=C3=B6rg?= <j@x.de>", Writer(identity="j@x.de", name="Jörg")),
        ("Rosa V", Writer(identity="rosa v", name="Rosa V", has_address=False)),
        ("Rosa via Liste <liste@v.org>", Writer(identity="rosa", name="Rosa", has_address=False)),
        ("<<<>>>", Writer(identity="", name="", has_address=False)),
    ],
)
def test_writer(sender: str, writer: Writer) -> None:
    date = "Date: Wed, 1 Jul 2020 08:00:00 +0200"
    assert read(f"From: {sender}\n{date}\nList-Post: <mailto:liste@v.org>\n\nx").writer == writer


@pytest.mark.parametrize(
    ("headers", "at"),
    [
        ("Date: Wed, 1 Jul 2020 08:00:00 +0200", datetime(2020, 7, 1, 6, tzinfo=UTC)),
        ("Date: Wed, 1 Jul 2020 08:00:00", datetime(2020, 7, 1, 8, tzinfo=UTC)),
        ("Date: 1 Jul 2999 08:00:00 +0200", datetime(2020, 7, 1, 8, tzinfo=UTC)),
        ("Date: yesterday", datetime(2020, 7, 1, 8, tzinfo=UTC)),
        (
            "Date: 1 Jan 1904 00:00:00 +0000\nReceived: by x; Thu, 2 Jul 2020 10:00:00 +0000",
            datetime(2020, 7, 2, 10, tzinfo=UTC),
        ),
        ("Date: Wed, 1 Jul 2020 08:00:00 +9999999", datetime(2020, 7, 1, 8, tzinfo=UTC)),
    ],
)
def test_time(headers: str, at: datetime) -> None:
    assert read(f"From: Rosa\n{headers}\n\nx").at == at


@pytest.mark.parametrize(
    ("headers", "url"),
    [
        ("Archived-At: <https://a.example/1>", "https://a.example/1"),
        ("List-Archive: <https://a.example/>", "https://a.example/"),
        (
            "Archived-At: <http://a.example/1>\nList-Archive: <https://a.example/>",
            "https://a.example/",
        ),
        ("Archived-At: <javascript:alert(1)>", ""),
        ("Archived-At: <https://>", ""),
        ("Archived-At: <https://user@evil.example/>", ""),
        ("Archived-At: <https://[::1>", ""),
        ("Archived-At: https://a.example/" + "x" * 3000, ""),
    ],
)
def test_url_of_the_original(headers: str, url: str) -> None:
    assert with_headers(headers).url == url


@pytest.mark.parametrize(
    ("charset", "data", "text", "remarks"),
    [
        ("utf-8", "Grüße €".encode(), "Grüße €", 0),
        ("iso-8859-1", "Grüße".encode("latin-1"), "Grüße", 0),
        ("iso-8859-1", b"10 \x80", "10 €", 0),
        ("iso-8859-1", "Grüße".encode(), "Grüße", 1),
        ("utf-8", "Grüße".encode("latin-1"), "Grüße", 1),
        ("us-ascii", "Grüße".encode(), "Grüße", 1),
        ("x-unknown", "Grüße".encode(), "Grüße", 1),
        ("unicode_escape", rb"\u0041", r"\\u0041", 0),
        ("utf-7", b"+ADw-script+AD4-", "+ADw-script+AD4-", 0),
        ("hex", b"zz", "zz", 1),
        ("iso-2022-jp", "日本".encode("iso-2022-jp"), "日本", 0),
    ],
)
def test_charsets_that_lie(charset: str, data: bytes, text: str, remarks: int) -> None:
    head = f"{HEAD}Content-Type: text/plain; charset={charset}\n\n".encode()
    message = read(head + data)
    assert (message.text, len(message.remarks)) == (text, remarks)


def part(kind: str, text: str, more: str = "") -> str:
    return f"--X\nContent-Type: {kind}; charset=utf-8\n{more}\n{text}\n"


def multipart(kind: str, *parts: str) -> Message:
    return read(f"{HEAD}Content-Type: multipart/{kind}; boundary=X\n\n{''.join(parts)}--X--\n")


def test_plain_text_goes_before_html() -> None:
    assert (
        multipart("alternative", part("text/html", "<b>H</b>"), part("text/plain", "P")).text == "P"
    )
    assert (
        multipart("alternative", part("text/plain", " "), part("text/html", "<b>H</b>")).text == "H"
    )


def test_attachments_are_named() -> None:
    pdf = part("application/pdf", "xx", 'Content-Disposition: attachment; filename="../a_b.pdf"\n')
    key = part("application/pgp-signature", "xx")
    text = part(
        "text/plain", "zwei", 'Content-Disposition: attachment; filename="=?utf-8?Q?=C3=BC?="\n'
    )
    found = multipart("mixed", part("text/plain", "eins"), pdf, text, key).text
    assert found == "eins\n\n*Anhänge (nicht übernommen): a_b.pdf, ü*"


def test_several_texts_are_one() -> None:
    assert (
        multipart("mixed", part("text/plain", "eins"), part("text/plain", "zwei")).text
        == "eins\n\nzwei"
    )


def test_soft_line_ends_are_joined() -> None:
    body = "eins \nzwei\n> drei \n> vier\n \n-- \nsig"
    kind = "Content-Type: text/plain; format=flowed"
    assert with_headers(kind, body).text == "eins zwei\n\n> drei vier"


@pytest.mark.parametrize(
    "tail",
    [
        "\n-- \nRosa\nTel. 0123",
        "\n--\nRosa",
        "\n" + "-" * 40 + "\nTo unsubscribe, e-mail: users-unsubscribe@x.org\nFor help: x",
        "\n" + "_" * 47 + "\nliste mailing list\nliste@x.org\nhttps://x.org/listinfo/liste",
    ],
)
def test_signature_and_footer_go(tail: str) -> None:
    assert with_headers("", f"Guten Tag{tail}").text == "Guten Tag"


def test_what_is_no_tail_stays() -> None:
    text = "Guten Tag\n-- \n> zitiert\ndarunter"
    assert "darunter" in with_headers("", text).text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("On Monday Udo <udo.x@mail.example> wrote:", "On Monday Udo \\<udo.x\\@…> wrote:"),
        ("mailto:udo@mail.example", "udo\\@…"),
        ("https://x.org/list/users@x.org/1", "https://x.org/list/users@x.org/1"),
        ("ssh root@host", "ssh root\\@host"),
    ],
)
def test_mail_addresses_are_shortened(text: str, shown: str) -> None:
    assert with_headers("", text).text == shown


def test_long_text_is_cut_with_a_note() -> None:
    message = with_headers("", "\n".join(f"Zeile {n} _x_" for n in range(20_000)))
    assert len(message.text.encode()) < 65_536
    assert message.text.endswith("*Der Rest dieser langen Nachricht wurde nicht übernommen.*")
    assert message.remarks == ("zu lang, der Rest fehlt",)


def test_mail_without_text_says_so() -> None:
    assert with_headers("").text == "Text"
    assert with_headers("", "").text == "*(Nachricht ohne Text)*"


HTML = """<html><head><title>t</title><style>p{}</style></head><body><!-- c --><p>Guten&nbsp;Tag
<script>alert(1)</script><img src=https://t.example/p.gif alt=Bild></p><ul><li>eins<li>zwei</ul>
<blockquote>zitiert<br>weiter</blockquote><pre>  a
    b</pre><a href="https://x.example/">hier</a> <a href="javascript:a(1)">da</a></body></html>"""


def test_html_becomes_text() -> None:
    message = read(f"{HEAD}Content-Type: text/html; charset=utf-8\n\n{HTML}")
    assert message.text == (
        "Guten\u00a0Tag Bild\n\n\\- eins\n\\- zwei\n\n> zitiert\n> weiter\n\n"
        "```\na\n  b\n```\n\nhier \\<https://x.example/> da"
    )


@pytest.mark.parametrize(
    "html", ["<!--" * 60_000, "<![" * 80_000, "<a" * 100_000, "<a href=" * 30_000, "&#" * 100_000]
)
def test_hostile_html_takes_no_time(html: str) -> None:
    began = time.monotonic()
    read(f"{HEAD}Content-Type: text/html\n\n{html}")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "mail",
    [
        HEAD + "References: " + "<x@y> " * 200_000 + "\n\nx",
        HEAD + "Subject: " + "=?utf-8?Q?a?= " * 50_000 + "\n\nx",
        HEAD + "".join(f"X-{n}: y\n" for n in range(100_000)) + "\nx",
        HEAD + "Content-Type: multipart/mixed; boundary=X; a=" + "'" * 50_000 + "\n\nx",
        HEAD + "Content-Type: multipart/mixed\n\nx",
        HEAD + "Content-Type: multipart/mixed; boundary=X\n\n" + "--X\n\n" * 5_000,
        HEAD + "Content-Transfer-Encoding: base64\n\n!!!",
        HEAD + "Content-Type: text/plain; charset*=bogus'x'%FF\n\nx",
        HEAD + "Content-Type: a/b/c; charset\n\nx",
        HEAD + "\x00\x00: \x00\n\nx",
    ],
)
def test_broken_mails_are_read_all_the_same(mail: str) -> None:
    began = time.monotonic()
    assert "\x00" not in read(mail).text
    assert time.monotonic() - began < 5


def nest(levels: int) -> str:
    opened = "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n" for n in range(levels)
    )
    return f"{HEAD}{opened}\nx"


def test_nesting_beyond_reason_is_refused_or_read() -> None:
    data = nest(2_000).encode()
    record = read_mail(RawMail(ENVELOPE, data, 0), label="")
    assert isinstance(record, Refused | Message)


@pytest.mark.parametrize("data", [b"", b"nur Text ohne Kopf", b"\x00\xff" * 100, b"X-Y: z\n\nx"])
def test_what_is_no_mail_is_refused(data: bytes) -> None:
    record = read_mail(RawMail(ENVELOPE, data, 0), label="")
    assert isinstance(record, Refused)
    assert record.reason


def test_hash_speaks_of_the_source() -> None:
    one = with_headers("Subject: a\nReceived: x").content_hash
    assert one == with_headers("Received: y\nSubject: a").content_hash
    assert one != with_headers("Subject: b").content_hash
    assert one != with_headers("Subject: a", "anders").content_hash
