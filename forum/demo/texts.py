"""Writes the texts of the demo: sentences of `data/texts.toml`, filled in by a seeded generator."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, Final

from forum.demo.people import OFFICES, TOWNS

_FILE: Final = Path(__file__).parent / "data" / "texts.toml"
_AMOUNTS: Final = ("5.000", "12.000", "25.000", "48.000", "90.000", "150.000", "320.000")


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))


class Writer:
    """Topics, replies and phrases for one theme after the other, none twice in a row."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._next: dict[str, int] = {}

    def topic(self, theme: str) -> tuple[str, str]:
        """Return title and text of a new topic of this theme."""
        topics = _texts()[theme]["topics"]
        turn = self._next.get(theme, self._rng.randrange(len(topics)))
        self._next[theme] = turn + 1
        title, text = topics[turn % len(topics)]
        slots = self._slots()
        if turn >= len(topics) and "{ort}" not in title:
            title = f"{title} ({slots['ort']})"
        return _fill(title, slots), _fill(text, slots)

    def reply(self, theme: str) -> str:
        """Return the text of a reply: one short line, or a few sentences, now and then a list."""
        common, rng = _texts()["gemeinsam"], self._rng
        slots = self._slots()
        if rng.random() < 0.22:
            return _fill(rng.choice(common["short"]), slots)
        sentences = [rng.choice(_texts()[theme]["replies"])]
        sentences += rng.sample(common["middle"], rng.randint(0, 3))
        if rng.random() < 0.5:
            sentences.insert(0, rng.choice(common["openers"]))
        text = _fill(" ".join(sentences), slots)
        if rng.random() < 0.08:
            steps = rng.sample(common["middle"], 3)
            text += "\n\n" + "\n".join(f"- {_fill(step, slots)}" for step in steps)
        if rng.random() < 0.45:
            text += "\n\n" + _fill(rng.choice(common["closers"]), slots)
        return text

    def _slots(self) -> dict[str, str]:
        rng = self._rng
        town, other = rng.sample(TOWNS, 2)
        return {
            "ort": town,
            "ort2": other,
            "zahl": str(rng.choice((3, 5, 7, 8, 12, 14, 18, 24, 40, 60))),
            "jahr": str(rng.randint(2016, 2024)),
            "betrag": rng.choice(_AMOUNTS),
            "amt": rng.choice(OFFICES),
        }


def _fill(text: str, slots: dict[str, str]) -> str:
    for name, value in slots.items():
        text = text.replace(f"{{{name}}}", value)
    return text
