"""What members type: topics, replies, edits, moves."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, IntegerField
from wtforms.validators import InputRequired, NumberRange, Optional

from forum.core import limits
from forum.web.forms import MISSING, Choice, Form, Line, Text
from forum.web.i18n import lazy_gettext as _l


class ReplyForm(Form):
    """An answer; `parent` is the seq of the post it answers, empty for the topic."""

    text = Text(_l("Deine Antwort"), size=limits.BODY_BYTES, id="text")
    parent = IntegerField(validators=[Optional(), NumberRange(1, 2_000_000)])


class TopicForm(Form):
    """A new topic."""

    kind = Choice(_l("Art"), [], radio=True, default="discussion")
    title = Line(_l("Titel"), most=limits.TITLE)
    text = Text(_l("Dein Text"), size=limits.BODY_BYTES, id="text")

    def __init__(self, *args: Any, kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = kinds


class EditForm(Form):
    """Another text for a post, another title for a topic with its first post."""

    title = Line(_l("Titel"), most=limits.TITLE)
    text = Text(_l("Dein Text"), size=limits.BODY_BYTES, id="text")
    reason = Line(_l("Was hast du geändert?"), most=200, required=False)
    version = HiddenField(validators=[Optional()])


class MoveForm(Form):
    """Where a topic goes."""

    target = Choice(_l("Zielbereich"), [], validators=[InputRequired(MISSING)])

    def __init__(self, *args: Any, targets: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target.choices = [("", _l("Bitte wählen …")), *targets] if targets else []


class ConfirmForm(Form):
    """A button that is meant."""
