"""The models whose rows have no code, each with the reason."""

NOT_YET = "not yet"

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
    **dict.fromkeys(
        (
            "ArrivalAnswer",
            "Consent",
            "DisposalAnswer",
            "Identifier",
            "Message",
            "Notice",
            "Person",
            "PersonGate",
            "PublishedForm",
            "Receipt",
            "Ruling",
            "SignedSheet",
            "Slip",
            "SlipOpening",
            "StayChange",
            "Talk",
            "WithdrawalReceipt",
        ),
        NOT_YET,
    ),
}
