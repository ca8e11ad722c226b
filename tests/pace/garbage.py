"""Python's search for cycles leaves alone what stays for the whole run: modules, models and the tests themselves.

Left as it is, it walks through all of them again and again: a twelfth of the time that the tests compute.
"""

import gc

# Python's own first number is 700 (3.11): so many new objects, and it searches the newest.
OBJECTS = 100_000


def leave_what_stays() -> None:
    """Once all tests are read."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS, 20, 50)
