"""All hooks, split by the moment in which they are called. Signatures and promises, no logic."""

from collections.abc import Mapping
from types import MappingProxyType

from forum.plugin.hookspec import SPEC_ATTRIBUTE, HookSpec
from forum.plugin.specs import (
    collecting,
    demo,
    events,
    moves,
    pages,
    privacy,
    programs,
    start,
    writing,
)

MODULES = (start, writing, pages, programs, collecting, events, moves, privacy, demo)

SPECS: Mapping[str, HookSpec] = MappingProxyType(
    {
        spec.name: spec
        for module in MODULES
        for value in vars(module).values()
        if isinstance(spec := getattr(value, SPEC_ATTRIBUTE, None), HookSpec)
    }
)
