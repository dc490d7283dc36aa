"""Pages of a plugin at the root of an area's own host."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from forum.plugin.types.checked import Checked

HostPath = Literal["/", "/impressum", "/datenschutz"]
"""What a host of its own may have of its own; everything else is the same under every name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPage(Checked):
    """A page that stands at `path` of the host of an area, in place of the core's.

    `view` is called with the scope of the area, when the viewer may read it and the plugin is on
    there; it reads only, and returns the whole page (`forum.api.web.render` with `scope`), or None
    to leave the place to the next plugin and in the end to the core: the topics of the area at
    `/`, the texts of the site elsewhere.
    """

    path: HostPath
    view: Callable[..., object]
