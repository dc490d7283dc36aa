"""Tests of forum.core."""
