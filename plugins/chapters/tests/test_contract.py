"""The plugin keeps every rule of the contract; each rule is a test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from forum.testing.contract import PluginContract


class TestContract(PluginContract):
    """The rules that `forum plugin check chapters` runs."""

    plugin = "chapters"
    unwoven: ClassVar[Mapping[str, str]] = {
        "search": "what stands in a branch are areas and topics, found like all others",
        "feed and notification": "opening a branch is told by the areas that are new in it",
        "digest": "front pages show topics that the digest has already",
        "mail out and in": "it writes no mail",
        "REST API and feeds": "its settings are in the API; the pages are for people to read",
        "event vocabulary": "the core's events of areas tell what it does",
    }
