"""The code of an open row: what it is over, who writes it, and where it is asked for."""

from tests.mutants.protection import Edit

MODELS, CODING = "brik/vault/codes/coded_models.py", "brik/vault/codes/row_codes.py"
OWN, FORGED, PEOPLE = (
    "tests/vault/test_coded_models.py::",
    "tests/vault/test_forged_rows.py::",
    "tests/attacks/test_people_rows.py::",
)
NEVER_ANEW = OWN + "test_a_row_that_was_changed_past_us_is_never_coded_anew"
REFUSED = OWN + "test_rows_are_changed_by_nothing_that_does_not_code_them"
STAY = FORGED + "test_a_stay_that_was_changed_past_us_is_not_acted_on"
AREA = FORGED + "test_an_area_that_was_made_to_say_not_asked_past_us_is_not_left_out_silently"
GATE = PEOPLE + "test_n2_nothing_holds_up_that_a_gate_is_shut_and_the_check_goes_on_naming_it"
CHANGED = PEOPLE + "test_n7_a_change_of_a_stay_that_never_was_ends_nothing_and_brings_nothing_back"


def asked(of: str, file: str, text: str, test: str, *, instead: str = "", times: int = 1) -> Edit:
    """The place where the code of a row is asked for, before it is acted on or shown."""
    return Edit(f"the code of {of} is asked for", file, text, instead, test, times)


