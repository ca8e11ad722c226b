"""The leader's page of arrivals that wait: own unit only, nobody of another unit named, an answer counts once."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format

from brik.arrivals import actions
from brik.arrivals.models import ArrivalAnswer, Message
from brik.audit.actors import Process
from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.people.identifiers.numbers import Number, NumberKind, birth_date
from brik.people.models import Person
from brik.staff.models import Role, Unit
from tests import situations
from tests.arrivals import samples

pytestmark = [pytest.mark.django_db]
PAGE = "/ankomster/"
BY = Process("intake")


@pytest.fixture
def waiting():
    """Two people, one in each unit, and a message that would join them."""
    one, other, duf = (
        situations.a_number(),
        situations.a_number(NumberKind.D_NUMBER),
        situations.a_number(NumberKind.DUF),
    )
    actions.receive_message(samples.arrival(one, name=("Prøve", None, "Osloesen")), by=BY)
    actions.receive_message(
        samples.arrival(other, duf, arrived="2026-02-01", place=samples.AGDER, name=("Prøve", None, "Agdersen")), by=BY
    )
    about = samples.person_information(one, duf, message_id="j", at="2026-03-03", name=("Prøve", None, "Felles"))
    actions.receive_message(about, by=BY)
    return Message.objects.get(message_id="j")


def leader_of(number):
    return situations.an_account(Role.LEADER, at=Unit.objects.get(number=number))


@pytest.mark.parametrize(
    ("unit", "seen", "unseen"), [("0501", "Osloesen", "Agdersen"), ("0931", "Agdersen", "Osloesen")]
)
def test_leaders_of_both_units_see_it_but_only_their_own_person(client, waiting, unit, seen, unseen):
    client.force_login(leader_of(unit))
    page = client.get(PAGE).content.decode()
    assert "to personer" in page
    assert seen in page
    assert unseen not in page
    assert "en person i en annen enhet" in page


def test_a_leader_of_a_third_unit_sees_nothing_and_may_not_answer(client, waiting):
    client.force_login(situations.an_account(Role.LEADER, at=situations.a_unit("Bredtveit fengsel")))
    assert "Ingen meldinger venter" in client.get(PAGE).content.decode()
    address = f"{PAGE}{waiting.pk}/"
    assert client.post(address, {"same": "ja", "question": waiting.question}).status_code == 404
    assert not ArrivalAnswer.objects.exists()


def test_the_action_itself_asks_who_answers(waiting):
    with pytest.raises(PermissionDenied):
        actions.resolve(waiting, same=True, by=situations.an_account(Role.MAPPER, at=Unit.objects.get(number="0501")))
    assert not ArrivalAnswer.objects.exists()


@pytest.mark.parametrize(("word", "fate"), [("ja", "BRUKT"), ("nei", "LAGT_TIL_SIDE")])
def test_an_answer_counts_and_can_be_taken_back(client, waiting, word, fate):
    client.force_login(leader_of("0501"))
    address, form = f"{PAGE}{waiting.pk}/", {"same": word, "checked": "ja", "question": waiting.question}
    assert client.post(address, form).status_code == 302
    waiting.refresh_from_db()
    assert waiting.fate == fate
    assert "Avgjort" in client.get(PAGE).content.decode()
    assert Event.objects.filter(verb=Verb.MESSAGE_RESOLVED).count() == 1
    other = {"ja": "nei", "nei": "ja"}[word]
    assert client.post(address, {**form, "same": other}).status_code == 302
    waiting.refresh_from_db()
    assert waiting.fate != fate


def test_whether_two_are_one_is_asked_beside_what_is_known_of_each_and_what_a_yes_leads_to(client, waiting):
    client.force_login(leader_of("0501"))
    form = {"same": "ja", "question": waiting.question}
    page = " ".join(client.post(f"{PAGE}{waiting.pk}/", form).content.decode().split())
    cards = re.findall(r'<div class="ds-card brik-stack">.*?</div>(?= <div class="ds-card| </div>)', page)
    assert "Felles" in cards[0]
    known = page[page.index("Kjent fra før:") :]
    assert "Osloesen" in known
    assert "<dt>Enhet</dt><dd>Oslo fengsel</dd>" in known
    assert "<dt>Kom</dt>" in known
    assert "Agdersen" not in page
    assert "Det blir én person med alle numrene." in page
    no = client.post(f"{PAGE}{waiting.pk}/", {**form, "same": "nei"}).content.decode()
    assert "Det blir én person" not in no
    assert not ArrivalAnswer.objects.exists()


def test_an_answer_to_a_question_that_is_no_longer_asked_is_refused(client, waiting):
    client.force_login(leader_of("0501"))
    address = f"{PAGE}{waiting.pk}/"
    assert client.post(address, {"same": "ja", "question": "0|n1"}).status_code == 409
    assert client.post(address, {"same": "kanskje", "question": waiting.question}).status_code == 400
    assert not ArrivalAnswer.objects.exists()
    told = Event.objects.filter(verb__in=[Verb.REFUSED, Verb.BAD_REQUEST]).order_by("pk")
    assert [event.verb for event in told] == [Verb.REFUSED, Verb.BAD_REQUEST]


def test_a_page_left_open_turns_no_colleagues_answer_round(client, waiting):
    client.force_login(leader_of("0501"))
    assert f'name="fate" value="{waiting.fate}"' in client.get(PAGE).content.decode()
    left_open = {"question": waiting.question, "fate": waiting.fate, "checked": "ja"}
    address = f"{PAGE}{waiting.pk}/"
    actions.resolve(waiting, same=True, by=leader_of("0931"))
    assert client.post(address, {**left_open, "same": "nei"}).status_code == 409
    waiting.refresh_from_db()
    assert waiting.fate == "BRUKT"
    assert client.post(address, {**left_open, "same": "nei", "fate": waiting.fate}).status_code == 302


@pytest.mark.parametrize("word", ["ja", "nei"])
def test_an_answer_sent_twice_is_stored_once(client, waiting, word):
    client.force_login(leader_of("0501"))
    left_open = {"question": waiting.question, "fate": waiting.fate, "same": word, "checked": "ja"}
    for _ in range(2):
        assert client.post(f"{PAGE}{waiting.pk}/", left_open).status_code == 302
    assert ArrivalAnswer.objects.count() == 1


def test_a_number_that_goes_over_to_another_record_is_an_event_of_both(client, waiting):
    client.force_login(leader_of("0501"))
    client.post(f"{PAGE}{waiting.pk}/", {"same": "ja", "checked": "ja", "question": waiting.question})
    gone = Person.objects.get(merged_into__isnull=False)
    taken = Event.objects.filter(subject=gone.pk, reason="number_taken_away")
    assert taken.count() == 2
    assert {event.object_name for event in taken} == {"identifier"}


@pytest.fixture
def two_versions():
    """Two messages with one id, and what a leader chooses by."""
    number = situations.a_number()
    actions.receive_message(samples.arrival(number, message_id="a", name=("Prøve", None, "Først")), by=BY)
    again = samples.arrival(number, message_id="a", name=("Prøve", None, "Annen"), category="Varetekt")
    actions.receive_message(again, by=BY)
    return list(Message.objects.order_by("received_at"))


def test_a_leader_chooses_between_messages_with_one_id(client, two_versions):
    first, second = two_versions
    client.force_login(leader_of("0501"))
    page = client.get(PAGE).content.decode()
    # The first is in use; the second may replace it or not.
    assert "Denne meldingen er i bruk." in page
    assert " ".join(page.split()).count("Bruk denne </button>") == 1
    assert " ".join(page.split()).count("Behold den som er i bruk </button>") == 1
    assert "<dd> Varetekt </dd>" in " ".join(page.split())
    chosen = {"same": "ja", "question": second.question}
    assert client.post(f"{PAGE}{second.pk}/", chosen).status_code == 302
    assert [Message.objects.get(pk=row.pk).fate for row in (first, second)] == ["LAGT_TIL_SIDE", "BRUKT"]
    page = client.get(PAGE).content.decode()
    assert "Denne meldingen er i bruk." in page
    assert "Denne meldingen er lagt til side." in page
    assert client.post(f"{PAGE}{second.pk}/", {**chosen, "same": "nei"}).status_code == 302
    assert [Message.objects.get(pk=row.pk).fate for row in (first, second)] == ["BRUKT", "LAGT_TIL_SIDE"]


def test_a_leader_elsewhere_chooses_nothing(client, two_versions):
    client.force_login(situations.an_account(Role.LEADER, at=situations.a_unit("Bredtveit fengsel")))
    row = two_versions[0]
    assert client.post(f"{PAGE}{row.pk}/", {"same": "ja", "question": row.question}).status_code == 404
    assert not ArrivalAnswer.objects.exists()


@pytest.mark.parametrize("same", ["ja", "nei"])
def test_a_leader_answers_for_no_message_that_is_none_of_theirs(client, two_versions, same):
    elsewhere = samples.arrival(situations.a_number(), message_id="a", place=samples.AGDER)
    actions.receive_message(elsewhere, by=BY)
    row = Message.objects.get(pk=two_versions[0].pk)
    client.force_login(leader_of("0501"))
    answer = client.post(f"{PAGE}{row.pk}/", {"same": same, "question": row.question})
    assert answer.status_code == 403
    assert "annen enhet" not in answer.content.decode()
    assert not ArrivalAnswer.objects.exists()
    assert [row.fate for row in Message.objects.order_by("received_at")] == ["BRUKT", "PAA_VENT", "PAA_VENT"]


def test_what_a_leader_cannot_answer_says_who_can(client):
    actions.receive_message(samples.arrival(situations.a_number(), message_id="a", category=None), by=BY)
    client.force_login(situations.an_account(Role.LEADER, at=situations.a_unit("Oslo fengsel")))
    Unit.objects.filter(name="Oslo fengsel").change(number="0501")
    page = client.get(PAGE).content.decode()
    assert "Avsenderen må" in page
    assert "Samme person</button>" not in page


@pytest.mark.parametrize("role", [Role.MAPPER, Role.CONTACT_OFFICER, Role.DECIDER, Role.PRIVACY, Role.SYSTEM])
def test_nobody_but_leaders_comes_in(client, waiting, role):
    client.force_login(situations.an_account(role))
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}{waiting.pk}/", {"same": "ja"}).status_code == 403


def test_many_messages_are_told_with_as_many_queries_as_few(client, waiting, django_assert_num_queries):
    client.force_login(leader_of("0501"))
    # Already a list: a page about fewer people is compared with the log too.
    joining(range(3))
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    joining(range(3, 9))
    with django_assert_num_queries(len(few)):
        page = client.get(PAGE).content.decode()
    assert all(f"Nummer{n}" in page for n in range(9))


def joining(serials):
    """Messages that wait since each says of two people that they are one."""
    for n in serials:
        number, other, shared = (
            situations.a_number(),
            situations.a_number(NumberKind.D_NUMBER),
            situations.a_number(NumberKind.DUF),
        )
        actions.receive_message(samples.arrival(number, name=("Prøve", None, f"Nummer{n}")), by=BY)
        actions.receive_message(samples.arrival(other, shared, name=("Prøve", None, f"Annen{n}")), by=BY)
        about = samples.person_information(
            number, shared, message_id=f"k{n}", at="2026-03-03", name=("Prøve", None, "X")
        )
        actions.receive_message(about, by=BY)


@pytest.mark.parametrize("left", [False, True])
@pytest.mark.parametrize(("there", "fate", "people"), [(True, "LAGT_TIL_SIDE", 2), (False, "BRUKT", 1)])
def test_a_number_written_by_hand_never_takes_over_somebody_of_another_unit(client, left, there, fate, people):
    ours, number = samples.OSLO, situations.a_number()
    place = samples.AGDER if there else ours
    actions.receive_message(samples.arrival(number, place=place), by=BY)
    if left:
        actions.receive_message(samples.release(number, place=place), by=BY)
    actions.receive_message(
        samples.arrival(situations.a_number(NumberKind.D_NUMBER), place=ours, arrived="2026-03-05"), by=BY
    )
    mapper = situations.an_account(Role.MAPPER, at=Unit.objects.get(number="0501"))
    own = Person.objects.order_by("current_stay__arrived_at").last()
    actions.add_number(own, Number(number.kind, number.value), by=mapper)
    waiting = Message.objects.get(fate="PAA_VENT")
    client.force_login(leader_of("0501"))
    assert "en person i en annen enhet" not in words(client.get(PAGE))
    form = {"same": "ja", "checked": "ja", "question": waiting.question}
    assert client.post(f"{PAGE}{waiting.pk}/", form).status_code == 302
    waiting.refresh_from_db()
    assert waiting.fate == fate
    assert Person.objects.exclude(current_stay=None).count() == people
    assert "Svaret var: det er personens nummer." in words(client.get(PAGE))


def test_a_leader_where_somebody_has_the_number_is_asked_and_not_told_where_it_was_written(client):
    elsewhere = actions.receive_message(samples.arrival(situations.a_number(), place=samples.AGDER), by=BY).person
    own = actions.receive_message(samples.arrival(situations.a_number(NumberKind.D_NUMBER)), by=BY).person
    mapper = situations.an_account(Role.MAPPER, at=Unit.objects.get(number="0501"))
    [number] = [Number(NumberKind(row.kind), row.number.open()) for row in elsewhere.identifiers.all()]
    actions.add_number(own, number, by=mapper)
    row = Message.objects.parked().get()
    here, there = leader_of("0501"), leader_of("0931")
    client.force_login(here)
    form = {"same": "ja", "checked": "ja", "question": row.question, "fate": row.fate}
    client.post(f"{PAGE}{row.pk}/", form)
    assert "Ingen meldinger venter" in words(client.get(PAGE))
    before = main(client.get(PAGE))
    client.force_login(there)
    page = words(client.get(PAGE))
    assert "Ingen meldinger venter" not in page
    assert "Oslo" not in page
    row.refresh_from_db()
    client.post(f"{PAGE}{row.pk}/", {**form, "same": "nei", "fate": row.fate})
    assert "Svaret var: det er ikke personens nummer." in words(client.get(PAGE))
    # Who wrote it sees nothing of that answer: it would tell that somebody there has the number.
    client.force_login(here)
    assert main(client.get(PAGE)) == before
    assert Person.objects.exclude(current_stay=None).count() == 2


# --- Whether two are one is asked for once more -----------------------------------------------------------------------


def main(answer):
    """What is on the page, without the forms' tokens."""
    page = words(answer)
    return re.sub(r'name="(csrfmiddlewaretoken|typed_by)" value="[^"]*"', "", page[page.index("<main") :])


