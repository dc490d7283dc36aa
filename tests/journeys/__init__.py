"""Tests over the whole application: who gets in where, what leaks, whole journeys."""
