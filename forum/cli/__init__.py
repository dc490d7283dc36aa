"""The command line: `forum serve`, `forum demo` and their like; one file per command.

Commands are thin: they read options, open the app and call operations of the features.
"""

from __future__ import annotations

import errno
import importlib
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

import click
from sqlalchemy.exc import DatabaseError, OperationalError

from forum.cli.plugin_commands import find_modules, load_command
from forum.core.errors import ConfigError, ForumError

COMMANDS: Final[Mapping[str, str]] = {
    "area": "forum.cli.area",
    "assets": "forum.cli.assets",
    "check": "forum.cli.check",
    "db": "forum.cli.db",
    "demo": "forum.cli.demo",
    "import": "forum.cli.imports",
    "plugin": "forum.cli.plugin",
    "queue": "forum.cli.queue",
    "reindex": "forum.cli.reindex",
    "search": "forum.cli.search",
    "serve": "forum.cli.serve",
    "upgrade": "forum.cli.upgrade",
    "user": "forum.cli.user",
}

# What the operator mends; any other OSError is a fault of ours and shows its traceback.
_OF_THE_DISK: Final = (
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EIO,
)


class _Commands(click.Group):
    """Imports a command when it is called: `forum --help` need not load the forum."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of `--help`, those of plugins among them."""
        return sorted({*COMMANDS, *find_modules()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the command of this name; its module holds it as `command`.

        A plugin cannot take the name of a command of ours.
        """
        module = COMMANDS.get(cmd_name)
        if module is not None:
            found: click.Command = importlib.import_module(module).command
            return found
        theirs = find_modules().get(cmd_name)
        return None if theirs is None else load_command(cmd_name, theirs)


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: forum serve --dir data --port 8000",
)
@click.version_option(package_name="chapterhouse", prog_name="forum")
def commands() -> None:
    """Chapterhouse, a forum for federated associations.

    Settings come from FORUM_* variables and from forum.toml in the data directory.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return the exit code: 0 done, 1 not done, 2 something to mend first."""
    try:
        _require_text(sys.argv[1:] if arguments is None else arguments)
        answer: Any = commands.main(arguments, prog_name="forum", standalone_mode=False)
        return answer if isinstance(answer, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.format_message())
        return 2
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "forum"
        return _say(f"{error.format_message()} See: {path} --help", 2)
    except click.Abort:
        return _say("stopped", 1)
    except ConfigError as error:
        return _say(error.message, 2)
    except (click.ClickException, ForumError) as error:
        return _say(error.message or f"refused ({type(error).__name__})", 1)
    except DatabaseError as error:
        # sqlite3 raises the class itself for a damaged file; the other kinds are faults of ours.
        if not isinstance(error, OperationalError) and type(error) is not DatabaseError:
            raise
        return _say(_tell_database(error), 1)
    except OSError as error:
        if error.errno not in _OF_THE_DISK:
            raise
        where = f"{error.filename}: " if error.filename else ""
        return _say(f"{where}{error.strerror}; mend the rights or make room, then try again", 1)


def _require_text(arguments: Sequence[str]) -> None:
    """Errors: raises UsageError for bytes that are no text: no database would take them."""
    for argument in arguments:
        if not argument.isprintable() and any("\ud800" <= sign <= "\udfff" for sign in argument):
            raise click.UsageError(f"{argument!r} is not valid UTF-8.")


def _tell_database(error: DatabaseError) -> str:
    first = str(error.orig).strip().splitlines()[0]
    if "full" in first:
        return f"nothing was saved: {first}; make room, then try again"
    if "readonly" in first or "read-only" in first:
        return f"nothing was saved: {first}; mend the rights of the data directory"
    if type(error) is DatabaseError:
        return f"the database cannot be read: {first}; restore a backup or choose another --dir"
    return f"the database does not answer: {first}; check FORUM_DATABASE_URL"


def _say(message: str, code: int) -> int:
    """Print one line on stderr, whatever the message holds."""
    print(f"forum: {' '.join(message.split())}", file=sys.stderr)
    return code
