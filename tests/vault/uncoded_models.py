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
    # Not yet.
    "ArrivalAnswer": "not yet: a leader's answer about a message that waits",
    "Identifier": "not yet: its number and kind in clear are compared with the sealed number",
    "Message": "not yet: its columns in clear are compared with the sealed content, and its person is worked out anew",
    "Notice": "not yet: a line of the mapper's list",
    "Person": "not yet: removing a stay empties current_stay past save(); its protection is compared with the sealed one",
    "PersonGate": "not yet: a trigger, which has no key, makes the row; the gate of the interview itself is coded",
    "PublishedForm": "not yet: a form is compared with the hash of its file",
    "StayChange": "not yet: what a change of a stay ends is worked out from the stays",
    "Talk": "not yet: a draft until it is signed",
}
