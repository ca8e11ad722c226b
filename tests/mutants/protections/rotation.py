"""Rotation: nothing is sealed under a key that goes, nothing forged is made good, and no key goes without a proof."""

from tests.mutants.protection import Edit, Rule, constraint

ROTATION, CUSTODY = "brik/vault/rotation/", "brik/vault/custody/actions.py"
ORGANISATIONS = "brik/vault/custody/organisation_key_actions.py"
OF_ORGANISATIONS = "tests/vault/test_organisation_keys.py::"
WRAPPING, DATA, CODES, COLUMNS, TRAFFIC, LOOKUPS = (
    f"tests/vault/rotation/test_{name}.py::"
    for name in ("wrapping_keys", "data_keys", "code_keys", "new_columns", "traffic", "lookup_keys")
)

EVERY: list[Edit | Rule] = [
    Edit(
        "rotation waits for the transactions that know the old key only",
        ROTATION + "data_keys.py",
        "        wait_for_open_transactions(waiting)\n",
        "",
        TRAFFIC + "test_a_save_that_has_read_the_old_key_is_waited_for_and_then_sealed_anew",
    ),
    Edit(
        "a key seals in the transaction in which it was read",
        "brik/vault/keys.py",
        " and any(hook is each[1] for each in connection.run_on_commit)",
        "",
        TRAFFIC + "test_a_request_that_read_the_key_before_the_rotation_seals_with_the_new_one_after_it",
    ),
    Edit(
        "an old data key goes with the proof only",
        ROTATION + "data_keys.py",
        "if count.is_proved and key.before:",
        "if key.before:",
        DATA + "test_a_value_that_does_not_open_keeps_the_old_key_until_it_is_mended",
    ),
    Edit(
        "a row and its history are sealed anew to the same bytes",
        ROTATION + "data_keys.py",
        "            if place not in anew:\n",
        "            if True:\n",
        DATA + "test_the_history_is_sealed_anew_with_its_row_to_the_same_bytes",
    ),
    Edit(
        "a forged data key is not wrapped anew",
        ROTATION + "wrapping_keys.py",
        'if row["destroyed_at"] or not coding_of(Key).fits(row):',
        "if False:",
        WRAPPING + "test_a_key_that_was_changed_past_us_is_left_as_it_is_and_named[destroyed_at]",
    ),
    Edit(
        "a forged data key is not replaced",
        ROTATION + "data_keys.py",
        "    proved([key])\n    if key.destroyed_at:",
        "    if key.destroyed_at:",
        DATA + "test_a_key_that_was_changed_past_us_is_not_replaced",
    ),
    Edit(
        "a forged row is not coded anew",
        ROTATION + "code_keys.py",
        "hmac.compare_digest(before.code_of(row), _code(row))",
        "before.code_of(row)",
        CODES + "test_a_row_that_was_changed_past_us_is_never_coded_anew",
    ),
    Edit(
        "no row is coded anew while a process may use the older key",
        ROTATION + "code_keys.py",
        "if timezone.now() - since < STALE:",
        "if False:",
        CODES + "test_nothing_is_coded_anew_while_no_key_is_new_or_a_process_may_use_the_older_one",
    ),
    Edit(
        "an older code key is dropped with the proof only",
        CUSTODY,
        "if number := len(prove_codes().broken):",
        "if number := 0:",
        CODES + "test_two_custodians_make_the_new_key_and_drop_the_older_one[files]",
    ),
    Edit(
        "a key that only says it is destroyed keeps its wrapping key",
        CUSTODY,
        'Key.objects.filter(key_id=key_id).exclude(wrapped=b"").count()',
        "Key.objects.filter(key_id=key_id, destroyed_at=None).count()",
        WRAPPING + "test_a_key_that_only_says_it_is_destroyed_keeps_its_wrapping_key[files]",
    ),
    Edit(
        "a value that was taken away is not proved empty",
        ROTATION + "new_columns.py",
        "return saved.filter(at__lt=added).exists()",
        "return True",
        COLUMNS + "test_a_value_that_was_taken_away_after_the_column_came_is_named_and_not_proved_empty",
    ),
    Edit(
        "a number of a process that does not know the next key is found",
        "brik/vault/lookups/hashes.py",
        '    for column in provider().lookup.columns:\n        condition |= Q(**{f"{COLUMNS[column]}',
        "    for column in (1 if len(provider().lookup.columns) == 2 else provider().lookup.present,):\n"
        '        condition |= Q(**{f"{COLUMNS[column]}',
        LOOKUPS + "test_a_number_of_an_older_process_is_found_by_a_newer_one_and_the_other_way[new]",
    ),
    Edit(
        "both hashes of a row are those of its number",
        "brik/vault/lookups/hashed_rows.py",
        "all(not own or hmac.compare_digest(own, key) for own, key in known)",
        "any(own and hmac.compare_digest(own, key) for own, key in known)",
        LOOKUPS + "test_a_hash_that_was_moved_to_another_row_is_named_and_not_made_good[False-lookup_second]",
    ),
    Edit(
        "no number is hashed anew while a process may not know the next key",
        ROTATION + "lookup_keys.py",
        "if lookup.since is not None and timezone.now() - lookup.since < STALE:",
        "if False:",
        LOOKUPS + "test_nothing_is_hashed_anew_while_no_key_is_new_or_a_process_may_not_know_it",
    ),
    Edit(
        "a look-up key is switched and dropped with the proof only",
        "brik/vault/custody/lookup_key_actions.py",
        "if number := len(prove_lookups().broken):",
        "if number := 0:",
        LOOKUPS + "test_two_custodians_take_the_three_steps_and_each_looks_at_every_row_first[files]",
    ),
    Edit(
        "a message is known again after its look-up key was exchanged",
        "brik/arrivals/stored_content.py",
        "if _canonical(from_row(row)) == _canonical(content):",
        "if False:",
        LOOKUPS + "test_a_message_that_comes_again_after_the_exchange_is_known",
    ),
    Edit(
        "the hashes of an older look-up key are taken away",
        "brik/vault/providers/lookup_keys.py",
        "return (0, 1) if self.stage is LookupStage.FILLING else (self.present,)",
        "return (0, 1) if self.stage is not LookupStage.ALONE else (self.present,)",
        LOOKUPS + "test_a_number_is_found_at_every_step_and_the_older_hashes_are_gone_at_the_end",
    ),
    constraint(
        "people_identifier",
        "identifier_belongs_to_one_second",
        "UNIQUE (kind, lookup_second)",
        test=LOOKUPS + "test_a_number_that_two_processes_register_at_once_belongs_to_one_person",
    ),
    constraint(
        "vault_key",
        "key_is_destroyed_whole",
        "CHECK (destroyed_at IS NULL OR before = '')",
        test=DATA + "test_what_is_destroyed_while_both_keys_are_there_is_destroyed_with_both",
    ),
    Edit(
        "an older key of an organisation opens until it is retired",
        ROTATION + "data_keys.py",
        "    if not ends:\n        return count\n",
        "    seconds_for_readers *= ends\n",
        OF_ORGANISATIONS + "test_replaced_with_an_overlap_and_retired_its_reader_reads_all_the_while",
    ),
    Edit(
        "a key of an organisation is retired after the overlap",
        ORGANISATIONS,
        "demand_over(since, STALE if at_once else overlap(),",
        "demand_over(since, overlap() - overlap(),",
        OF_ORGANISATIONS + "test_replaced_with_an_overlap_and_retired_its_reader_reads_all_the_while",
    ),
    Edit(
        "only a replaced key of an organisation is retired",
        ORGANISATIONS,
        "if since is None:",
        "if False:",
        OF_ORGANISATIONS + "test_only_a_replaced_key_is_retired_and_only_a_living_one_replaced",
    ),
    Edit(
        "an event that was changed makes no overlap shorter",
        ORGANISATIONS,
        " if fits(event)), None)",
        "), None)",
        OF_ORGANISATIONS + "test_an_event_that_was_not_written_here_makes_the_overlap_no_shorter",
    ),
    Edit(
        "slips are sealed anew when the key of their organisation is replaced",
        ROTATION + "data_keys.py",
        "            count.written += _share_anew(shared)\n",
        "",
        OF_ORGANISATIONS + "test_a_stolen_key_opens_no_slip_once_it_is_replaced_not_even_a_new_one",
    ),
    Edit(
        "a slip that does not open keeps the older key of its organisation",
        ROTATION + "data_keys.py",
        "    if _is_shared_by(key, name, both):\n        count.verified += 1",
        "    if True:\n        count.verified += 1",
        OF_ORGANISATIONS + "test_a_slip_that_does_not_open_keeps_the_older_key",
    ),
]
