"""Whose address counts: the visitor's behind proxies that the operator named, else the peer's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, request

FORWARDED = {
    "X-Forwarded-For": "198.51.100.6, 203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
}


@pytest.mark.parametrize(
    ("proxies", "seen"),
    [
        (0, "127.0.0.1 http localhost"),
        (1, "203.0.113.9 https localhost"),
        (2, "198.51.100.6 http localhost"),
        (3, "127.0.0.1 http localhost"),
    ],
)
def test_as_many_headers_count_as_there_are_proxies(
    make_app: Callable[..., Flask], proxies: int, seen: str
) -> None:
    app = make_app(trusted_proxies=proxies)

    def tell() -> str:
        return f"{request.remote_addr} {request.scheme} {request.host}"

    app.add_url_rule("/tell", view_func=tell)
    assert app.test_client().get("/tell", headers=FORWARDED).text == seen
