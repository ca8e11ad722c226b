"""The exception for keys that cannot be had now."""

from django.core.exceptions import ImproperlyConfigured

from brik.pages.unsaved.outage import Outage


class KeysUnavailable(Outage, ImproperlyConfigured):
    """The keys are missing, locked or away. Holds one sentence for the operator: it stops a start.

    While BRIK runs, the user gets the page of what is not available. Nothing sealed is ever shown as empty instead.
    """
