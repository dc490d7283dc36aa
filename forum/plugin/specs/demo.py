"""The hook that fills the demo federation."""

from forum.plugin.hookspec import hookspec
from forum.plugin.types import DemoWorld


@hookspec(audience="loaded", on_error="abort")
def seed_demo(world: DemoWorld) -> None:
    """Add what shows the plugin at its best, the same for the same seed.

    When: `forum demo`, after core's own content stands; plugins in the order of the loader.
    Not sent for: a running forum.
    Return: nothing.
    Errors: the demo is not made.
    Cost: counts towards the 30 seconds of the demo.
    """
    raise NotImplementedError
