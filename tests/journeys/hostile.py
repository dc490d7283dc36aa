"""What hostile people and broken programs send: values, and ways to send them."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote_from_bytes, quote_plus

from hypothesis import strategies as st

from forum.web.pagination import encode_key

Value = str | bytes
Pair = tuple[str, Value]

VALUES: Final[tuple[Value, ...]] = (
    "",
    "\0",
    "a\0b",
    "\r\nSet-Cookie: x=1\r\n\r\n",
    "\x1b[31m\x7f\x80",
    "\u202eabc\u2028\ufeff",
    "<script>alert(1)</script>'\"",
    "' OR 1=1 --",
    "%s%n{0}{{7*7}}${7*7}",
    "../../../etc/passwd",
    "//evil.example",
    "\\\\evil.example",
    "javascript:alert(1)",
    "http://[::1",
    "//[",
    "//[x]@:99999",
    "-1",
    "0",
    "1e9",
    "NaN",
    "١٢",
    "²",
    "true",
    "[]",
    '{"a": 1}',
    "on",
    "2026-02-30T25:61",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    str(2**31),
    str(2**63),
    "9" * 5_000,
    "x" * 70_000,
    "ü" * 600,
    "\U0001f469\u200d\U0001f467" * 200,
    "e" + "\u0301" * 2_000,
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\xc0\xaf",
)
KEYS: Final = (
    (0,),
    (-1,),
    (2**31,),
    (2**63 - 1,),
    ("",),
    (1, 1),
    (2**62, 2**62),
    (-(2**62), 1),
    (253_402_300_800_000_000, 1),
    (1, "a", 1),
    (2**40, "%", 2**40),
)
CUTS: Final = (
    *(encode_key(key) for key in KEYS),
    "WyJcdWQ4MDAiXQ",  # half of a surrogate pair
    "WzEsIlx1MDAwMCIsMV0",  # NUL
    "W1tdXQ",
    "W05hTl0",
    "WzFlOTk5XQ",
    "%%%",
    "WzEs",
)
ARGUMENTS: Final = (
    "after before from view to page order sort tab in kind state q topic token invite next quote"
    " lang name do"
).split()
HEADERS: Final = (
    "Host Origin Referer Cookie Accept-Language Accept-Encoding User-Agent X-Request-Id"
    " X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto Forwarded If-None-Match"
    " If-Modified-Since Range Content-Type Content-Length Sec-Fetch-Site X-Fragment"
    " X-CSRFToken Authorization Accept X-HTTP-Method-Override X-Original-URL"
).split()
# What the forms of the site are made of, and what somebody might hope that they take.
FIELDS: Final = (
    "title text kind reason answer name slug about email password current proof next token key"
    " version parent target role ends_at accent theme level state state-state handle option"
    " max_uses days do topic bio organisation language timezone appearance mailed end up_to"
    " decision visibility joining topics_by replies_by probe site whole results polls_options"
    " freq channel weekday hour zone areas pause_days"
    " polls_ends polls_min polls_max polls_kind polls_own polls_results polls_secret polls_voters"
    " polls_region polls_role polls_quorum polls_majority polls_low polls_high polls_unit"
    " polls_template source target number mark-1 q-1 text-1 step where parts host remove preview"
    " imprint privacy announcements block_1"
).split()


def encode(pairs: list[Pair]) -> str:
    """Write pairs as a query or a form, bytes as they are."""
    return "&".join(f"{quote_plus(name)}={_quote(value)}" for name, value in pairs)


def _quote(value: Value) -> str:
    if isinstance(value, bytes):
        return quote_from_bytes(value)
    return quote_plus(value, errors="surrogatepass")


def values() -> st.SearchStrategy[Value]:
    """Known bad values, and any text or bytes."""
    return st.one_of(
        st.sampled_from(VALUES), st.text(max_size=30), st.binary(max_size=30), st.sampled_from(CUTS)
    )


def names(known: list[str]) -> st.SearchStrategy[str]:
    """Names that are read, also in the shapes that other frameworks read as lists."""
    plain = st.sampled_from(known)
    return st.one_of(plain, plain, plain.map(lambda n: f"{n}[]"), plain.map(lambda n: f"{n}[a]"))


def pairs(known: list[str]) -> st.SearchStrategy[list[Pair]]:
    """A few parameters, some of them repeated."""
    return st.lists(st.tuples(names(known), values()), min_size=1, max_size=4)
