"""The sizes of a poll; what an area may lower stands in `settings`."""

from __future__ import annotations

from typing import Final

NAME: Final = 40
QUESTION: Final = 160
ANSWER: Final = 120
FOLD: Final = 480
"""Of the folded answer: folding spells ligatures out, so it may grow."""
OPTIONS_MIN: Final = 2
OPTIONS: Final = 50
OWN_ANSWERS: Final = 3
"""How many answers one member may add to one poll."""
WAITING: Final = 30
"""Answers that may wait for review in one poll."""
NUMBERS: Final = 500
"""Different numbers that one poll counts."""
NUMBER: Final = 1_000_000_000
QUESTIONS: Final = 20
FREE_TEXT: Final = 1_000
SCALE: Final = 5
RANKED: Final = 20
"""Options of a ranked poll: more cannot be ranked by anybody with care."""
POLLS: Final = 10
"""Polls under one post."""
SHARE: Final = 5
"""Fewer people than this are never told apart: shares by area, sheets of a survey."""
MAIL_LINKS: Final = 6
"""Answers that a mail has a link for each; of more it has one link to all."""
REMIND_DAYS: Final = 14
"""How long before its end a poll may remind by itself."""
REMINDERS: Final = 3
"""Polls of one area that may be reminded of by hand in a day: each is a mail to many."""
REMINDED_AT_ONCE: Final = 200
"""Polls that one turn of the schedule takes; the next takes more."""
SAMPLE: Final = 100_000
SAMPLE_WORD: Final = 80
SIDE: Final = 5
"""Open polls beside an area's topics."""
TEMPLATES: Final = 20
BADGE: Final = 80
LINE: Final = 160
"""Of what cards, and what feeds and mails say about a poll: as long as the core takes it."""
FOUND: Final = 60_000
"""Of the text by which a post with polls is found."""
