"""Whether a motion is carried: quorum and majority, as its terms say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from forum_polls.values import Majority

Verdict = Literal["carried", "rejected", "no_quorum"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionCount:
    """The votes on a motion and how many people might have voted."""

    yes: int
    no: int
    abstained: int
    entitled: int

    @property
    def cast(self) -> int:
        """How many voted, abstentions included."""
        return self.yes + self.no + self.abstained


def decide_motion(
    count: MotionCount, *, majority: Majority = "simple", quorum: int | None = None
) -> Verdict:
    """Tell what became of a motion.

    `simple`: more yes than no; abstentions count as if not cast. `absolute`: yes from more than
    half of all who voted, abstentions included. `two_thirds`: yes from at least two thirds of
    yes and no. A tie rejects. The quorum is reached when at least that share of those who may
    vote took part, abstentions included.
    Units: `quorum` in percent.
    Source: § 32 (1) BGB with BGH II ZR 164/81 (abstentions are not counted); two thirds and
    quorum as in articles of association.
    """
    if quorum is not None and 100 * count.cast < quorum * count.entitled:
        return "no_quorum"
    enough = {
        "simple": count.yes > count.no,
        "absolute": 2 * count.yes > count.cast,
        "two_thirds": count.yes > 0 and 3 * count.yes >= 2 * (count.yes + count.no),
    }
    return "carried" if enough[majority] else "rejected"
