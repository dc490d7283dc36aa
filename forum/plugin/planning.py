"""What stands in the way of another version of the API: ranges, imports, hooks that go."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from forum.plugin.hookspec import Deprecated, HookSpec
from forum.plugin.loader import EntryPoint
from forum.plugin.types import Manifest
from forum.plugin.versions import version_fits


@dataclass(frozen=True, slots=True)
class Ageing:
    """A hook that a plugin uses and that goes; `gone`: the planned version has it no more."""

    hook: str
    deprecated: Deprecated
    gone: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """An installed plugin against a version of the API.

    `wants` is its range, "" where it could not be read; `problem` says what blocks, "" for nothing.
    """

    name: str
    version: str
    wants: str
    problem: str
    ageing: Sequence[Ageing]

    @property
    def blocks(self) -> bool:
        """Whether the plugin would be put aside."""
        return bool(self.problem)


def plan_upgrade(
    found: Iterable[EntryPoint], specs: Mapping[str, HookSpec], *, version: str
) -> list[Planned]:
    """Hold every installed plugin against a version of the API, in alphabetical order.

    Errors: ValueError when the version cannot be read.
    """
    version_fits(version, ">=0")
    return [_plan(point, specs, version) for point in sorted(found, key=lambda one: one.name)]


def _plan(point: EntryPoint, specs: Mapping[str, HookSpec], version: str) -> Planned:
    distribution = getattr(point, "dist", None)
    installed = distribution.version if distribution is not None else ""
    try:
        module = point.load()
    except (Exception, SystemExit) as error:
        first = f"{type(error).__name__}: {error}".splitlines()[0]
        return Planned(point.name, installed, "", f"importing it raised {first}", ())
    manifest = getattr(module, "manifest", None)
    if not isinstance(manifest, Manifest):
        return Planned(point.name, installed, "", "it has no manifest", ())
    ageing = [
        Ageing(name, spec.deprecated, gone=not version_fits(version, f"<{spec.deprecated.until}"))
        for name, spec in specs.items()
        if spec.deprecated is not None and callable(getattr(module, name, None))
    ]
    return Planned(
        point.name, installed, manifest.core, _find_problem(manifest, ageing, version), ageing
    )


def _find_problem(manifest: Manifest, ageing: Sequence[Ageing], version: str) -> str:
    try:
        fits = version_fits(version, manifest.core)
    except ValueError as error:
        return str(error)
    if not fits:
        return f"it wants API {manifest.core}"
    gone = [one.hook for one in ageing if one.gone]
    return f"it uses {', '.join(gone)}, which that version does not have" if gone else ""
