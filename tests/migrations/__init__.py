"""Tests of the migrations: every step up and down, on both databases."""
