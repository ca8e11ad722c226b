"""What is believed of an open row: its code, the document that was signed, and the events."""

from tests.mutants.protection import Edit

EVIDENCE, KEYS, INBOX = "consent/evidence.py", "brik/vault/keys.py", "followup/sharing/inbox/inbox.py"
CONSENT, GATES, ROWS = (
    f"tests/attacks/test_{name}.py::" for name in ("consent_rows", "interview_gates", "delivery_rows")
)
OWN = "tests/vault/test_keys.py::"

EVERY = [
    Edit(
        "rows that are read as plain values have their codes",
        "brik/vault/codes/row_codes.py",
        "        if not all(self.fits(row) for row in found):",
        "        if False:",
        GATES + "test_the_bar_above_an_area_does_not_tell_of_an_area_that_was_changed",
    ),
    Edit(
        "what covers is the person's last word",
        EVIDENCE,
        "        if not last or (last[0].object_id",
        "        if last and False and (last[0].object_id",
        CONSENT + "test_nothing_leaves_under_a_consent_when_a_later_no_is_taken_away_and_its_event_is_left",
    ),
    Edit(
        "each withdrawal has all its parts",
        EVIDENCE,
        "                if str(parts[event.object_id]) != event.about:",
        "                if False:",
        CONSENT + "test_c6_nothing_leaves_when_a_part_of_a_withdrawal_is_taken_away",
    ),
    Edit(
        "a plan that was taken back is not opened",
        EVIDENCE,
        "        if later & taken_back or any(",
        "        if not later and any(",
        "tests/consent/test_plan_permit.py::test_a_withdrawal_that_is_said_to_be_older_opens_no_plan",
    ),
    Edit(
        "a yes to being mapped is no yes to a plan",
        "consent/record/covers.py",
        "    return _permit(person, Direction.PLAN, ",
        "    return _permit(person, Direction.MAP, ",
        "tests/consent/test_plan_permit.py::test_nothing_else_is_a_yes_to_it[None]",
    ),
    Edit(
        "each end that an event tells of has its steps",
        EVIDENCE,
        "        if any(stored[cause] < number * steps_of_end(cause) for cause, number in told.items()):",
        "        if False:",
        CONSENT + "test_nothing_is_read_when_the_step_of_an_end_is_taken_away_or_an_end_is_taken_back",
    ),
    Edit(
        "a key that was only marked is not called destroyed",
        KEYS,
        "elif is_right and coding_of(Key).fits(key):",
        "elif is_right:",
        OWN + "test_a_key_that_was_marked_as_destroyed_past_us_is_not_called_destroyed[True]",
    ),
    Edit(
        "a key that no event calls destroyed is not called destroyed",
        KEYS,
        "{kept: pk in named for kept, pk in unseen.items()}",
        "dict.fromkeys(unseen, True)",
        OWN + "test_a_key_that_no_event_calls_destroyed_is_not_called_destroyed",
    ),
    Edit(
        "an interview is proved wherever it is found",
        "brik/staff/access.py",
        "    proved([row])\n",
        "",
        GATES + "test_x3_a_finished_interview_is_not_read_under_a_permit_that_was_changed[correct-valid until]",
    ),
    Edit(
        "an interview is proved wherever it is written",
        "brik/mapping/record/gate.py",
        "    return proved([rows.select_related(",
        "    return ([rows.select_related(",
        GATES + "test_x3_nothing_is_written_under_a_permit_that_was_changed[save-valid until]",
    ),
    Edit(
        "earlier answers are proved before they are offered",
        "brik/mapping/pages/known/earlier_answers.py",
        "renewed[:1].proved()",
        "renewed[:1]",
        GATES + "test_x3_answers_of_an_earlier_interview_that_was_changed_are_not_offered_again[its area]",
    ),
    Edit(
        "a row that was changed keeps no retraction back",
        "brik/mapping/record/lifecycle.py",
        "    return [row for row in rows if row.pk not in broken]",
        "    return rows",
        GATES + "test_what_is_out_is_taken_back_whatever_has_become_of_the_interview[valid until]",
    ),
    Edit(
        "the list of an inbox is proved",
        INBOX,
        "        proved([disclosure, delivery])\n",
        "",
        ROWS + "test_nobody_is_named_in_the_list_of_an_inbox_where_a_row_was_changed[delivery]",
    ),
    Edit(
        "a need is proved before it is moved",
        "followup/plan/actions.py",
        "    proved([held])\n",
        "",
        "tests/plan/test_needs.py::test_a_need_that_was_moved_past_us_is_not_acted_on",
    ),
    Edit(
        "a need is proved before it is shown",
        "followup/plan/pages/need_page.py",
        "    return proved(cast(Iterable[Need], rows))\n",
        "    return list(cast(Iterable[Need], rows))\n",
        "tests/plan/test_need_pages.py::test_a_need_that_was_changed_past_us_is_not_shown",
    ),
    Edit(
        "a slip is proved before it is shown",
        "brik/slips/inbox.py",
        "proved([slip])[0].topics",
        "slip.topics",
        "tests/slips/test_health_service.py::test_a_slip_that_was_said_to_be_opened_past_us_is_told_of",
    ),
]
