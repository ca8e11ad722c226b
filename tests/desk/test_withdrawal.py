"""Taking something back: three clicks, the same for everyone, and carried through everywhere at once."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import Mapping
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import actions as interviews
from brik.mapping.record import sections
from brik.people.models import Person
from brik.staff.models import Organisation, OrganisationKind, Role, Staff, Unit
from brik.vault import keys
from consent.models import Withdrawal, WithdrawalReceipt
from consent.record import covers
from consent.record.document import opened
from consent.record.withdrawal import actions as withdrawals
from consent.record.withdrawal.actions import Part
from followup.demo import telling
from followup.desk import actions, following
from followup.desk.withdrawal.choices import choices, scope_of
from followup.sharing.models import Delivery, DeliveryState
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


@pytest.fixture(scope="module")
def beginning(demo_house):
    """A mapper, and somebody who has consented to everything and of whom NAV and the case system have been told."""
    with keys.ring():
        oslo = demo_house
        mapper, someone = situations.an_account(at=oslo), situations.a_person(at=oslo)
        telling.consent(someone, mapper, sharing=telling.ALL_OF_THEM)
        telling.share(telling.final(someone, mapper), mapper, telling.NAV, telling.KODA)
        return oslo.pk, mapper.pk, someone.pk


@pytest.fixture
def oslo(beginning, db):
    return Unit.objects.get(pk=beginning[0])


@pytest.fixture
def mapper(beginning, db):
    return Staff.objects.get(pk=beginning[1])


@pytest.fixture
def shared(beginning, db):
    return Person.objects.get(pk=beginning[2])


def states(person) -> dict[str, str]:
    return {
        delivery.organisation.kind: delivery.state for delivery in Delivery.objects.filter(person=person, kind="DELING")
    }


def said(receipt: WithdrawalReceipt) -> str:
    return " ".join(block["text"] for block in opened(receipt).blocks)


def test_taking_everything_back_shuts_and_retracts_and_restricts(shared, mapper):
    situations.a_withdrawal(shared, what=["alt"], said_at=timezone.now(), by=mapper)
    assert states(shared) == {"NAV_STAT": DeliveryState.RETRACTED, "KODA": DeliveryState.CANCELLED}
    assert Mapping.objects.get(person=shared).state == "SPERRET"


def test_the_receipt_tells_what_was_out(shared, mapper):
    noted = situations.a_withdrawal(shared, what=["alt"], said_at=timezone.now(), by=mapper)
    [told] = opened(noted.receipt).content["out"]
    assert told.startswith("NAV: jobb og trygd")


def test_the_last_receipt_tells_also_what_an_earlier_one_had_taken_back(oslo, mapper):
    someone = situations.a_person(at=oslo)
    telling.consent(someone, mapper, sharing={"NAV_STAT": ["ARBEID"], "HELSE": ["HELSE"]})
    telling.share(telling.final(someone, mapper), mapper, telling.NAV, telling.HEALTH)
    first = situations.a_withdrawal(someone, what=["mottaker-NAV_STAT"], said_at=timezone.now(), by=mapper)
    assert "Helse" not in said(first.receipt).partition("allerede delt")[2]
    last = said(situations.a_withdrawal(someone, what=["alt"], said_at=timezone.now(), by=mapper).receipt)
    assert "NAV (statlig)" in last.partition("allerede delt")[2]
    assert "Helse" in last.partition("allerede delt")[2]
    assert "Ingenting var delt" not in last


def test_the_receipt_says_whose_it_is(shared, mapper):
    noted = situations.a_withdrawal(shared, what=["alt"], said_at=timezone.now(), by=mapper)
    assert opened(noted.receipt).blocks[0]["text"] == shared.name


def test_the_receipt_names_a_theme_only_where_something_was_told_of_it(oslo, mapper):
    someone = situations.a_person(at=oslo)
    telling.consent(someone, mapper, sharing={"NAV_KOMMUNE": ["BOLIG", "OEKONOMI"]})
    mapping = interviews.begin(Mapping.objects.open().get(person=someone), by=mapper)
    sections.save_section(mapping, area="C", answers=situations.form_answers(C1="UTEN"), version=0, by=mapper)
    telling.share(interviews.sign_off(mapping, by=mapper), mapper, telling.NAV_OSLO)
    noted = situations.a_withdrawal(someone, what=["alt"], said_at=timezone.now(), by=mapper)
    told = said(noted.receipt).partition("allerede delt")[2]
    assert "Bolig" in told
    assert "Økonomi og gjeld" not in told


def test_taking_one_theme_back_retracts_only_what_held_it(oslo, mapper):
    someone = situations.a_person(at=oslo)
    telling.consent(someone, mapper, sharing={"NAV_STAT": ["ARBEID"], "HELSE": ["HELSE"]})
    telling.share(telling.final(someone, mapper), mapper, telling.NAV, telling.HEALTH)
    situations.a_withdrawal(someone, what=["omrade-HELSE"], said_at=timezone.now(), by=mapper)
    assert states(someone) == {"NAV_STAT": DeliveryState.ACCEPTED, "HELSE": DeliveryState.RETRACTED}
    assert Mapping.objects.get(person=someone).state == "FERDIG"


def test_taking_one_recipient_back_leaves_the_others(shared, mapper):
    situations.a_withdrawal(shared, what=["mottaker-NAV_STAT"], said_at=timezone.now(), by=mapper)
    assert states(shared) == {"NAV_STAT": DeliveryState.RETRACTED, "KODA": DeliveryState.QUEUED}


def test_one_theme_of_one_recipient_leaves_its_other_themes_and_the_others(oslo, mapper):
    someone = situations.a_person(at=oslo)
    telling.consent(someone, mapper, sharing={"NAV_STAT": ["ARBEID", "BOLIG"], "NAV_KOMMUNE": ["BOLIG"]})
    situations.a_withdrawal(someone, what=["mottaker-NAV_STAT-BOLIG"], said_at=timezone.now(), by=mapper)
    nav, municipality = (Organisation.objects.get(number=number) for number in (telling.NAV, telling.NAV_OSLO))
    assert set(covers.covered_themes(someone.pk, nav.pk)) == {Theme.ARBEID}
    assert set(covers.covered_themes(someone.pk, municipality.pk)) == {Theme.BOLIG}


def test_several_things_are_taken_back_at_once_and_everything_is_more_than_the_rest():
    assert set(scope_of(["omrade-HELSE", "andre", "mottaker-SKOLE"])) == {
        Part.asking(),
        *(Part.sharing(kind, Theme.HELSE) for kind in OrganisationKind),
        *(Part.sharing(OrganisationKind.SCHOOL, theme) for theme in Theme),
    }
    assert scope_of(["omrade-HELSE", "alt"]) == "ALL"
    with pytest.raises(KeyError):
        scope_of(["omrade-HELSE", "omrade-TULL"])


def test_drafts_close(oslo, mapper):
    someone = situations.a_person(at=oslo)
    telling.consent(someone, mapper)
    draft = telling.interview(someone, mapper, areas=2)
    situations.a_withdrawal(someone, what=["alt"], said_at=timezone.now(), by=mapper)
    draft.refresh_from_db()
    assert draft.state == "LUKKET"


def test_it_is_noted_the_same_way_where_there_was_nothing(oslo, mapper):
    someone = situations.a_person(at=oslo)
    noted = situations.a_withdrawal(someone, what=["alt"], said_at=timezone.now(), by=mapper)
    assert Withdrawal.objects.filter(pk=noted.pk).exists()
    assert WithdrawalReceipt.objects.filter(withdrawal=noted).exists()


@pytest.mark.parametrize("role", [Role.CONTACT_OFFICER, Role.LEADER, Role.DECIDER])
def test_whoever_only_notes_it_has_not_read_the_consent(client, shared, oslo, role):
    user = situations.an_account(role, at=oslo)
    take_back(client, user, shared)
    assert not Event.objects.filter(subject=shared.pk, actor=user.pk, verb=Verb.CONSENT_READ).exists()


@pytest.mark.parametrize("what", [code for code, _ in choices()])
def test_every_choice_can_be_carried_through(shared, mapper, what):
    assert situations.a_withdrawal(shared, what=[what], said_at=timezone.now(), by=mapper).pk


def test_all_or_nothing(shared, mapper, monkeypatch):
    def fails(*args, **kwargs):
        raise RuntimeError("nothing is queued")

    monkeypatch.setattr(following, "queue_job", fails)
    with pytest.raises(RuntimeError), transaction.atomic():
        situations.a_withdrawal(shared, what=["alt"], said_at=timezone.now(), by=mapper)
    assert not Withdrawal.objects.exists()
    assert Mapping.objects.get(person=shared).state == "FERDIG"


def test_what_a_failing_job_leaves_undone_is_shut_all_the_same_and_done_by_the_next(shared, mapper, monkeypatch):
    actions.withdraw(shared, what=["alt"], said_at=timezone.now(), by=mapper)
    with monkeypatch.context() as failing:
        failing.setattr(following, "reconcile", _fails)
        with pytest.raises(RuntimeError), transaction.atomic():
            situations.carry_out(shared)
    assert Mapping.objects.get(person=shared).state == "FERDIG"
    assert not covers.may_be_mapped(shared)
    situations.carry_out(shared)
    assert Mapping.objects.get(person=shared).state == "SPERRET"
    assert states(shared) == {"NAV_STAT": DeliveryState.RETRACTED, "KODA": DeliveryState.CANCELLED}


def _fails(*args, **kwargs):
    raise RuntimeError("the outside cannot follow")


# --- The pages -------------------------------------------------------------------------------------------------------

ROLES = [Role.MAPPER, Role.CONTACT_OFFICER, Role.LEADER, Role.DECIDER]


def take_back(client, user, person, **given):
    """By the page; then the worker, and another look at the page that it led to."""
    client.force_login(user)
    address = reverse("desk:withdraw", args=[person.pk])
    response = client.post(address, {"what": "alt", "said": "HER", "when": "NAA", **given}, follow=True)
    if not response.redirect_chain:
        return response
    situations.carry_out(person)
    return client.get(response.redirect_chain[-1][0])


@pytest.mark.parametrize("role", ROLES)
def test_any_officer_of_the_unit_can_note_it(client, shared, oslo, role):
    response = take_back(client, situations.an_account(role, at=oslo), shared)
    assert response.status_code == 200
    assert "Notert" in response.content.decode()
    assert Withdrawal.objects.filter(person=shared).exists()


def plain(page: str, *names: str) -> str:
    """The page without what differs from request to request: the form's token, names, ids, the minute."""
    for name in names:
        page = page.replace(name, "NAVN")
    page = re.sub(r"kl\. \d\d\.\d\d", "kl.", page)
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", page)


