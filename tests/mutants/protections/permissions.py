"""Who may: the ``require`` of each action that shows or tells something, and what each page finds."""

from tests.mutants.protection import Edit

SHARING, SEARCH, ACCESS = "followup/sharing/actions.py", "followup/desk/privacy/search.py", "brik/staff/access.py"
PLAN, OF_NEEDS = "followup/plan/actions.py", "tests/plan/test_needs.py::"
REFUSES = (
    "tests/access/test_actions_that_disclose.py::"
    "test_an_action_refuses_whoever_lacks_the_permission_or_is_of_another_unit_or_organisation[{}]"
)


def required(action: str, file: str, text: str, *, times: int = 1) -> Edit:
    """The ``require`` of an action, called by whoever may not. ``text`` holds nothing else."""
    return Edit(f"who may {action}", file, text, "", REFUSES.format(action), times)


def of_events(action: str, signature: str) -> Edit:
    """The same of a function that reads the log, each of which begins with the same line."""
    line = "    require(user, DeskPermission.READ_EVENTS)\n"
    return Edit(f"who may {action}", SEARCH, signature + line, signature, REFUSES.format(action))


EVERY = [
    Edit(
        "who may share",
        SHARING,
        "    require(by, SharingPermission.SHARE, mapping.person)\n",
        "",
        "tests/sharing/test_share.py::test_only_an_approved_mapper_of_the_unit_shares",
        times=2,
    ),
    Edit(
        "who may send again",
        SHARING,
        """    require(by, SharingPermission.SHARE, delivery.person)
    person_lock.hold(delivery.person_id)
    # The person may have moved to another unit while this waited for the lock.
    current = Delivery.objects.select_related("retracts", "person__current_stay").get(pk=delivery.pk)
    require(by, SharingPermission.SHARE, current.person)
""",
        """    person_lock.hold(delivery.person_id)
    current = Delivery.objects.select_related("retracts", "person__current_stay").get(pk=delivery.pk)
""",
        REFUSES.format("send again"),
    ),
    required("read a summary", SHARING, "    require(by, SharingPermission.INBOX, disclosure)\n"),
    required(
        "answer about shredding",
        "followup/sharing/inbox/disposal_answers.py",
        "    require(by, SharingPermission.INBOX, notice)\n",
    ),
    Edit(
        "who may search an inbox",
        "followup/sharing/inbox/name_search.py",
        "    require(user, SharingPermission.INBOX)\n",
        "",
        "tests/sharing/test_inbox_pages.py::test_nobody_without_an_inbox_searches_one",
    ),
    Edit(
        "who replies to a recipient",
        "followup/sharing/messages/actions.py",
        """    require(by, SharingPermission.SHARE, delivery.person)
    person_lock.hold(delivery.person_id)
    current = Delivery.objects.select_related("person__current_stay", "disclosure__mapping").get(pk=delivery.pk)
    # The person may have moved to another unit while this waited for the lock.
    require(by, SharingPermission.SHARE, current.person)
""",
        """    person_lock.hold(delivery.person_id)
    current = Delivery.objects.select_related("person__current_stay", "disclosure__mapping").get(pk=delivery.pk)
""",
        REFUSES.format("reply to a recipient"),
    ),
    required("enter a need", PLAN, "    require(by, PlanPermission.NEEDS, person)\n", times=2),
    Edit(
        "a mapper finds needs of the unit",
        "followup/plan/needs.py",
        ", person__current_stay__unit__in=units)",
        ")",
        "tests/plan/test_needs.py::test_a_mapper_sees_those_of_the_own_unit_and_only_while_approved",
    ),
    Edit(
        "needs are closed inside with their interview",
        "followup/plan/needs.py",
        "Mapping.objects.readable().filter(",
        "Mapping.objects.filter(",
        OF_NEEDS + "test_once_the_interview_is_closed_inside_nobody_sees_or_writes_needs",
    ),
    Edit(
        "a need is new under an open gate only",
        PLAN,
        "    if gate.is_shut or not interview.gate_is_open(timezone.now()):\n        raise Refused(NeedRefusal.CLOSED)\n",
        "",
        OF_NEEDS + "test_while_it_may_still_be_read_needs_end_and_none_is_new",
    ),
    Edit(
        "two officers on one need",
        PLAN,
        "    if held.row_version != version:\n        raise Refused(NeedRefusal.CHANGED)\n",
        "",
        OF_NEEDS + "test_two_officers_on_one_need_lose_nothing",
    ),
    Edit(
        "only the person says no thanks",
        PLAN,
        "    if not present:\n        raise Refused(NeedRefusal.ABSENT)\n",
        "",
        OF_NEEDS + "test_only_the_person_says_no_thanks",
    ),
    Edit(
        "a release ends what is open",
        "followup/desk/stay_changes.py",
        "    _end_needs(change, person, since=since, by=by)\n",
        "",
        "tests/plan/test_release.py::test_a_release_finds_two_needs_open",
    ),
    Edit(
        "a release that was none lets needs stand again",
        "followup/desk/stay_changes.py",
        "    needs.bring_back(person, occasions=occasions, by=by)\n",
        "",
        "tests/plan/test_release.py::test_a_release_that_was_none_lets_them_stand_again",
    ),
    Edit(
        "who may take a task",
        "brik/tasks/actions.py",
        "    rows = Task.objects.visible_to(by).select_for_update",
        "    rows = Task.objects.select_for_update",
        "tests/tasks/test_task_actions.py::test_nobody_of_another_unit_may_take_it",
    ),
    Edit(
        "which contact officer sees a task",
        "brik/tasks/takers.py",
        "role=Role.CONTACT_OFFICER, person__placement__contact_officer=user)",
        "role=Role.CONTACT_OFFICER)",
        "tests/tasks/test_takers.py::test_a_task_for_the_contact_officer_is_for_the_one_named_and_for_no_other",
    ),
    Edit(
        "what the leader on duty sees of danger is late",
        "brik/tasks/takers.py",
        "danger=True, due_at__lte=timezone.now(), person__",
        "danger=True, person__",
        "tests/tasks/test_takers.py::test_one_in_danger_that_nobody_took_in_time_is_for_the_leader_on_duty_too",
    ),
    required("ask for what was promised", "brik/tasks/actions.py", "    require(by, TasksPermission.MAKE, person)\n"),
    required("turn the screen", "brik/slips/actions.py", "    require(by, SlipsPermission.TURN, held)\n"),
    Edit(
        "which health service opens slips",
        "brik/slips/actions.py",
        "    if by.organisation_id != organisation.pk:\n        raise PermissionDenied(SlipsPermission.READ)\n",
        "",
        "tests/slips/test_health_service.py::test_another_health_service_sees_nothing_and_opens_nothing",
    ),
    required(
        "note a withdrawal",
        "consent/record/withdrawal/actions.py",
        "    require(by, ConsentPermission.NOTE_WITHDRAWAL, person)\n",
    ),
    required(
        "hear a withdrawal",
        "consent/record/withdrawal/actions.py",
        "    require(by, ConsentPermission.READ_RECEIPTS, person)\n",
    ),
    Edit(
        "who may mend a withdrawal",
        "consent/talk/actions.py",
        "        require(by, ConsentPermission.READ_RECEIPTS, person)\n",
        "        pass\n",
        REFUSES.format("mend a withdrawal"),
    ),
    required(
        "note who was called",
        "brik/mapping/record/actions.py",
        "    require(by, MappingPermission.INTERVIEW, mapping.person)\n",
    ),
    required(
        "count an answer",
        "brik/mapping/voluntariness/answer_counts.py",
        "    require(by, MappingPermission.INTERVIEW, mapping.person)\n",
    ),
    of_events(
        "read events",
        '    """A page of events, newest first, and the number to continue before. A few queries, however long the log is."""\n',
    ),
    of_events(
        "name the places of events",
        '    """The units and recipients whose events can be chosen, by the codes that events hold."""\n',
    ),
    of_events(
        "find whose events",
        '    """The people with this number or name, in all units; the search is an event, and no name is told."""\n',
    ),
    of_events(
        "find who acted",
        '    """The accounts with this name or user name, as events name them; a process by what the page calls it."""\n',
    ),
    of_events(
        "say what was chosen",
        '    """What is chosen, as the page tells it: the person by a short code, since the log\'s reader reads no names."""\n',
    ),
    of_events("list broken data", '    """The findings of broken data in the last month, newest first."""\n'),
    of_events(
        "list many withdrawals",
        '    """The accounts that noted unusually many withdrawals in an hour of the last month: the last event of each."""\n',
    ),
    of_events(
        "count what is late",
        '    """What has been late so long that the officer is told: the kinds with numbers, nobody named."""\n',
    ),
    Edit(
        "who may choose for an extract",
        SEARCH,
        "    require(user, DeskPermission.EXTRACT)\n    return",
        "    return",
        REFUSES.format("choose for an extract"),
    ),
    Edit(
        "who may find for an extract",
        SEARCH,
        "    require(user, DeskPermission.EXTRACT)\n    if",
        "    if",
        REFUSES.format("find for an extract"),
    ),
    Edit(
        "a page asks for its permission",
        ACCESS,
        "            require(request.user, permission)\n",
        "            _ = permission\n",
        "tests/sharing/test_inbox.py::test_staff_have_no_inbox",
    ),
    Edit(
        "an approval is asked for",
        ACCESS,
        "(scope is Scope.APPROVED and post.unit_id in user.approved_unit_ids)",
        "scope is Scope.APPROVED",
        "tests/sharing/test_share.py::test_only_an_approved_mapper_of_the_unit_shares",
    ),
    Edit(
        "a permission is for one's own unit",
        ACCESS,
        'return isinstance(scope, frozenset) and getattr(obj, "unit_id", None) in scope',
        "return isinstance(scope, frozenset)",
        "tests/sharing/test_share.py::test_only_an_approved_mapper_of_the_unit_shares",
    ),
    Edit(
        "a permission is for one's own organisation",
        ACCESS,
        'return bool(getattr(obj, "organisation_id", None) == user.organisation_id)',
        "return True",
        REFUSES.format("read a summary"),
    ),
    Edit(
        "a closed account may nothing",
        ACCESS,
        'if not getattr(user, "is_authenticated", False) or not user.is_active:',
        'if not getattr(user, "is_authenticated", False):',
        "tests/access/test_actions_that_disclose.py::test_a_closed_account_may_nothing",
    ),
    Edit(
        "a partner finds its own summaries",
        "followup/sharing/disclosure/disclosures.py",
        "return self.filter(organisation=user.organisation_id, organisation__channel=Channel.INBOX)",
        "return self.filter(organisation__channel=Channel.INBOX)",
        "tests/sharing/test_inbox.py::test_a_partner_never_sees_what_another_organisation_has",
    ),
    Edit(
        "a recipient finds the lines to itself",
        "followup/sharing/disclosure/disposal_notices.py",
        "return self.filter(disclosure__organisation=user.organisation_id)",
        "return self.all()",
        "tests/sharing/test_disposal.py::test_another_organisation_sees_and_answers_nothing",
    ),
    Edit(
        "a health service finds its own slips",
        "brik/slips/models.py",
        "return self.filter(organisation=user.organisation_id)",
        "return self.all()",
        "tests/slips/test_health_service.py::test_another_health_service_sees_nothing_and_opens_nothing",
    ),
    Edit(
        "a mapper finds interviews of the unit",
        "brik/mapping/record/interviews.py",
        "visible |= Q(person__current_stay__unit__in=scope)",
        "visible |= Q(pk__isnull=False)",
        "tests/mapping/test_models.py::test_interviews_of_another_unit_are_not_seen",
    ),
    Edit(
        "staff find people of the unit",
        "brik/people/persons.py",
        "            return self.filter(current_stay__unit__in=scope)\n        return self.none()\n\n    def restricted_for",
        "            return self\n        return self.none()\n\n    def restricted_for",
        "tests/desk/test_pages.py::test_a_person_of_another_unit_is_not_there_and_the_attempt_is_remembered",
    ),
    Edit(
        "only mappers read the receipt of a withdrawal",
        "consent/record/withdrawal/rows.py",
        'return self.filter(_receipt_readers(user, "withdrawal__noted_by"))',
        "return self.all()",
        "tests/desk/test_withdrawal.py::test_leaders_and_deciders_never_get_the_receipt",
    ),
    Edit(
        "a signed sheet is shown while its consent stands",
        "consent/record/signed_sheets.py",
        'return self.filter(~Q(consent__in=ended.values("pk")), person__current_stay__unit__in=scope)',
        "return self.filter(person__current_stay__unit__in=scope)",
        "tests/consent/test_signed_sheet.py::"
        "test_the_approved_mapper_opens_it_while_the_consent_stands_and_reading_is_an_event",
    ),
    Edit(
        "nobody confirms what they have proposed",
        "brik/staff/four_eyes/confirmation.py",
        "    if by.pk in (proposal.proposed_by_id, proposal.account_id):",
        "    if False:",
        "tests/staff/test_permissions_of_actions.py::test_one_keeper_alone_gets_neither_post_nor_password_for_a_friend",
    ),
    Edit(
        "only a confirmation makes what takes two",
        "brik/staff/four_eyes/confirmation.py",
        "        if token is not _CHECKED:",
        "        if False:",
        "tests/staff/test_permissions_of_actions.py::test_nobody_but_the_confirmation_itself_makes_one",
    ),
    Edit(
        "what takes two takes a confirmation",
        "brik/staff/four_eyes/confirmation.py",
        "    if not isinstance(confirmed, Confirmed):",
        "    if False:",
        "tests/staff/test_permissions_of_actions.py::test_what_takes_two_is_not_done_without_the_confirmation",
    ),
]
