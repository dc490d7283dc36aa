"""Who may set which state where, and what stands in the way."""

import itertools

import pytest

from forum.plugin.states import Link, Policy, State, resolve_area
from forum.plugin.switching import Refusal, RefusalCode, can_set, with_state

ON, OFF, INHERIT = State.ON, State.OFF, State.INHERIT
FORCED, FORBIDDEN = State.FORCED, State.FORBIDDEN
KNOWN = {
    policy.name: policy
    for policy in (
        Policy(name="polls"),
        Policy(name="votes", requires=("polls",)),
        Policy(name="mirror", restricted=True),
        Policy(name="hosts", site_only=True),
        Policy(name="pages", requires=("hosts",)),
    )
}


def ask(
    *said: dict[str, State], plugin: str = "polls", state: State = ON, as_operator: bool = False
) -> Refusal | None:
    links = [Link(number, states) for number, states in enumerate(said, start=1)]
    return can_set(links, KNOWN, plugin=plugin, state=state, as_operator=as_operator)


@pytest.mark.parametrize("as_operator", [False, True])
def test_locks_above_hold_for_every_chain_of_depth_four(as_operator: bool):
    for above in itertools.product(State, repeat=3):
        for new in State:
            said = [{"polls": state} for state in above]
            locks = [n for n, state in enumerate(above, start=1) if state in (FORCED, FORBIDDEN)]
            wanted = (
                Refusal(RefusalCode.LOCKED, area_id=locks[0])
                if locks and new is not INHERIT
                else None
            )
            assert ask(*said, {}, state=new, as_operator=as_operator) == wanted, (above, new)


def test_an_own_lock_may_be_taken_back():
    for own, new in itertools.product(State, repeat=2):
        assert ask({}, {"polls": own}, state=new) is None


def test_restricted_plugins_are_the_operators():
    assert ask({}, plugin="mirror") == Refusal(RefusalCode.RESTRICTED)
    assert ask({}, plugin="mirror", state=INHERIT) == Refusal(RefusalCode.RESTRICTED)
    assert ask({}, plugin="mirror", as_operator=True) is None


def test_site_plugins_are_set_at_the_root():
    assert ask({}, {}, plugin="hosts") == Refusal(RefusalCode.SITE_ONLY)
    assert ask({}, {}, plugin="hosts", state=INHERIT) is None
    assert ask({}, plugin="hosts") is None


def test_what_is_not_loaded_cannot_be_set():
    assert ask({}, plugin="badges") == Refusal(RefusalCode.NOT_LOADED)


def test_what_is_needed_does_not_go_off():
    needed = Refusal(RefusalCode.NEEDED, plugin="votes")
    for new in (OFF, FORBIDDEN):
        assert ask({"votes": ON}, state=new) == needed
        assert ask({"votes": FORCED}, {}, state=new) == needed
        assert ask({"votes": ON, "polls": ON}, {}, state=new) == needed
        assert ask({"votes": OFF}, {}, state=new) is None
    assert ask({"hosts": ON, "pages": ON}, plugin="hosts", state=OFF) == Refusal(
        RefusalCode.NEEDED, plugin="pages"
    )


def test_what_cannot_have_its_requirement_does_not_go_on():
    assert ask({"polls": FORBIDDEN}, {}, plugin="votes") == Refusal(
        RefusalCode.REQUIREMENT_OFF, plugin="polls"
    )
    assert ask({"polls": OFF}, {}, plugin="votes") is None
    assert ask({}, {}, plugin="pages", state=FORCED) == Refusal(
        RefusalCode.REQUIREMENT_OFF, plugin="hosts"
    )


def test_what_was_off_before_does_not_stand_in_the_way():
    said = ({"polls": FORBIDDEN}, {"votes": ON})
    assert ask(*said, plugin="mirror", as_operator=True) is None


def test_the_page_can_show_what_a_switch_would_change():
    links = [Link(1), Link(2, {"votes": INHERIT})]
    after = resolve_area(with_state(links, "votes", ON), KNOWN)
    assert {name for name, answer in after.items() if answer.active} == {"votes", "polls"}
    assert links == [Link(1), Link(2, {"votes": INHERIT})]
