"""What a poll came to, as data: for exports, the post with the result, the seal of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from forum_polls.counting.motions import MotionCount, Verdict, decide_motion
from forum_polls.counting.numbers import Figures, sum_up
from forum_polls.shapes import FullPoll, OptionRow


def tell_result(full: FullPoll) -> dict[str, Any]:
    """Give the result of a poll: counts by answer, and what its kind makes of them.

    The same for the same votes, however often it is asked: what it says is what the seal covers.
    """
    poll = full.poll
    told: dict[str, Any] = {
        "question": poll.question,
        "kind": poll.kind,
        "secret": poll.secret,
        "voters": poll.voters,
        "entitled": poll.entitled,
        "options": [_tell_option(full, option) for option in sort_options(full)],
    }
    if poll.kind == "motion":
        told["verdict"] = find_verdict(full)
    if poll.kind in {"number", "scale"} and (figures := find_figures(full)) is not None:
        told["figures"] = {
            "mean": str(figures.mean),
            "median": str(figures.median),
            "low": str(figures.low),
            "high": str(figures.high),
        }
    if poll.kind == "ranked" and poll.count is not None:
        told["rounds"] = list_rounds(full)
        told["winner"] = _name(full, poll.count["winner"])
        told["tied"] = [_name(full, option_id) for option_id in poll.count["tied"]]
    if full.questions:
        told["questions"] = [
            {
                "question": one.poll.question,
                "kind": one.poll.kind,
                "options": [_tell_option(one, option) for option in one.options],
            }
            for one in full.questions
        ]
    return told


def make_seal(full: FullPoll) -> str:
    """Return the hash of a result, 64 hex digits: of its JSON with sorted keys, without spaces.

    Source: SHA-256, FIPS 180-4.
    """
    text = json.dumps(tell_result(full), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def sort_options(full: FullPoll) -> Sequence[OptionRow]:
    """Return the options as a result shows them: numbers by size, all others as they stand."""
    if full.poll.kind == "number":
        return sorted(
            (option for option in full.options if option.votes and option.text),
            key=lambda option: Decimal(option.text),
        )
    return full.options


def find_verdict(full: FullPoll) -> Verdict | None:
    """Return what became of a motion; None while it is open or the voters are not counted yet."""
    poll, terms = full.poll, full.poll.terms
    if poll.is_open or len(full.options) < 3 or (terms.quorum and poll.entitled is None):
        return None
    yes, no, abstained = (option.votes for option in full.options[:3])
    count = MotionCount(yes=yes, no=no, abstained=abstained, entitled=poll.entitled or 0)
    majority = terms.majority or "simple"
    return decide_motion(count, majority=majority, quorum=terms.quorum)


def find_figures(full: FullPoll) -> Figures | None:
    """Return mean, median and range of a number poll or a scale; None without votes."""
    if full.poll.kind == "scale":
        return sum_up({Decimal(i): option.votes for i, option in enumerate(full.options, 1)})
    return sum_up({Decimal(one.text): one.votes for one in full.options if one.text})


def list_rounds(full: FullPoll) -> list[dict[str, Any]]:
    """Return the rounds of a ranked poll with the options' texts."""
    return [
        {
            "votes": {_name(full, int(one)): votes for one, votes in told["votes"].items()},
            "exhausted": told["exhausted"],
            "dropped": [_name(full, option_id) for option_id in told["dropped"]],
        }
        for told in (full.poll.count or {}).get("rounds", ())
    ]


def list_best_dates(full: FullPoll) -> list[int]:
    """Return the ids of the dates that suit most, by yes and then by "if need be"."""
    if not full.poll.voters or not full.options:
        return []
    best = max((option.votes, option.maybes) for option in full.options)
    return [o.id for o in full.options if (o.votes, o.maybes) == best and best != (0, 0)]


def _tell_option(full: FullPoll, option: OptionRow) -> dict[str, Any]:
    told: dict[str, Any] = {"text": option.text, "votes": option.votes}
    if full.poll.kind == "dates":
        told["if_need_be"] = option.maybes
    return told


def _name(full: FullPoll, option_id: int | None) -> str | None:
    for option in (*full.options, *full.aside):
        if option.id == option_id:
            return option.text
    return None
