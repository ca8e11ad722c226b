"""Every look is an event, and without its event nothing is done."""

from tests.mutants.protection import Edit

LOOK = "tests/access/test_every_look.py::test_a_look_is_an_event[{}]"
MAPPING, TALK, DESK, SHARING = (
    "brik/mapping/pages/views.py",
    "consent/talk/views.py",
    "followup/desk",
    "followup/sharing",
)
NOTE = "    _note(Verb.MAPPING_READ, request, interview)\n"
OF_PERSON = "    log.record(Verb.PERSON_READ, by=request.user, subject=someone.pk, obj=someone{})\n"
LISTED = "    log.record(Verb.PEOPLE_LISTED, by=request.user{})\n"


def look(page: str, file: str, text: str, after: str = "", *, instead: str = "") -> Edit:
    """The event of a page. ``after`` follows the event in the file, where the same event stands there more than once."""
    return Edit(f"a look at {page} is an event", file, text + after, instead + after, LOOK.format(page))


EVERY = [
    look("desk:person", f"{DESK}/person/views.py", OF_PERSON.format("")),
    look("desk:known_as", f"{DESK}/person/known_as_views.py", OF_PERSON.format(", reason=Reason.KNOWN_AS")),
    look("desk:protection", f"{DESK}/restrictions/protection_views.py", OF_PERSON.format(", reason=Reason.PROTECTION")),
    look("desk:rule", f"{DESK}/restrictions/ruling_views.py", OF_PERSON.format(", reason=Reason.RESTRICTIONS")),
    look("desk:withdraw", f"{DESK}/withdrawal/views.py", OF_PERSON.format(", reason=Reason.WITHDRAWAL")),
    look("desk:extract", f"{DESK}/privacy/extract_views.py", OF_PERSON.format(", reason=Reason.EXTRACT")),
    Edit(
        "opening everything about somebody is an event with its reason",
        f"{DESK}/privacy/extract_views.py",
        "        log.record(interview, by=by, subject=person.pk, obj=mapping, reason=Reason.EXTRACT, stated=why)\n",
        "        pass\n",
        "tests/desk/test_extract.py::test_words_are_opened_with_a_reason_and_each_opening_is_an_event",
    ),
    look("desk:erase", f"{DESK}/erasure/views.py", OF_PERSON.format(", reason=Reason.ERASURE")),
    look("desk:erasures", f"{DESK}/erasure/views.py", LISTED.format(", reason=Reason.ERASURES")),
    look(
        "desk:events_file",
        f"{DESK}/privacy/views.py",
        "    log.record(Verb.EVENTS_READ, by=request.user, subject=chosen.person, reason=Reason.EXPORT)\n",
    ),
    look(
        "desk:events",
        f"{DESK}/privacy/views.py",
        "    log.record(Verb.EVENTS_READ, by=request.user, subject=chosen.person)\n",
    ),
    look(
        "desk:receipt",
        f"{DESK}/withdrawal/views.py",
        "    log.record(read, by=request.user, subject=noted.person_id, obj=receipt or noted)\n",
    ),
    look(
        "desk:receipt_pdf",
        f"{DESK}/withdrawal/views.py",
        "    log.record(Verb.CONSENT_PRINTED, by=request.user, subject=receipt.person_id, obj=receipt)\n",
    ),
    look("desk:worklist", f"{DESK}/worklist/views.py", "    " + LISTED.format(""), instead="        pass\n"),
    look("desk:releases", f"{DESK}/worklist/release_views.py", LISTED.format(", reason=Reason.RELEASES")),
    look("desk:placement", f"{DESK}/person/placement_views.py", OF_PERSON.format(", reason=Reason.PLACED")),
    look("desk:restrictions", f"{DESK}/restrictions/ruling_views.py", LISTED.format(", reason=Reason.RESTRICTIONS")),
    look("desk:counts", f"{DESK}/figures/views.py", LISTED.format(", reason=Reason.COUNTS")),
    look(
        "desk:without_messages", f"{DESK}/arrivals/silence_views.py", LISTED.format(", reason=Reason.WITHOUT_MESSAGES")
    ),
    look("mapping:pdf", MAPPING, "    _note(Verb.MAPPING_PRINTED, request, interview)\n"),
    look("mapping:hub", MAPPING, NOTE, "    if interview.state == InterviewState.READY:"),
    look("mapping:check", MAPPING, NOTE, "    areas = tasks(interview)"),
    look("mapping:read", MAPPING, NOTE, "    shown = _as_read(interview, places=_places(request))"),
    look("mapping:correct", MAPPING, NOTE, "    stands_against"),
    Edit(
        "a look at a restricted interview is an event with its reason",
        MAPPING,
        '        _note(Verb.MAPPING_READ, request, interview, stated=form.cleaned_data["reason"])\n',
        "",
        "tests/mapping/test_around.py::test_the_desk_for_insight_reads_a_restricted_interview_only_with_a_reason",
    ),
    Edit(
        "a look at an area is an event",
        "brik/mapping/pages/area/wizard.py",
        "        self._note(Verb.SECTION_READ)\n        return super().get(request, *args, **kwargs)",
        "        return super().get(request, *args, **kwargs)",
        "tests/mapping/test_area_pages.py::test_reading_an_area_writes_its_event_and_nothing_else",
    ),
    look(
        "mapping:voluntariness",
        "brik/mapping/pages/voluntariness_views.py",
        "    log.record(Verb.PERSON_READ, by=request.user, subject=interview.person_id, obj=interview.person)\n",
    ),
    look(
        "consent:read",
        TALK,
        "    log.record(Verb.CONSENT_READ, by=request.user, subject=row.person_id, obj=row)\n",
        "    drawn",
    ),
    look(
        "consent:done",
        TALK,
        "    log.record(Verb.CONSENT_READ, by=request.user, subject=row.person_id, obj=row, reason=Reason.DONE)\n",
    ),
    look(
        "consent:sheet",
        TALK,
        "    log.record(Verb.CONSENT_READ, by=request.user, subject=row.person_id, obj=row)\n",
        "    return HttpResponse(\n        data,",
    ),
    look(
        "consent:receipt",
        TALK,
        "    log.record(Verb.CONSENT_PRINTED, by=request.user, subject=row.person_id, obj=row)\n",
    ),
    look(
        "consent:paper",
        TALK,
        "    log.record(Verb.PERSON_READ, by=request.user, subject=row.person_id, obj=row.person)\n",
    ),
    look("consent:minor", TALK, OF_PERSON.format("")),
    look(
        "plan:plan",
        "followup/plan/pages/views.py",
        "    _read(request, someone)\n",
        '    shown = {"person": someone, "interview"',
    ),
    look("slips:turn", "brik/slips/turned_views.py", OF_PERSON.format(", reason=Reason.SLIP")),
    look("tasks:listed", "brik/tasks/views.py", "    log.record(Verb.TASKS_LISTED, by=request.user)\n"),
    look("slips:inbox", "brik/slips/partner_views.py", "    log.record(Verb.SLIPS_LISTED, by=request.user)\n"),
    Edit(
        "an opened slip is an event",
        "brik/slips/actions.py",
        "        log.record(Verb.SLIP_OPENED, by=by, subject=slip.person_id, obj=slip)\n",
        "",
        "tests/slips/test_nobody_can_tell.py::test_everything_that_waits_is_opened_at_once_with_an_event_each",
    ),
    look(
        "sharing:preview",
        f"{SHARING}/pages/views.py",
        "    log.record(Verb.PREVIEW_READ, by=request.user, subject=shown.person_id, obj=shown, about=recipient.number)\n",
    ),
    look(
        "sharing:deliveries",
        f"{SHARING}/pages/views.py",
        "    log.record(Verb.DELIVERY_READ, by=request.user, subject=shown.pk)\n",
    ),
    look(
        "sharing:reply",
        f"{SHARING}/messages/reply_views.py",
        "    log.record(Verb.DELIVERY_READ, by=request.user, subject=delivery.person_id)\n",
    ),
    Edit(
        "a search in an inbox is an event with a hash of its term",
        f"{SHARING}/inbox/name_search.py",
        '    log.record(Verb.PEOPLE_SEARCHED, by=user, term_hash=keys.lookup_hash("people.search", folded(text)))\n',
        "",
        "tests/sharing/test_inbox_pages.py::test_a_search_is_an_event_without_its_words",
    ),
    look("sharing:disposals", f"{SHARING}/pages/disposal_list.py", LISTED.format("")),
    look("sharing:inbox", f"{SHARING}/inbox/views.py", "    log.record(Verb.INBOX_LISTED, by=request.user)\n"),
    look(
        "sharing:disposal",
        f"{SHARING}/inbox/disposal_views.py",
        "    log.record(Verb.INBOX_LISTED, by=request.user, obj=shown)\n",
    ),
    look(
        "sharing:summary",
        f"{SHARING}/actions.py",
        "    log.record(verb, by=by, subject=disclosure.person_id, obj=disclosure)\n",
    ),
    Edit(
        "a printed summary is an event of its own",
        f"{SHARING}/actions.py",
        "    verb = Verb.SUMMARY_PRINTED if printed else Verb.SUMMARY_READ\n",
        "    verb = Verb.SUMMARY_READ\n",
        LOOK.format("sharing:summary_pdf"),
    ),
    Edit(
        "a search is an event with a hash of its term",
        "brik/people/name_search.py",
        '    log.record(Verb.PEOPLE_SEARCHED, by=by, term_hash=keys.lookup_hash("people.search", term))\n',
        "",
        "tests/desk/test_pages.py::test_a_search_event_holds_a_hash_and_not_what_was_searched_for",
    ),
    Edit(
        "what is disclosed is an event",
        f"{SHARING}/actions.py",
        "    log.record(Verb.DISCLOSED, by=by, subject=mapping.person_id, obj=disclosure, about=organisation.number)\n",
        "",
        "tests/sharing/test_share.py::test_sharing_seals_the_decision_queues_the_message_and_wakes_the_worker",
    ),
    Edit(
        "a talk's page is an event",
        "consent/talk/wizard.py",
        "        log.record(Verb.CONSENT_TALK_READ, by=self.by, subject=talk.person_id, obj=talk, about=self.steps.current)\n",
        "        pass\n",
        "tests/consent/test_talk_pages.py::test_looking_at_a_page_writes_its_read_event_and_nothing_else",
    ),
]
