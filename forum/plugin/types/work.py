"""Work outside of pages: background jobs and imports."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from forum.plugin.types.checked import Checked
from forum.plugin.types.refs import AreaRef


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSpec(Checked):
    """A job that the plugin enqueues by name, `<plugin>.<verb>`.

    `run` gets the enqueued arguments, may be called more than once for the same row, and runs in
    a write unit; without `transaction` it opens units of its own, for work that waits for others
    or writes elsewhere. With `per_area` the arguments hold `area_id`, and the job is dropped when
    the plugin is off there at the time of running; who enqueues for a later time looks where its
    topic stands by then (`move_topic`), or takes `per_area=False` and asks itself.
    """

    name: str
    run: Callable[[Mapping[str, object]], None]
    per_area: bool = True
    transaction: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleSpec(Checked):
    """Work that comes again, `<plugin>.<verb>`, first when the plugin is first loaded.

    `run` gets the ids of the areas where the plugin is on at that moment, in order; nothing runs
    while there are none. Due times are rows: of workers that look at the same time one takes the
    turn, and turns that nobody was there for are made up by one. A turn that fails is tried again
    like a job. `transaction` as in `JobSpec`.
    """

    name: str
    every: timedelta
    run: Callable[[Sequence[int]], None]
    transaction: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MailGuard(Checked):
    """Who is asked before a mail of the plugin leaves, `<plugin>.<noun>`.

    `may_leave` gets the member's id and the `ref` of the mail, minutes or days after it was
    written; it only reads. What it refuses is withheld for good, its text is deleted. Mails of a
    plugin that is not loaded wait.
    """

    name: str
    may_leave: Callable[[int, str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFinding(Checked):
    """A line of `forum check`, in English: what was looked at, and what mends it."""

    level: Literal["ok", "hint", "problem"]
    what: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCheck(Checked):
    """What the plugin looks at in `forum check`, `<plugin>.<noun>`.

    `run` only reads, and is called for the whole site with nobody looking.
    """

    name: str
    run: Callable[[], Sequence[SiteFinding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportJob:
    """One run of an import into one area; with `dry_run` everything but the commit."""

    area: AreaRef
    file: Path
    actor_id: int | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Rejection(Checked):
    """An item that was left out, by the source's own id, with a reason."""

    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Remark(Checked):
    """An item that was taken, though not quite as the source has it."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport(Checked):
    """What a run did; the dry run's figures equal the real run's. `remarks` are for people.

    `figures` are what else the source counts, by names of its own.
    """

    source: str
    topics_new: int = 0
    posts_new: int = 0
    posts_changed: int = 0
    posts_same: int = 0
    authors_new: int = 0
    rejections: tuple[Rejection, ...] = ()
    remarks: tuple[Remark, ...] = ()
    figures: Mapping[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, object]:
        """Give the report as `forum import --json` prints it."""
        told = asdict(self)
        del told["remarks"]
        return {**told, "rejected": len(self.rejections)}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec(Checked):
    """A format that `forum import` reads.

    `run` reads, commits in batches of its own through `forum.api.data`, can be killed at any
    time and continued by the same command. `label` is a msgid. Where the plugin is off, imports
    into the area are refused before `run` is called.
    """

    name: str
    label: str
    run: Callable[[ImportJob], ImportReport]
