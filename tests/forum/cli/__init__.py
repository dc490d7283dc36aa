"""Tests of the command line, with real processes where a process is the point."""
