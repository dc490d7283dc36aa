"""The roof's report: what members do, counted per chapter, small numbers kept back."""

from forum_chapters.report.counting import (
    BEHAVIOURS,
    REGION,
    Behaviour,
    Count,
    Tally,
    count_behaviours,
)
from forum_chapters.report.keeping_back import Sheet, Total, find_median, make_sheet

__all__ = [
    "BEHAVIOURS",
    "REGION",
    "Behaviour",
    "Count",
    "Sheet",
    "Tally",
    "Total",
    "count_behaviours",
    "find_median",
    "make_sheet",
]
