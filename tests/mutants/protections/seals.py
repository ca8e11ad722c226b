"""What a sealed value is bound to, and what is asked before it is believed."""

from tests.mutants.protection import Edit

PLACE, SEALING, FIELDS, MODELS = (f"brik/vault/{name}.py" for name in ("place", "sealing", "fields", "sealed_models"))
TAMPERING, SEAL, ROWS = (f"tests/vault/test_{name}.py::" for name in ("tampering", "sealing", "sealed_rows"))
PART = SEAL + "test_a_value_does_not_open_where_one_part_of_its_place_differs[{}]"
BOUND = "return column + person + (person if row is subject else uuid_data(row)) + _version(row_version)"
COLUMN = 'return associated_data("brik/v1", installation, name, column)'
TAKEN_AWAY = TAMPERING + "test_a_value_taken_away_is_refused_and_not_read_as_nothing[protection]"
ANSWERS = "tests/vault/test_known_answers.py::"


def bound(part: str, text: str, instead: str) -> Edit:
    """A part of what a value is bound to."""
    return Edit(f"a value is bound to its {part}", PLACE, text, instead, PART.format(part))


EVERY = [
    bound("installation", COLUMN, 'return associated_data("brik/v1", name, column)'),
    bound("name", COLUMN, 'return associated_data("brik/v1", installation, column)'),
    bound("column", COLUMN, 'return associated_data("brik/v1", installation, name)'),
    bound("person", BOUND, "return column + uuid_data(row) + _version(row_version)"),
    bound("row", BOUND, "return column + person + _version(row_version)"),
    bound("row version", BOUND, "return column + person + (person if row is subject else uuid_data(row))"),
    Edit(
        "each part is bound after its length",
        SEALING,
        'joined += len(encoded).to_bytes(4, "big") + encoded',
        "joined += encoded",
        SEAL + "test_different_parts_never_give_the_same_bound_bytes",
    ),
    Edit(
        "only the known format is read",
        SEALING,
        "if sealed[:1] != FORMAT or len(sealed)",
        "if len(sealed)",
        SEAL + "test_an_unknown_format_is_refused_before_any_key_is_tried",
    ),
    Edit(
        "a nothing is proved, not believed",
        SEALING,
        "if not hmac.compare_digest(sealed, seal_nothing(key, bound_to)):",
        "if False:",
        TAMPERING + "test_a_nothing_from_elsewhere_or_from_before_does_not_hide_a_value",
    ),
    Edit(
        "a nothing is bound under a word of its own",
        SEALING,
        'bound = associated_data("brik/nothing") + bound_to',
        "bound = bound_to",
        ANSWERS + "test_an_empty_column_is_sealed_to_exactly_these_bytes",
    ),
    Edit(
        "every nonce is another",
        SEALING,
        "nonce = os.urandom(NONCE_BYTES)",
        "nonce = bytes(NONCE_BYTES)",
        SEAL + "test_no_two_values_are_sealed_with_the_same_nonce",
    ),
    Edit(
        "a column of a sealed row is never NULL",
        FIELDS,
        "elif content is ABSENT and place_of(instance).row_version:",
        "elif False:",
        TAKEN_AWAY,
    ),
    Edit(
        "nor in a list of many",
        MODELS,
        'if version:\n                        raise SealBroken("a value was taken away")',
        "if False:\n                        pass",
        TAKEN_AWAY,
    ),
    Edit(
        "a nothing is proved in a list of many",
        MODELS,
        "        demand_nothing(key, stored, bound_to)\n        return None",
        "        return None",
        TAMPERING + "test_a_nothing_from_elsewhere_or_from_before_does_not_hide_a_value",
    ),
    Edit(
        "a nothing is proved in a row",
        FIELDS,
        "            demand_nothing(place.key(), content, place.bound_to(self.field.attname))",
        "            pass",
        TAMPERING + "test_a_nothing_from_elsewhere_or_from_before_does_not_hide_a_value",
    ),
    Edit(
        "the row version rises with each sealing",
        MODELS,
        "    row.row_version += 1\n",
        "    row.row_version = max(row.row_version, 1)\n",
        ROWS + "test_one_new_value_reseals_the_whole_row_one_version_higher",
    ),
    Edit(
        "a row is saved at the version that was read",
        MODELS,
        "base_qs.filter(~newer, row_version=self._replaces)",
        "base_qs.filter(~newer)",
        ROWS + "test_two_who_reseal_the_same_version_never_both_win",
    ),
    Edit(
        "no sealed column is updated past the seal",
        MODELS,
        "        if closed:\n",
        "        if False:\n",
        ROWS + "test_what_would_pass_by_the_seal_is_refused",
    ),
    Edit(
        "a handle prints nothing",
        FIELDS,
        '    def __str__(self) -> str:\n        return ""',
        "    def __str__(self) -> str:\n        return str(self.open())",
        ROWS + "test_a_sealed_value_prints_nothing_in_a_template",
    ),
    Edit(
        "a value that is not sealed yet is never pickled",
        FIELDS,
        '        raise TypeError("a value that is not sealed yet is never pickled")',
        "        return object.__reduce_ex__(self, protocol)",
        ROWS + "test_nothing_that_could_be_read_is_pickled",
    ),
    Edit(
        "a value from another row is sealed anew",
        FIELDS,
        "if value.ciphertext is not None and self._is_same_cell(instance, value):",
        "if value.ciphertext is not None:",
        ROWS + "test_a_value_from_another_row_is_opened_and_sealed_anew",
    ),
    Edit(
        "a row given to another person is sealed anew",
        MODELS,
        "    moved = row._sealed_at is not None and row._sealed_at != present_place(row)",
        "    moved = False",
        ROWS + "test_a_row_given_to_another_person_is_sealed_under_their_key",
    ),
    Edit(
        "an older whole row is not current",
        "brik/vault/integrity.py",
        "if versions.get((record_name(row), str(row.pk))) != row.row_version:",
        "if False:",
        "tests/vault/test_integrity.py::test_an_older_whole_row_put_back_opens_but_is_not_current",
    ),
    Edit(
        "verify_audit tells of an older row",
        "brik/vault/inspection.py",
        "elif version < before.get(pk, 0):",
        "elif False:",
        "tests/vault/test_integrity.py::test_verify_audit_names_an_older_row_put_back_by_uuid_only_and_leaves_an_event",
    ),
    Edit(
        "verify_audit tells of a row without events",
        "brik/vault/inspection.py",
        "if pk not in after:",
        "if False:",
        "tests/vault/test_integrity.py::test_verify_audit_names_rows_that_the_log_does_not_know",
    ),
    Edit(
        "verify_audit tells of a row that is gone",
        "brik/vault/inspection.py",
        "if issubclass(model, SealedModel) and not model.MAY_BE_DELETED:",
        "if False:",
        "tests/vault/test_integrity.py::test_verify_audit_names_rows_that_are_gone_but_not_numbers_that_an_action_took_away",
    ),
    Edit(
        "verify_audit opens every value",
        "brik/vault/inspection.py",
        "        except SealBroken:\n            yield False",
        "        except SealBroken:\n            yield True",
        "tests/vault/test_integrity.py::test_verify_audit_finds_a_broken_seal_in_a_row_and_in_its_history",
    ),
    Edit(
        "a message agrees with the hashes beside it",
        "brik/arrivals/received_messages.py",
        "if not len(found) == len(sealed) == len(rows):",
        "if False:",
        "tests/vault/test_integrity.py::test_verify_audit_names_a_message_that_is_found_by_another_number",
    ),
    Edit(
        "protection in clear agrees with the sealed one",
        "brik/people/persons.py",
        'if clear != (bool(entered.get("address_grade")), bool(restrictions), ISOLATION in restrictions):',
        "if False:",
        "tests/desk/test_restrictions.py::test_a_restriction_taken_away_in_clear_is_noticed_before_anything_leaves",
    ),
]
