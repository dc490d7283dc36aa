"""The questions of a survey, as they are written in one field: blocks of lines.

A block is a question and its answers, "- " before each when one is chosen and "+ " when several
are; without answers it asks for a text, with "1-5" below it for a step of a scale.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from forum.api.data import Invalid
from forum.api.web import gettext as _
from forum_polls import limits
from forum_polls.folding import clean_answer, fold_answer
from forum_polls.values import OptionSpec, QuestionKind, QuestionSpec

_SCALE: Final = ("1-5", "1–5", "1 - 5")
_ONE: Final = ("-", "*", "•")
_SEVERAL: Final = "+"


def read_questions(lines: Sequence[str]) -> tuple[QuestionSpec, ...]:
    """Read a survey.

    Errors: Invalid at `polls_options`, naming the question.
    """
    questions = tuple(_read_block(block) for block in _split(lines))
    if not questions:
        raise _invalid(_("Schreib mindestens eine Frage."))
    if len(questions) > limits.QUESTIONS:
        raise _invalid(_("Höchstens %(most)s Fragen gehen.", most=limits.QUESTIONS))
    return questions


def _split(lines: Sequence[str]) -> Iterator[list[str]]:
    """Cut into blocks: at empty lines, and where a line without a mark follows answers."""
    block: list[str] = []
    for line in map(str.strip, lines):
        begins = bool(line) and not _is_answer(line)
        if block and (not line or (begins and any(map(_is_answer, block)))):
            yield block
            block = []
        if line:
            block.append(line)
    if block:
        yield block


def _is_answer(line: str) -> bool:
    return line in _SCALE or line.startswith((*_ONE, _SEVERAL))


def _read_block(block: Sequence[str]) -> QuestionSpec:
    told = [line for line in block if not _is_answer(line)]
    question = clean_answer(" ".join(told))
    if not question:
        raise _invalid(_("Vor „%(line)s“ fehlt die Frage.", line=block[0][:40]))
    if len(question) > limits.QUESTION:
        raise _invalid(_("Eine Frage darf höchstens %(most)s Zeichen haben.", most=limits.QUESTION))
    marked = block[len(told) :]
    if not marked:
        return QuestionSpec(question=question, kind="text")
    if marked[0] in _SCALE:
        steps = tuple(OptionSpec(text=str(step)) for step in range(1, limits.SCALE + 1))
        return QuestionSpec(question=question, kind="scale", options=steps)
    kind: QuestionKind = "multiple" if marked[0].startswith(_SEVERAL) else "single"
    texts = [clean_answer(line[1:]) for line in marked]
    _check(question, texts)
    return QuestionSpec(
        question=question, kind=kind, options=tuple(OptionSpec(text=text) for text in texts)
    )


def _check(question: str, texts: Sequence[str]) -> None:
    start = question[:40]
    if not limits.OPTIONS_MIN <= len(texts) <= limits.OPTIONS:
        raise _invalid(
            _(
                "Zu „%(question)s“ gehören zwei bis %(most)s Antworten.",
                question=start,
                most=limits.OPTIONS,
            )
        )
    folds = [fold_answer(text) for text in texts]
    if "" in folds or len(set(folds)) < len(folds):
        raise _invalid(_("Zu „%(question)s“ ist eine Antwort leer oder doppelt.", question=start))
    if any(len(text) > limits.ANSWER or len(fold_answer(text)) > limits.FOLD for text in texts):
        raise _invalid(_("Eine Antwort darf höchstens %(most)s Zeichen haben.", most=limits.ANSWER))


def _invalid(message: str) -> Invalid:
    return Invalid("polls_options", message)
