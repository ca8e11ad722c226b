"""Erasing: two people, what stops it, what goes with it, and each step of its proof."""

from tests.mutants.protection import Edit

ERASURE, OWED = "followup/desk/erasure", "brik/vault/custody/owed.py"
ACTS, PROOF = "tests/desk/test_erasure.py::", "tests/vault/test_proof_of_erasure.py::"
TWO = "brik/staff/four_eyes/two_people.py"
TAKES_TWO = ACTS + "test_it_takes_two_people_who_answer_requests_for_access"
SALTED = ACTS + "test_a_hash_in_clear_tells_nothing_when_the_salt_is_erased_with_the_content"
NOBODY_FOUND = ACTS + "test_when_everything_goes_nobody_finds_the_person_any_more"


def step(name: str, text: str, test: str, *, instead: str = "", file: str = f"{ERASURE}/proof.py") -> Edit:
    """A step of the proof: ``text`` is what keeps the certificate away."""
    return Edit(f"proof of an erasure: {name}", file, text, instead, PROOF + test)


EVERY = [
    Edit(
        "an erasure takes a second person",
        TWO,
        "    if by.pk == proposed_by.pk:\n"
        '        raise NotAllowed(_("En annen enn den som har foreslått det, må bekrefte."))\n',
        "",
        TAKES_TWO,
    ),
    Edit("who may erase", f"{ERASURE}/actions.py", "    require(by, DeskPermission.ERASE)\n", "", TAKES_TWO, times=3),
    Edit(
        "a second person is made by a confirmation only",
        TWO,
        "        if token is not _CHECKED:\n"
        '            raise TypeError("only a second person\'s confirmation makes this value")\n',
        "        pass\n",
        ACTS + "test_nobody_makes_the_second_person_up",
    ),
    Edit(
        "a legal hold stops an erasure",
        f"{ERASURE}/preconditions.py",
        "return not LegalHold.objects.standing().people().isdisjoint(people)",
        "return False",
        ACTS + "test_a_legal_hold_stops_it_at_both_steps",
    ),
    Edit(
        "a yes that stands stops an erasure",
        f"{ERASURE}/preconditions.py",
        "return bool(consents.filter(ended_as=None).exists())",
        "return False",
        ACTS + "test_a_yes_that_stands_is_taken_back_first",
    ),
    Edit(
        "the document of a consent holds a salt",
        "consent/record/document_writing.py",
        '"salt": circumstances.salt,',
        '"salt": "0" * 64,',
        SALTED,
    ),
    Edit(
        "the hash of what is shared is salted",
        "followup/sharing/actions.py",
        "payload_sha256=salted_sha256(draft.payload, salt)",
        "payload_sha256=draft.sha256",
        SALTED,
    ),
    Edit(
        "the hash of a receipt is salted",
        "followup/sharing/delivery/receipts.py",
        "sha256=salted_sha256(content.payload, salt)",
        'sha256=salted_sha256(content.payload, "")',
        ACTS + "test_the_hash_of_a_receipt_is_salted_and_the_same_receipt_is_known_also_when_it_is_erased",
    ),
    Edit(
        "numbers go with who it is",
        "brik/arrivals/timeline/storage.py",
        '    _drop(Identifier.objects.filter(person=person).order_by("pk"), by=by)\n',
        "",
        NOBODY_FOUND,
    ),
    Edit(
        "the hashes by which messages are found go with who it is",
        "brik/arrivals/erasing.py",
        "    row.numbers.all().delete()\n",
        "",
        NOBODY_FOUND,
    ),
    Edit(
        "an event of the custodians counts only if it was written here",
        OWED,
        "return next((event.at for event in told if fits(event)), None)",
        "return next((event.at for event in told), None)",
        "tests/vault/test_owed.py::test_an_event_that_was_not_written_here_makes_no_wrapping_key_younger",
    ),
    step(
        "two people have decided",
        "        if decision is None or not decision.confirmed:\n"
        '            raise NotShown("Nobody has confirmed this erasure.")\n',
        "test_an_erasure_that_nobody_confirmed_is_none",
        instead="        if decision is None:\n            return ''\n",
    ),
    step(
        "the log tells of the decision",
        "            if not any(fits(event) for event in told):\n"
        '                raise NotShown(f"The log does not tell of {verb.name}.")\n',
        "test_a_decision_that_the_log_does_not_tell_of_is_none[vault.erasure_confirmed]",
    ),
    step(
        "every data key is destroyed",
        '        if living:\n            raise NotShown(f"{len(living)} data keys live',
        "test_a_data_key_that_lives_keeps_it_away",
        instead='        if not self.keys:\n            raise NotShown(f"{len(living)} data keys live',
    ),
    step(
        "nothing finds the person",
        "        if any(found.exists() for found in rows):\n"
        '            raise NotShown("A number, a stay or a message names the person.")\n',
        "test_a_number_by_which_the_person_is_found_keeps_it_away",
    ),
    step(
        "the wrapping keys are destroyed",
        "        if living := [life for life in self.wrapping_keys if life.destroyed_at is None]:\n",
        "test_a_wrapping_key_that_lives_and_may_have_wrapped_them_keeps_it_away",
        instead="        if living := []:\n",
    ),
    step(
        "the custodians have destroyed the copies",
        "        if left or not self.wrapping_keys:\n",
        "test_without_the_custodians_record_no_certificate_is_signed",
        instead="        if not self.wrapping_keys:\n",
    ),
    step(
        "the dump is of everything",
        "if missing := [table for table in tables if table not in scan.marks]:",
        "test_a_dump_of_less_than_everything_is_none",
        instead="if missing := []:",
    ),
    step(
        "what is read is from after the erasure",
        "        if otherwise and not scan.marks.issuperset(self._marks):\n            raise NotShown(otherwise)\n",
        "test_a_dump_from_before_the_erasure_is_none",
    ),
    step(
        "the data directory is that of this database",
        'if not control.is_file() or int.from_bytes(control.read_bytes()[:8], "little") != _system_identifier():',
        "test_the_data_directory_of_another_database_is_none",
        instead="if False:",
    ),
    step(
        "the write-ahead log is read across its pages",
        "    if _LOG in path.parts:\n",
        "test_a_word_in_the_write_ahead_log_keeps_it_away",
        instead="    if _LOG in ():\n",
        file=f"{ERASURE}/scan.py",
    ),
    step(
        "a word that is found keeps it away",
        "        found = [what for needle, what in self._needles.items() if needle in content]\n",
        "test_a_word_in_a_session_or_in_the_queue_keeps_it_away[session]",
        instead="        found = []\n",
        file=f"{ERASURE}/scan.py",
    ),
    step(
        "a wrapped key that opens keeps it away",
        '        found += [f"a data key that the wrapping key {key_id} opens" for key_id in'
        " self._opener.opened_in(content)]\n",
        "test_a_wrapped_key_that_a_living_wrapping_key_opens_keeps_it_away",
        file=f"{ERASURE}/scan.py",
    ),
    step(
        "a certificate says what was signed",
        "if signed.schema != SCHEMA or signed.payload != canonical(content):",
        "test_a_certificate_that_was_changed_or_signed_by_another_does_not_hold",
        instead="if signed.schema != SCHEMA:",
        file=f"{ERASURE}/certificate.py",
    ),
]
