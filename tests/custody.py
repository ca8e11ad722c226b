"""Two custodians of tests, and how a command reads what they type."""

import os

from django.core.management import call_command

FIRST, SECOND = "den første forvalteren", "den andre forvalteren"


def descriptor(text):
    """An open file with one line, instead of a prompt."""
    read, write = os.pipe()
    os.write(write, f"{text}\n".encode())
    os.close(write)
    return read


def command(*argv, first=FIRST, second=SECOND):
    """A command of both custodians."""
    call_command(*argv, "--passphrases-from", str(descriptor(first)), str(descriptor(second)))
