"""The codes of an event's reason, for rooms without a list of their own (refusals, causes, states)."""

from enum import StrEnum


class Reason(StrEnum):
    """Why or how something happened. An event has further fields for what it is about and for a person's own words."""

    # Accounts, posts, keys and organisations.
    CREATED = "created"
    POST_GIVEN = "post_given"
    POST_ENDED = "post_ended"
    PASSWORD_SET = "password_set"  # noqa: S105
    OWN_PASSWORD_SET = "own_password_set"  # noqa: S105
    ACCOUNT_OPENED = "account_opened"
    ACCOUNT_CLOSED = "account_closed"
    APPROVAL_ENDED = "approval_ended"
    KEY_TRUSTED = "key_trusted"
    KEY_DISTRUSTED = "key_distrusted"
    PROPOSED = "proposed"
    OVERTAKEN = "overtaken"
    END_SET = "end_set"
    TEXT_APPROVED = "text_approved"

    # Wrapping keys and signing keys.
    REPLACED = "replaced"
    RETIRED = "retired"
    RESTORED = "restored"
    DESTROYED = "destroyed"
    HANDED_OVER = "handed_over"
    COPIES_DESTROYED = "copies_destroyed"

    # What is wrong with a request.
    CSRF = "csrf"
    METHOD = "method"
    NOT_FOUND = "not_found"
    FORGED_CHOICE = "forged_choice"
    TYPED_BY_ANOTHER = "typed_by_another"
    STALE = "stale"
    CLASH = "clash"
    TAKEN_OVER = "taken_over"
    UNCORRECTED = "uncorrected"
    MOVE_NOT_ALLOWED = "move_not_allowed"
    NO_LONGER_SHARED = "no_longer_shared"
    NO_SUCH_NAME = "no_such_name"
    ADDS_NOTHING = "adds_nothing"
    NO_ANSWER_GIVEN = "no_answer_given"
    NOTHING_TO_ANSWER = "nothing_to_answer"
    TOO_MANY_ATTEMPTS = "too_many_attempts"

    # Messages and receipts from other systems.
    SAME_PERSON = "same_person"
    ANOTHER_PERSON = "another_person"
    AGAINST_ANOTHER = "against_another"
    UNIT_UNCLEAR = "unit_unclear"
    SAME_UNIT = "same_unit"
    ANOTHER_UNIT = "another_unit"
    USED = "used"
    DISCARDED = "discarded"
    MALFORMED = "malformed"
    NOT_ACCEPTED = "not_accepted"
    NOT_TRUSTED = "not_trusted"
    UNREADABLE = "unreadable"
    NO_ANSWER = "no_answer"

    # People, interviews and consents.
    NUMBER_TAKEN_AWAY = "number_taken_away"
    ALIAS_ADDED = "alias_added"
    ALIAS_TAKEN_AWAY = "alias_taken_away"
    PLACED = "placed"
    LANGUAGE = "language"
    SUPERSEDED = "superseded"
    OTHER_STATUS = "other_status"
    WITHDRAWN = "withdrawn"
    READING_ENDED = "reading_ended"
    LEFT_UNFINISHED = "left_unfinished"
    CONSENT_REFUSED = "consent_refused"
    CONSENT_ENDED = "consent_ended"
    ABANDONED = "abandoned"
    SPAN_ENDED = "span_ended"
    # Why a legal hold is placed.
    COURT_CASE = "court_case"
    COMPLAINT = "complaint"
    SUPERVISION = "supervision"
    ACCESS_REQUEST = "access_request"
    # Why it is ended.
    CASE_CLOSED = "case_closed"
    MISTAKE = "mistake"
    # Why something is erased before its time, and that it is.
    ASKED_FOR = "asked_for"
    NOT_NEEDED = "not_needed"
    UNLAWFUL = "unlawful"
    ORDERED = "ordered"
    ERASED = "erased"
    TYPED = "typed"
    RECEIPT = "receipt"
    SHARED_AFTERWARDS = "shared_afterwards"
    NOBODY_REACHED = "nobody_reached"
    SAID_HERE = "said_here"
    SAID_SIGNED = "said_signed"
    SAID_BEFORE = "said_before"
    HEARD = "heard"
    NOT_YET_HEARD = "not_yet_heard"

    # Which page or list was read, where the verb does not say it.
    PROTECTION = "protection"
    RESTRICTIONS = "restrictions"
    PLACES = "places"
    KNOWN_AS = "known_as"
    RELEASES = "releases"
    SLIP = "slip"
    WITHDRAWAL = "withdrawal"
    EXTRACT = "extract"
    HOLDS = "holds"
    COUNTS = "counts"
    WAITING = "waiting"
    ERASURE = "erasure"
    ERASURES = "erasures"
    WITHOUT_MESSAGES = "without_messages"
    DONE = "done"

    # Data that do not open or do not fit.
    FOUND_BY_CHECK = "found_by_check"
    BEFORE_SENDING = "before_sending"
