"""Verbs that write; they never commit."""

from forum_chapters.operations.hosts import give_up_host, take_host
from forum_chapters.operations.keeping import bundle_front, copy_front, forget_announcements
from forum_chapters.operations.logos import bundle_logo, choose_logo, copy_logo, remove_logo
from forum_chapters.operations.looks import check_look, choose_look
from forum_chapters.operations.opening import Opening, open_branch
from forum_chapters.operations.pages import PageDraft, write_front

__all__ = [
    "Opening",
    "PageDraft",
    "bundle_front",
    "bundle_logo",
    "check_look",
    "choose_logo",
    "choose_look",
    "copy_front",
    "copy_logo",
    "forget_announcements",
    "give_up_host",
    "open_branch",
    "remove_logo",
    "take_host",
    "write_front",
]
