"""A second implementation of ``docs/sealed-format.md``, written from that page and the standards alone.

It imports nothing but Python's own library, so that a mistake of ours, or of the library we encrypt with, cannot be in
both. It is slow, takes no care of timing, and is for the tests only. ``python -m tests.vault.second`` writes the vectors.
"""
