"""What the database itself refuses: triggers, grants and constraints."""

from tests.mutants.protection import Rule, constraint, grant, trigger

AWAKE = "tests/setup/test_what_stays.py::test_the_triggers_of_a_table_that_stays_are_there_and_awake[{}]"
NO_MORE = "tests/setup/test_what_stays.py::test_the_application_may_add_to_a_table_that_stays_and_no_more[{}]"
APPEND_ONLY = "tests/consent/test_append_only.py::test_the_database_refuses_to_change_or_remove_a_row[{}]"
# The table, and the test that tries to change one of its rows.
TRIED = {
    "consent_text": APPEND_ONLY.format("Text"),
    "consent_consent": APPEND_ONLY.format("Consent"),
    "consent_decision": APPEND_ONLY.format("Decision"),
    "consent_step": APPEND_ONLY.format("Step"),
    "consent_textapproval": "tests/consent/test_text_approval.py::test_the_database_refuses_one_person_twice_and_any_change",
    "desk_erasure": "tests/desk/test_erasure.py::test_a_decision_is_never_changed_or_taken_away",
    "desk_erasuredecision": "tests/desk/test_erasure.py::test_a_decision_is_never_changed_or_taken_away",
    "desk_weeklycount": "tests/desk/test_counts.py::test_the_database_lets_nobody_change_or_remove_the_figures_of_a_week",
    "people_ruling": "tests/desk/test_restrictions.py::test_a_ruling_is_never_changed_or_taken_away",
    "sharing_disclosure": "tests/sharing/test_share.py::test_a_disclosure_is_never_changed_or_removed",
    "sharing_disposalanswer": "tests/sharing/test_disposal.py::test_a_line_and_its_answer_are_never_changed_or_removed",
    "sharing_disposalnotice": "tests/sharing/test_disposal.py::test_a_line_and_its_answer_are_never_changed_or_removed",
    "plan_historicalneed": "tests/plan/test_needs.py::test_what_a_need_was_before_is_never_changed",
    "slips_slip": "tests/slips/test_slip_keys.py::test_what_is_written_is_never_changed_or_taken_away",
    "slips_slipopening": "tests/slips/test_slip_keys.py::test_what_is_written_is_never_changed_or_taken_away",
}
# No test changes a row of these: one looks whether the trigger is awake.
LOOKED_AT = (
    "consent_withdrawal",
    "consent_withdrawalhearing",
    "consent_withdrawalreceipt",
    "consent_signedsheet",
    "sharing_partneranswer",
    "sharing_partnermessage",
    "sharing_receipt",
)
EVENTS, HEADS = "tests/audit/test_events.py::", "tests/audit/test_heads.py::"
OPENED = "((row_version = 0 AND {0} IS NULL) OR (row_version >= 1 AND {0} IS NOT NULL))"

EVERY: list[Rule] = [
    *(trigger(table, f"{table}_rows_stay", test=test) for table, test in TRIED.items()),
    *(trigger(table, f"{table}_rows_stay", test=AWAKE.format(table)) for table in LOOKED_AT),
    *(
        trigger(table, f"{table}_stays", test=AWAKE.format(table))
        for table in ("consent_decision", "sharing_disclosure")
    ),
    trigger(
        "audit_event", "audit_event_rows_stay", test=EVENTS + "test_not_even_the_owner_changes_or_removes_an_event"
    ),
    trigger("audit_event", "audit_event_table_stays", test=AWAKE.format("audit_event")),
    trigger(
        "audit_event",
        "audit_event_keeps_head",
        test=HEADS + "test_a_head_is_the_highest_version_told_of_and_never_falls",
    ),
    trigger(
        "audit_head",
        "audit_head_is_kept_by_events",
        test=HEADS + "test_not_even_the_owner_changes_a_head_but_by_an_event",
    ),
    trigger(
        "staff_post",
        "deciders_stand_apart",
        test="tests/staff/test_roles.py::test_the_database_keeps_each_role_apart_from_deciders_as_its_kind_says",
    ),
    trigger(
        "people_person",
        "mapping_gate_for_everybody",
        test="tests/mapping/test_models.py::test_everybody_has_a_gate_from_the_moment_they_are_known",
    ),
    grant("UPDATE", "audit_event", test=EVENTS + "test_the_application_may_neither_change_remove_nor_empty_the_log"),
    grant("UPDATE", "audit_head", test=HEADS + "test_the_application_reads_heads_and_changes_none"),
    grant("DELETE", "consent_withdrawal", test=NO_MORE.format("consent_withdrawal")),
    grant("UPDATE", "sharing_disclosure", test=NO_MORE.format("sharing_disclosure")),
    grant("DELETE", "sharing_receipt", test=NO_MORE.format("sharing_receipt")),
    constraint(
        "slips_slip",
        "slips_slip_has_one_size",
        "CHECK (octet_length(content) = 159)",
        test="tests/slips/test_slip_keys.py::test_the_database_takes_no_row_of_another_size",
    ),
    constraint(
        "mapping_section",
        "mapping_section_sealed_or_empty",
        f"CHECK {OPENED.format('answers')}",
        test="tests/vault/test_sealed_or_empty.py::test_nothing_is_put_into_a_row_that_was_never_sealed",
    ),
    constraint(
        "people_person",
        "people_person_sealed_or_empty",
        "CHECK ((row_version = 0 AND identity IS NULL AND protection IS NULL)"
        " OR (row_version >= 1 AND identity IS NOT NULL AND protection IS NOT NULL))",
        test="tests/vault/test_sealed_or_empty.py::test_a_value_cannot_be_taken_away_nor_a_row_look_as_if_it_was_never_sealed",
    ),
]
