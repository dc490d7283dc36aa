"""Looks that an area may choose: which themes there are, and how an accent stands out in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from forum.web.colour import CONTROL, TEXT, contrast_ratio, to_hex
from forum.web.colour import parse as parse_colour
from forum.web.render import renderer

GROUNDS: Final = ("paper", "surface", "sunken")
"""The tokens that text in the accent's colour may stand on."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two colours that meet: their contrast, and the least that it has to be."""

    mode: Literal["light", "dark"]
    what: Literal["text", "button"]
    front: str
    back: str
    ratio: float
    least: float

    @property
    def holds(self) -> bool:
        """Whether the contrast is enough."""
        return self.ratio >= self.least


def list_themes() -> list[tuple[str, str]]:
    """Return the themes that the operator has: names and titles, in the order of titles."""
    themes = renderer().themes.by_name.values()
    return sorted(((theme.name, theme.title) for theme in themes), key=lambda pair: pair[1])


def measure_accent(theme: str, accent: str) -> list[Pair]:
    """Measure an accent where it meets other colours of a theme: the worst ground of each mode.

    By day text has the accent as it is; by night it is lightened until it can be read, and what
    is measured is what is shown. Errors: ValueError for what is no colour.
    Source: WCAG 2.2, 1.4.3 and 1.4.11.
    """
    light, dark = renderer().themes.grounds(theme)
    made_light, made_dark = renderer().themes.accents(theme, accent)
    own = to_hex(parse_colour(accent))
    return [
        _worst("light", own, [light[name] for name in GROUNDS]),
        _button("light", made_light),
        _worst("dark", made_dark["accent-text"], [dark[name] for name in GROUNDS]),
        _button("dark", made_dark),
    ]


def _worst(mode: Literal["light", "dark"], front: str, backs: list[str]) -> Pair:
    ratio, back = min((contrast_ratio(front, back), back) for back in backs)
    return Pair(mode, "text", front, back, ratio, TEXT)


def _button(mode: Literal["light", "dark"], made: dict[str, str]) -> Pair:
    ratio = contrast_ratio(made["accent-ink"], made["accent"])
    return Pair(mode, "button", made["accent-ink"], made["accent"], ratio, CONTROL)
