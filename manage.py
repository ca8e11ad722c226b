#!/usr/bin/env python
"""Start BRIK's management commands."""

import os
import sys


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python gets here too, and a sentence
        sys.exit("BRIK trenger Python 3.11 eller nyere.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brik.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # What is wrong with the set-up is one sentence for whoever starts it, not a trace for a programmer.
        sys.exit(str(error))


if __name__ == "__main__":
    main()
