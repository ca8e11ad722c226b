"""What is asked before something leaves or is read: at queueing, at sending, at the recipient's reading."""

from tests.mutants.protection import Edit

COVERS, CLEARANCE = "consent/record/covers.py", "followup/sharing/disclosure/clearance.py"
# The same question, as one plain statement.
PLAIN, AGREE = "consent/record/covering_rows.py", "tests/consent/test_covering_rows.py::test_both_statements_"
ACTIONS, SENDING = "followup/sharing/actions.py", "followup/sharing/delivery/sending.py"
COMPOSITION, WALK = "followup/sharing/disclosure/composition.py", "brik/mapping/questionnaire/walk.py"
RULE, SHARE, SEND, INBOX = (
    f"tests/{name}.py::"
    for name in ("consent/test_covers", "sharing/test_share", "sharing/test_sending", "sharing/test_inbox")
)
OLDER = SHARE + "test_an_older_whole_row_put_back_is_refused_before_disclosure[{}]"
FOUND = "tests/consent/test_verification.py::test_whatever_is_changed_behind_our_back_is_found"

EVERY = [
    # --- What the consent covers ---
    Edit(
        "a yes ends",
        COVERS,
        "        and at < row.until\n",
        "",
        RULE + "test_silence_expires",
    ),
    Edit(
        "an ended consent covers nothing",
        COVERS,
        "        and not row.ended\n",
        "",
        RULE + "test_an_ended_consent_covers_nothing_from_then_on",
    ),
    Edit(
        "a consent stands on a legal basis",
        COVERS,
        "        and row.stands\n",
        "",
        RULE + "test_nothing_is_covered_after_its_legal_basis_has_ended",
    ),
    Edit(
        "a basis of demonstrations covers nothing outside them",
        COVERS,
        "basis &= Q(consent__legal_basis__demonstration=False)",
        "pass",
        AGREE + "ask_whether_a_basis_is_only_for_demonstrations[False]",
    ),
    Edit(
        "a basis of demonstrations covers no recipient outside them",
        PLAIN,
        "AND (%(demonstrations)s OR NOT basis.demonstration)",
        "AND (%(demonstrations)s OR TRUE)",
        RULE + "test_a_basis_made_for_demonstrations_covers_nothing_outside_them",
    ),
    Edit(
        "a deny wins at the same moment",
        COVERS,
        "Case(When(answer=DecisionAnswer.PERMIT, then=1), default=0,",
        "Case(When(answer=DecisionAnswer.PERMIT, then=0), default=1,",
        AGREE + "let_a_deny_win_at_the_same_moment",
    ),
    Edit(
        "a deny of a recipient wins at the same moment",
        PLAIN,
        "(decision.answer = %(permit)s)",
        "(decision.answer <> %(permit)s)",
        RULE + "test_deny_beats_permit_at_the_same_moment",
    ),
    Edit(
        "an ended consent covers no recipient",
        PLAIN,
        "AND step.state = ANY(%(ends)s)",
        "AND step.state <> ALL(%(ends)s)",
        RULE + "test_an_ended_consent_covers_nothing_from_then_on",
    ),
    Edit(
        "no recipient is covered while a changed stay is worked out",
        PLAIN,
        "AND gate.paused_at IS NULL",
        "AND TRUE",
        RULE + "test_nothing_is_covered_while_a_job_works_out_what_a_changed_stay_ends",
    ),
    Edit(
        "what is taken back from all of a kind reaches each",
        COVERS,
        "permits(row, now) and not (general and not wins_over(row, general))",
        "permits(row, now)",
        RULE + "test_a_part_taken_back_from_all_of_a_kind_reaches_the_one_permitted",
    ),
    Edit(
        "a yes is to the kind the recipient had",
        COVERS,
        "        if row.recipient_kind != row.kind_now:",
        "        if False:",
        RULE + "test_an_organisation_entered_as_another_kind_is_told_nothing[False]",
    ),
    Edit(
        "a recipient has a legal basis of its own",
        COVERS,
        "        if row.basis_until is not None and row.basis_until <= timezone.localdate(now):",
        "        if False:",
        RULE + "test_an_organisation_whose_own_legal_basis_has_ended_is_told_nothing",
    ),
    Edit(
        "nothing is covered while a changed stay is worked out",
        COVERS,
        "    basis &= Q(person__gate__paused_at=None)\n",
        "",
        RULE + "test_nothing_is_covered_while_a_job_works_out_what_a_changed_stay_ends",
    ),
    Edit(
        "a yes to be mapped is for one legal status",
        COVERS,
        "if latest.consent is None or latest.consent.kind != stay.legal_status:",
        "if latest.consent is None:",
        RULE + "test_a_yes_to_be_mapped_does_not_follow_to_another_legal_status",
    ),
    # --- Covered and protected, asked together ---
    Edit(
        "under a restriction nobody is told",
        CLEARANCE,
        "{theme: by for theme, by in covered.items() if safeguard.permits(by.recipient_kind)}",
        "dict(covered)",
        "tests/desk/test_restrictions.py::test_under_a_restriction_nothing_is_queued",
    ),
    Edit(
        "a graded address is told nobody",
        CLEARANCE,
        " and not (place and self.safeguard.address_graded)",
        "",
        "tests/desk/test_restrictions.py::test_a_grade_closes_what_tells_a_place_and_nothing_else",
    ),
    # --- Queueing ---
    Edit(
        "covered is asked at queueing",
        "followup/sharing/disclosure/preconditions.py",
        "    if not clearance.themes:",
        "    if False:",
        SHARE + "test_without_consent_nothing_is_shared_and_nothing_changes",
    ),
    Edit(
        "only what is signed off is shared",
        "followup/sharing/disclosure/preconditions.py",
        "    if mapping.state != MappingState.FINAL or newest is None or newest.pk != mapping.pk:",
        "    if False:",
        SHARE + "test_an_edition_that_was_corrected_since_is_not_shared",
    ),
    Edit(
        "what is shared is what was seen",
        ACTIONS,
        "    if seen is not None and seen.sha256 != draft.sha256:",
        "    if False:",
        SHARE + "test_what_was_not_seen_is_not_shared",
    ),
    Edit(
        "only permitted themes leave",
        WALK,
        "            question.theme in self.themes\n            and question.meant_for",
        "            question.meant_for",
        SHARE + "test_only_permitted_themes_leave_and_nothing_tells_that_there_were_others",
    ),
    Edit(
        "only questions meant for the recipient leave",
        WALK,
        "            and question.meant_for(self.recipient)\n",
        "",
        SHARE + "test_a_partner_gets_only_the_questions_meant_for_it",
    ),
    Edit(
        "free text leaves only when it was ticked",
        WALK,
        "            and (not question.free_text or question.link_id in self.free_text)\n",
        "",
        "tests/sharing/test_officer_pages.py::test_free_text_goes_to_a_partner_only_when_it_was_ticked_and_seen",
    ),
    Edit(
        "a question with a tick of its own leaves only with it",
        WALK,
        "            and (not question.needs_tick(self.recipient) or question.link_id in self.own_ticks)\n",
        "",
        "tests/sharing/test_officer_pages.py::test_a_question_with_a_tick_of_its_own_leaves_only_with_it",
    ),
    Edit(
        "no place of a graded address leaves",
        WALK,
        "            and not (self.address_graded and question.tells_place)\n",
        "",
        SHARE + "test_no_place_of_a_person_with_a_graded_address_leaves",
    ),
    Edit(
        "an older interview is noticed before it leaves",
        "followup/sharing/disclosure/preconditions.py",
        "    assert_current(mapping, *sections)",
        "    pass",
        OLDER.format("section_of"),
    ),
    Edit(
        "an older number is noticed before it leaves",
        COMPOSITION,
        "            assert_current(numbers[kind])\n",
        "",
        OLDER.format("number_of"),
    ),
    Edit(
        "an older person is noticed before anything leaves",
        "brik/people/safeguards.py",
        "    assert_current(person)\n",
        "",
        OLDER.format("person_of"),
    ),
    Edit(
        "protection taken away in clear is noticed before anything leaves",
        "brik/people/safeguards.py",
        "    person.demand_agreement()\n",
        "",
        "tests/desk/test_restrictions.py::test_a_restriction_taken_away_in_clear_is_noticed_before_anything_leaves",
    ),
    # --- Sending ---
    Edit(
        "covered is asked at sending",
        SENDING,
        "    if clearance.allows_message(json.loads(content)):",
        "    if True:",
        SEND + "test_what_is_no_longer_covered_at_the_moment_of_sending_is_stopped",
    ),
    Edit(
        "covered is asked of the sealed bytes",
        SENDING,
        "clearance.allows_message(json.loads(content))",
        "clearance.allows(delivery.disclosure)",
        SEND + "test_themes_struck_out_of_the_row_do_not_let_the_message_go",
    ),
    Edit(
        "an older disclosure is not sent",
        COMPOSITION,
        "    assert_current(disclosure)\n",
        "",
        SEND + "test_an_older_disclosure_row_put_back_is_parked_and_never_sent",
    ),
    Edit(
        "a retraction follows what is covered no more",
        "followup/sharing/delivery/reconciliation.py",
        "        or not cleared[share.person_id, share.organisation_id].allows(share.disclosure)\n",
        "",
        "tests/desk/test_withdrawal.py::test_taking_one_theme_back_retracts_only_what_held_it",
    ),
    # --- Reading ---
    Edit(
        "covered is asked at reading",
        ACTIONS,
        """    if delivery is None or not standing or not clearance.allows(disclosure):
        raise Refused(InboxRefusal.GONE)
    delivery.demand_code()
    disclosure.demand_code()
    delivery.disclosure = disclosure
    content = composition.proved_payload(delivery)
    if not clearance.allows_message(json.loads(content)):
        raise Refused(InboxRefusal.GONE)
""",
        """    if delivery is None or not standing:
        raise Refused(InboxRefusal.GONE)
    delivery.disclosure = disclosure
    content = composition.proved_payload(delivery)
""",
        INBOX + "test_covered_is_asked_at_the_very_view_and_not_remembered",
    ),
    Edit(
        "covered is asked of the sealed bytes at reading",
        ACTIONS,
        "    if not clearance.allows_message(json.loads(content)):",
        "    if False:",
        INBOX + "test_themes_struck_out_of_the_row_do_not_open_the_summary",
    ),
    Edit(
        "covered is asked for the list of an inbox",
        "followup/sharing/inbox/inbox.py",
        "present = [row for row in standing if cleared[row.person_id, row.organisation_id].allows(row)]",
        "present = standing",
        "tests/desk/test_restrictions.py::test_a_restriction_closes_the_inbox_at_once_before_any_job_has_run",
    ),
    Edit(
        "what is retracted or replaced is read no more",
        ACTIONS,
        "    if delivery is None or not standing or not clearance.allows(disclosure):",
        "    if delivery is None or not clearance.allows(disclosure):",
        INBOX + "test_a_correction_takes_the_place_of_what_was_there",
    ),
    # --- Messages between a recipient and the unit ---
    Edit(
        "nothing is written to a recipient about what is shared no longer",
        "followup/sharing/messages/actions.py",
        """    if not standing or not clearance.allows(delivery.disclosure):
        raise Refused(MessageRefusal.CLOSED)
""",
        "",
        "tests/sharing/test_messages.py::test_with_the_consent_the_messages_are_shut_for_both",
    ),
    Edit(
        "no words of anybody's own leave about a graded address",
        "followup/sharing/messages/actions.py",
        """    if clearance.safeguard.address_graded:
        raise Refused(MessageRefusal.GRADED)
""",
        "",
        "tests/sharing/test_messages.py::test_nothing_is_written_about_somebody_with_a_graded_address",
    ),
    Edit(
        "a reply is sent only as it was shown",
        "followup/sharing/messages/reply_views.py",
        'if sends and is_valid and was_shown(request.POST.get("token", ""), text, where=where):',
        "if sends and is_valid:",
        "tests/sharing/test_messages.py::test_a_reply_is_sent_only_as_it_was_shown_and_ticked",
    ),
    Edit(
        "only what may be read is found in an inbox",
        "followup/sharing/inbox/name_search.py",
        "may_read = {row.person_id for row in disclosures if cleared[row.person_id, row.organisation_id].allows(row)}",
        "may_read = {row.person_id for row in disclosures}",
        "tests/sharing/test_inbox_pages.py::test_only_the_names_of_what_may_be_read_are_opened_by_a_search",
    ),
    # --- Writing ---
    Edit(
        "nothing is written behind a shut gate",
        "brik/mapping/record/gate.py",
        "    if not mapping.gate_open or mapping.person.gate.is_shut:",
        "    if False:",
        "tests/desk/test_heard.py::test_one_in_whose_request_nothing_more_was_done_is_shut_all_the_same",
    ),
    Edit(
        "only an approved mapper writes",
        "brik/mapping/record/gate.py",
        "    if not approval.exists():",
        "    if False:",
        "tests/mapping/test_actions.py::test_nothing_is_written_once_the_gate_is_shut",
    ),
    # --- What was signed ---
    Edit(
        "decisions are compared with the document",
        "consent/proof.py",
        "    if documented != stored:",
        "    if False:",
        FOUND,
    ),
    Edit(
        "verify_consent compares the hash of each text",
        "consent/verification.py",
        "        if texts.hash_of(text) != text.sha256:",
        "        if False:",
        FOUND,
    ),
    Edit(
        "verify_consent compares versions with the log",
        "consent/verification.py",
        "            if versions.get(str(row.pk)) != row.row_version:",
        "            if False:",
        FOUND,
    ),
    Edit(
        "a document has its hash",
        "consent/record/document.py",
        "    if sha256(data) != row.document_sha256:",
        "    if False:",
        FOUND,
    ),
    Edit(
        "a signed sheet has its hash",
        "consent/record/signed_sheets.py",
        "    if sha256(data) != row.pdf_sha256:",
        "    if False:",
        "tests/consent/test_signed_sheet.py::test_a_sheet_that_was_changed_does_not_open",
    ),
]
