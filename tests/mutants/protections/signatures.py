"""Messages from other systems: whose signature it is, and what the envelope says."""

from tests.mutants.protection import Edit

SIGNING, RECEIPTS, INTAKE = (
    "followup/sharing/wire/signing.py",
    "followup/sharing/delivery/receipts.py",
    "followup/desk/arrivals/intake.py",
)
SIGNED, RECEIVED, TAKEN = (
    "tests/sharing/test_signing.py::",
    "tests/sharing/test_receipts.py::",
    "tests/arrivals/test_intake_endpoint.py::",
)
FAULT = RECEIVED + "test_a_receipt_with_a_fault_is_refused_and_changes_nothing"

EVERY = [
    Edit(
        "a signature is checked",
        SIGNING,
        '        if not jws.validate_compact(compact, _public(jwk["n"], jwk["e"]), registry=_registry):',
        "        if False:",
        SIGNED + "test_changed_content_is_refused",
    ),
    Edit(
        "a key id is of a known form before it is looked up",
        SIGNING,
        "        if not _KEY_ID.fullmatch(kid):",
        "        if False:",
        SIGNED + "test_a_key_id_that_no_key_has_is_never_looked_up",
    ),
    Edit(
        "an envelope is whole",
        SIGNING,
        "        if not all(isinstance(header.get(name), str) and 0 < len(header[name]) <= 100 for name in ENVELOPE):",
        "        if False:",
        TAKEN + "test_an_envelope_that_lacks_a_part_is_refused",
    ),
    Edit(
        "an arrival message is signed",
        INTAKE,
        "    if signed is None:",
        "    if False:",
        TAKEN + "test_what_is_not_signed_is_refused",
    ),
    Edit(
        "a sender's key in use signs arrival messages",
        INTAKE,
        "MessageKey.objects.trusted().filter(kid=kid)",
        "MessageKey.objects.filter(kid=kid)",
        TAKEN + "test_a_key_taken_out_of_use_is_refused",
    ),
    Edit(
        "an arrival message is its sender's own",
        INTAKE,
        "    if MessageKey.objects.get(kid=signed.kid).sender != signed.sender:",
        "    if False:",
        TAKEN + "test_a_sender_whose_key_it_is_not_is_refused",
    ),
    Edit(
        "an envelope says what the message says",
        INTAKE,
        "    if content.type != signed.schema:",
        "    if False:",
        TAKEN + "test_an_envelope_that_says_something_else_than_the_message_is_refused",
    ),
    Edit(
        "a receipt is signed by its recipient",
        RECEIPTS,
        "        if verified is None:",
        "        if False:",
        RECEIVED + "test_a_receipt_from_somebody_else_is_refused",
    ),
    Edit(
        "a receipt is of the recipient it was sent to",
        RECEIPTS,
        "Delivery.objects.filter(message_id=message_id, organisation=organisation, attempts_made__gt=0)",
        "Delivery.objects.filter(message_id=message_id, attempts_made__gt=0)",
        RECEIVED + "test_a_receipt_from_somebody_else_is_refused",
    ),
    Edit(
        "a receipt is of a message that was sent",
        RECEIPTS,
        "organisation=organisation, attempts_made__gt=0)",
        "organisation=organisation)",
        RECEIVED + "test_a_receipt_for_a_message_never_sent_is_refused",
    ),
    Edit(
        "a receipt is called a receipt",
        RECEIPTS,
        "    if signed.schema != message_schemas.RECEIPT:",
        "    if False:",
        FAULT,
    ),
    Edit(
        "a receipt is in a version that is known",
        RECEIPTS,
        "    if signed.version not in message_schemas.VERSIONS[message_schemas.RECEIPT]:",
        "    if False:",
        FAULT,
    ),
    Edit(
        "a receipt is from whom the key belongs to",
        RECEIPTS,
        "    if signed.sender != OrganisationKind(organisation.kind).entry.sender:",
        "    if False:",
        FAULT,
    ),
    Edit(
        "a receipt has the id of its envelope",
        RECEIPTS,
        '    if content["meldingsId"] != signed.message_id:',
        "    if False:",
        FAULT,
    ),
    Edit(
        "an id is used for one receipt",
        RECEIPTS,
        "        if before.delivery_id != delivery.pk or not before.is_of(content.payload):",
        "        if False:",
        RECEIVED + "test_an_id_used_for_two_receipts_is_refused",
    ),
    Edit(
        "an answer is about the message that was sent",
        RECEIPTS,
        "    if content.about != str(delivery.message_id):",
        "    if False:",
        RECEIVED + "test_an_answer_about_another_message_leaves_it_unanswered",
    ),
    Edit(
        "a sender deletes its own messages alone",
        "brik/arrivals/timeline/timeline.py",
        "return (message.message_id, message.sender) in deleted and",
        "return message.message_id in {message_id for message_id, _ in deleted} and",
        "tests/arrivals/test_senders.py::test_another_sender_deletes_nothing_and_is_told",
    ),
]
