"""The order of plugins: what is required comes first, otherwise by name."""

import heapq
from collections.abc import Collection, Mapping

from forum.plugin.errors import BrokenPlugin
from forum.plugin.types import Manifest


def sort_by_requires(
    manifests: Mapping[str, Manifest], builtins: Mapping[str, Manifest]
) -> tuple[list[str], list[BrokenPlugin]]:
    """Sort plugins; put aside those that cannot be loaded, and say why.

    Only unmet and circular requirements are found here; whether a required plugin passes its own
    checks turns out while loading in this order.
    """
    usable = dict(manifests)
    broken: list[BrokenPlugin] = []
    while unmet := [
        error
        for manifest in usable.values()
        if (error := _unmet(manifest, usable, builtins)) is not None
    ]:
        for error in unmet:
            del usable[error.plugin]
        broken += unmet
    order = _topological(usable)
    stuck = sorted(set(usable) - set(order))
    return order, broken + [_stuck(usable[name], stuck) for name in stuck]


def _unmet(
    manifest: Manifest, usable: Mapping[str, Manifest], builtins: Mapping[str, Manifest]
) -> BrokenPlugin | None:
    for required in manifest.requires:
        other = usable.get(required) or builtins.get(required)
        if other is None:
            return BrokenPlugin(
                manifest.name,
                "requires",
                what=f"it requires {required!r}, which is not loaded",
                mend=f"install {required!r}, add it to the list of plugins, or mend it",
            )
        if manifest.site_only and not other.site_only:
            return BrokenPlugin(
                manifest.name,
                "requires",
                what=f"it has one state for the site but requires {required!r}, which has many",
                mend='add "area" to its scopes',
            )
    return None


def _topological(usable: Mapping[str, Manifest]) -> list[str]:
    waiting = {
        name: {required for required in manifest.requires if required in usable}
        for name, manifest in usable.items()
    }
    ready = sorted(name for name, left in waiting.items() if not left)
    order: list[str] = []
    while ready:
        name = heapq.heappop(ready)
        order.append(name)
        for other, left in waiting.items():
            if name in left:
                left.remove(name)
                if not left:
                    heapq.heappush(ready, other)
    return order


def _stuck(manifest: Manifest, stuck: Collection[str]) -> BrokenPlugin:
    others = ", ".join(repr(name) for name in manifest.requires if name in stuck)
    return BrokenPlugin(
        manifest.name,
        "requires",
        what=f"it is in, or requires what is in, a circle through {others}",
        mend="break the circle: one of them must do without the other",
    )
