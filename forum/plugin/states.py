"""Whether a plugin is active in an area: the one resolver, pure. Rows are kept by `forum.areas`.

The nearest explicit state on the way up decides, except that the topmost `forced` or `forbidden`
binds everything below it. Then dependencies: what an active plugin requires is on with it, unless
it is forbidden; where it is forbidden, the plugin that requires it is off.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import StrEnum

from forum.plugin.types import Manifest


class State(StrEnum):
    """What an area says about a plugin."""

    INHERIT = "inherit"
    ON = "on"
    OFF = "off"
    FORCED = "forced"
    """On, and nobody below may switch it off."""
    FORBIDDEN = "forbidden"
    """Off, and nobody below may switch it on."""


class Reason(StrEnum):
    """Why a plugin is active or not; the page puts it into words."""

    DEFAULT = "default"
    EXPLICIT = "explicit"
    """An area on the way up says so, or the area itself: see `source_area_id`."""
    LOCKED = "locked"
    """An area above forces or forbids it: see `source_area_id`."""
    NEEDED = "needed"
    """A plugin that is active here requires it: see `because_of`."""
    REQUIREMENT_OFF = "requirement_off"
    """A plugin that it requires cannot be active here: see `because_of`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the resolver has to know of a loaded plugin."""

    name: str
    default: bool = False
    restricted: bool = False
    site_only: bool = False
    requires: tuple[str, ...] = ()

    @classmethod
    def of(cls, manifest: Manifest) -> "Policy":
        """Take what counts from a manifest."""
        return cls(
            name=manifest.name,
            default=manifest.default,
            restricted=manifest.restricted,
            site_only=manifest.site_only,
            requires=manifest.requires,
        )


@dataclass(frozen=True, slots=True)
class Link:
    """An area of a chain from the root down, and its explicit states by plugin."""

    area_id: int
    states: Mapping[str, State] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Resolved:
    """The answer for one plugin in one area.

    `state` is the deciding area's, `inherit` when only the default speaks. `locked` means that an
    area above decided for good.
    """

    active: bool
    state: State
    source_area_id: int | None
    locked: bool
    reason: Reason
    because_of: str | None = None


Chain = Sequence[Link]
Policies = Mapping[str, Policy]
Decision = tuple[State, int | None]
"""The state that decides so far, and the area that said so."""
Decisions = dict[str, Decision]

_ON = frozenset({State.ON, State.FORCED})
_LOCKS = frozenset({State.FORCED, State.FORBIDDEN})
_UNDECIDED: Decision = (State.INHERIT, None)


def resolve_area(chain: Chain, policies: Policies) -> dict[str, Resolved]:
    """Resolve every loaded plugin at the end of a chain from the root to an area.

    Cost: linear in explicit states and plugins, plus what `requires` reaches.
    """
    decisions = _decide(chain, policies)
    joined = _join(decisions, policies, _closures(policies))
    last = chain[-1].area_id if chain else None
    return {name: _explain(name, decisions[name], last, joined) for name in policies}


def resolve_tree(
    areas: Iterable[tuple[int, int | None]],
    explicit: Mapping[int, Mapping[str, State]],
    policies: Policies,
    *,
    above: Chain = (),
) -> dict[int, frozenset[str]]:
    """Resolve a tree, or the subtree whose root hangs under the chain `above`.

    Shapes: areas as (id, parent id) in any order; a parent outside of them makes a root of the
        subtree. The result has every area with its active plugins.
    Errors: ValueError when areas hang together in a circle.
    Cost: linear in areas; those without states of their own share the parent's answer.
    """
    parents = dict(areas)
    children: dict[int | None, list[int]] = {}
    for area_id, parent_id in parents.items():
        children.setdefault(parent_id if parent_id in parents else None, []).append(area_id)
    closures = _closures(policies)
    top = _decide(above, policies)
    start = _join(top, policies, closures).active
    found: dict[int, frozenset[str]] = {}
    pending = [(area_id, top, start, not above) for area_id in children.get(None, ())]
    while pending:
        area_id, decisions, active, is_root = pending.pop()
        states = explicit.get(area_id)
        if states:
            decisions = _step(decisions, Link(area_id, states), policies, is_root=is_root)
            active = _join(decisions, policies, closures).active
        found[area_id] = active
        pending += [(child, decisions, active, False) for child in children.get(area_id, ())]
    if len(found) != len(parents):
        raise ValueError("areas hang together in a circle")
    return found


def _decide(chain: Chain, policies: Policies) -> Decisions:
    decisions = dict.fromkeys(policies, _UNDECIDED)
    for place, link in enumerate(chain):
        decisions = _step(decisions, link, policies, is_root=place == 0)
    return decisions


def _step(decisions: Decisions, link: Link, policies: Policies, *, is_root: bool) -> Decisions:
    """Go down one area: what it says decides, unless something above is locked."""
    after = dict(decisions)
    for name, said in link.states.items():
        policy = policies.get(name)
        if policy is None or said is State.INHERIT or (policy.site_only and not is_root):
            continue
        if decisions[name][0] not in _LOCKS:
            after[name] = (said, link.area_id)
    return after


@dataclass(frozen=True, slots=True)
class _Joined:
    """Who is on by itself, who is active with dependencies, and what blocks or needs whom."""

    on: Set[str]
    active: frozenset[str]
    blocked: Mapping[str, str]
    needed: Mapping[str, str]


def _join(
    decisions: Decisions, policies: Policies, closures: Mapping[str, Sequence[str]]
) -> _Joined:
    on = {name for name, (state, _) in decisions.items() if state in _ON}
    on |= {
        name
        for name, policy in policies.items()
        if policy.default and decisions[name][0] is State.INHERIT
    }
    blocked: dict[str, str] = {}
    needed: dict[str, str] = {}
    for name, required in closures.items():
        if name in on:
            lacking = [r for r in required if not _available(r, on, decisions, policies)]
            if lacking:
                blocked[name] = lacking[0]
            else:
                for other in required:
                    needed.setdefault(other, name)
    return _Joined(on, frozenset((on - blocked.keys()) | needed.keys()), blocked, needed)


def _available(name: str, on: Set[str], decisions: Decisions, policies: Policies) -> bool:
    if name not in policies or decisions[name][0] is State.FORBIDDEN:
        return False
    # One state holds for the whole site: an area cannot pull such a plugin in.
    return name in on or not policies[name].site_only


def _explain(name: str, decision: Decision, last: int | None, joined: _Joined) -> Resolved:
    state, source = decision
    active = name in joined.active
    locked = state in _LOCKS and source != last
    if not active and name in joined.blocked:
        reason, other = Reason.REQUIREMENT_OFF, joined.blocked[name]
        return Resolved(active, state, source, locked, reason, other)
    if active and name not in joined.on:
        return Resolved(active, state, source, locked, Reason.NEEDED, joined.needed[name])
    if locked:
        return Resolved(active, state, source, locked, Reason.LOCKED)
    reason = Reason.DEFAULT if state is State.INHERIT else Reason.EXPLICIT
    return Resolved(active, state, source, locked, reason)


def _closures(policies: Policies) -> dict[str, Sequence[str]]:
    """List what each plugin requires, directly or not, each once; tolerates circles."""
    return {name: _requirements(name, policies) for name in policies if policies[name].requires}


def _requirements(name: str, policies: Policies) -> Sequence[str]:
    found: list[str] = []
    pending = list(policies[name].requires)
    while pending:
        required = pending.pop(0)
        if required in found or required == name:
            continue
        found.append(required)
        if required in policies:
            pending += policies[required].requires
    return found
