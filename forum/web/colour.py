"""Colour arithmetic: contrast, mixing, and the set of readable tokens made from one accent colour.

Knows nothing of themes, areas or Flask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

Rgb = tuple[float, float, float]

TEXT = 4.5
CONTROL = 3.0
_HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


def is_hex(text: str) -> bool:
    """Say whether the text is a colour as `1d5c96`, `#1d5c96` or `#fff`."""
    return _HEX.fullmatch(text) is not None


def parse(text: str) -> Rgb:
    """Read a hex colour.

    Units: each channel 0…255.
    Errors: ValueError for anything but hex.
    """
    found = _HEX.fullmatch(text)
    if found is None:
        raise ValueError(f"not a hex colour: {text!r}")
    digits = found.group(1)
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (float(int(digits[at : at + 2], 16)) for at in (0, 2, 4))
    return red, green, blue


def to_hex(rgb: Rgb) -> str:
    """Write a colour as `#1d5c96`."""
    return "#" + "".join(f"{round(channel):02x}" for channel in rgb)


def luminance(rgb: Rgb) -> float:
    """Return the relative luminance.

    Units: 0 (black) … 1 (white).
    Source: WCAG 2.2, definition of relative luminance.
    """
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
        for share in (channel / 255 for channel in rgb)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast_ratio(one: str, other: str) -> float:
    """Return the contrast of two hex colours.

    Units: 1 (same) … 21 (black on white).
    Source: WCAG 2.2, 1.4.3.
    """
    lower, upper = sorted((luminance(parse(one)), luminance(parse(other))))
    return (upper + 0.05) / (lower + 0.05)


def mix(colour: str, into: str, share: float) -> str:
    """Mix `share` (0…1) of a colour into another."""
    pairs = zip(parse(colour), parse(into), strict=True)
    red, green, blue = (own * share + base * (1 - share) for own, base in pairs)
    return to_hex((red, green, blue))


def readable(colour: str, *, on: Iterable[str], ratio: float) -> str:
    """Move a colour towards black or white until it stands out from all backgrounds.

    Cost: at most 41 mixes, for pages the result is part of a stylesheet.
    """
    grounds = list(on)
    dark_ground = max(luminance(parse(ground)) for ground in grounds) < 0.18
    target = "#ffffff" if dark_ground else "#000000"
    for step in range(41):
        candidate = mix(target, colour, step / 40)
        if all(contrast_ratio(candidate, ground) >= ratio for ground in grounds):
            return candidate
    return target


@dataclass(frozen=True, slots=True)
class Grounds:
    """The backgrounds of one mode that text and controls stand on."""

    paper: str
    surface: str
    sunken: str
    tint: float


def accent_tokens(accent: str, grounds: Grounds) -> dict[str, str]:
    """Make the accent tokens of one mode, each with its contrast guaranteed.

    Shapes: token name without dashes → hex colour.
    """
    accent = to_hex(parse(accent))
    fill = readable(accent, on=(grounds.paper, grounds.surface, grounds.sunken), ratio=CONTROL)
    soft = mix(accent, grounds.surface, grounds.tint)
    backs = (grounds.paper, grounds.surface, grounds.sunken, soft)
    ink = max(("#ffffff", "#000000"), key=lambda colour: contrast_ratio(colour, fill))
    return {
        "accent": fill,
        "accent-ink": ink,
        "accent-soft": soft,
        "accent-text": readable(accent, on=backs, ratio=TEXT),
    }
