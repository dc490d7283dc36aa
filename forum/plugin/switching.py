"""Whether somebody may set a plugin's state in an area, by the same resolver that applies it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from forum.plugin.states import Chain, Link, Policies, Reason, State, resolve_area


class RefusalCode(StrEnum):
    """Why a switch cannot be set; the page puts it into words."""

    NOT_LOADED = "not_loaded"
    LOCKED = "locked"
    """An area above forces or forbids it: see `area_id`."""
    RESTRICTED = "restricted"
    """Only the operator may."""
    SITE_ONLY = "site_only"
    """One state holds for the whole site: it is set at the root."""
    REQUIREMENT_OFF = "requirement_off"
    """It requires a plugin that cannot be active here: see `plugin`."""
    NEEDED = "needed"
    """A plugin that is active here requires it: see `plugin`."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused switch, with the area or plugin that stands in the way."""

    code: RefusalCode
    area_id: int | None = None
    plugin: str | None = None


_SWITCHED_OFF = frozenset({State.OFF, State.FORBIDDEN})
_SWITCHED_ON = frozenset({State.ON, State.FORCED})


def can_set(
    chain: Chain, policies: Policies, *, plugin: str, state: State, as_operator: bool
) -> Refusal | None:
    """Say what forbids a new state at the end of the chain, None when nothing does.

    Taking back a state (`inherit`) is allowed under a lock: it changes nothing that is in force.
    """
    policy = policies.get(plugin)
    if policy is None:
        return Refusal(RefusalCode.NOT_LOADED)
    if policy.restricted and not as_operator:
        return Refusal(RefusalCode.RESTRICTED)
    if policy.site_only and len(chain) > 1 and state is not State.INHERIT:
        return Refusal(RefusalCode.SITE_ONLY)
    lock = _lock_above(chain[:-1], plugin)
    if lock is not None:
        return None if state is State.INHERIT else Refusal(RefusalCode.LOCKED, area_id=lock)
    return _refused_by_requirements(chain, policies, plugin=plugin, state=state)


def with_state(chain: Chain, plugin: str, state: State) -> list[Link]:
    """Give the chain as it would be with a new state at its end, to show what would change."""
    last = chain[-1]
    return [*chain[:-1], Link(last.area_id, {**last.states, plugin: state})]


def _lock_above(links: Sequence[Link], plugin: str) -> int | None:
    for link in links:
        if link.states.get(plugin) in (State.FORCED, State.FORBIDDEN):
            return link.area_id
    return None


def _refused_by_requirements(
    chain: Chain, policies: Policies, *, plugin: str, state: State
) -> Refusal | None:
    before = resolve_area(chain, policies)
    after = resolve_area(with_state(chain, plugin, state), policies)
    if after[plugin].reason is Reason.REQUIREMENT_OFF and state in _SWITCHED_ON:
        return Refusal(RefusalCode.REQUIREMENT_OFF, plugin=after[plugin].because_of)
    if state in _SWITCHED_OFF and after[plugin].reason is Reason.NEEDED:
        return Refusal(RefusalCode.NEEDED, plugin=after[plugin].because_of)
    # Forbidding a requirement would silently take down what runs on it.
    for name, answer in after.items():
        if name != plugin and before[name].active and answer.reason is Reason.REQUIREMENT_OFF:
            return Refusal(RefusalCode.NEEDED, plugin=name)
    return None
