"""What a plugin says about itself; the rules for it are in `forum.plugin.manifest`."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from forum.plugin.types.checked import Checked
from forum.plugin.types.refs import Role

PluginScope = Literal["area", "site"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission(Checked):
    """A right of the plugin's own: its msgid and the least role that has it.

    Core asks for it before a route that names it runs, and shows it on the plugin's page.
    """

    name: str
    title: str
    default_role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData(Checked):
    """One entry of the record of processing: a table with personal data and how it goes away."""

    table: str
    what: str
    purpose: str
    retention: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """The module variable `manifest` of the module that the entry point names.

    `title` and `summary` are msgids in the plugin's domain. `core` is a range of the API version.
    `scopes`: with `area` each area has a state, with `site` alone there is one for the forum.
    `default` is the state where nobody said anything. `restricted`: only the operator switches.
    `restricts`: what must stay closed where the plugin is active but not loaded. `events` lists
    the names that `on_event` wants, `*` for all there are. `settings` is a model whose fields come
    from `setting()`. The version is the distribution's.
    """

    name: str
    title: str
    summary: str
    core: str
    licence: str
    homepage: str = ""
    requires: tuple[str, ...] = ()
    scopes: tuple[PluginScope, ...] = ("area",)
    default: bool = False
    restricted: bool = False
    restricts: Literal["posting", "visibility"] | None = None
    events: tuple[str, ...] = ()
    permissions: tuple[Permission, ...] = ()
    personal_data: tuple[PersonalData, ...] = ()
    settings: type[BaseModel] | None = None

    @property
    def site_only(self) -> bool:
        """Whether one state holds for the whole forum."""
        return "area" not in self.scopes
