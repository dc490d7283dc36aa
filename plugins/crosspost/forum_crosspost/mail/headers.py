"""What the headers of a message say: ids, people, times, addresses of the archive.

The header parser of the standard library's default policy raises on some broken headers and is
quadratic in others, so headers are taken raw and read here, each capped.
"""

from __future__ import annotations

import binascii
import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.header import decode_header
from email.message import Message as Mail
from email.utils import parseaddr, parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from forum.api.data import now
from forum_crosspost import limits
from forum_crosspost.mail.charsets import decode, one_line
from forum_crosspost.records import Writer

_IDS: Final = re.compile(r"<([^<>]{1,2000})>")
_SPACE: Final = re.compile(r"\s+")
_REPLY: Final = re.compile(
    r"^(?:(?:re|aw|antw|antwort|sv|vs|odp|rif)(?:\s*[\[(]?\d{1,3}[\])]?)?\s*[:：]\s*)+", re.I
)
_TAG: Final = re.compile(r"^\[([^\[\]]{1,60})\]\s*")
_VIA: Final = re.compile(r"\s+via\s+.*$", re.I | re.S)
_AT: Final = re.compile(r"\s+(?:at|\(at\)|\[at\])\s+", re.I)
_COMMENT: Final = re.compile(r"\(([^()]{1,200})\)\s*$")
_EARLIEST: Final = datetime(1971, 1, 1, tzinfo=UTC)
_WRONG_CLOCK: Final = timedelta(days=1)


class Headers:
    """The headers of one message by lower-case name, raw, in their order."""

    def __init__(self, mail: Mail) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in mail.raw_items():
            self._values.setdefault(str(name).strip().lower(), []).append(str(value))

    def raw(self, name: str) -> str:
        """Return the first header of this name as it stands there, "" when there is none."""
        return self._values.get(name, [""])[0]

    def raw_all(self, name: str) -> list[str]:
        """Return all headers of this name."""
        return self._values.get(name, [])

    def text(self, name: str) -> str:
        """Return a header in one line, encoded words decoded."""
        return decode_words(self.raw(name))


def decode_words(raw: str) -> str:
    """Decode the encoded words of a header, and bytes that should not be there.

    Source: RFC 2047.
    """
    unfolded = " ".join(raw.splitlines())[: limits.HEADER_BYTES]
    if not unfolded.isascii():
        unfolded = decode(unfolded.encode("utf-8", "surrogateescape"), "utf-8")[0]
    if "=?" not in unfolded:
        return one_line(unfolded)
    try:
        parts = decode_header(unfolded)
    except (MessageError, binascii.Error, ValueError):
        return one_line(unfolded)
    return one_line("".join(_decode_part(text, charset) for text, charset in parts))


def _decode_part(text: str | bytes, charset: str | None) -> str:
    if isinstance(text, str):
        return text
    if charset is None:  # what stands between encoded words comes back as escaped bytes
        return text.decode("raw_unicode_escape", "replace")
    return decode(text, charset)[0]


def normal_id(text: str) -> str:
    """Return a message id in the one form that we compare: no brackets, no folding, case kept."""
    plain = _SPACE.sub("", one_line(text)).strip("<>")
    if len(plain) > limits.EXT_ID:
        return f"sha256:{hashlib.sha256(plain.encode()).hexdigest()}"
    return plain


def find_id(headers: Headers) -> str:
    """Return the id of a message, "" when it has none."""
    raw = decode_words(headers.raw("message-id"))
    bracketed = _IDS.search(raw)
    return normal_id(bracketed[1] if bracketed else raw.partition(" ")[0])


def make_id(headers: Headers, body: bytes) -> str:
    """Return the id of a message that came without one."""
    parts = [headers.raw(name).encode("utf-8", "surrogateescape") for name in _STABLE]
    return f"sha256:{hashlib.sha256(b'|'.join([*parts, body[:4096]])).hexdigest()}"


_STABLE: Final = ("date", "from", "subject")


def list_ancestors(headers: Headers, own_id: str) -> tuple[str, ...]:
    """Return what the message answers, nearest first.

    In-Reply-To speaks first where References do not know it: some programs forget to add it.
    Source: RFC 5322 section 3.6.4.
    """
    references = _read_ids(headers.raw("references"))[::-1]
    answers = [one for one in _read_ids(headers.raw("in-reply-to")) if "@" in one]
    nearest = [one for one in answers[:1] if one not in references]
    chain = dict.fromkeys([*nearest, *references])
    chain.pop(own_id, None)
    return tuple(chain)[: limits.ANCESTORS]


def _read_ids(raw: str) -> list[str]:
    raw = one_line(" ".join(raw.splitlines()))
    found = _IDS.findall(raw) or [word for word in raw.split() if "@" in word]
    return [one for one in map(normal_id, found) if one]


def clean_subject(subject: str, list_id: str) -> str:
    """Return a subject without "Re:" and its like, and without the list's own tag."""
    tags = ""
    while True:
        shorter = _REPLY.sub("", subject)
        tag = _TAG.match(shorter)
        if tag:
            tags += "" if _is_own_tag(tag[1], list_id) or tag[0] in tags else f"[{tag[1]}] "
            shorter = shorter[tag.end() :]
        if shorter == subject:
            return f"{tags}{subject}".strip()[: limits.TITLE]
        subject = shorter