@pytest.mark.parametrize("role", [Role.CONTACT_OFFICER, Role.LEADER, Role.DECIDER])
def test_the_page_and_what_follows_look_the_same_whether_or_not_there_was_a_consent(client, oslo, mapper, role):
    yes, no, never = (situations.a_person(at=oslo) for _ in range(3))
    telling.consent(yes, mapper, sharing=telling.ALL_OF_THEM)
    telling.share(telling.final(yes, mapper), mapper, telling.NAV)
    telling.closed(no, mapper, mapping="NEI")
    user, pages, receipts = situations.an_account(role, at=oslo), [], []
    client.force_login(user)
    for someone in (yes, no, never):
        pages.append(plain(client.get(reverse("desk:withdraw", args=[someone.pk])).content.decode(), someone.name))
        receipts.append(plain(take_back(client, user, someone).content.decode(), someone.name))
    assert pages[0] == pages[1] == pages[2]
    assert receipts[0] == receipts[1] == receipts[2]


def test_a_mapper_reads_and_prints_the_receipt(client, shared, mapper):
    response = take_back(client, mapper, shared)
    assert "NAV (statlig)" in response.content.decode()
    noted = Withdrawal.objects.get(person=shared)
    paper = client.get(reverse("desk:receipt_pdf", args=[noted.pk]))
    assert paper.content.startswith(b"%PDF-")
    assert Event.objects.filter(verb=Verb.CONSENT_PRINTED, subject=shared.pk).exists()


