"""What is kept no longer than was said, and no shorter while a case needs it."""

from tests.mutants.protection import Edit, Rule, trigger

ACTIONS, DUE = "followup/desk/retention/actions.py", "followup/desk/retention/due_keys.py"
HOLDS, NIGHTS = "tests/desk/test_hold_pages.py::", "tests/desk/test_retention_nights.py::"
RETENTION, CLOSED = "tests/desk/test_retention.py::", "tests/desk/test_closed_inside.py::"
ALL_STAY = NIGHTS + "test_a_night_is_never_changed_or_taken_away"

EVERY: list[Edit | Rule] = [
    Edit(
        "a legal hold stops the night",
        DUE,
        "_passed(keeping, now).exclude(person__in=_under_hold(now))",
        "_passed(keeping, now)",
        RETENTION + "test_a_legal_hold_stops_it_and_its_end_lets_it_come",
    ),
    Edit(
        "a hold is confirmed by another than who asked",
        ACTIONS,
        "    if request.asked_by_id == by.pk:",
        "    if False:",
        HOLDS + "test_whoever_asked_cannot_confirm_it_but_take_it_back",
    ),
    Edit(
        "a hold takes two accounts",
        ACTIONS,
        "    if by.pk == confirmed_by.pk:",
        "    if False:",
        RETENTION + "test_a_hold_takes_two_people_of_the_desk_for_insight",
    ),
    Edit(
        "who asked for a hold may still",
        ACTIONS,
        "    if not may(request.asked_by, DeskPermission.HOLD):",
        "    if False:",
        HOLDS + "test_what_somebody_has_asked_who_may_not_any_longer_is_not_confirmed",
    ),
    Edit(
        "an interview that is left lying is closed to writing",
        "brik/mapping/record/gate.py",
        "    if mapping.is_left_unfinished(at or timezone.now()):",
        "    if False:",
        CLOSED + "test_an_interview_that_is_not_finished_in_time_is_closed_and_another_may_be_held",
    ),
    Edit(
        "a certificate is that of its night",
        "followup/desk/retention/nights.py",
        "        if (signed.schema, signed.message_id) != (SCHEMA, str(self.pk)):",
        "        if False:",
        NIGHTS + "test_the_certificate_of_another_night_or_another_key_does_not_hold",
    ),
    Edit(
        "a certificate says what the log says",
        "followup/desk/retention/nights.py",
        'return "" if logged == Counter(said["destroyed"]) else',
        'return "" if True else',
        NIGHTS + "test_a_certificate_that_says_more_than_the_log_does_not_hold",
    ),
    Edit(
        "a span without its sentence stops the start",
        "followup/desk/checks.py",
        '        if not texts.says(content, retention.sentences[content["language"]])',
        "        if False",
        RETENTION + "test_a_span_without_its_sentence_in_the_texts_stops_the_start",
    ),
    trigger("desk_retentionnight", "desk_retentionnight_rows_stay", test=ALL_STAY),
]
