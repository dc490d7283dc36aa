"""Which addresses count as such, and in what form they are kept."""

from __future__ import annotations

import pytest

from forum.accounts.addresses import clean_address, find_address
from forum.core.errors import Invalid


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("anna@example.org", "anna@example.org"),
        ("  Anna.Müller@Example.ORG ".replace("ü", "ue"), "anna.mueller@example.org"),
        ("o'neil+forum@mail.example.org", "o'neil+forum@mail.example.org"),
        ("info@münchen.example", "info@xn--mnchen-3ya.example"),
        ("a_b-c@sub.sub.example.org", "a_b-c@sub.sub.example.org"),
    ],
)
def test_one_spelling_per_mailbox(typed: str, stored: str) -> None:
    assert clean_address(typed) == stored


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "anna",
        "anna@",
        "@example.org",
        "a@b@c.org",
        '"a@evil.org"@example.org',
        "a@evil.org@example.org",
        "a%evil.org@example.org",
        "evil.org!a@example.org",
        "=?x?q?a=40evil.org=3e=00?=@example.org",
        "a(comment)@example.org",
        "a@example.org,b@evil.org",
        "a@example.org;b@evil.org",
        "a@example.org\nBcc: b@evil.org",
        "a@example.org\r\nBcc: b@evil.org",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@localhost",
        "a@-example.org",
        "a@example..org",
        ".a@example.org",
        "a.@example.org",
        "a..b@example.org",
        "a b@example.org",
        "a@exam ple.org",
        "a@example.org\x00",
        "a@exa\u200bmple.org",
        "a@evil．org",
        "a@evil。org",
        "a@example.org.",
        "a@straße.example",
        "ä@example.org",
        "a" * 65 + "@example.org",
        "a@" + "b" * 250 + ".org",
        "<a@example.org>",
        "Anna <a@example.org>",
        "a@example.org/../x",
    ],
)
def test_tricks_are_refused(typed: str) -> None:
    assert find_address(typed) is None
    with pytest.raises(Invalid):
        clean_address(typed)
