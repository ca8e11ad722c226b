"""Keys that are exchanged: until when each is good, who may end one."""

from tests.mutants.protection import Edit, Protection, trigger

OWN, RECIPIENTS, SENDERS = (
    "tests/vault/test_signing_keys.py::",
    "tests/sharing/test_key_exchange.py::",
    "tests/staff/test_exchanged_keys.py::",
)
SIGNING, CUSTODY = "brik/vault/providers/signing_keys.py", "brik/vault/custody/signing_key_actions.py"
REPLACED, MESSAGES = "brik/staff/replaced_keys.py", "followup/sharing/delivery/own_messages.py"

EVERY: list[Protection] = [
    Edit(
        "a retired key has signed nothing since",
        SIGNING,
        "(self.state is not SigningState.RETIRED or moment < self.since)",
        "True",
        OWN + "test_a_signature_made_after_the_retirement_is_refused_whatever_day_it_claims",
    ),
    Edit(
        "a next key has signed nothing",
        SIGNING,
        "self.state is not SigningState.NEXT and",
        "True and",
        OWN + "test_a_next_key_is_known_before_it_signs",
    ),
    Edit(
        "the private half of a retired key goes",
        "brik/vault/providers/key_contents.py",
        '            module.remove(f"{signing_keys.PREFIX}{key_id}")',
        "            pass",
        OWN + "test_the_private_half_of_a_retired_key_is_nowhere",
    ),
    Edit(
        "a next key is known for the overlap before it signs",
        CUSTODY,
        "        if not at_once:",
        "        if False:",
        OWN + "test_a_next_key_signs_once_it_has_been_known_for_the_overlap",
    ),
    Edit(
        "a key that signs is not retired",
        CUSTODY,
        "        if key.state is not SigningState.REPLACED:",
        "        if False:",
        OWN + "test_only_a_replaced_key_is_retired",
    ),
    Edit(
        "both custodians exchange the signing key",
        "brik/vault/custody/actions.py",
        "        contents = change(_proven(read_contents(module), custodians))",
        "        contents = change(read_contents(module))",
        OWN + "test_each_step_takes_both_custodians_and_is_an_event",
    ),
    Edit(
        "a replaced key of a recipient is good for the overlap",
        REPLACED,
        "        return self.filter(until__gt=timezone.now())",
        "        return self.all()",
        RECIPIENTS + "test_after_the_overlap_the_older_key_signs_nothing_and_its_receipts_stay_proof",
    ),
    trigger(
        "staff_replacedkey",
        "staff_replacedkey_end_stays",
        test=RECIPIENTS + "test_the_end_of_a_replaced_key_is_set_earlier_and_never_later",
    ),
    Edit(
        "a key that is taken away ends with those before it",
        REPLACED,
        "ReplacedKey.objects.good().filter(organisation=organisation).change(until=now)",
        "pass",
        RECIPIENTS + "test_a_key_that_is_taken_away_signs_nothing_more_and_neither_does_one_before_it",
    ),
    Edit(
        "a stored receipt came while its key was good",
        REPLACED,
        "key.kid == kid and moment < key.until",
        "key.kid == kid",
        RECIPIENTS + "test_a_stored_receipt_that_came_after_its_key_was_good_is_found",
    ),
    Edit(
        "a stored receipt says what was signed",
        "followup/sharing/delivery/receipts.py",
        "    return stored == (content.message_id, content.about, content.status) and receipt.is_of(content.payload)",
        "    return True",
        RECIPIENTS + "test_a_stored_receipt_that_says_something_else_than_was_signed_is_found",
    ),
    Edit(
        "a key that somebody had never becomes another's",
        "brik/staff/message_keys.py",
        "has_it | Q(pk__in=had_it)",
        "has_it",
        RECIPIENTS + "test_a_key_that_a_recipient_had_never_becomes_anothers",
    ),
    Edit(
        "a message of ours was sent before its key was retired",
        MESSAGES,
        "if public_key_at(signed.kid, attempt.started_at)",
        "if True",
        RECIPIENTS + "test_what_a_retired_key_signs_of_a_later_message_is_not_ours",
    ),
    Edit(
        "a message of ours says what was sent",
        MESSAGES,
        "    if not same:",
        "    if False:",
        RECIPIENTS + "test_other_content_another_key_and_a_message_never_sent_are_not_ours",
    ),
    Edit(
        "a replaced key of a sender is good for the overlap",
        "brik/staff/message_keys.py",
        "self.filter(Q(until=None) | Q(until__gt=timezone.now()), active=True)",
        "self.filter(active=True)",
        SENDERS + "test_in_the_overlap_both_are_trusted_and_then_the_newer_alone",
    ),
    Edit(
        "a key replaces one of its own sender",
        "brik/staff/rules.py",
        "    if replaces and not MessageKey",
        "    if False and not MessageKey",
        SENDERS + "test_a_key_replaces_one_of_the_same_sender_that_is_in_use",
    ),
]
