"""What ``verify_rows`` compares: rows with rows, with histories and with events. Each comparison is left out once."""

from tests.mutants.protection import Edit

COMPARISON, REGISTERS = (f"followup/desk/verification/{name}.py" for name in ("comparison", "register_rows"))
QUERY = "        with connection.cursor() as cursor:\n"
CONSENTS, DELIVERIES, SEALED = (
    f"tests/attacks/test_{name}_rows.py::test_" for name in ("consent", "delivery", "sealed")
)
TAKEN_AWAY = CONSENTS + "c4_nothing_leaves_when_the_withdrawal_is_taken_away_and_its_event_is_left"
ENDED = CONSENTS + "nothing_is_read_when_the_step_of_an_end_is_taken_away_or_an_end_is_taken_back"
WAITING = DELIVERIES + "l1_a_message_that_was_sent_and_is_called_waiting_is_found"
GONE = DELIVERIES + "l7_a_delivery_that_is_gone_is_found"
TWICE = SEALED + "v11b_a_version_that_was_saved_twice_is_found"
HISTORY = SEALED + "v9_x6_history_rows_that_are_gone_are_counted[{}]"
REOPENED = "tests/attacks/test_registers.py::test_x3_the_gate_of_a_withdrawn_interview_that_is_opened_again_is_found"
# What each comparison says, and the test that it must turn red.
COMPARED = {
    "withdrawal: its event is in the log, its row is gone": TAKEN_AWAY,
    "receipt of a withdrawal: its event is in the log, its row is gone": TAKEN_AWAY,
    "withdrawal of everything: its step is gone": CONSENTS
    + "c2_c4_nothing_leaves_when_the_step_of_a_withdrawal_is_taken_away",
    "withdrawal: its step is undone": CONSENTS + "c4_nothing_leaves_when_a_withdrawal_is_undone_by_a_forged_step",
    "withdrawal: it has other parts than its event counts": CONSENTS
    + "c6_nothing_leaves_when_a_part_of_a_withdrawal_is_taken_away",
    "consent: a step that ended it is gone": ENDED,
    "consent: an end is taken back of which no event tells": ENDED,
    "gate of a person: it is open after a withdrawal of everything": REOPENED,
    "mapping: it differs from the last version in its history": REOPENED,
    "section: it differs from the last version in its history": SEALED
    + "v10_an_area_set_to_not_asked_differs_from_its_history",
    "section: a version is gone from its history": HISTORY.format("mapping_historicalsection-section"),
    "mapping: a version is gone from its history": HISTORY.format("mapping_historicalmapping-mapping"),
    "person: a version is gone from its history": HISTORY.format("people_historicalperson-person"),
    "section: it is gone, and its history with it": SEALED
    + "v8_nothing_is_shared_of_an_interview_that_has_lost_an_area",
    "section: two events tell of one saved version": TWICE,
    "section: one version was saved twice, with other words": TWICE,
    "key: it is destroyed, and no event of the vault names it": SEALED
    + "k3_keys_that_are_called_destroyed_without_an_event_are_found",
    "delivery: it waits to be sent although it was sent, and nobody has sent it again": WAITING,
    "share: it stands although it was retracted or stopped": WAITING,
    "delivery: it goes to another recipient, or is about another person, than was decided on": DELIVERIES
    + "l2_what_was_decided_for_one_recipient_is_not_sent_to_another",
    "delivery: it counts other attempts than were made": DELIVERIES
    + "l5_attempts_that_are_called_never_made_are_counted",
    "share: it was sent and retracted, and its retraction is gone": DELIVERIES
    + "l6b_a_retraction_that_is_gone_is_found",
    "delivery: its event is in the log, its row is gone": GONE,
    "disclosure: its delivery is gone": GONE,
}

EVERY = [
    *(
        Edit(
            f"verify_rows: {what}",
            COMPARISON,
            QUERY,
            f"        if self.what == {what!r}:\n            return Mismatch(self.what, [])\n{QUERY}",
            test,
        )
        for what, test in COMPARED.items()
    ),
    Edit(
        "verify_rows: a text is that of its file",
        REGISTERS,
        "for kind, language, version, sha256 in texts if sha256 not in published]",
        "for kind, language, version, sha256 in texts if False]",
        CONSENTS + "c12b_a_text_that_no_file_says_is_found",
    ),
    Edit(
        "verify_rows: a legal basis is that of its file and its last event",
        REGISTERS,
        'if entry is None or (str(basis.until), basis.demonstration) != (until, bool(entry.get("demonstration"))):',
        "if False:",
        CONSENTS + "c8_nothing_leaves_under_a_legal_basis_whose_end_is_undone",
    ),
]
