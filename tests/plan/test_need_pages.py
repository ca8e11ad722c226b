"""The pages of needs: what they show, to whom, and what they do with whatever is sent."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.questionnaire.themes import Theme
from brik.mapping.record import lifecycle
from brik.staff.models import Role
from followup.plan import actions
from followup.plan.models import Need, NeedState
from followup.plan.need_states import NeedLevel, NeedWish
from tests import situations
from tests.plan.needs import confirmed, entered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("key_ring")]


def page_of(person) -> str:
    return reverse("plan:plan", args=[person.pk])


def words(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def signed_in(client, mapper):
    client.force_login(mapper)
    return client


def post(client, need, **sent):
    address = reverse("plan:need", args=[need.person_id, need.pk])
    return client.post(address, {"version": need.row_version, **sent})


def test_what_the_interview_proposes_is_ticked_and_stands_as_a_need(signed_in, person):
    shown = words(signed_in.get(page_of(person)))
    assert "Bolig: Stort behov. Ønsker hjelp" in shown
    assert "Ikke bedt om hjelp" in shown
    answer = signed_in.post(page_of(person), {"themes": ["BOLIG"]})
    assert answer.headers["Location"] == page_of(person)
    shown = words(signed_in.get(page_of(person)))
    assert "Foreslått fra kartleggingen" not in shown
    assert "Stort behov" in shown
    assert Event.objects.filter(verb=Verb.NEEDS_READ, subject=person.pk).count() == 2


def test_the_person_page_leads_there_for_the_mapper_and_for_nobody_else(signed_in, person, oslo):
    link = f'href="{page_of(person)}"'
    address = reverse("desk:person", args=[person.pk])
    assert link in words(signed_in.get(address))
    for role in (Role.CONTACT_OFFICER, Role.LEADER, Role.DECIDER):
        signed_in.force_login(situations.an_account(role, at=oslo))
        assert link not in words(signed_in.get(address))


def test_the_person_page_names_the_open_needs_to_the_mapper_the_most_urgent_first(signed_in, interview, mapper, oslo):
    confirmed(interview, by=mapper)
    entered(interview, Theme.ARBEID, level=NeedLevel.URGENT, by=mapper)
    actions.meet(entered(interview, Theme.FRITID, by=mapper), version=1, by=mapper)
    address = reverse("desk:person", args=[interview.person_id])
    assert "Arbeid (Haster), Bolig (Stort behov) </span>" in words(signed_in.get(address))
    signed_in.force_login(situations.an_account(Role.CONTACT_OFFICER, at=oslo))
    assert "Stort behov" not in words(signed_in.get(address))


def test_without_a_signed_off_interview_there_is_no_page_and_no_link(signed_in, mapper, oslo):
    fresh = situations.a_person(at=oslo)
    assert signed_in.get(page_of(fresh)).status_code == 404
    assert page_of(fresh) not in words(signed_in.get(reverse("desk:person", args=[fresh.pk])))
    begun = situations.an_interview(mapper, situations.a_person(at=oslo)).person
    assert signed_in.get(page_of(begun)).status_code == 404


def test_once_the_interview_is_closed_inside_the_page_is_as_if_there_were_none(signed_in, mapper, person, interview):
    need = confirmed(interview, by=mapper)
    lifecycle.close_gate(person, reason="withdrawn", by=mapper, readable_until=timezone.now())
    assert signed_in.get(page_of(person)).status_code == 404
    assert signed_in.get(reverse("plan:need", args=[person.pk, need.pk])).status_code == 404
    assert post(signed_in, need, what="DEKKET").status_code == 404
    assert page_of(person) not in words(signed_in.get(reverse("desk:person", args=[person.pk])))


def test_a_need_is_entered_by_hand(signed_in, person):
    address = reverse("plan:new_need", args=[person.pk])
    answer = signed_in.post(address, {"theme": "RUS", "level": "3", "wish": "SENERE"})
    assert answer.headers["Location"] == page_of(person)
    need = Need.objects.get(person=person)
    assert (need.opened.theme, need.opened.level, need.opened.wish) == (Theme.RUS, NeedLevel.URGENT, NeedWish.LATER)
    # The theme is not offered again, and is refused where it is sent all the same.
    assert 'value="RUS"' not in words(signed_in.get(address))
    assert signed_in.post(address, {"theme": "RUS", "level": "1", "wish": "JA"}).status_code == 422


@pytest.mark.parametrize(
    ("sent", "state"),
    [
        ({"what": "DEKKET"}, NeedState.MET),
        ({"what": "TAKKET_NEI", "present": "on"}, NeedState.DECLINED),
        ({"what": "BORTFALT", "reason": "ORDNET_SELV"}, NeedState.LAPSED),
        ({"what": "FEIL"}, NeedState.IN_ERROR),
    ],
)
def test_a_need_is_ended_on_its_page(signed_in, interview, mapper, sent, state):
    need = confirmed(interview, by=mapper)
    assert post(signed_in, need, **sent).headers["Location"] == page_of(need.person)
    need.refresh_from_db()
    assert need.state == state
    address = reverse("plan:need", args=[need.person_id, need.pk])
    if state is NeedState.IN_ERROR:
        assert signed_in.get(address).status_code == 404
        # What the person said stands in the interview, and is proposed again.
        assert "Foreslått fra kartleggingen" in words(signed_in.get(page_of(need.person)))
        return
    assert str(state.label) in words(signed_in.get(page_of(need.person)))
    assert signed_in.post(address, {"version": 2, "reason": "VIL_LIKEVEL"}).status_code == 302
    need.refresh_from_db()
    assert need.state == NeedState.OPEN


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"what": "IKKE_DEKKET"},
        {"what": "TAKKET_NEI"},
        {"what": "BORTFALT"},
        {"what": "BORTFALT", "reason": "fordi"},
        {"what": "ENDRE"},
        {"what": "ENDRE", "level": "4", "wish": "JA"},
        {"what": "ENDRE", "level": "1", "wish": "x" * 10_000_000},
    ],
)
def test_what_cannot_be_so_is_told_at_the_page_and_changes_nothing(signed_in, interview, mapper, sent):
    need = confirmed(interview, by=mapper)
    answer = post(signed_in, need, **sent)
    assert 400 <= answer.status_code < 500
    need.refresh_from_db()
    assert (need.state, need.row_version) == (NeedState.OPEN, 1)


@pytest.mark.parametrize("version", ["", "0", "2", "-1", "x", "9" * 40, "١"])
def test_a_page_that_is_too_old_changes_nothing(signed_in, interview, mapper, version):
    need = confirmed(interview, by=mapper)
    address = reverse("plan:need", args=[need.person_id, need.pk])
    assert signed_in.post(address, {"version": version, "what": "DEKKET"}).status_code == 409
    need.refresh_from_db()
    assert need.state == NeedState.OPEN


def test_another_persons_need_in_the_address_is_nobodys(signed_in, mapper, interview, noise, oslo):
    other = situations.a_signed_off_interview(mapper, situations.a_person(at=oslo))
    need = entered(other, Theme.RUS, by=mapper)
    for strange in (need, noise):
        address = reverse("plan:need", args=[interview.person_id, strange.pk])
        assert signed_in.get(address).status_code == 404
        assert signed_in.post(address, {"version": 1, "what": "DEKKET"}).status_code == 404


def test_a_need_that_was_changed_past_us_is_not_shown(signed_in, interview, mapper):
    situations.forge(confirmed(interview, by=mapper), reason="noe annet")
    assert "Stort behov" not in words(signed_in.get(page_of(interview.person)))


def test_declining_changes_no_page_of_those_who_may_not_know(client, interview, mapper, oslo):
    """Story 6: byte for byte, but for what differs in every answer."""
    need = confirmed(interview, by=mapper)
    pages = [reverse("desk:person", args=[need.person_id]), reverse("desk:worklist"), reverse("desk:releases")]

    def seen() -> list[str]:
        found = []
        for role, user in users.items():
            client.force_login(user)
            found += [f"{role} {steady(client.get(page))}" for page in pages]
        return found

    users = {role: situations.an_account(role, at=oslo) for role in (Role.DECIDER, Role.LEADER, Role.CONTACT_OFFICER)}
    before = seen()
    actions.decline(need, present=True, version=1, by=mapper)
    assert seen() == before


def steady(answer) -> str:
    """The page without the token of its forms, and the clock."""
    page = answer.content.decode()
    return re.sub(r'name="(csrfmiddlewaretoken|typed_by|held_by)" value="[^"]*"|data-seconds="\d+"', "", page)
