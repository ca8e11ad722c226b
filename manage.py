#!/usr/bin/env python
"""Start BRIK's management commands."""

import os
import sys


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python must see the sentence
        sys.exit("BRIK needs Python 3.11 or newer.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brik.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        # Django reads them later, and then says "Unknown command" where they can be read the second time only.
        settings.INSTALLED_APPS  # noqa: B018
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        # A wrong set-up is one sentence for the operator, not a traceback.
        sys.exit(str(error))


if __name__ == "__main__":
    main()
