"""Which passwords are refused, and how the others are kept."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

import pytest
from flask import Flask

from forum.accounts import passwords
from forum.core.errors import Invalid, TooMany


@pytest.mark.parametrize(
    "password",
    [
        "kurz",
        "aaaaaaaaaaaa",
        "1234567890",
        "qwertzuiop",
        "passwort123",
        "Password123!",
        "P4ssw0rd!!!",
        "hallohallo1"[:5] + "12345",
        "annamueller1",
        "mueller12345",
        "x" * 257,
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(Invalid):
        passwords.check_password(password, about=("Anna Müller", "anna"))


@pytest.mark.parametrize(
    "password", ["vier zufällige Wörter", "Tr0ub4dor&3x", "correct horse", "ß" * 4 + "äöüéñç"]
)
def test_others_pass(password: str) -> None:
    passwords.check_password(password, about=("Anna Müller", "anna"))


@pytest.mark.database("sqlite")
def test_hash_fits_only_its_password(app: Flask) -> None:
    with app.app_context():
        stored = passwords.hash_password("vier Wörter")
        assert stored.startswith("$argon2id$")
        assert passwords.verify_password(stored, "vier Wörter")
        assert not passwords.verify_password(stored, "vier Worter")
        assert not passwords.verify_password(None, "nobody has this password")
        assert not passwords.verify_password("no hash", "x")


@pytest.mark.database("sqlite")
def test_unknown_people_cost_the_same(make_app: Callable[..., Flask]) -> None:
    app = make_app(password_cost="normal")

    def took(stored: str | None) -> float:
        # What this process computed, all threads: the time on the wall depends on the neighbours.
        start = time.process_time()
        passwords.verify_password(stored, "falsch")
        return time.process_time() - start

    with app.app_context():
        stored = passwords.hash_password("richtig")
        passwords.verify_password(None, "warm up")
        pairs = [(took(stored), took(None)) for _ in range(7)]
    known, unknown = (median(times) for times in zip(*pairs, strict=True))
    assert 0.7 < known / unknown < 1.4


@pytest.mark.database("sqlite")
def test_few_are_hashed_at_once(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "PATIENCE_S", 0.05)
    slots = [passwords._slots.acquire() for _ in range(passwords.AT_ONCE)]
    try:
        with app.app_context(), pytest.raises(TooMany):
            passwords.hash_password("x")
    finally:
        for _ in slots:
            passwords._slots.release()
