"""Keys: what their wrapping is bound to, when they are used, and who may read their files."""

from tests.mutants.protection import Edit

PROVIDER, KEYS = "brik/vault/providers/provider.py", "brik/vault/keys.py"
ANSWERS, OWN = "tests/vault/test_known_answers.py::", "tests/vault/test_keys.py::"
WRAPPED = ANSWERS + "test_a_data_key_is_wrapped_to_exactly_these_bytes_and_opens_in_no_other_name"
SHARED = ANSWERS + "test_the_key_of_a_row_opens_with_a_persons_and_an_organisations"

EVERY = [
    Edit(
        "a data key is bound to its installation",
        PROVIDER,
        'associated_data("brik/data-key", self.installation)',
        'associated_data("brik/data-key")',
        WRAPPED,
    ),
    Edit(
        "a data key is bound to what it is the key of",
        PROVIDER,
        "self._data_key + uuid_data(subject) + _named(keeping, key_id)",
        "self._data_key + _named(keeping, key_id)",
        WRAPPED,
    ),
    Edit(
        "a data key is bound to its keeping",
        PROVIDER,
        "return associated_data(keeping, key_id)",
        "return associated_data(key_id)",
        "tests/slips/test_slip_keys.py::test_a_wrapped_key_opens_in_its_own_keeping_only",
    ),
    Edit(
        "a data key is bound to its wrapping key",
        PROVIDER,
        "return associated_data(keeping, key_id)",
        "return associated_data(keeping)",
        WRAPPED,
    ),
    Edit(
        "a shared key is bound to its organisation",
        "brik/vault/shared_keys.py",
        "parts = (self.row.bytes, self.person.bytes, self.organisation.bytes)",
        "parts = (self.row.bytes, self.person.bytes)",
        SHARED,
    ),
    Edit(
        "a shared key is bound to its row",
        "brik/vault/shared_keys.py",
        "parts = (self.row.bytes, self.person.bytes, self.organisation.bytes)",
        "parts = (self.person.bytes, self.organisation.bytes)",
        SHARED,
    ),
    Edit(
        "a destroyed key opens no list",
        "brik/vault/sealed_models.py",
        " AND key.destroyed_at IS NULL",
        "",
        "tests/vault/test_sealed_rows.py::test_a_column_of_many_rows_is_refused_when_one_of_them_was_changed",
    ),
    Edit(
        "a destroyed key is never made anew",
        KEYS,
        "known = _read_named(wanted)",
        "known = {kept: lives for kept, lives in _read_named(wanted).items() if lives}\n"
        "    with connection.cursor() as cursor:\n"
        "        cursor.execute('SET LOCAL session_replication_role = replica')\n"
        "        cursor.execute('DELETE FROM vault_key WHERE destroyed_at IS NOT NULL')\n"
        "        cursor.execute('SET LOCAL session_replication_role = origin')",
        OWN + "test_for_somebody_whose_key_was_destroyed_no_other_is_made",
    ),
    Edit(
        "a key of an undone transaction seals nothing",
        KEYS,
        "and any(hook is each[1] for each in connection.run_on_commit)",
        "",
        OWN + "test_a_key_from_an_undone_transaction_never_seals_again",
    ),
    Edit(
        "opened keys outlive no request",
        KEYS,
        "        _ring.reset(token)\n",
        "        pass\n",
        OWN + "test_the_ring_forgets_everything_at_its_end",
    ),
    Edit(
        "each purpose has look-up hashes of its own",
        KEYS,
        "column_key = hmac.digest(key or provider().lookup_key, purpose.encode(), hashlib.sha256)",
        "column_key = key or provider().lookup_key",
        OWN + "test_a_look_up_hash_differs_by_purpose_and_by_value",
    ),
    Edit(
        "a key file is its owner's alone",
        "brik/vault/providers/key_files.py",
        '    if mode & 0o077:\n        raise KeysUnavailable(f"{path.name} in',
        '    if False:\n        raise KeysUnavailable(f"{path.name} in',
        OWN + "test_a_key_file_open_to_others_stops_the_start",
    ),
    Edit(
        "the folder of keys is its owner's alone",
        "brik/vault/providers/key_files.py",
        "    if folder & 0o077:",
        "    if False:",
        OWN + "test_a_key_folder_open_to_others_stops_the_start",
    ),
]
