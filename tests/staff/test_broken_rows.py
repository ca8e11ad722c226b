"""What is stored and does not fit is answered with a page in plain words, never with what it says, never with a 500."""

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import override_settings
from django.urls import include, path, reverse

from brik.audit.models import Event
from brik.audit.verbs import Verb
from brik.people.models import Person
from brik.staff.models import Role
from tests import situations

pytestmark = pytest.mark.django_db


def quicker(request, person):
    """A page that reseals a row that another process resealed after it was read."""
    mine, other = Person.objects.get(pk=person), Person.objects.get(pk=person)
    other.protection = {"note": "først"}
    other.save()
    mine.protection = {"note": "for sent"}
    with transaction.atomic():
        mine.save()
    return HttpResponse("lagret")


urlpatterns = [path("prove/<uuid:person>/", quicker), path("", include("brik.urls"))]


@pytest.fixture
def someone():
    return situations.a_person(family="Uleselig")


def broken(someone):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE people_person SET identity = protection WHERE uuid = %s", [someone.pk])


@override_settings(ROOT_URLCONF="tests.staff.test_broken_rows")
def test_who_saves_too_late_is_told_and_nothing_of_theirs_is_saved(client, someone):
    client.force_login(situations.an_account())
    response = client.post(f"/prove/{someone.pk}/")
    assert response.status_code == 409
    assert "Noen andre har endret dette" in response.content.decode()
    assert Person.objects.get(pk=someone.pk).protection.open() == {"note": "først"}
    assert Event.objects.get(verb=Verb.REFUSED).reason == "stale"


def test_a_page_whose_data_do_not_fit_says_so_and_the_event_names_place_and_person(client, someone):
    broken(someone)
    client.force_login(situations.an_account())
    response = client.get(reverse("desk:person", args=[someone.pk]))
    assert response.status_code == 409
    page = response.content.decode()
    assert "Opplysningene stemmer ikke" in page
    assert "Uleselig" not in page
    event = Event.objects.get(verb=Verb.INTEGRITY_BROKEN)
    assert (event.subject, "desk:person" in event.about) == (someone.pk, True)


def test_a_script_is_answered_in_its_own_language(client, someone):
    broken(someone)
    client.force_login(situations.an_account())
    response = client.get(reverse("desk:person", args=[someone.pk]), headers={"x-requested-with": "brik"})
    assert (response.status_code, response.json()["error"]) == (409, "Opplysningene stemmer ikke")


def test_the_data_protection_officer_sees_what_was_found_above_the_events(client, someone):
    client.force_login(situations.an_account(Role.PRIVACY))
    assert "Data som ikke stemmer, siste" not in client.get(reverse("desk:events")).content.decode()
    broken(someone)
    client.force_login(situations.an_account())
    client.get(reverse("desk:person", args=[someone.pk]))
    client.force_login(situations.an_account(Role.PRIVACY))
    page = client.get(reverse("desk:events")).content.decode()
    assert "Data som ikke stemmer, siste 30 dager" in page
    assert page.count(str(someone.pk)) >= 2
