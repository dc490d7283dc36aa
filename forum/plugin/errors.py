"""What can go wrong between core and plugins; every message fits on one line."""


class PluginError(Exception):
    """Base of everything that this package raises."""


class BrokenPlugin(PluginError):
    """A plugin breaks a rule of the contract; the loader puts it into quarantine."""

    def __init__(self, plugin: str, rule: str, *, what: str, mend: str) -> None:
        super().__init__(f"plugin {plugin!r}, rule {rule}: {what}; {mend}")
        self.plugin = plugin
        self.rule = rule
        self.what = what
        self.mend = mend


class WrongResult(PluginError):
    """A hook returned something else than its spec promises."""


class HookFailed(PluginError):
    """A hook that must not fail open failed: the caller's transaction has to be rolled back."""

    def __init__(self, plugin: str, hook: str) -> None:
        super().__init__(f"plugin {plugin!r} failed in {hook}; nothing was changed")
        self.plugin = plugin
        self.hook = hook


class ForeignName(PluginError):
    """A plugin writes, tells or enqueues under the name of another plugin or of the core."""

    def __init__(self, plugin: str, name: str) -> None:
        super().__init__(f"plugin {plugin!r} may not use {name!r}; its own begin with '{plugin}.'")
        self.plugin = plugin
        self.name = name
