"""Contrast is computed, whatever colour an area chooses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.web.colour import CONTROL, TEXT, Grounds, accent_tokens, contrast_ratio, is_hex, mix
from forum.web.themes import DARK, LIGHT

COLOURS = st.integers(0, 0xFFFFFF).map("{:06x}".format)


def grounds(tokens: dict[str, str], tint: float) -> Grounds:
    return Grounds(tokens["paper"], tokens["surface"], tokens["sunken"], tint)


def test_contrast_of_known_pairs() -> None:
    assert round(contrast_ratio("#000", "#ffffff"), 2) == 21
    assert round(contrast_ratio("#777777", "#fff"), 2) == 4.48
    assert contrast_ratio("0d6b50", "#0d6b50") == 1


@pytest.mark.parametrize("text", ["", "12", "#12345", "gggggg", "0d6b50;}", "#0d6b500"])
def test_what_is_no_colour(text: str) -> None:
    assert not is_hex(text)
    with pytest.raises(ValueError, match="not a hex colour"):
        contrast_ratio(text, "#fff")


def test_mix_ends_are_the_colours_themselves() -> None:
    assert (mix("#123456", "#ffffff", 1), mix("#123456", "#ffffff", 0)) == ("#123456", "#ffffff")


@given(COLOURS)
@pytest.mark.parametrize("mode", [grounds(LIGHT, 0.09), grounds(DARK, 0.24)], ids=["day", "night"])
def test_every_accent_becomes_readable(mode: Grounds, accent: str) -> None:
    tokens = accent_tokens(accent, mode)
    backs = (mode.paper, mode.surface, mode.sunken)
    assert min(contrast_ratio(tokens["accent"], back) for back in backs) >= CONTROL
    assert contrast_ratio(tokens["accent-ink"], tokens["accent"]) >= TEXT
    assert min(contrast_ratio(tokens["accent-text"], back) for back in backs) >= TEXT
    assert contrast_ratio(tokens["accent-text"], tokens["accent-soft"]) >= TEXT


def test_a_readable_accent_stays_as_it_is() -> None:
    assert accent_tokens("1d5c96", grounds(LIGHT, 0.09))["accent-text"] == "#1d5c96"
