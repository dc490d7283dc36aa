"""The plugin keeps every rule of the contract; each rule is a test."""

from __future__ import annotations

from forum.testing.contract import PluginContract


class TestContract(PluginContract):
    """The rules that `forum plugin check badges` runs."""

    plugin = "badges"
