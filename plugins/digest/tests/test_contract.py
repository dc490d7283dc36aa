"""The plugin keeps every rule of the contract; each rule is a test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from forum.testing.contract import PluginContract


class TestContract(PluginContract):
    """The rules that `forum plugin check digest` runs."""

    plugin = "digest"
    unwoven: ClassVar[Mapping[str, str]] = {
        "search": "a digest is one member's own and found by nobody else",
        "feed and notification": "what it tells stands in feeds and in the inbox already",
        "REST API and feeds": "its settings are in the API; programs read what it tells there",
        "moderation": "it has no texts of its own; what is hidden is left out",
        "event vocabulary": "who gets a digest is nobody's business, least of all of badges",
    }
