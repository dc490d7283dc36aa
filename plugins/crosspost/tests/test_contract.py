"""The plugin keeps every rule of the contract; each rule is a test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from forum.testing.contract import PluginContract


class TestContract(PluginContract):
    """The rules that `forum plugin check crosspost` runs."""

    plugin = "crosspost"
    unwoven: ClassVar[Mapping[str, str]] = {
        "digest": "what it brings are topics and posts; backfill is news for nobody",
        "mail out and in": "it writes no mail; archives come as files",
        "event vocabulary": "criteria and reports leave imports out",
    }
