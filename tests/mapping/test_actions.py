"""What an interview allows, and what it writes down."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import AreaState, InterviewState, Mapping, PublishedForm, Section
from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.questionnaire import catalogue
from brik.mapping.record import actions, lifecycle, sections
from brik.mapping.record.refusals import Clash, InterviewRefusal, TakenOver
from brik.pages.refusal import Refused
from brik.people.models import LegalStatus
from brik.staff.models import MapperApproval, Role
from brik.vault.sealing import SealBroken
from tests import situations
from tests.situations import an_answer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.fixture
def mapper():
    return situations.an_account(Role.MAPPER)


def save(mapping, by, *, answers=None, version=0, **more):
    answers = {"B8": an_answer("NEI")} if answers is None else answers
    return sections.save_section(mapping, area="B", answers=answers, version=version, by=by, **more)


def verbs_of(person):
    return list(Event.objects.filter(subject=person.pk).values_list("verb", flat=True))


def refusal(why):
    return pytest.raises(Refused, match=f"^{why.value}$")


# --- The gate ---


def test_consent_makes_an_interview_ready_with_the_form_of_the_legal_status():
    convicted = situations.a_ready_interview()
    assert (convicted.kind, convicted.state) == ("domfelt", InterviewState.READY)
    assert PublishedForm.objects.count() == 1


def test_a_second_consent_opens_the_same_interview_again(mapper):
    mapping = situations.an_interview(mapper)
    again = situations.a_ready_interview(mapping.person, days=90)
    assert (again.pk, again.state) == (mapping.pk, InterviewState.DRAFT)
    assert again.gate_until > mapping.gate_until


def test_a_consent_after_sign_off_gives_the_final_interview_its_new_gate(mapper):
    mapping = situations.a_signed_off_interview(mapper)
    assert situations.a_ready_interview(mapping.person).pk == mapping.pk
    assert Mapping.objects.count() == 1


def test_nobody_released_or_of_another_status_is_mapped():
    with refusal(InterviewRefusal.NOT_MAPPED_HERE):
        situations.a_ready_interview(situations.a_person(status=LegalStatus.NOT_MAPPED_HERE))
    gone = situations.a_person()
    gone.current_stay.released_at = timezone.now()
    with refusal(InterviewRefusal.RELEASED):
        situations.a_ready_interview(gone)


def shut(mapping, mapper):
    lifecycle.close_gate(mapping.person, reason="withdrawn", by=situations.CONSENT_TALK)


def expire(mapping, mapper):
    Mapping.objects.filter(pk=mapping.pk).change(gate_until=timezone.now() - timedelta(seconds=1))


def release(mapping, mapper):
    mapping.person.stays.change(released_at=timezone.now())


def change_status(mapping, mapper):
    mapping.person.stays.change(legal_status=LegalStatus.REMAND)


def end_approval(mapping, mapper):
    MapperApproval.objects.filter(staff=mapper).change(until=timezone.localdate())


def end_post(mapping, mapper):
    mapper.posts.change(until=timezone.localdate())


def move_to_another_unit(mapping, mapper):
    mapping.person.stays.change(unit=situations.a_unit("Agder fengsel"))


@pytest.mark.parametrize(
    ("cause", "why"),
    [
        (shut, InterviewRefusal.NOT_OPEN),
        (expire, InterviewRefusal.EXPIRED),
        (release, InterviewRefusal.RELEASED),
        (change_status, InterviewRefusal.OTHER_STATUS),
        (end_approval, InterviewRefusal.NOT_APPROVED),
        (end_post, InterviewRefusal.NOT_APPROVED),
        (move_to_another_unit, InterviewRefusal.NOT_APPROVED),
    ],
)
def test_nothing_is_written_once_the_gate_is_shut(mapper, cause, why):
    mapping = situations.an_interview(mapper)
    cause(mapping, mapper)
    before = Event.objects.count()
    for write in (
        lambda: save(mapping, mapper),
        lambda: sections.draft_section(mapping, area="B", answers={}, version=0, by=mapper),
        lambda: actions.sign_off(mapping, by=mapper),
    ):
        with refusal(why):
            write()
    assert not Section.objects.exists()
    assert Event.objects.count() == before


def test_closing_ends_a_draft_and_keeps_what_was_said(mapper):
    mapping = situations.an_interview(mapper)
    save(mapping, mapper)
    closed = lifecycle.close_gate(mapping.person, reason="withdrawn", by=situations.CONSENT_TALK)
    assert [(row.state, row.gate_open) for row in closed] == [(InterviewState.CLOSED, False)]
    assert Section.objects.get().answers.open()["answers"]["B8"]["value"] == "NEI"
    assert verbs_of(mapping.person)[-1] == Verb.MAPPING_CLOSED
    assert lifecycle.close_gate(mapping.person, reason="withdrawn", by=situations.CONSENT_TALK) == []


def test_restriction_takes_final_and_replaced_versions_and_shuts_their_gate(mapper):
    first = situations.a_signed_off_interview(mapper)
    actions.sign_off(actions.correct(first, reason="Feil kommune", by=mapper), by=mapper)
    rows = lifecycle.restrict(first.person, reason="withdrawn", by=situations.CONSENT_TALK)
    assert {(row.state, row.gate_open) for row in rows} == {(InterviewState.RESTRICTED, False)}
    assert len(rows) == 2
    assert lifecycle.latest_final(first.person) is None


def test_a_deleted_stay_marks_its_interviews_as_errors(mapper):
    mapping = situations.an_interview(mapper)
    lifecycle.mark_in_error(mapping.person, by=situations.CONSENT_TALK)
    mapping.refresh_from_db()
    assert (mapping.state, mapping.gate_open) == (InterviewState.IN_ERROR, False)


# --- Saving ---


def test_a_save_writes_one_section_one_history_row_and_one_event(mapper):
    mapping = situations.an_interview(mapper)
    before = verbs_of(mapping.person)
    section = save(mapping, mapper)
    assert (section.state, section.row_version, section.history.count()) == (AreaState.DONE, 1, 1)
    assert verbs_of(mapping.person) == [*before, Verb.SECTION_SAVED]
    event = Event.objects.last()
    assert (event.object_id, event.row_version) == (str(section.pk), 1)


def test_a_draft_raises_the_version_with_one_event_and_no_history(mapper):
    mapping = situations.an_interview(mapper)
    before = verbs_of(mapping.person)
    section = sections.draft_section(mapping, area="B", answers={"B8": an_answer("JA")}, version=0, by=mapper)
    assert (section.state, section.row_version, section.history.count()) == (AreaState.STARTED, 1, 0)
    assert verbs_of(mapping.person) == [*before, Verb.SECTION_DRAFTED]


def test_an_area_without_an_answer_is_not_done(mapper):
    mapping = situations.an_interview(mapper)
    assert save(mapping, mapper, answers={}).state == AreaState.NOT_STARTED


def test_declining_an_area_leaves_no_answer_in_it(mapper):
    mapping = situations.an_interview(mapper)
    section = save(mapping, mapper, state=AreaState.DECLINED)
    assert (section.state, section.shown_state, section.answers.open()["answers"]) == (
        AreaState.DONE,
        AreaState.DECLINED,
        {},
    )


def test_a_stale_page_clashes_and_changes_nothing(mapper):
    mapping = situations.an_interview(mapper)
    save(mapping, mapper)
    before = Event.objects.count()
    with pytest.raises(Clash) as clash:
        save(mapping, mapper, answers={"B8": an_answer("JA")})
    assert clash.value.section.answers.open()["answers"]["B8"]["value"] == "NEI"
    with pytest.raises(Clash):
        sections.draft_section(mapping, area="B", answers={}, version=0, by=mapper)
    assert Event.objects.count() == before


def test_the_same_button_pressed_twice_is_one_save(mapper):
    mapping = situations.an_interview(mapper)
    first, before = save(mapping, mapper), Event.objects.count()
    assert save(mapping, mapper).row_version == first.row_version
    assert Event.objects.count() == before


def test_a_page_does_not_clash_with_its_own_autosave(mapper):
    mapping, page = situations.an_interview(mapper), uuid4()
    for _retry in range(2):
        sections.draft_section(
            mapping, area="B", answers={"B8": an_answer("JA")}, version=0, by=mapper, saved_from=page
        )
    assert save(mapping, mapper, saved_from=page).row_version == 3


def test_a_late_autosave_never_overwrites_what_was_saved(mapper):
    mapping, page = situations.an_interview(mapper), uuid4()
    save(mapping, mapper, saved_from=page)
    with pytest.raises(Clash):
        sections.draft_section(mapping, area="B", answers={}, version=0, by=mapper, saved_from=page)


def test_answers_of_a_hidden_branch_are_cleared(mapper):
    mapping = situations.an_interview(mapper)
    answers = {"B7a": an_answer("SAMME", kind="choice"), "B7b": an_answer("0301", kind="municipality")}
    assert set(save(mapping, mapper, answers=answers).answers.open()["answers"]) == {"B7a"}


def test_what_does_not_belong_to_the_area_is_refused(mapper):
    mapping = situations.an_interview(mapper)
    with refusal(InterviewRefusal.UNKNOWN_ANSWER):
        save(mapping, mapper, answers={"C1": an_answer("EIDE")})
    with refusal(InterviewRefusal.UNKNOWN_ANSWER):
        sections.save_section(mapping, area="Å", answers={}, version=0, by=mapper)
    assert not Section.objects.exists()


def test_only_sources_the_consent_names_may_be_asked(mapper):
    mapping = situations.an_interview(mapper, sources=["NAV Oslo"])
    housing = {name: {"C1": an_answer("UTEN", source=f"third_party:{name}")} for name in ("NAV Oslo", "Naboen")}
    sections.save_section(mapping, area="C", answers=housing["NAV Oslo"], version=0, by=mapper)
    with refusal(InterviewRefusal.SOURCE_NOT_PERMITTED):
        sections.save_section(mapping, area="C", answers=housing["Naboen"], version=1, by=mapper)


def test_a_source_is_asked_about_its_own_themes_only(mapper):
    mapping = situations.an_interview(mapper)
    mapping.sources = {"Broren min": ["BOLIG"]}
    mapping.save()
    source = "third_party:Broren min"
    housing = situations.form_answers(C1="UTEN")
    sections.save_section(mapping, area="C", answers={"C1": housing["C1"] | {"source": source}}, version=0, by=mapper)
    for question in catalogue.get(mapping.kind).area("G").questions:
        with refusal(InterviewRefusal.SOURCE_NOT_PERMITTED):
            answer = an_answer("JA", source=source)
            sections.save_section(mapping, area="G", answers={question.link_id: answer}, version=0, by=mapper)
    form = AreaForm(area=catalogue.get(mapping.kind).area("G"), language="nb", sources=mapping.sources_now)
    assert source not in str(form)


# --- Who holds it ---


def test_another_mapper_of_the_unit_takes_over_and_the_first_is_told(mapper):
    mapping, colleague = situations.an_interview(mapper), situations.an_account(Role.MAPPER)
    with pytest.raises(TakenOver):
        save(mapping, colleague)
    actions.take_over(mapping, by=colleague)
    assert verbs_of(mapping.person)[-1] == Verb.MAPPING_TAKEN_OVER
    save(mapping, colleague)
    with pytest.raises(TakenOver) as told:
        save(mapping, mapper, version=1)
    assert told.value.mapping.mapper == colleague


def test_nobody_takes_over_from_another_unit_or_without_approval(mapper):
    mapping = situations.an_interview(mapper)
    for stranger in (
        situations.an_account(at=situations.a_unit("Agder fengsel")),
        situations.an_account(approved=False),
    ):
        with refusal(InterviewRefusal.NOT_APPROVED):
            actions.take_over(mapping, by=stranger)


def test_an_interview_is_begun_once(mapper):
    mapping = situations.an_interview(mapper)
    before = Event.objects.count()
    assert actions.begin(mapping, by=mapper).started_at == mapping.started_at
    assert Event.objects.count() == before
    with refusal(InterviewRefusal.ALREADY_OPEN):
        actions.begin(mapping, by=situations.an_account(Role.MAPPER))


# --- Sign-off and correction ---


def test_signing_off_twice_changes_nothing(mapper):
    mapping = situations.a_signed_off_interview(mapper)
    before = Event.objects.count()
    assert actions.sign_off(mapping, by=mapper).signed_off_at == mapping.signed_off_at
    assert Event.objects.count() == before
    with refusal(InterviewRefusal.ENDED):
        save(mapping, mapper)


@pytest.mark.parametrize(
    ("answer", "stays"), [("SAMME", True), ("ANNEN_KOMMUNE", True), ("ANNET_LAND", False), ("VET_IKKE", None)]
)
def test_staying_in_norway_is_known_only_when_signed_off(mapper, answer, stays):
    mapping = situations.an_interview(mapper)
    save(mapping, mapper, answers={"B7a": an_answer(answer, kind="choice")})
    mapping.refresh_from_db()
    assert mapping.stays_in_norway is None
    signed_off = actions.sign_off(mapping, by=mapper).stays_in_norway
    assert (signed_off.open() if signed_off else None) is stays


def test_a_correction_copies_points_back_and_replaces_at_sign_off(mapper):
    old = situations.a_signed_off_interview(mapper, area="B", B8="NEI")
    new = actions.correct(old, reason="Svarte feil", by=mapper)
    assert (new.corrects, new.state, new.reason.open()) == (old, InterviewState.DRAFT, "Svarte feil")
    assert new.sections.get().answers.open()["answers"]["B8"]["value"] == "NEI"
    old.refresh_from_db()
    assert old.state == InterviewState.FINAL
    save(new, mapper, answers={"B8": an_answer("JA")}, version=1)
    actions.sign_off(new, by=mapper)
    old.refresh_from_db()
    assert (old.state, old.gate_open) == (InterviewState.SUPERSEDED, False)
    assert lifecycle.latest_final(old.person) == new


def test_a_correction_needs_a_reason_and_a_gate_and_comes_alone(mapper):
    old = situations.a_signed_off_interview(mapper)
    with refusal(InterviewRefusal.NO_REASON):
        actions.correct(old, reason=" ", by=mapper)
    actions.correct(old, reason="Svarte feil", by=mapper)
    with refusal(InterviewRefusal.ALREADY_OPEN):
        actions.correct(old, reason="Svarte feil", by=mapper)
    lifecycle.close_gate(old.person, reason="withdrawn", by=situations.CONSENT_TALK)
    with refusal(InterviewRefusal.NOT_OPEN):
        actions.correct(old, reason="Svarte feil", by=mapper)


def test_a_new_conversation_can_follow_under_the_same_consent(mapper):
    first = situations.a_signed_off_interview(mapper)
    second = actions.renew(first, by=mapper)
    assert (second.state, second.gate_until) == (InterviewState.READY, first.gate_until)
    actions.sign_off(actions.begin(second, by=mapper), by=mapper)
    assert lifecycle.latest_final(first.person) == second


def test_an_older_row_put_back_stops_the_sign_off(mapper):
    mapping = situations.an_interview(mapper)
    old = save(mapping, mapper)
    bytes_of_old = old.answers.ciphertext
    save(mapping, mapper, answers={"B8": an_answer("JA")}, version=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE mapping_section SET answers = %s, row_version = 1 WHERE uuid = %s", [bytes_of_old, old.pk]
        )
    with pytest.raises(SealBroken):
        actions.sign_off(mapping, by=mapper)
