"""The module that keeps the keys, the two people who have them in their hands, and what a legal hold keeps."""

from tests.mutants.protection import Edit, Rule, constraint, grant

PKCS11, CUSTODY, BACKUP = (
    "brik/vault/providers/pkcs11_provider.py",
    "brik/vault/custody/actions.py",
    "brik/vault/custody/backup.py",
)
MODULE, HANDS, RETAINED = (
    f"tests/{name}.py::test_" for name in ("vault/test_hardware_module", "vault/test_custody", "desk/test_retention")
)
TWO = HANDS + "two_people_have_two_passphrases_that_are_long_enough"
NO_MORE = "tests/setup/test_what_stays.py::test_the_application_may_add_to_a_table_that_stays_and_no_more[{}]"
REFUSED = "tests/attacks/test_grants.py::test_the_database_refuses_it_to_the_application[{}]"

EVERY: list[Edit | Rule] = [
    # --- The hardware module ---
    Edit(
        "the module key never leaves its module",
        PKCS11,
        "{Attribute.PRIVATE: True, Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}",
        "{Attribute.PRIVATE: True, Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True}",
        MODULE + "the_module_key_cannot_be_read_or_taken_out",
    ),
    Edit(
        "what the module keeps is seen after the sign-in only",
        PKCS11,
        "                Attribute.PRIVATE: True,\n                Attribute.APPLICATION",
        "                Attribute.PRIVATE: False,\n                Attribute.APPLICATION",
        MODULE + "what_is_kept_is_seen_only_after_the_sign_in",
    ),
    Edit(
        "a secret of the module is bound to its name",
        PKCS11,
        'return associated_data("brik/module-secret", name, number)',
        'return associated_data("brik/module-secret", number)',
        MODULE + "a_secret_under_another_name_does_not_open",
    ),
    Edit(
        "of two secrets of one name the newer counts",
        PKCS11,
        "sorted(_all_stored(session), key=lambda each: each.number)",
        "sorted(_all_stored(session), key=lambda each: -each.number)",
        MODULE + "of_a_change_that_was_interrupted_the_newer_secret_counts",
    ),
    Edit(
        "a wrong PIN is tried once",
        PKCS11,
        "    if _Session.refused_pin == (settings.PKCS11_TOKEN, pin):",
        "    if False:",
        MODULE + "a_wrong_pin_stops_the_start_and_is_tried_once",
    ),
    # --- Two custodians ---
    Edit(
        "two custodians have two passphrases",
        BACKUP,
        "        if self.first == self.second:",
        "        if False:",
        TWO,
    ),
    Edit(
        "a passphrase is long",
        BACKUP,
        "        if min(len(self.first), len(self.second)) < SHORTEST_PASSPHRASE:",
        "        if False:",
        TWO,
    ),
    Edit(
        "the backup takes both passphrases",
        BACKUP,
        "(passphrases.first, passphrases.second)",
        "(passphrases.first, passphrases.first)",
        HANDS + "the_backup_opens_with_both_passphrases_only",
    ),
    Edit(
        "the backup is the one that the module names",
        CUSTODY,
        "    if contents.backup != saved.backup:",
        "    if False:",
        HANDS + "two_others_take_over_and_the_older_backup_is_not_taken_any_more",
    ),
    Edit(
        "a backup of another installation is not taken",
        CUSTODY,
        "        if is_of_another(module, saved):",
        "        if False:",
        HANDS + "somebody_elses_backup_is_not_taken",
    ),
    Edit(
        "the current wrapping key is not retired",
        CUSTODY,
        "        if key.state == KeyState.CURRENT:",
        "        if False:",
        HANDS + "the_current_key_is_not_retired",
    ),
    Edit(
        "a wrapping key that is in use is kept",
        CUSTODY,
        "    if number := in_use(key_id):",
        "    if number := 0:",
        HANDS + "a_key_that_wraps_data_keys_is_neither_retired_nor_destroyed",
    ),
    Edit(
        "a wrapping key is retired before it is destroyed",
        CUSTODY,
        "        if _known(contents, key_id).state != KeyState.RETIRED:",
        "        if False:",
        HANDS + "only_a_retired_key_is_destroyed_and_then_it_is_nowhere",
    ),
    Edit(
        "what is done with a wrapping key is an event",
        CUSTODY,
        "    log.record(Verb.WRAPPING_KEY_CHANGED, by=by, reason=reason, about=key_id)",
        "    pass",
        HANDS + "each_step_is_an_event",
    ),
    # --- What is kept, and what is not ---
    Edit(
        "a legal hold keeps what is due",
        "followup/desk/retention/due_keys.py",
        "exclude(person__in=_under_hold(now))",
        "exclude(person__in=[])",
        RETAINED + "a_legal_hold_stops_it_and_its_end_lets_it_come",
    ),
    Edit(
        "a legal hold keeps every record of the person",
        "brik/people/identifiers/same_person.py",
        'return known | {pk for pair in joined.values_list("pk", "merged_into") for pk in pair if pk is not None}',
        "return known",
        RETAINED + "a_hold_counts_for_the_record_that_is_the_same_person",
    ),
    Edit(
        "a legal hold takes two people",
        "followup/desk/retention/actions.py",
        "    if by.pk == confirmed_by.pk:",
        "    if False:",
        RETAINED + "a_hold_takes_two_people_of_the_desk_for_insight",
    ),
    grant("UPDATE", "desk_legalhold", test=NO_MORE.format("desk_legalhold")),
    # --- What else the application may not do with tables ---
    grant("DELETE", "mapping_persongate", test=REFUSED.format("the gate of a person removed")),
    grant("DELETE", "people_person", test=REFUSED.format("a person removed")),
    grant("DELETE", "staff_post", test=REFUSED.format("a post removed")),
    grant("UPDATE (organisation_id)", "sharing_delivery", test=REFUSED.format("L2 a delivery turned to another")),
    grant("UPDATE (unit_id)", "staff_post", test=REFUSED.format("X4 a post in another unit")),
    grant("DELETE", "consent_legalbasis", test=REFUSED.format("a legal basis removed")),
    constraint(
        "mapping_section",
        "section_state_is_known",
        "CHECK (state IN ('IKKE_STARTET', 'PAABEGYNT', 'FULLFOERT'))",
        test="tests/mapping/test_models.py::test_no_row_says_in_clear_that_somebody_would_not_talk_of_an_area",
    ),
]