def words(answer):
    return " ".join(answer.content.decode().split())


def test_a_yes_joins_nobody_in_one_click(client, waiting):
    client.force_login(leader_of("0501"))
    address, form = f"{PAGE}{waiting.pk}/", {"same": "ja", "question": waiting.question, "fate": waiting.fate}
    page = words(client.post(address, form, follow=True))
    assert "Er dette samme person?" in page
    assert "Ja, jeg har sjekket: samme person" in page
    assert "Osloesen" in page
    assert "Agdersen" not in page
    assert not ArrivalAnswer.objects.exists()
    assert client.post(address, {**form, "checked": "ja"}).status_code == 302
    assert ArrivalAnswer.objects.get().same


def test_a_no_is_asked_for_once_more_with_what_there_is_to_judge_by(client):
    number, national = situations.numbers_of_one_birthday(NumberKind.NATIONAL_ID, NumberKind.NATIONAL_ID)
    actions.receive_message(samples.arrival(number, name=NAME), by=BY)
    release = samples.release(national, message_id="r", at="2026-05-01", released="2026-05-02T09:30", name=NAME)
    actions.receive_message(release, by=BY)
    row = Message.objects.get(message_id="r")
    client.force_login(leader_of("0501"))
    address, form = f"{PAGE}{row.pk}/", {"same": "nei", "question": row.question, "fate": row.fate}
    page = words(client.post(address, form, follow=True))
    for said in (
        "Prøve Nyttnummer",
        f"Fødselsnummer (født {date_format(birth_date(national), 'j. F Y')})",
        "2. mai 2026 09.30",
        "Svarer du nei, er det",
    ):
        assert said in page
    assert not ArrivalAnswer.objects.exists()
    assert client.post(address, {**form, "checked": "ja"}).url == PAGE
    assert not ArrivalAnswer.objects.get().same


