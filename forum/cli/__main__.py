"""Lets `python -m forum.cli` do what the installed command `forum` does."""

import sys

from forum.cli import main

sys.exit(main())
