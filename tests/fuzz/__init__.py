"""Damaged inputs by the thousand: no published figure may change in silence.

Belongs here: small good files of every source and layout (`bases`), ways to damage them
(`damage`), and what became of each damaged file (`outcomes`). `python -m fuzz` runs them and writes
the table. Does not: the rules, each of which has a test of its own in tests/sources.
"""
