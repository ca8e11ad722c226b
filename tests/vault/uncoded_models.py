"""The models whose rows have no code, each with the reason."""

UNCODED_MODELS = {
    # Written by a trigger from events, and proved by them (``verify_audit``).
    "Head": "derived from events",
    # What decides nothing about anybody, or lives for minutes.
    "KeptPage": "a page that waits behind a redirect, for seconds",
    "ThrottledAttempt": "counts attempts for minutes",
    "VoluntarinessCount": "a counter that names nobody",
    "VoluntarinessTurn": "says only that the page was turned once",
    "WeeklyCount": "a counter that names nobody",
    # Found again from the sealed messages at every rebuild.
    "MessageNumber": "derived from sealed messages",
    # Every column is bound into its seal (row, version, person) or compared with what is sealed (kind, look-up hash).
    "Identifier": "each of its columns is proved by its sealed number (demand_agreement)",
}
