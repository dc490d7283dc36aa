"""What tests are written with, here and in plugins: services, fixtures, builders.

Public: `pytest -p forum.testing.fixtures` gives a plugin's tests the same ground as the core's.
"""
