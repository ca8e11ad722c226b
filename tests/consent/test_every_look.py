"""Whatever is asked of a page of the talk: where its content is shown, the log says to whom and of whom."""

import pytest
from django.urls import reverse

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.pages.refusal import Refused
from brik.staff.models import OrganisationKind, Role
from consent.record import steps
from consent.talk import actions
from tests import situations

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisations")]
NAV = steps.SHARING[OrganisationKind.NAV_STATE]


def send(client, talk, step, *, version="0", **fields):
    data = {"talk-current_step": step, "version": version, **fields}
    return client.post(reverse("desk:talk", args=[talk.pk, step]), data)


@pytest.mark.parametrize(
    ("step", "sent", "status"),
    [
        (steps.READ_BACK, {"again": "show"}, 200),
        (NAV, {"again": "show"}, 200),
        (NAV, {}, 422),
        (steps.LANGUAGE, {}, 422),
        (steps.EXPLAINED, {"forklart-no": "OTHER"}, 200),
    ],
)
def test_a_page_that_a_colleague_is_shown_by_sending_it_is_a_look_like_any_other(client, step, sent, status):
    holder, someone = situations.a_mapper_and_a_person()
    talk = situations.a_talk(someone, holder, stop_before=steps.SIGNATURE)
    colleague = situations.an_account(Role.MAPPER, at=talk.unit)
    client.force_login(colleague)
    before = Event.objects.filter(verb=Verb.CONSENT_TALK_READ).count()
    response = send(client, talk, step, **sent)
    assert response.status_code == status
    assert someone.name in response.content.decode()
    looks = Event.objects.filter(verb=Verb.CONSENT_TALK_READ)
    # What was sent, and the address that is asked again before the page is shown.
    assert looks.count() == before + 2
    seen = looks.last()
    assert (seen.subject, seen.actor, seen.about) == (someone.pk, colleague.actor_id, step)


def test_a_contact_officer_is_not_shown_a_no_in_a_talk_that_a_colleague_began(client):
    holder, someone = situations.a_mapper_and_a_person()
    talk = situations.a_talk(someone, holder, mapping="NEI", stop_before=steps.CLOSING)
    officer = situations.an_account(Role.CONTACT_OFFICER, at=talk.unit)
    client.force_login(officer)
    assert client.get(reverse("desk:talk", args=[talk.pk, steps.MAPPING])).status_code == 404
    assert send(client, talk, steps.MAPPING, again="show").status_code == 404
    begun = client.post(reverse("consent:start", args=[someone.pk]), follow=True)
    assert begun.status_code == 409
    assert "En kollega har begynt en samtale med personen." in begun.content.decode()
    with pytest.raises(Refused, match="anothers"):
        actions.save_step(talk, step=steps.MAPPING, answer={"answer": "JA"}, version=talk.row_version, by=officer)


def test_a_mapper_goes_on_with_the_talk_of_a_contact_officer_who_still_sees_it_too(client):
    officer, someone = situations.an_account(Role.CONTACT_OFFICER), situations.a_person()
    talk = situations.a_talk(someone, officer, stop_before=steps.SIGNATURE)
    for by in (situations.an_account(Role.MAPPER, at=talk.unit), officer):
        client.force_login(by)
        assert client.get(reverse("desk:talk", args=[talk.pk, steps.READ_BACK])).status_code == 200


@pytest.mark.parametrize(("role", "status"), [(Role.LEADER, 403), (Role.DECIDER, 403), (Role.CONTACT_OFFICER, 404)])
def test_who_is_not_shown_the_page_is_not_shown_it_by_sending_it_either(client, role, status):
    holder, someone = situations.a_mapper_and_a_person()
    talk = situations.a_talk(someone, holder, stop_before=steps.SIGNATURE)
    client.force_login(situations.an_account(role, at=situations.a_unit("Agder fengsel")))
    assert client.get(reverse("desk:talk", args=[talk.pk, steps.READ_BACK])).status_code == status
    assert send(client, talk, steps.READ_BACK, again="show").status_code == status


def test_a_page_that_was_saved_shows_nothing_and_is_no_look(client):
    holder, someone = situations.a_mapper_and_a_person()
    talk = situations.a_talk(someone, holder, stop_before=steps.SIGNATURE)
    client.force_login(holder)
    assert send(client, talk, NAV, version=talk.row_version, **{f"{NAV}-answer": "NEI"}).status_code == 302
    assert not Event.objects.filter(verb=Verb.CONSENT_TALK_READ).exists()
