"""``make mutants``: protections taken out one at a time, each seen by the test that is named for it.

Nothing here is collected by pytest. ``protections/`` lists them; ``tests/setup/test_mutants.py`` keeps the list true.
"""
