"""The plugin keeps every rule of the contract; each rule is a test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from forum.testing.contract import PluginContract


class TestContract(PluginContract):
    """The rules that `forum plugin check badges` runs."""

    plugin = "badges"
    unwoven: ClassVar[Mapping[str, str]] = {
        "search": "found is what hangs on a post; a badge hangs on none, who has it is private",
        "mail out and in": "the core mails its notification, nothing is answered by mail",
    }
