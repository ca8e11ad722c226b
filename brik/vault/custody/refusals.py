"""What the custodians of the keys are refused."""


class CustodyRefused(Exception):
    """Nothing was changed. Holds the sentence for the custodians; never a passphrase or a key."""
