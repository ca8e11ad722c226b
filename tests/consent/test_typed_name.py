"""A name typed as a signature that is like no name of the person's is asked about once, and never refused."""

import html
import re

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from brik.people import aliases
from consent.models import Consent, Talk
from consent.record import steps
from consent.talk.forms.name_similarity import resembles
from tests import situations

KNOWN = ["Åse-Marie Møller Østgård", "Mohamed Al-Sayed"]


@pytest.mark.parametrize(
    "typed",
    [
        "Åse-Marie Møller Østgård",
        "østgård, åse marie",
        "AASE OESTGAARD",
        "ase",
        "Åsemarie",
        "Moller",
        "Mollr",
        "Mohammed",
        "A. Østgård",
        "محمد",  # in another script than any name we have: it cannot be compared
    ],
)
def test_one_name_in_any_order_case_spelling_or_alias_is_like_enough(typed):
    assert resembles(typed, KNOWN)


@pytest.mark.parametrize("typed", ["X", "Kari Nordmann", "ja", "123", "–"])
def test_what_is_like_no_name_is_unlike(typed):
    assert not resembles(typed, KNOWN)


def test_where_no_name_is_known_nothing_is_unlike():
    assert resembles("Kari", [])


@given(st.permutations(["Åse", "Møller", "Østgård"]), st.sampled_from([str.upper, str.lower, str.title]))
def test_order_and_case_never_matter(words, case):
    assert resembles(case(" ".join(words)), KNOWN)


@given(st.text(max_size=60), st.lists(st.text(max_size=30), max_size=3))
def test_every_text_can_be_compared(typed, names):
    assert resembles(typed, names) in (True, False)


# --- The page ---


@pytest.fixture
def talk(client, organisations):
    by = situations.an_account()
    client.force_login(by)
    return situations.a_talk(situations.a_person(), by, stop_before=steps.SIGNATURE)


def sign(client, talk, name, **more):
    talk.refresh_from_db()
    fields = {"method": "TYPED", "name": name, "confirmed": "on"}
    data = {f"{steps.SIGNATURE}-{key}": value for key, value in fields.items()}
    address = reverse("desk:talk", args=[talk.pk, steps.SIGNATURE])
    return client.post(address, {"talk-current_step": steps.SIGNATURE, "version": talk.row_version, **data, **more})


def text(response):
    return html.unescape(response.content.decode())


def test_an_unlike_name_is_asked_about_once_and_sent_again_it_stands(client, talk):
    asked = sign(client, talk, "Kari Nordmann")
    assert asked.status_code == 200
    assert f"ligner ikke på navnet vi har: {talk.person.name}." in text(asked)
    assert 'value="Kari Nordmann"' in text(asked)
    assert not Consent.objects.exists()
    [again] = re.findall(r'<input type="hidden" name="(again)" value="1">', text(asked))
    assert "/samtykke/" in sign(client, talk, "Kari Nordmann", **{again: "1"}).url
    assert bytes(Consent.objects.get().signature.open()) == b"Kari Nordmann"


def test_the_persons_own_name_is_not_asked_about(client, talk):
    assert "/samtykke/" in sign(client, talk, talk.person.name.upper()).url


def test_another_name_the_person_goes_by_is_not_asked_about(client, talk):
    aliases.add(talk.person, "Kalle Kule", by=talk.started_by)
    assert "/samtykke/" in sign(client, talk, "kalle").url


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("nn", "liknar ikkje på namnet"), ("en", "is not like the name we have"), ("ar", "لا يشبه الاسم المسجل لدينا")],
)
def test_it_is_asked_in_the_language_of_the_talk(client, organisations, language, sentence):
    by = situations.an_account()
    client.force_login(by)
    held = situations.a_talk(situations.a_person(), by, stop_before=steps.SIGNATURE, language=language)
    assert sentence in text(sign(client, held, "Kari Nordmann"))
    assert Talk.objects.get().state == "AAPEN"
