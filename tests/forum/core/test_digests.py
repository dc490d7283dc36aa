"""Keyed hashes tell purposes and sites apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from forum.core.digests import keyed_digest


@pytest.mark.database("sqlite")
def test_digest_depends_on_text_purpose_and_key(app: Flask, make_app: Callable[..., Flask]) -> None:
    other = make_app(secret_key="another-key-for-another-site")
    with app.app_context():
        here = [keyed_digest("a", "x"), keyed_digest("a", "y"), keyed_digest("b", "x")]
        assert keyed_digest("a", "x") == here[0]
    with other.app_context():
        there = keyed_digest("a", "x")
    assert len({*here, there}) == 4
    assert {len(one) for one in here} == {64}