def _is_own_tag(tag: str, list_id: str) -> bool:
    plain = [re.sub(r"[^a-z0-9]", "", text.lower()) for text in (tag, list_id)]
    return bool(plain[0]) and plain[1].startswith(plain[0])


def find_list_id(headers: Headers) -> str:
    """Return the id of the mailing list, "" when there is none. Source: RFC 2919."""
    raw = headers.text("list-id")
    bracketed = _IDS.search(raw)
    return (bracketed[1] if bracketed else raw).strip()[: limits.LABEL]


def find_label(headers: Headers) -> str:
    """Return what the mailing list calls itself, "" when it says nothing."""
    name = _IDS.sub("", headers.text("list-id")).strip(' "')
    return name[: limits.LABEL] if name and "@" not in name else find_list_id(headers)


def find_url(headers: Headers) -> str:
    """Return the address of the message in an archive, or of the archive; only https.

    Source: RFC 5064, RFC 2369.
    """
    for name in ("archived-at", "list-archive"):
        for text in [*_IDS.findall(headers.text(name)), headers.text(name)]:
            url = str(text).strip()
            if is_https(url):
                return url
    return ""


def is_https(url: str) -> bool:
    """Tell whether an address may be shown as a link."""
    if len(url) > limits.URL or _SPACE.search(url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme == "https" and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def find_writer(headers: Headers) -> Writer:
    """Return who wrote; where the list rewrote the address, the name is all that we have."""
    raw = headers.text("from") or headers.text("sender")
    name, address = parseaddr(_AT.sub("@", raw))
    if "@" not in address:
        name, address = raw, ""
    comment = _COMMENT.search(raw)
    if not name and comment:
        name = comment[1]
    if _is_list_address(address, headers):
        name, address = _VIA.sub("", name), ""
    name = clean_name(name)
    if address:
        return Writer(identity=address.lower(), name=name)
    return Writer(identity=name.casefold(), name=name, has_address=False)


def clean_name(raw: str) -> str:
    """Return a name without mail address and quotes, "" when nothing legible is left."""
    name = one_line(raw).strip("\"'` ")
    if "@" in name:  # an address in place of a name is no name
        name = " ".join(word for word in name.split() if "@" not in word).strip("<>()\"' ")
    return name[: limits.NAME] if any(sign.isalpha() for sign in name) else ""


def _is_list_address(address: str, headers: Headers) -> bool:
    if not address:
        return False
    posting = [one.lower() for one in headers.raw_all("list-post")]
    return any(address.lower() in one for one in posting)


def find_time(headers: Headers, envelope: bytes) -> datetime | None:
    """Return when the message was written: its date, else when the first server got it.

    Dates before mail existed and in the future are the mistakes of clocks.
    """
    received = [one.rpartition(";")[2] for one in reversed(headers.raw_all("received"))]
    latest = now() + _WRONG_CLOCK
    for text in [headers.raw("date"), *received, _date_of(envelope)]:
        at = _read_time(text)
        if at is not None and _EARLIEST <= at <= latest:
            return min(at, now())
    return None


def _date_of(envelope: bytes) -> str:
    words = envelope.decode("ascii", "replace").split()
    days = [i for i, word in enumerate(words) if word.strip(",") in _DAYS]
    if not days or len(words) < days[-1] + 5:
        return ""
    # "Wed Jul  1 05:04:01 2020", a zone may stand before or behind the year
    month, day, time, *rest = words[days[-1] + 1 : days[-1] + 6]
    year = next((word for word in rest if re.fullmatch(r"\d{4}", word)), "")
    zone = next((word for word in rest if re.fullmatch(r"[+-]\d{4}", word)), "+0000")
    return f"{day} {month} {year} {time} {zone}"


_DAYS: Final = frozenset("Mon Tue Wed Thu Fri Sat Sun".split())


def _read_time(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(one_line(text)[:200])
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def bound_headers(data: bytes) -> bytes:
    """Return a message whose headers are cut to what somebody may honestly write."""
    end = _find_body(data)
    head, body = data[:end], data[end:]
    if len(head) <= limits.HEADER_BYTES:
        return data
    return b"".join(_keep(head.splitlines(keepends=True))) + body


def _keep(lines: Iterable[bytes]) -> Iterable[bytes]:
    total = size = 0
    for line in lines:
        size = size + len(line) if line[:1] in b" \t" else len(line)
        total += len(line)
        blank = not line.strip()
        if blank or (size <= limits.HEADER_BYTES and total <= limits.HEADERS_BYTES):
            yield line


def split_body(data: bytes) -> bytes:
    """Return what stands behind the headers."""
    return data[_find_body(data) :].lstrip(b"\r\n")


def _find_body(data: bytes) -> int:
    ends = [at for at in (data.find(b"\n\n"), data.find(b"\n\r\n")) if at >= 0]
    return min(ends) + 1 if ends else len(data)