@pytest.mark.parametrize("role", [Role.LEADER, Role.DECIDER])
def test_leaders_and_deciders_never_get_the_receipt(client, shared, mapper, oslo, role):
    noted = situations.a_withdrawal(shared, what=["alt"], said_at=timezone.now(), by=mapper)
    client.force_login(situations.an_account(role, at=oslo))
    assert client.get(reverse("desk:receipt", args=[noted.pk])).status_code == 404
    assert client.get(reverse("desk:receipt_pdf", args=[noted.pk])).status_code == 404


def test_when_it_was_said_is_kept_and_what_stands_as_it_is_written_down_ends(client, shared, mapper):
    yesterday = timezone.localtime() - timedelta(days=1)
    # It was said before the talk that is in force, and yet it ends it.
    response = take_back(client, mapper, shared, when="FOER", day=yesterday.strftime("%d.%m.%Y"), clock="14.30")
    assert response.status_code == 200
    said_at = timezone.localtime(Withdrawal.objects.get(person=shared).said_at)
    assert (said_at.date(), said_at.hour, said_at.minute) == (yesterday.date(), 14, 30)
    assert states(shared) == {"NAV_STAT": DeliveryState.RETRACTED, "KODA": DeliveryState.CANCELLED}


def test_what_was_shared_after_it_was_said_is_marked(shared, mapper):
    noted = situations.a_withdrawal(shared, what=["alt"], said_at=timezone.now() - timedelta(hours=1), by=mapper)
    assert "(etter at du sa fra)" in said(noted.receipt)
    assert Event.objects.filter(subject=shared.pk, reason="shared_afterwards").count() == 2