def test_a_choice_between_messages_needs_no_second_click(client, two_versions):
    client.force_login(leader_of("0501"))
    row = two_versions[-1]
    assert client.post(f"{PAGE}{row.pk}/", {"same": "ja", "question": row.question, "fate": row.fate}).url == PAGE
    assert ArrivalAnswer.objects.count() == 2


# --- Somebody with a new number --------------------------------------------------------------------------------------

NAME = ("Prøve", None, "Nyttnummer")


def a_namesake(serial=0, *, place=samples.OSLO, to=samples.AGDER):
    """Somebody with a D-number, and a transfer with a national id that may be about them."""
    d_number, national = situations.numbers_of_one_birthday(NumberKind.D_NUMBER, NumberKind.NATIONAL_ID)
    name = ("Prøve", None, f"Nyttnummer{serial}")
    person = actions.receive_message(samples.arrival(d_number, place=place, name=name), by=BY).person
    moved = samples.transfer(national, message_id=f"t{serial}", at="2026-04-01T12:30", to=to, name=name)
    actions.receive_message(moved, by=BY)
    return person, Message.objects.get(message_id=f"t{serial}")


def test_the_leader_where_the_person_is_sees_whom_it_may_be_and_not_where_from(client):
    person, _row = a_namesake()
    client.force_login(leader_of("0501"))
    page = words(client.get(PAGE))
    assert "BRIK kjenner, eller har kjent, en person med samme navn og fødselsdato. Er dette samme person?" in page
    assert f'Kjent fra før: <a href="/personer/{person.pk}/">' in page
    assert "Ja, samme person" in page
    assert "Nei, to personer" in page
    assert "Agder" not in page


