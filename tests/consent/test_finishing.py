"""A talk ends in one document and the rows it tells of; nothing is decided twice, or without the person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import InterviewState as MappingState
from brik.mapping.models import Mapping
from brik.mapping.questionnaire.themes import Theme
from brik.pages.refusal import Refused
from brik.people.models import LegalStatus
from brik.staff.models import OrganisationKind, Role
from consent.models import Consent, ConsentState, Decision, Direction, LegalBasis, Step, Talk
from consent.record import covers, steps
from consent.record.choices import NotReady, last_day
from consent.record.document import opened
from consent.record.recipients import themes_for
from consent.record.refusals import ConsentRefusal
from consent.record.withdrawal import actions as withdrawals
from consent.talk import actions
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring", "organisations")]
NAV, KODA, HEALTH = OrganisationKind.NAV_STATE, OrganisationKind.CASE_SYSTEM, OrganisationKind.HEALTH


def test_what_was_ticked_is_covered_until_the_date_chosen(organisations):
    by, someone = situations.a_mapper_and_a_person()
    consent = situations.a_signed_consent(
        someone, by, share={NAV: [Theme.BOLIG, Theme.OEKONOMI], KODA: [Theme.ARBEID]}, months=3
    )
    assert consent.outcome == ConsentState.PARTLY_GIVEN
    found = covers.covered_themes(someone.pk, organisations[NAV].pk)
    assert set(found) == {Theme.BOLIG, Theme.OEKONOMI}
    assert timedelta(days=88) < found[Theme.BOLIG].until - timezone.now() < timedelta(days=94)
    assert set(covers.covered_themes(someone.pk, organisations[KODA].pk)) == {Theme.ARBEID}
    assert covers.covered_themes(someone.pk, organisations[HEALTH].pk) == {}
    assert covers.may_be_mapped(someone)


def test_a_yes_opens_the_gate_of_the_interview_with_the_sources_named():
    by, someone = situations.a_mapper_and_a_person()
    consent = situations.a_signed_consent(someone, by, sources=[{"name": "Søsteren min", "themes": ["BOLIG"]}])
    mapping = Mapping.objects.get(person=someone)
    assert (mapping.gate_open, mapping.consent_uuid, mapping.sources.open()) == (
        True,
        consent.pk,
        {"Søsteren min": ["BOLIG"]},
    )
    assert [source.name for source in covers.sources_permitted(someone)] == ["Søsteren min"]


@pytest.mark.parametrize("status", [LegalStatus.CONVICTED, LegalStatus.REMAND])
def test_a_yes_to_the_talk_alone_asks_nobody_and_tells_nobody_for_twelve_months(organisations, status):
    by, someone = situations.a_mapper_and_a_person(status=status)
    consent = situations.a_signed_consent(someone, by)
    assert consent.outcome == ConsentState.PARTLY_GIVEN
    mapping = Mapping.objects.get(person=someone)
    assert (mapping.gate_open, mapping.sources_now) == (True, {})
    assert covers.sources_permitted(someone) == []
    assert all(covers.covered_themes(someone.pk, row.pk) == {} for row in organisations.values())
    [until] = consent.decisions.filter(direction=Direction.MAP).values_list("until", flat=True)
    assert until == mapping.gate_until
    assert timezone.localdate(until - timedelta(seconds=1)) == last_day(consent.effective_at, 12)


def test_the_name_of_a_source_stands_in_no_column_in_clear():
    by, someone = situations.a_mapper_and_a_person()
    situations.a_signed_consent(someone, by, sources=[{"name": "Kanarifuglen", "themes": ["BOLIG"]}])
    for model in (Consent, Decision, Step, Talk, Event):
        assert "Kanarifuglen" not in str(list(model.objects.values()))


def test_saying_yes_to_everything_is_given_and_to_some_is_partly_given(organisations):
    by, someone = situations.a_mapper_and_a_person()
    everything = {kind: list(themes_for(someone.current_stay.legal_status, kind)) for kind in organisations}
    sources = [{"name": "Advokaten", "themes": ["BOLIG"]}]
    assert situations.a_signed_consent(someone, by, share=everything, sources=sources).outcome == ConsentState.GIVEN
    assert situations.a_signed_consent(someone, by, share=everything).outcome == ConsentState.PARTLY_GIVEN


def test_a_refusal_is_recorded_and_shuts_what_was_open(organisations):
    by, someone = situations.a_mapper_and_a_person()
    situations.a_signed_consent(someone, by, share={NAV: [Theme.BOLIG]})
    assert covers.covers(someone.pk, organisations[NAV].pk, Theme.BOLIG)
    refused = situations.a_signed_consent(someone, by, mapping="NEI")
    assert refused.outcome == ConsentState.REFUSED
    assert Mapping.objects.get(person=someone).state == MappingState.CLOSED
    assert not covers.may_be_mapped(someone)
    assert not covers.covers(someone.pk, organisations[NAV].pk, Theme.BOLIG)


@pytest.mark.parametrize("again", ["JA", "NEI"])
def test_a_consent_that_was_taken_back_is_not_superseded_too(again):
    by, someone = situations.a_mapper_and_a_person()
    taken_back = situations.a_signed_consent(someone, by)
    withdrawals.withdraw(someone, said_at=timezone.now(), scope="ALL", by=by)
    standing = situations.a_signed_consent(someone, by)
    situations.a_signed_consent(someone, by, mapping=again)
    superseded = Step.objects.filter(state=ConsentState.SUPERSEDED).values_list("consent", flat=True)
    assert list(superseded) == [standing.pk]
    assert Consent.objects.with_end(timezone.now()).get(pk=taken_back.pk).ended_as == ConsentState.WITHDRAWN


def test_refusing_takes_no_more_steps_than_consenting():
    by, someone, other = situations.an_account(), situations.a_person(), situations.a_person()
    for person, mapping in ((someone, "NEI"), (other, "JA")):
        situations.a_signed_consent(person, by, mapping=mapping, page_by_page=True)
    saves = Event.objects.filter(verb=Verb.CONSENT_TALK_SAVED)
    assert saves.filter(subject=someone.pk).count() == 6
    assert saves.filter(subject=other.pk).count() > saves.filter(subject=someone.pk).count()


def test_wanting_to_talk_to_somebody_first_decides_nothing(organisations):
    by, someone = situations.a_mapper_and_a_person()
    situations.a_signed_consent(someone, by, share={NAV: [Theme.BOLIG]})
    deferred = situations.a_signed_consent(someone, by, mapping="SNAKKE")
    assert deferred.outcome == ConsentState.DEFERRED
    assert not deferred.decisions.exists()
    assert covers.covers(someone.pk, organisations[NAV].pk, Theme.BOLIG)


def test_finishing_again_gives_the_same_consent():
    by, someone = situations.a_mapper_and_a_person()
    talk = situations.a_talk(someone, by)
    first = actions.finish(talk, by=by)
    assert actions.finish(talk, by=by) == first
    assert actions.finish(Talk.objects.get(pk=talk.pk), by=situations.an_account()) == first
    assert Consent.objects.count() == 1
    assert Talk.objects.get().answers is None


def test_an_unfinished_talk_cannot_be_finished():
    by, someone = situations.a_mapper_and_a_person()
    for step in (steps.INFORMATION, steps.MAPPING, steps.SHARING[KODA], steps.READ_BACK, steps.SIGNATURE):
        talk = situations.a_talk(someone, by, stop_before=step)
        with pytest.raises(NotReady):
            actions.finish(talk, by=by)
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    "signature",
    [
        {"method": "DRAWN", "path": ""},
        {"method": "DRAWN", "path": 'M1,1"/><script>'},
        {"method": "DRAWN", "path": "M1,1 L 1,1"},
        {"method": "DRAWN", "path": f"M{'9' * 5000} 1 C-9 9,3 4,5 6"},
        {"method": "DRAWN", "path": "M1,1 L 100000,5"},
        {"method": "TYPED", "name": "Prøve", "confirmed": False},
        {"method": "PAPER"},
        {"method": "STEMPEL"},
    ],
)
def test_what_is_no_signature_does_not_sign(signature):
    by, someone = situations.a_mapper_and_a_person()
    talk = situations.a_talk(someone, by, signature=signature)
    with pytest.raises(NotReady):
        actions.finish(talk, by=by)


def test_a_theme_or_an_organisation_that_was_not_offered_is_not_decided(organisations):
    by, someone = situations.a_mapper_and_a_person()
    talk = situations.a_talk(someone, by, stop_before=steps.SHARING[NAV])
    for forged in (
        {"organisation": organisations[HEALTH].pk, "answer": "JA", "themes": ["BOLIG"], "months": 6},
        {"organisation": organisations[NAV].pk, "answer": "JA", "themes": ["HEMMELIG"], "months": 6},
        {"organisation": organisations[NAV].pk, "answer": "JA", "themes": ["BOLIG"], "months": 600},
        {"organisation": organisations[NAV].pk, "answer": "JA", "themes": [], "months": 6},
    ):
        talk = actions.save_step(talk, step=steps.SHARING[NAV], answer=forged, version=talk.row_version, by=by)
        talk = situations.a_talk(someone, by)
        with pytest.raises(NotReady) as missing:
            actions.finish(talk, by=by)
        assert missing.value.step == steps.SHARING[NAV]


@pytest.mark.parametrize("unreachable", [{"channel": "INGEN"}, {"channel": "MELDING"}, {"active": False}])
def test_a_recipient_that_nothing_could_be_sent_to_is_not_offered(organisations, unreachable):
    by, someone = situations.a_mapper_and_a_person()
    type(organisations[NAV]).objects.filter(pk=organisations[NAV].pk).change(**unreachable)
    consent = situations.a_signed_consent(someone, by)
    assert not consent.decisions.filter(recipient_kind=NAV).exists()
    assert consent.decisions.filter(recipient_kind=HEALTH).exists()


def test_state_nav_follows_the_registered_municipality_and_municipal_nav_the_actual_one(organisations):
    here = situations.an_organisation(OrganisationKind.NAV_MUNICIPAL, municipality="4203")
    there = situations.an_organisation(OrganisationKind.NAV_MUNICIPAL, municipality="4601")
    state = situations.an_organisation(OrganisationKind.NAV_STATE, municipality="4601")
    by, someone = situations.a_mapper_and_a_person()
    talk = situations.a_talk(someone, by, registered="4601", actual="4203", stop_before=steps.INFORMATION)
    offered = [
        offer.organisation
        for offer in actions.offers_of(
            talk, {steps.LANGUAGE: situations.a_first_page(registered="4601", actual="4203")}
        )
    ]
    assert state in offered
    assert here in offered
    assert there not in offered


@pytest.mark.parametrize(
    "talk",
    [
        {"share": {NAV: [Theme.BOLIG]}, "sources": [{"name": "Advokaten", "themes": ["BOLIG"]}]},
        {"mapping": "NEI"},
        {"mapping": "SNAKKE"},
        {"stop_before": steps.SHARING[NAV]},
        {"stop_before": steps.INFORMATION},
        {"language": "ar", "signature": {"method": "TYPED", "name": "Prøve", "confirmed": True}},
    ],
)
def test_the_talks_these_tests_write_at_once_are_those_that_are_saved_page_by_page(talk):
    by = situations.an_account()
    at_once = situations.a_talk(situations.a_person(), by, **talk)
    by_pages = Talk.objects.get(pk=situations.a_talk(situations.a_person(), by, page_by_page=True, **talk).pk)
    assert Talk.objects.get(pk=at_once.pk).answers.open() == by_pages.answers.open()


def test_a_stale_save_changes_nothing():
    by, someone = situations.a_mapper_and_a_person()
    talk = situations.a_talk(someone, by, stop_before=steps.MAPPING)
    actions.save_step(talk, step=steps.MAPPING, answer={"answer": "JA"}, version=talk.row_version, by=by)
    with pytest.raises(Refused, match="stale"):
        actions.save_step(talk, step=steps.MAPPING, answer={"answer": "NEI"}, version=talk.row_version, by=by)
    assert Talk.objects.get().answers.open()[steps.MAPPING] == {"answer": "JA"}


def test_nobody_jumps_past_what_has_not_been_answered():
    by, someone = situations.a_mapper_and_a_person()
    talk = actions.start(someone, by=by)
    with pytest.raises(Refused) as refused:
        actions.save_step(talk, step=steps.SIGNATURE, answer={"method": "TYPED"}, version=talk.row_version, by=by)
    assert refused.value.why == ConsentRefusal.CLOSED_STEP


def test_changing_a_choice_asks_for_read_back_and_signature_anew():
    by, someone = situations.a_mapper_and_a_person()
    talk = situations.a_talk(someone, by)
    talk = actions.save_step(talk, step=steps.SOURCES, answer={"answer": "NEI"}, version=talk.row_version, by=by)
    assert {steps.READ_BACK, steps.SIGNATURE}.isdisjoint(talk.answers.open())
    with pytest.raises(NotReady):
        actions.finish(talk, by=by)


def test_the_talk_on_remand_is_shut_until_a_legal_basis_covers_it():
    by, someone = situations.a_mapper_and_a_person(status=LegalStatus.REMAND)
    assert situations.a_signed_consent(someone, by).kind == "VARETEKT"
    LegalBasis.objects.filter(kind="VARETEKT").change(until=timezone.localdate())
    with pytest.raises(Refused) as refused:
        actions.start(someone, by=by)
    assert refused.value.why == ConsentRefusal.NO_LEGAL_BASIS


def test_the_basis_of_the_demonstration_opens_nothing_outside_one(settings):
    by, someone = situations.a_mapper_and_a_person(status=LegalStatus.REMAND)
    settings.UNAPPROVED_TEXTS_ALLOWED = False
    with pytest.raises(Refused) as refused:
        actions.start(someone, by=by)
    assert refused.value.why == ConsentRefusal.NO_LEGAL_BASIS


def test_a_text_that_nobody_has_approved_opens_nothing_outside_a_demonstration(settings):
    by, someone = situations.a_mapper_and_a_person()
    settings.UNAPPROVED_TEXTS_ALLOWED = False
    with pytest.raises(Refused) as refused:
        actions.start(someone, by=by)
    assert refused.value.why == ConsentRefusal.NO_TEXT


def test_a_new_legal_status_in_the_middle_of_a_talk_stops_it():
    by, someone = situations.a_mapper_and_a_person()
    talk = situations.a_talk(someone, by)
    stay = someone.current_stay
    stay.legal_status = LegalStatus.REMAND
    stay.save()
    with pytest.raises(Refused) as refused:
        actions.finish(talk, by=by)
    assert refused.value.why == ConsentRefusal.OTHER_STATUS
    new = actions.start(someone, by=by)
    assert new.pk != talk.pk
    talk.refresh_from_db()
    assert (talk.state, talk.answers) == ("AVBRUTT", None)


@pytest.mark.parametrize("adult", ["NEI", "VET_IKKE", ""])
def test_an_unknown_or_too_low_age_cannot_consent(adult):
    by, someone = situations.a_mapper_and_a_person(born=None)
    talk = situations.a_talk(someone, by, adult=adult)
    with pytest.raises(Refused) as refused:
        actions.finish(talk, by=by)
    assert refused.value.why == ConsentRefusal.AGE_UNKNOWN


def test_somebody_under_18_by_their_number_is_not_asked():
    by, someone = situations.a_mapper_and_a_person(born=timezone.localdate() - timedelta(days=17 * 365))
    with pytest.raises(Refused) as refused:
        actions.start(someone, by=by)
    assert refused.value.why == ConsentRefusal.UNDER_18


def test_only_those_who_may_hold_a_talk_here_hold_it():
    someone, elsewhere = situations.a_person(), situations.a_unit("Agder fengsel")
    for by in (
        situations.an_account(Role.MAPPER, approved=False),
        situations.an_account(Role.LEADER),
        situations.an_account(Role.DECIDER),
        situations.an_account(Role.MAPPER, at=elsewhere),
    ):
        with pytest.raises(Refused):
            actions.start(someone, by=by)
    assert actions.start(someone, by=situations.an_account(Role.CONTACT_OFFICER)).person == someone


def test_the_document_says_what_was_chosen_in_the_language_of_the_person(organisations):
    by, someone = situations.a_mapper_and_a_person()
    consent = situations.a_signed_consent(
        someone, by, share={NAV: [Theme.BOLIG]}, language="ar", sources=[{"name": "أختي", "themes": ["BOLIG"]}]
    )
    document = opened(consent)
    assert (document.language, document.direction) == ("ar", "rtl")
    said = str(document.blocks)
    assert "السكن" in said
    assert organisations[NAV].name in said
    assert "§ 21-4" in said
    assert "Bolig" in str(document.content["for_staff"])
    assert document.sources[0].name == "أختي"


def test_every_step_of_a_consent_is_told_with_both_its_times():
    by, someone = situations.a_mapper_and_a_person()
    consent = situations.a_signed_consent(someone, by)
    newer = situations.a_signed_consent(someone, by, mapping="NEI")
    told = list(consent.steps.values_list("state", "effective_at"))
    assert told == [
        ("FORELAGT", consent.effective_at),
        ("DELVIS_GITT", consent.effective_at),
        ("ERSTATTET", newer.effective_at),
    ]