def test_what_was_shared_before_it_was_said_is_not_marked(shared, mapper):
    noted = situations.a_withdrawal(shared, what=["alt"], said_at=timezone.now(), by=mapper)
    assert "(etter at du sa fra)" not in said(noted.receipt)
    assert not Event.objects.filter(reason="shared_afterwards").exists()


@pytest.mark.parametrize("day", ["1.1.1926", "31.12.1999"])
def test_a_mistyped_year_is_told(client, shared, mapper, day):
    response = take_back(client, mapper, shared, when="FOER", day=day, clock="10.00")
    assert response.status_code == 422
    assert "høyst 30 dager tilbake" in response.content.decode()
    assert not Withdrawal.objects.exists()


def test_a_moment_only_the_room_of_consents_finds_too_long_ago_is_told_at_the_day(client, shared, mapper, monkeypatch):
    monkeypatch.setattr(withdrawals, "LONGEST_AGO", timedelta(days=10))
    day = timezone.localdate() - timedelta(days=20)
    response = take_back(client, mapper, shared, when="FOER", day=day.strftime("%d.%m.%Y"), clock="10.00")
    assert response.status_code == 422
    assert "høyst 30 dager tilbake" in response.content.decode()
    assert not Withdrawal.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        {"what": ""},
        {"what": "omrade-TULL"},
        {"what": ["alt", "mottaker-TULL"]},
        {"what": ["mottaker-NAV_STAT-TULL"]},
        {"when": "FOER", "day": "", "clock": ""},
        {"when": "FOER", "day": "31.12.2099", "clock": "10.00"},
        {"when": "FOER", "day": "1.1.2026", "clock": "25.00"},
    ],
)
def test_what_cannot_be_is_told_and_changes_nothing(client, shared, mapper, given):
    response = take_back(client, mapper, shared, **given)
    assert 400 <= response.status_code < 500
    assert not Withdrawal.objects.exists()


def test_somebody_of_another_unit_is_not_there(client, shared):
    stranger = situations.an_account(at=situations.a_unit("Agder fengsel"))
    assert take_back(client, stranger, shared).status_code == 404
    assert not Withdrawal.objects.exists()
