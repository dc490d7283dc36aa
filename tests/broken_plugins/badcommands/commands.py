"""Ends whatever imports it."""

import sys

sys.exit("kaputt\nund mehr")
