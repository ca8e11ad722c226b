"""Two tabs, a stale page, two officers: both versions are shown, and neither is lost."""

import pytest

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.mapping.models import AreaState
from brik.mapping.record import actions
from tests.mapping.conflict_pages import choose, conflict_form, stored
from tests.mapping.pages import opened, send, url

pytestmark = pytest.mark.django_db


def two_tabs(client, mapping):
    return opened(client, mapping), opened(client, mapping)


def clash(signed_in, mapping):
    """C1 and C5 differ, C2 is the same in both."""
    one, other = two_tabs(signed_in, mapping)
    send(signed_in, mapping, page=one, C1="EIDE", C2="NEI", C5="JA")
    return send(signed_in, mapping, page=other, C1="UTEN", C2="NEI")


def test_a_stale_page_shows_both_versions_in_words_and_changes_nothing(signed_in, mapping):
    response = clash(signed_in, mapping)
    page = response.content.decode()
    assert response.status_code == 409
    assert "Eide" in page
    assert "Uten fast bolig" in page
    assert "Ikke besvart" in page
    assert "Har du bolig du kan flytte tilbake til?" not in page
    assert stored(mapping) == {"C1": "EIDE", "C2": "NEI", "C5": "JA"}
    # The page behind the redirect is a look of its own.
    told = list(Event.objects.order_by("-pk").values_list("verb", flat=True)[:3])
    assert told == [Verb.SECTION_READ, Verb.REFUSED, Verb.SECTION_READ]


@pytest.mark.parametrize(
    ("choices", "result"),
    [
        ({"C1": "mine", "C5": "theirs"}, {"C1": "UTEN", "C2": "NEI", "C5": "JA"}),
        ({"C1": "theirs", "C5": "mine"}, {"C1": "EIDE", "C2": "NEI"}),
        ({"C1": "mine", "C5": "mine"}, {"C1": "UTEN", "C2": "NEI"}),
        ({"C1": "theirs", "C5": "theirs"}, {"C1": "EIDE", "C2": "NEI", "C5": "JA"}),
    ],
)
def test_each_question_keeps_the_version_the_officer_chose(signed_in, mapping, choices, result):
    assert choose(signed_in, mapping, clash(signed_in, mapping), **choices).status_code == 302
    assert stored(mapping) == result
    assert mapping.sections.get().history.count() == 2


def test_nothing_is_chosen_in_silence(signed_in, mapping):
    response = choose(signed_in, mapping, clash(signed_in, mapping), C1="mine")
    assert response.status_code == 409
    assert "Velg én av utgavene" in response.content.decode()
    assert stored(mapping)["C1"] == "EIDE"
    response = choose(signed_in, mapping, response, C1="mine", C5="theirs")
    assert (response.status_code, stored(mapping)["C1"]) == (302, "UTEN")


def test_a_third_version_meanwhile_is_shown_too(signed_in, mapping, mapper):
    response = clash(signed_in, mapping)
    send(signed_in, mapping, C1="LEIDE_PRIVAT", C2="NEI", C5="JA")
    again = choose(signed_in, mapping, response, C1="mine", C5="mine")
    assert again.status_code == 409
    assert "Leide privat" in again.content.decode()


def test_declining_over_somebody_elses_answers_asks_first(signed_in, mapping):
    one, other = two_tabs(signed_in, mapping)
    send(signed_in, mapping, page=one, C1="EIDE")
    response = send(signed_in, mapping, page=other | {"sure": "1"}, then="decline")
    assert response.status_code == 409
    assert "Eide" in response.content.decode()
    assert choose(signed_in, mapping, response).status_code == 409
    assert choose(signed_in, mapping, response, area="theirs").status_code == 302
    assert stored(mapping) == {"C1": "EIDE"}
    assert choose(signed_in, mapping, response, area="mine").status_code == 302
    assert mapping.sections.get().shown_state == AreaState.DECLINED


def test_answers_over_a_declined_area_are_a_choice_too(signed_in, mapping):
    one, other = two_tabs(signed_in, mapping)
    send(signed_in, mapping, page=one, then="decline")
    response = send(signed_in, mapping, page=other, C1="EIDE")
    assert "ikke vil svare på dette området" in response.content.decode()
    choose(signed_in, mapping, response, C1="mine")
    assert stored(mapping) == {"C1": "EIDE"}


def test_a_colleague_who_took_over_is_named_and_what_was_typed_is_shown(signed_in, mapping, colleague):
    page = opened(signed_in, mapping)
    actions.take_over(mapping, by=colleague)
    response = send(signed_in, mapping, page=page, C1="EIDE")
    html = response.content.decode()
    assert response.status_code == 409
    assert f"{colleague.name} har tatt over" in html
    assert "Eide" in html
    assert not mapping.sections.exists()


def test_what_was_typed_can_be_saved_by_taking_the_interview_back(signed_in, mapping, mapper, colleague):
    page = opened(signed_in, mapping)
    actions.take_over(mapping, by=colleague)
    response = send(signed_in, mapping, page=page, C1="EIDE")
    saved = signed_in.post(url("area", mapping, step="C"), conflict_form(response))
    assert saved.status_code == 302
    assert stored(mapping) == {"C1": "EIDE"}
    mapping.refresh_from_db()
    assert mapping.mapper == mapper


def test_taking_over_shows_on_the_hub_of_both(client, mapping, mapper, colleague):
    client.force_login(colleague)
    assert f"{mapper.name} er i gang med denne kartleggingen" in client.get(url("hub", mapping)).content.decode()
    after = client.post(url("take_over", mapping), follow=True).content.decode()
    assert "Du har tatt over" in after
    assert Event.objects.filter(verb=Verb.MAPPING_TAKEN_OVER, actor=colleague.actor_id).count() == 1
    client.force_login(mapper)
    assert f"{colleague.name} er i gang med denne kartleggingen" in client.get(url("hub", mapping)).content.decode()


def test_the_same_page_sent_twice_is_saved_once(signed_in, mapping):
    page = opened(signed_in, mapping)
    for _press in range(2):
        assert send(signed_in, mapping, page=page, C1="EIDE").status_code == 302
    assert mapping.sections.get().row_version == 1
