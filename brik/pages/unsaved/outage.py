"""What an outage is: something BRIK stands on does not answer, nothing is saved, and later it works again."""

from django.db import InterfaceError, OperationalError


class Outage(Exception):
    """The page is answered with 503, and what was typed is held. Rooms raise their own, named for what is away."""


# Of the database, and of everything else.
OUTAGES = (OperationalError, InterfaceError, Outage)
