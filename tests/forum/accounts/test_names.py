from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.accounts.names import clean_name, fold, legible_name, make_handle
from forum.core.errors import Invalid
from forum.markup.handles import read_handle


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Jörg Weiß", "joerg-weiss"),
        ("Åsa Öström", "asa-oestroem"),
        ("Łukasz Żółć", "lukasz-zolc"),
        ("Søren Ægir", "soren-aegir"),
        ("O'Neil, Dr. Ana María", "o-neil-dr-ana-maria"),
        ("李", "mitglied"),
        ("X", "mitglied-x"),
        ("Admin", "admin-2"),
        ("A" * 80, "a" * 32),
    ],
)
def test_handle_follows_from_the_name(name: str, handle: str) -> None:
    assert make_handle(name, set()) == handle


def test_handle_steps_aside() -> None:
    assert make_handle("Jörg Weiß", {"joerg-weiss", "joerg-weiss-2"}) == "joerg-weiss-3"


@given(st.text(min_size=1, max_size=90))
def test_every_handle_can_be_mentioned(name: str) -> None:
    handle = make_handle(name, set())
    assert read_handle(f"@{handle}", 1) == handle


@given(st.text(max_size=90))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Anna \t Müller ", "Anna Müller"),
        ("Dr. h.c. J.R. Weiß", "Dr. h.c. J.R. Weiß"),
        ("Anna\u202e\u200bMüller", "AnnaMüller"),
        ("Anna\r\nBcc: x", "Anna Bcc: x"),
    ],
)
def test_name_is_one_visible_line(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "\u200b",
        "\u3164",
        "123",
        "x.evil.tld",
        "www.evil",
        "http://x",
        "a@b.de",
        "<b>x</b>",
    ],
)
def test_name_is_no_link_and_not_empty(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_name(typed)
    assert refused.value.field == "name"


def test_name_has_a_limit() -> None:
    with pytest.raises(Invalid):
        clean_name("a" * 81)


@pytest.mark.parametrize(
    ("outside", "shown"),
    [
        ("Joe Orton", "Joe Orton"),
        ("joe@example.com", "joe"),
        ('"Joe" <x>', 'Joe" <x'),
        ("visit evil.tld now", "visit evil tld now"),
        ("\x00\u202e", "Unbekannt"),
        ("", "Unbekannt"),
        ("x" * 200, "x" * 80),
    ],
)
def test_names_from_outside_are_always_shown(outside: str, shown: str) -> None:
    assert legible_name(outside) == shown