def test_the_leader_whom_the_message_names_sees_that_it_is_asked_and_nothing_of_the_person(client):
    person, _ = a_namesake()
    client.force_login(leader_of("0931"))
    page = words(client.get(PAGE))
    assert "Er dette samme person?" in page
    assert str(person.pk) not in page
    assert "Oslo" not in page
    assert "en annen enhet" not in page


@pytest.mark.parametrize("unit", ["0501", "0931"])
def test_either_leader_answers_and_sees_the_answer(client, unit):
    person, row = a_namesake()
    client.force_login(leader_of(unit))
    address, form = f"{PAGE}{row.pk}/", {"question": row.question, "fate": row.fate, "checked": "ja"}
    assert client.post(address, {**form, "same": "nei"}).status_code == 302
    assert "Svaret var: to personer. De er registrert hver for seg." in words(client.get(PAGE))
    row.refresh_from_db()
    assert client.post(address, {**form, "fate": row.fate, "same": "ja"}).status_code == 302
    person.refresh_from_db()
    assert person.current_stay.unit.number == "0931"
    # The person is at the other unit now: its leader sees the answer.
    client.force_login(leader_of("0931"))
    assert "Svaret var: samme person." in words(client.get(PAGE))


def test_a_leader_of_a_third_unit_sees_nothing_of_a_namesake(client):
    _, row = a_namesake()
    client.force_login(situations.an_account(Role.LEADER, at=situations.a_unit("Bredtveit fengsel")))
    assert "Ingen meldinger venter" in client.get(PAGE).content.decode()
    form = {"same": "ja", "checked": "ja", "question": row.question}
    assert client.post(f"{PAGE}{row.pk}/", form).status_code == 404


def test_messages_that_follow_say_that_the_first_one_decides(client):
    d_number, national = situations.numbers_of_one_birthday(NumberKind.D_NUMBER, NumberKind.NATIONAL_ID)
    actions.receive_message(samples.arrival(d_number, name=NAME), by=BY)
    for serial in range(2):
        actions.receive_message(
            samples.new_dates(national, message_id=f"d{serial}", at=f"2026-04-0{serial + 1}", name=NAME), by=BY
        )
    client.force_login(leader_of("0501"))
    page = words(client.get(PAGE))
    assert page.count("Ja, samme person") == 1
    assert page.count("Svaret på den første meldingen med dette nummeret gjelder også denne.") == 1


def test_many_namesakes_are_told_with_as_many_queries_as_few(client, django_assert_num_queries):
    # Already a list: a page about fewer people is compared with the log too.
    for serial in range(5):
        a_namesake(serial)
    client.force_login(leader_of("0501"))
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for serial in range(5, 9):
        a_namesake(serial)
    with django_assert_num_queries(len(few)):
        page = client.get(PAGE).content.decode()
    assert all(f"Nyttnummer{serial}" in page for serial in range(9))
