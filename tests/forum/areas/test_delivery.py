"""Events, jobs and turns of schedules reach plugins where they are on at that moment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from forum.api.data import append_events
from forum.api.jobs import enqueue
from forum.areas import operations
from forum.areas.delivery import register_deliveries
from forum.core import clock as core_clock
from forum.core.consumers import run_consumers
from forum.core.database import unit
from forum.core.events import EventRow
from forum.core.jobs import JobRow
from forum.core.runner import run_all
from forum.core.schedules import enqueue_due, list_schedules
from forum.plugin import EventDraft, EventField, EventRef, EventSpec, JobSpec, ScheduleSpec
from forum.plugin.calling import CALLING, calling
from forum.plugin.contributions import Contributions
from forum.plugin.errors import ForeignName, HookFailed
from forum.testing.fixtures import MOMENT
from tests.forum.areas import samples
from tests.forum.areas.test_plugins import switch as switch_as
from tests.forum.areas.town import Town

GIVEN = EventSpec(
    name="votes.vote_cast",
    title="Jemand hat abgestimmt",
    fields=(EventField(name="user_id", kind="user", label="Wer"),),
    keep_days=30,
)
PULSE = EventSpec(name="hosts.pulse_felt", title="Lebenszeichen", per_area=False)
Move = Callable[[datetime], None]


@dataclass
class Heard:
    """What the sample plugins were told."""

    events: list[tuple[str, int | None]] = field(default_factory=list)
    turns: list[Sequence[int]] = field(default_factory=list)
    jobs: list[object] = field(default_factory=list)
    site: list[str] = field(default_factory=list)


@pytest.fixture
def land(town: Town) -> Iterator[Town]:
    """bund → ni → kreis; `votes` is to be switched, it writes events; `tally` hears all."""
    services = town.app.extensions["forum"]
    before = services["dispatcher"]
    kept = {name: services[name] for name in ("jobs", "schedules", "consumers")}
    for name, registry in kept.items():
        services[name] = type(registry)()
    town.heard = Heard()  # type: ignore[attr-defined]
    services["dispatcher"] = _wire(town.heard)  # type: ignore[attr-defined]
    town.add_users("root", "mia")
    town.found("root")
    with town.writing():
        operations.sync_plugins()
    town.add_area("ni", "bund")
    town.add_area("kreis", "ni")
    with town.app.app_context():
        register_deliveries(services["dispatcher"])
        yield town
    services.update(kept, dispatcher=before)


def _wire(heard: Heard) -> object:
    def on_event(event: EventRef) -> None:
        heard.events.append((event.name, event.area_id))

    votes = replace(
        samples.plugin("votes"),
        contributions=Contributions(
            events=(GIVEN,),
            jobs=(JobSpec(name="votes.close", run=heard.jobs.append),),
            schedules=(
                ScheduleSpec(
                    name="votes.remind",
                    every=timedelta(hours=1),
                    run=lambda areas: apart(heard.turns, areas),
                    transaction=False,
                ),
            ),
        ),
    )
    hosts = replace(
        samples.plugin("hosts", scopes=("site",), default=True, events=(PULSE.name,)),
        implementations={"on_event": lambda event: heard.site.append(event.name)},
        contributions=Contributions(
            events=(PULSE,),
            jobs=(
                JobSpec(
                    name="hosts.beat",
                    run=lambda _: apart(heard.site, "hosts.beat"),
                    per_area=False,
                    transaction=False,
                ),
            ),
        ),
    )
    tally = replace(samples.plugin("tally", events=("*",)), implementations={"on_event": on_event})
    return samples.load(votes, hosts, tally)


def apart(heard: list[Any], what: object) -> None:
    """What work without a transaction does: it writes in units of its own."""
    with unit() as session:
        session.execute(sa.select(1))
        heard.append(what)


def heard(town: Town) -> Heard:
    return town.heard  # type: ignore[attr-defined,no-any-return]


def switch(town: Town, slug: str, plugin: str, state: str = "on") -> None:
    switch_as(town, "root", slug, plugin, state)


def tell(*drafts: EventDraft) -> None:
    with unit():
        append_events(*drafts)


def deliver() -> None:
    while run_consumers():
        pass


def test_a_declared_event_reaches_who_wants_it_where_that_is_on(land: Town) -> None:
    deliver()
    ni, kreis = land.area("ni").id, land.area("kreis").id
    switch(land, "kreis", "tally")
    heard(land).events.clear()
    deliver()
    heard(land).events.clear()
    tell(
        *(
            EventDraft(name="votes.vote_cast", payload={"user_id": 3}, area_id=at, actor_id=3)
            for at in (ni, kreis)
        ),
        EventDraft(name="hosts.pulse_felt"),
    )
    deliver()
    assert heard(land).events == [("votes.vote_cast", kreis)]
    rows = land.all(EventRow.name, EventRow.area_id, EventRow.payload)
    assert rows[-3:] == [
        ("votes.vote_cast", ni, {"user_id": 3}),
        ("votes.vote_cast", kreis, {"user_id": 3}),
        ("hosts.pulse_felt", None, {}),
    ]


@pytest.mark.parametrize(
    ("draft", "error", "said"),
    [
        (EventDraft(name="votes.vote_lost", area_id=1), KeyError, "votes.vote_lost"),
        (EventDraft(name="discussions.topic_locked", area_id=1), KeyError, "no plugin declares"),
        (EventDraft(name="votes.vote_cast", payload={"user_id": 3}), TypeError, "needs an area"),
        (EventDraft(name="hosts.pulse_felt", area_id=1), TypeError, "has no area"),
        (EventDraft(name="votes.vote_cast", area_id=1), TypeError, "user_id: expected an id"),
    ],
)
def test_what_was_not_declared_is_not_in_the_log(
    land: Town, draft: EventDraft, error: type[Exception], said: str
) -> None:
    before = land.all(EventRow.id)
    with pytest.raises(error, match=said):
        tell(draft)
    assert land.all(EventRow.id) == before


def test_nobody_writes_into_the_log_or_the_queue_in_the_name_of_another_plugin(land: Town) -> None:
    ni = land.area("ni").id
    cast = EventDraft(name="votes.vote_cast", payload={"user_id": 3}, area_id=ni)
    before = land.all(EventRow.id)
    said = "plugin 'tally' may not use 'votes.{}'; its own begin with 'tally.'"
    with calling("tally"):
        with pytest.raises(ForeignName, match=re.escape(said.format("vote_cast"))):
            tell(cast)
        with pytest.raises(ForeignName, match=re.escape(said.format("close"))), unit():
            enqueue("votes.close", args={"area_id": ni})
    assert (land.all(EventRow.id), land.all(JobRow.id)) == (before, [])
    with calling("votes"):
        tell(cast)
    assert len(land.all(EventRow.id)) == len(before) + 1


def test_the_guard_says_whose_code_is_running(land: Town) -> None:
    """A plugin's job writes its own event, and fails with another's."""
    ni = land.area("ni").id
    switch(land, "ni", "votes")
    dispatcher = land.app.extensions["forum"]["dispatcher"]
    draft = EventDraft(name="votes.vote_cast", payload={"user_id": 3}, area_id=ni)
    run = partial(dispatcher.run, kind="job", on_error="abort", area_id=ni)
    before = len(land.all(EventRow.id))
    run("votes", "votes.close", tell, (draft,))
    with pytest.raises((HookFailed, ForeignName)):
        run("tally", "tally.count", tell, (draft,))
    assert CALLING.get() is None
    assert len(land.all(EventRow.id)) == before + 1


def test_what_is_kept_for_days_goes_when_every_reader_has_passed_it(
    land: Town, clock: Move
) -> None:
    cast = EventDraft(name="votes.vote_cast", payload={"user_id": 3}, area_id=land.area("ni").id)

    def forget_after(days: int) -> int:
        clock(MOMENT + timedelta(days=days))
        enqueue_due()
        run_all()
        return [name for (name,) in land.all(EventRow.name)].count(cast.name)

    deliver()
    tell(cast)
    before = land.all(EventRow.id)
    assert forget_after(31) == 1  # nobody has read it yet
    deliver()
    assert forget_after(32) == 0
    assert len(land.all(EventRow.id)) == len(before) - 1


def test_a_schedule_runs_once_for_all_areas_where_the_plugin_is_on(land: Town, clock: Move) -> None:
    assert enqueue_due() == ["events.forget", "votes.remind"]
    run_all()
    assert heard(land).turns == []
    switch(land, "ni", "votes")
    clock(MOMENT + timedelta(hours=5, minutes=1))
    assert enqueue_due() == ["votes.remind"]
    switch(land, "kreis", "votes", "off")
    run_all()
    run_all()
    # Four turns were missed; one makes up for them, and sees what is on at its own time.
    assert heard(land).turns == [(land.area("ni").id,)]
    assert enqueue_due() == []
    with unit():
        _forget, line = list_schedules()
    assert (line.name, line.every, line.state) == ("votes.remind", timedelta(hours=1), "done")
    assert line.due_at == MOMENT + timedelta(hours=6, minutes=1)


def test_a_job_at_a_time_runs_then_and_only_where_the_plugin_is_on(land: Town, clock: Move) -> None:
    kreis = land.area("kreis").id
    switch(land, "kreis", "votes")
    with unit():
        at = core_clock.now() + timedelta(hours=2)
        enqueue("votes.close", args={"area_id": kreis, "n": 1}, run_at=at)
        enqueue("votes.close", args={"area_id": kreis, "n": 2}, run_at=at + timedelta(hours=1))
    assert run_all() == 0
    clock(at)
    assert run_all() == 1
    switch(land, "kreis", "votes", "off")
    clock(at + timedelta(hours=1))
    run_all()
    assert heard(land).jobs == [{"area_id": kreis, "n": 1}]
    assert land.all(JobRow.state, JobRow.area_id) == [("done", kreis), ("skipped", kreis)]


def test_a_job_per_area_names_the_area(land: Town) -> None:
    with pytest.raises(ValueError, match=r"votes\.close is done per area"), unit():
        enqueue("votes.close")


def test_what_has_no_area_reaches_a_plugin_of_the_site_where_it_is_on(land: Town) -> None:
    def happen() -> list[str]:
        heard(land).site.clear()
        tell(EventDraft(name="hosts.pulse_felt"))
        with unit():
            enqueue("hosts.beat", args={})
        deliver()
        run_all()
        return sorted(heard(land).site)

    deliver()
    assert happen() == ["hosts.beat", "hosts.pulse_felt"]
    switch(land, "bund", "hosts", "off")
    assert happen() == []
    switch(land, "bund", "hosts")
    assert happen() == ["hosts.beat", "hosts.pulse_felt"]
