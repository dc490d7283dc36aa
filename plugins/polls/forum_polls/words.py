"""Words for what is stored about a poll: its kind, its state, who votes, how it came out."""

from __future__ import annotations

from forum.api.data import now
from forum.api.web import day, in_words, lazy_gettext, ngettext, number
from forum.api.web import gettext as _
from forum_polls.results import find_verdict
from forum_polls.shapes import FullPoll, OptionRow, PollRow
from forum_polls.values import FITS, IF_NEED_BE, NOT

SOON_DAYS = 2
"""So close to its end a poll tells the hour."""
RESULT_WORDS = {
    "always": lazy_gettext("immer"),
    "after_vote": lazy_gettext("wenn man abgestimmt hat"),
    "after_close": lazy_gettext("nach dem Ende"),
    "team": lazy_gettext("nur dem Kernteam"),
}
KIND_WORDS = {
    "single": lazy_gettext("eine Antwort"),
    "multiple": lazy_gettext("mehrere Antworten"),
    "scale": lazy_gettext("Skala von 1 bis 5"),
    "number": lazy_gettext("eine Zahl"),
    "ranked": lazy_gettext("Rangfolge"),
    "dates": lazy_gettext("Terminsuche"),
    "motion": lazy_gettext("Antrag: Ja, Nein, Enthaltung"),
    "survey": lazy_gettext("Fragebogen, immer anonym"),
}
MAJORITY_WORDS = {
    "simple": lazy_gettext("einfache Mehrheit: mehr Ja als Nein"),
    "absolute": lazy_gettext("absolute Mehrheit: Ja von mehr als der Hälfte aller Stimmen"),
    "two_thirds": lazy_gettext("Zweidrittelmehrheit: doppelt so viele Ja wie Nein"),
}
VERDICT_WORDS = {
    "carried": lazy_gettext("Angenommen"),
    "rejected": lazy_gettext("Abgelehnt"),
    "no_quorum": lazy_gettext("Nicht beschlussfähig: Zu wenige haben abgestimmt"),
}
MOTION_WORDS = (lazy_gettext("Ja"), lazy_gettext("Nein"), lazy_gettext("Enthaltung"))
FIT_WORDS = {
    FITS: lazy_gettext("passt"),
    IF_NEED_BE: lazy_gettext("zur Not"),
    NOT: lazy_gettext("nein"),
}
ROLE_WORDS = {
    "editor": lazy_gettext("das Kernteam"),
    "moderator": lazy_gettext("die Moderation"),
    "admin": lazy_gettext("die Admins"),
}


def tell_option(option: OptionRow) -> str:
    """Give the text of an option, in the place of one that its author took along a word for it."""
    return option.text or _("gelöschte Antwort")


def tell_kind(poll: PollRow) -> str:
    """Say how many answers one may choose."""
    if poll.kind not in {"single", "multiple"}:
        return _tell_special(poll)
    low, high = poll.min_choices, poll.max_choices
    if high == 1:
        return _("eine Antwort")
    if low == high:
        return _("genau %(number)s Antworten", number=low)
    if high is None:
        return (
            _("mindestens %(number)s Antworten", number=low) if low > 1 else _("mehrere Antworten")
        )
    if low > 1:
        return _("%(low)s bis %(high)s Antworten", low=low, high=high)
    return _("bis zu %(number)s Antworten", number=high)


def tell_state(poll: PollRow) -> str:
    """Say whether one can vote, and until when."""
    if poll.ended_at is not None:
        return _("beendet am %(day)s", day=day(poll.ended_at))
    if poll.ends_at is None:
        if poll.reopened_at is not None:
            return _("wieder offen seit %(day)s", day=day(poll.reopened_at))
        return _("offen")
    soon = (poll.ends_at - now()).days < SOON_DAYS
    return _("offen bis %(time)s", time=in_words(poll.ends_at) if soon else day(poll.ends_at))


def tell_voters(poll: PollRow) -> str:
    """Say how many have voted."""
    if poll.voters == 0:
        return _("noch keine Stimme")
    if poll.one_choice:
        return ngettext("%(num)s Stimme", "%(num)s Stimmen", poll.voters)
    return ngettext("%(num)s hat abgestimmt", "%(num)s haben abgestimmt", poll.voters)


def tell_secret(poll: PollRow) -> str:
    """Say that a poll is secret; nothing for others."""
    if not poll.secret:
        return ""
    return _("anonym") if poll.kind == "survey" else _("geheim")


def tell_electorate(poll: PollRow) -> str:
    """Say who votes where that is not simply who may write in the area."""
    if poll.voters_rule == "subtree":
        return _("Abstimmen können auch die Mitglieder aller Bereiche darunter.")
    if poll.voters_rule == "region":
        return _("Abstimmen können die Mitglieder einer Region.")
    if poll.voters_rule == "role":
        who = ROLE_WORDS.get(poll.voters_role, ROLE_WORDS["editor"])
        return _("Hier stimmt nur %(who)s ab.", who=str(who))
    return ""


def tell_hidden_results(poll: PollRow) -> str:
    """Say when the result shows to who does not see it yet."""
    if poll.results == "team":
        return _("Das Ergebnis sieht nur das Kernteam.")
    if poll.results == "after_close":
        return _("Das Ergebnis erscheint, wenn die Umfrage beendet ist.")
    return _("Das Ergebnis siehst du, wenn du abgestimmt hast.")


def tell_verdict(full: FullPoll) -> str:
    """Say what became of a motion, and by which rule; nothing before that is known."""
    verdict = find_verdict(full)
    if verdict is None:
        return ""
    terms = full.poll.terms
    told = str(VERDICT_WORDS[verdict]) + _tell_majority(full)
    if terms.quorum and full.poll.entitled:
        told += " · " + _(
            "Beteiligung %(share)s %% von %(entitled)s, nötig %(quorum)s %%",
            share=_percent(full.poll.voters, full.poll.entitled),
            entitled=number(full.poll.entitled),
            quorum=terms.quorum,
        )
    return told


def _tell_majority(full: FullPoll) -> str:
    """Say how far the votes go towards a majority that the bare numbers do not show."""
    yes, no, abstained = (option.votes for option in full.options[:3])
    if full.poll.terms.majority == "two_thirds" and yes + no:
        told = _("%(share)s %% Ja, nötig zwei Drittel", share=_percent(yes, yes + no))
    elif full.poll.terms.majority == "absolute" and yes + no + abstained:
        told = _(
            "%(share)s %% Ja, nötig mehr als die Hälfte", share=_percent(yes, yes + no + abstained)
        )
    else:
        return ""
    return f" · {told}"


def _percent(part: int, whole: int) -> str:
    return number(round(100 * part / whole, 1))


def _tell_special(poll: PollRow) -> str:
    terms = poll.terms
    if poll.kind == "motion":
        told = str(MAJORITY_WORDS[terms.majority or "simple"]).partition(":")[0]
        if terms.quorum:
            return _(
                "Antrag, %(majority)s, Quorum %(quorum)s %%", majority=told, quorum=terms.quorum
            )
        return _("Antrag, %(majority)s", majority=told)
    if poll.kind == "number":
        if terms.low is not None and terms.high is not None:
            return _("eine Zahl von %(low)s bis %(high)s", low=terms.low, high=terms.high)
        return str(KIND_WORDS["number"])
    return str(KIND_WORDS[poll.kind]).partition(",")[0]
