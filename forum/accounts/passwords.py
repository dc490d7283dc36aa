"""Passwords: argon2id at the configured cost, few at a time, and what is too easy to guess.

Hashing takes tens of milliseconds and much memory: call it outside write transactions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import BoundedSemaphore
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from forum.accounts.names import fold
from forum.core import limits
from forum.core.config import current_config
from forum.core.errors import Invalid, TooMany
from forum.web.i18n import gettext as _

# RFC 9106, second recommended set: 64 MiB each, so the number at once bounds the memory.
_COSTS: Final = {
    "normal": PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4),
    "low": PasswordHasher(time_cost=1, memory_cost=64, parallelism=1),
}
AT_ONCE: Final = 2
PATIENCE_S: Final = 10.0
_slots = BoundedSemaphore(AT_ONCE)

# What people build passwords around; a password that is one of these plus decoration is refused.
_OBVIOUS = frozenset(
    "abc abcd admin administrator baseball berlin changeme chapterhouse deutschland dragon "
    "football forum fussball geheim hallo hallowelt hello iloveyou kennwort letmein login losenord "
    "master monkey mustang nicole passwd passwort password princess qwerty qwertz qwertyuiop "
    "qwertzuiop asdfgh asdfghjkl schalke schatz sommer starwars sunshine superman test trustno "
    "verein welcome willkommen winter".split()
)
_LEET = str.maketrans("0134578@$!", "oieastbasi")
_NO_LETTER = re.compile(r"[^a-z]+")
_EDGES = re.compile(r"^[^a-z]+|[^a-z]+$")
_RUNS = ("0123456789012345678909876543210", "abcdefghijklmnopqrstuvwxyz", "qwertzuiopasdfghjkl")
_FEWEST_SIGNS: Final = 5
_SHORTEST_OWN: Final = 4


def hash_password(password: str) -> str:
    """Return the argon2id hash.

    Errors: TooMany when all slots stay taken.
    Cost: ~50 ms and 64 MiB at normal cost.
    """
    with _slot():
        return _hasher().hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Tell whether the password fits; takes as long without a stored hash as with one."""
    with _slot():
        try:
            return _hasher().verify(stored or _dummy(), password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(stored: str) -> bool:
    """Tell whether the hash was made at another cost than is configured now."""
    return _hasher().check_needs_rehash(stored)


def check_password(password: str, *, about: tuple[str, ...] = (), field: str = "password") -> None:
    """Refuse what is short or guessed first; `about` holds name and address of the person.

    Errors: Invalid at `field`.
    Source: NIST SP 800-63B-4 section 3.1.1.2: length and a blocklist, no rules of composition.
    """
    if len(password) < limits.PASSWORD_MIN:
        raise Invalid(field, _("Bitte nimm mindestens %(num)s Zeichen.", num=limits.PASSWORD_MIN))
    if len(password) > limits.PASSWORD:
        raise Invalid(field, _("Bitte nimm höchstens %(num)s Zeichen.", num=limits.PASSWORD))
    if _is_obvious(password, about):
        text = _("Dieses Passwort errät man schnell. Vier zufällige Wörter sind besser.")
        raise Invalid(field, text)


def _is_obvious(password: str, about: tuple[str, ...]) -> bool:
    low = password.casefold()
    if len(set(low)) < _FEWEST_SIGNS or any(low in run * 2 for run in _RUNS):
        return True
    words = {fold(text).replace(" ", "") for text in about}
    words |= {part for text in about for part in fold(text).split() if len(part) >= _SHORTEST_OWN}
    undecorated = _EDGES.sub("", low).translate(_LEET)
    cores = {_NO_LETTER.sub("", low), _NO_LETTER.sub("", undecorated)}
    return bool(cores & (_OBVIOUS | words))


def _hasher() -> PasswordHasher:
    return _COSTS[current_config().password_cost]


@lru_cache(maxsize=2)
def _dummy_at(cost: str) -> str:
    return _COSTS[cost].hash("nobody has this password")


def _dummy() -> str:
    return _dummy_at(current_config().password_cost)


@contextmanager
def _slot() -> Iterator[None]:
    if not _slots.acquire(timeout=PATIENCE_S):
        raise TooMany(_("Gerade melden sich sehr viele an. Versuch es gleich noch einmal."))
    try:
        yield
    finally:
        _slots.release()
