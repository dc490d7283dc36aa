"""The command line: `forum serve`, `forum demo` and their like; one file per command.

Commands are thin: they read options, open the app and call operations of the features.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

import click
from sqlalchemy.exc import OperationalError

from forum.core.errors import ConfigError, ForumError

COMMANDS: Final[Mapping[str, str]] = {
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
    "user": "forum.cli.user",
}


class _Commands(click.Group):
    """Imports a command when it is called: `forum --help` need not load the forum."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of `--help`."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the command of this name; its module holds it as `command`."""
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        found: click.Command = importlib.import_module(module).command
        return found


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
    except OperationalError as error:
        first = str(error.orig).strip().splitlines()[0]
        return _say(f"the database does not answer: {first}; check FORUM_DATABASE_URL", 1)


def _say(message: str, code: int) -> int:
    """Print one line on stderr, whatever the message holds."""
    print(f"forum: {' '.join(message.split())}", file=sys.stderr)
    return code