EVERY = [
    # --- The code itself ---
    Edit(
        "a coded row is compared with its code",
        MODELS,
        "if self._stored is None or self._is_proved:",
        "if True:",
        OWN + "test_a_saved_row_is_proved_and_a_changed_one_is_not",
    ),
    Edit(
        "a code is of one installation",
        CODING,
        'start = associated_data("brik/code/v1", installation, self.name)',
        'start = associated_data("brik/code/v1", self.name)',
        OWN + "test_a_code_of_another_installation_does_not_fit",
    ),
    Edit(
        "nothing is coded as something else than the empty text",
        CODING,
        "                    parts.append(null)\n",
        '                    parts += (named, b"\\x00\\x00\\x00\\x00")\n',
        OWN + "test_nothing_is_not_the_empty_text",
    ),
    Edit(
        "a row is proved before it is saved",
        MODELS,
        "            if self._stored is not None:\n                self._proved_row(using)\n",
        "",
        NEVER_ANEW,
    ),
    Edit(
        "a row is proved before a part of it is saved",
        MODELS,
        "        self.demand_code()\n        return self._stored or {}",
        "        return self._stored or {}",
        NEVER_ANEW,
    ),
    Edit(
        "rows are proved before a set of them is changed",
        MODELS,
        "            for row in proved(rows):\n                for name, value",
        "            for row in rows:\n                for name, value",
        NEVER_ANEW,
    ),
    Edit(
        "a part is saved over a row that fits",
        MODELS,
        "        row.demand_code()\n        self._code_with(row._stored",
        "        self._code_with(row._stored",
        OWN + "test_a_partial_save_over_a_row_that_was_changed_past_us_since_does_not_make_it_fit",
    ),
    Edit(
        "no coded column is updated past the code",
        MODELS,
        '        raise TypeError(f"{self.model._meta.label} is coded: save the row, or use change()")',
        "        return super().update(**kwargs)",
        REFUSED,
    ),
    Edit(
        "what was not fetched is not proved",
        CODING,
        '            raise TypeError(f"{self._model._meta.label}: {missing} is coded and was not fetched") from None',
        '            return b""',
        OWN + "test_what_was_fetched_without_a_coded_column_is_neither_proved_nor_saved_blindly",
    ),
    Edit(
        "a row fetched beside another is proved with it",
        MODELS,
        "            related.demand_code()\n",
        "            pass\n",
        STAY,
    ),
    Edit(
        "the check command compares every code",
        "brik/vault/codes/code_inspection.py",
        "if model is Event else changed_past_us(batch)",
        "if model is Event else []",
        FORGED + "test_every_coded_table_is_checked",
    ),
    Edit(
        "the check command compares the code of every event",
        "brik/vault/codes/code_inspection.py",
        "[row for row in batch if not fits(row)] if model is Event",
        "[] if model is Event",
        FORGED + "test_an_event_that_was_written_past_us_is_found",
    ),
    # --- Where it is asked for ---
    asked(
        "an account, at sign-in",
        "brik/staff/sign_in/password_trial.py",
        "        user.demand_code()\n",
        FORGED + "test_nobody_signs_in_with_a_password_that_was_written_past_us",
        instead="        pass\n",
    ),
    asked(
        "an account, once a request",
        "brik/staff/accounts.py",
        """            proved([self, *([self.organisation] if self.organisation else [])])
            return proved(self.posts.current().select_related("unit"))
""",
        FORGED + "test_a_partner_who_was_moved_to_another_organisation_past_us_reads_nothing",
        # A post is proved with the account that it was found by.
        instead='            return list(self.posts.current().select_related("unit"))\n',
    ),
    asked(
        "a post",
        "brik/staff/accounts.py",
        'return proved(self.posts.current().select_related("unit"))',
        FORGED + "test_a_post_that_was_written_past_us_opens_nothing_and_is_seen",
        instead='return list(self.posts.current().select_related("unit"))',
    ),
    asked(
        "an approval",
        "brik/staff/accounts.py",
        "for approval in proved(self.approvals.current())",
        FORGED + "test_an_approval_that_was_written_past_us_approves_nobody",
        instead="for approval in self.approvals.current()",
    ),
    asked(
        "what a page finds",
        "brik/staff/access.py",
        "    proved([row])\n",
        PEOPLE + "test_n1_a_person_who_is_pointed_at_another_stay_is_not_shown_there",
    ),
    asked(
        "a sender's key",
        "followup/desk/arrivals/intake.py",
        "MessageKey.objects.trusted().filter(kid=kid).proved()",
        FORGED + "test_a_senders_key_that_was_written_past_us_is_not_trusted",
        instead="MessageKey.objects.trusted().filter(kid=kid)",
    ),
    asked(
        "an organisation whose key signs a receipt",
        "brik/staff/replaced_keys.py",
        "        organisation.demand_code()\n        return organisation,",
        FORGED + "test_a_key_that_was_given_to_an_organisation_past_us_signs_no_receipt",
        instead="        return organisation,",
    ),
    asked(
        "a legal basis, before a talk",
        "consent/talk/gate.py",
        "LegalBasis.objects.active().filter(kind=stay.legal_status).proved()",
        FORGED + "test_a_legal_basis_that_was_changed_past_us_opens_no_talk",
        instead="LegalBasis.objects.active().filter(kind=stay.legal_status).exists()",
    ),
    asked(
        "a text",
        "consent/texts/catalogue.py",
        "    proved(texts.values())\n",
        FORGED + "test_a_text_that_was_written_past_us_is_shown_to_nobody",
    ),
    asked(
        "a yes",
        "consent/record/covers.py",
        "        and not changed_past_us([row])\n",
        FORGED + "test_a_yes_that_was_prolonged_past_us_covers_nothing",
    ),
    asked(
        "a key that says it was destroyed",
        "brik/vault/place.py",
        "    forged = {key.pk for key in changed_past_us(destroyed)}\n",
        FORGED + "test_a_key_that_only_says_it_was_destroyed_is_found",
        instead="    forged = set()\n",
    ),
    asked(
        "an interview that is locked",
        "brik/mapping/record/gate.py",
        'return proved([rows.select_related("person__current_stay", "person__gate", "mapper").get(pk=mapping.pk)])[0]',
        FORGED + "test_a_gate_that_was_opened_past_us_lets_nothing_be_written",
        instead='return rows.select_related("person__current_stay", "person__gate", "mapper").get(pk=mapping.pk)',
    ),
    asked(
        "an area that is shared",
        "followup/sharing/disclosure/preconditions.py",
        '    sections = proved(Section.objects.filter(mapping=mapping).order_by("area"))\n',
        AREA,
        instead='    sections = list(Section.objects.filter(mapping=mapping).order_by("area"))\n',
    ),
    asked(
        "a share that is sent",
        "followup/sharing/delivery/sending.py",
        "        proved([delivery])\n        assert_intact(delivery.person)\n",
        "tests/attacks/test_delivery_rows.py::test_l5_a_message_that_waits_is_set_aside_when_attempts_are_invented",
        instead="        assert_intact(delivery.person)\n",
    ),
    asked(
        "a share that is taken back",
        "followup/sharing/delivery/reconciliation.py",
        "    broken = changed_past_us(share for share in shares if share.pk in gone)\n",
        FORGED + "test_attempts_that_were_forgotten_past_us_do_not_keep_the_retraction_back",
        instead="    broken = []\n",
    ),
    asked(
        "what protects a person, before anything leaves",
        "brik/people/safeguards.py",
        "    person.demand_code()\n",
        PEOPLE + "test_n1_restrictions_said_to_be_those_of_an_older_ruling_let_nothing_leave",
    ),
    asked(
        "a message that stays are built on",
        "brik/arrivals/timeline/rebuild.py",
        "    for other in proved(stored):\n",
        PEOPLE + "test_n3_a_changed_message_is_not_built_on",
        instead="    for other in stored:\n        other.take_as_found()\n",
    ),
    asked(
        "a leader's answer",
        "brik/arrivals/timeline/rebuild.py",
        "answer.same for answer in proved(given_answers)",
        PEOPLE + "test_n4_an_answer_that_no_leader_gave_joins_nobody",
        instead="answer.same for answer in given_answers",
    ),
    asked(
        "a notice",
        "brik/mapping/record/closed_work.py",
        "    broken = changed_past_us(found)\n",
        PEOPLE + "test_n5_a_notice_that_was_inserted_names_nobody_to_anybody",
        instead="    broken = []\n",
    ),
    asked(
        "a talk",
        "consent/talk/gate.py",
        'proved([Talk.objects.select_for_update(of=("self",)).select_related("consent").get(pk=talk.pk)])[0]',
        PEOPLE + "test_n6_a_talk_that_is_given_to_somebody_else_is_not_gone_on_with",
        instead='Talk.objects.select_for_update(of=("self",)).select_related("consent").get(pk=talk.pk)',
    ),
    asked(
        "a change of a stay",
        "followup/desk/stay_changes.py",
        "    broken = changed_past_us(found)\n",
        CHANGED,
        instead="    broken = []\n    for change in found:\n        change.take_as_found()\n",
    ),
    asked(
        "a published form",
        "brik/mapping/record/published_forms.py",
        "    form.demand_code()\n    return Outline",
        PEOPLE + "test_n8_an_interview_is_not_read_by_headings_that_nobody_published",
        instead="    return Outline",
    ),
    # --- What has no code ---
    Edit(
        "a gate without a code is shut or not believed",
        "brik/mapping/record/person_gate.py",
        'return not values.get(CODE) and None not in (values.get("shut_at"), values.get("asking_shut_at"))',
        "return not values.get(CODE)",
        PEOPLE + "test_n2_a_gate_that_is_opened_lets_nothing_be_written_or_read",
    ),
    Edit(
        "a gate that does not fit is shut and not coded anew",
        "brik/mapping/record/person_gate.py",
        "    if changed_past_us([gate]):\n        plain",
        "    gate.take_as_found()\n    if False:\n        plain",
        GATE,
    ),
    Edit(
        "a number agrees with its look-up hash and kind",
        "brik/people/persons.py",
        "        self.own_hashes()\n",
        "        pass\n",
        PEOPLE + "test_n9_each_column_of_a_number_is_proved_by_its_seal",
    ),
]
