"""What is due and what came out: targets, figures, the table, the JSON."""

from __future__ import annotations

import json
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

RESULTS: Final = Path(__file__).parent / "results.json"


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure has to reach: at least `least`, or at most `most`. Source: issues 2 and 3."""

    what: str
    unit: str = "ratio"
    least: float | None = None
    most: float | None = None

    def is_met(self, value: float) -> bool | None:
        """Tell whether a value is good enough; None where nothing is asked for."""
        if self.least is not None:
            return value >= self.least
        return None if self.most is None else value <= self.most

    @property
    def words(self) -> str:
        """The target as the table shows it."""
        if self.least is not None:
            return f"≥ {self.least:g}"
        return "–" if self.most is None else f"≤ {self.most:g}"


TARGETS: Final = {
    "topic_member": Target("topic, 20 posts, member, to the core floor", least=0.35),
    "topic_anonymous": Target("topic, 20 posts, anonymous, to the core floor", least=1.5),
    "list_member": Target("topic list, member, to the core floor", least=0.30),
    "home_member": Target("home feed, member, to the core floor", least=0.30),
    "area_member": Target("area home, member, to the core floor", least=0.30),
    "last_page": Target("last page of 5,000 posts against the first", least=0.9),
    "page_40": Target("page 40 of a list against page 1", least=0.9),
    "p99": Target("p99 of the topic page at half the peak rate, in p50", most=4),
    "reply": Target("reply against bare statements, one commit", least=0.4),
    "plugins": Target("cost of all bundled plugins on a topic page with a poll", "%", most=25),
    "memory": Target("memory of a web worker after 10,000 requests", "MB", most=140),
    "bytes": Target("topic page, HTML, 20 posts", "kB", most=80),
    "start": Target("start of `forum serve` to ready", "s", most=3),
    "markdown": Target("Markdown of a 660-character post", "ms", most=1.0),
    "demo": Target("`forum demo` into an empty directory", "s", most=30),
    "dispatch_none": Target("hook call, no plugin active", "µs", most=2),
    "dispatch_5": Target("hook call, 5 of 30 plugins active, 25 posts", "µs", most=15),
    "switch": Target("switching a plugin at the root of 2,500 areas", "ms", most=300),
    "move": Target("moving an area with 1,000 below it", "s", most=2),
    "badges_backfill": Target("a badge over 200,000 events, one statement", "s", most=1),
    "badges_again": Target("the same again: rows written", "rows", most=0),
    "badges_sign": Target("signing and keeping a badge", "ms", most=20),
    "polls_page": Target("50 polls with 100,000 votes on a topic page", "ms more", most=5),
    "polls_statements": Target("statements that they add", "more", most=1),
    "digest": Target("10,000 digests planned and made", "s", most=20),
    "digest_statements": Target("statements that they take", "", most=60),
    "digest_memory": Target("memory while they are made", "MB", most=250),
    "undo": Target("taking an import of 5,000 posts back", "s", most=2),
    "undo_left": Target("posts and entries that are left of it", "rows", most=0),
    "feed": Target("feed of 5,000 items read and taken over", "s", most=5),
    "feed_cpu": Target("CPU time of it, without the database's", "s"),
    "feed_floor": Target("CPU time of feedparser alone on it", "s"),
    "feed_statements": Target("statements that it takes", ""),
    "feed_again": Target("the same feed again", "s"),
    "feed_again_cpu": Target("CPU time of that", "s"),
    "feed_twice": Target("rows that it writes again", "rows", most=0),
    "polls_lost": Target("of 10,000 votes sent to a server, lost or refused", "votes", most=0),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value: the median of its samples."""

    key: str
    samples: tuple[float, ...]
    note: str = ""
    raw: dict[str, Any] = field(default_factory=dict)

    @property
    def value(self) -> float:
        """The median."""
        return statistics.median(self.samples)

    @property
    def target(self) -> Target:
        """What it has to reach."""
        return TARGETS[self.key]


def as_json(figures: Iterable[Figure], *, database: str, quick: bool) -> dict[str, Any]:
    """Return what is written for one database."""
    return {
        "database": database,
        "quick": quick,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "cores": os.cpu_count(),
            "load": [round(part, 2) for part in os.getloadavg()],
            "python": platform.python_version(),
        },
        "figures": {
            f.key: {
                **asdict(f.target),
                "value": round(f.value, 4),
                "met": f.target.is_met(f.value),
                "samples": [round(sample, 4) for sample in f.samples],
                "note": f.note,
                **f.raw,
            }
            for f in figures
        },
    }


def write_results(runs: Sequence[dict[str, Any]], path: Path = RESULTS) -> None:
    """Write all runs; the file is no source and is not committed."""
    path.write_text(json.dumps({"runs": runs}, indent=1, ensure_ascii=False) + "\n", "utf-8")


def format_table(figures: Iterable[Figure], *, title: str) -> str:
    """Return the table for the terminal; the spread is that of the samples."""
    lines = [f"\n{title}", f"{'what':58} {'value':>10} {'target':>8}  met  spread"]
    for figure in figures:
        target, met = figure.target, figure.target.is_met(figure.value)
        value = f"{figure.value:.3g} {'' if target.unit == 'ratio' else target.unit}".strip()
        said = "–" if met is None else "yes" if met else "NO"
        low, high = min(figure.samples), max(figure.samples)
        spread = f"{low:.3g}…{high:.3g}" if len(figure.samples) > 1 else ""
        note = f"  {figure.note}" if figure.note else ""
        lines.append(f"{target.what:58} {value:>10} {target.words:>8}  {said:3}  {spread}{note}")
    return "\n".join(lines)
