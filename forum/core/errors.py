"""The errors operations and queries raise; `forum.web.errors` turns them into pages."""

from __future__ import annotations


class ForumError(Exception):
    """Base of all errors that carry a message for the person in front of the screen."""

    status = 500

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message


class Unauthorized(ForumError):
    """A program has to say who it speaks for, with a token that holds."""

    status = 401

    @property
    def challenge(self) -> str:
        """What the header of the answer asks for. Source: RFC 6750."""
        return "Bearer"


class Denied(ForumError):
    """The viewer knows the thing exists but may not do this."""

    status = 403


class NotFound(ForumError):
    """The thing does not exist, or the viewer may not know that it does."""

    status = 404


class Conflict(ForumError):
    """Somebody else changed the thing in the meantime."""

    status = 409


class Gone(ForumError):
    """A link or token that was valid once."""

    status = 410


class Invalid(ForumError):
    """Input that cannot be accepted; `field` names the form field the message belongs to."""

    status = 422

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class TooMany(ForumError):
    """A rate limit; `retry_after` in seconds."""

    status = 429

    def __init__(self, message: str = "", *, retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ConfigError(ForumError):
    """The operator has to mend something: one line that says what and how; exit code 2."""


class NoViewer(RuntimeError):
    """A statement on area-bound models was sent without saying who is looking."""
