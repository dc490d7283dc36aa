"""Hooks called by the worker with what the event log holds."""

from forum.plugin.hookspec import hookspec
from forum.plugin.types import EventRef


@hookspec(audience="area", on_error="abort")
def on_event(event: EventRef) -> None:
    """Do what follows from something that happened.

    When: the worker reaches the event, in order, in a write unit; again after a crash or failure.
    Not sent for: event names not in the manifest's `events`; areas where the plugin is off at
        delivery; events without an area, unless the plugin is of scope `site`.
    Return: nothing.
    Errors: this plugin's cursor stays and the event comes again later; other plugins go on.
    Cost: outside of requests; must bear the same event twice (the id is the key).
    """
    raise NotImplementedError
