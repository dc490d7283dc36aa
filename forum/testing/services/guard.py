"""A process of its own that runs one server and stops it when the owner of the run is gone.

Called as: guard OWNER DIRECTORY STOP_SIGNAL USER COMMAND...; a killed test run leaves nothing.
"""

from __future__ import annotations

import pwd
import shutil
import signal
import subprocess
import sys
import time
from types import FrameType

from forum.testing.services.run import is_alive

PATIENCE = 10.0


def main(arguments: list[str]) -> int:
    """Run the command until it ends, a SIGTERM comes, or the owner is gone."""
    owner, directory, stop, user, *command = arguments
    stopping = False

    def wants_end(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, wants_end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the test run; it tells us
    child = _start(command, None if user == "-" else user)
    while child.poll() is None and not stopping and is_alive(int(owner)):
        time.sleep(0.05)
    if child.poll() is None:
        child.send_signal(int(stop))
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    if not is_alive(int(owner)):
        shutil.rmtree(directory, ignore_errors=True)
    return child.returncode


def _start(command: list[str], user: str | None) -> subprocess.Popen[bytes]:
    if user is None:
        return subprocess.Popen(command, cwd="/")
    group = pwd.getpwnam(user).pw_gid
    return subprocess.Popen(command, cwd="/", user=user, group=group, extra_groups=[])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
