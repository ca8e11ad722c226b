"""No free text takes a number of eleven digits: every field of every form is asked, also those a page makes itself."""

from collections.abc import Iterator
from itertools import chain

import pytest
from django.core.exceptions import ValidationError
from django.urls import get_resolver

from brik.mapping.pages.area.area_form import AreaForm
from brik.mapping.questionnaire import catalogue
from brik.pages.fields.text_fields import TextArea, TextField
from brik.pages.forms import PageForm
from brik.people.forms import AddNameForm
from brik.staff.models import Organisation, OrganisationKind
from consent.record import steps
from tests import situations
from tests.consent.talk_pages import at, url

# Month + 80: nobody's number.
WRITTEN = "Se 01.81.90\u00a012345 i saken"
# Form and field → why it takes such a number.
UNGUARDED = {
    ("LoginForm", "username"): "never kept",
    ("LoginForm", "password"): "a password",
    ("PasswordForm", "password"): "a password",
    ("NewPassword", "password"): "a password",
    ("AccountForm", "password"): "a password",
    ("OwnPasswordForm", "old"): "a password",
    ("OwnPasswordForm", "new"): "a password",
    ("OwnPasswordForm", "again"): "a password",
    ("SearchForm", "q"): "a search by number",
    ("InboxSearchForm", "q"): "never kept, and finds nobody by a number",
    ("EventsForm", "person"): "the code of a record",
    ("EventsForm", "staff"): "a user name to search for",
    ("NumberForm", "number"): "a number is asked for",
    ("AddNumberForm", "number"): "a number is asked for",
    ("RegisterForm", "number"): "a number is asked for",
    ("KeyForm", "kid"): "a key",
    ("KeyForm", "sender"): "a key's sender",
    ("KeyForm", "jwk"): "a key",
    ("OrganisationForm", "public_key"): "a key",
}


def forms_of_the_house(base: type[PageForm] = PageForm) -> Iterator[type[PageForm]]:
    for form in base.__subclasses__():
        yield from forms_of_the_house(form)
        if form.__module__.split(".")[0] in {"brik", "consent", "followup"}:
            yield form


def declared() -> list[tuple[str, str, TextField]]:
    assert get_resolver().url_patterns  # imports every view, and every form with it
    return [
        (form.__name__, name, field)
        for form in forms_of_the_house()
        for name, field in form.base_fields.items()
        if isinstance(field, TextField)
    ]


def takes_it(field: TextField) -> bool:
    """Whether a text with such a number in it is taken, whatever else is wrong with it."""
    try:
        field.clean(WRITTEN[: field.max_length])
    except ValidationError as error:
        return "eleven_digits" not in {each.code for each in error.error_list}
    return True


def test_every_declared_field_for_words_refuses_a_number_of_eleven_digits_but_those_that_ask_for_one():
    fields = declared()
    assert len(fields) > 30
    roomy = [(form, name, field) for form, name, field in fields if not field.max_length or field.max_length > 20]
    assert {(form, name) for form, name, field in roomy if takes_it(field)} == set(UNGUARDED)


@pytest.mark.parametrize("form", ["domfelt", "varetekt"])
def test_every_field_for_words_of_an_interview_refuses_it(form):
    questionnaire = catalogue.get(form)
    fields = [
        (name, field)
        for area in questionnaire.areas
        for name, field in AreaForm(None, prefix=area.code, area=area, language="nb").fields.items()
        if isinstance(field, TextField)
    ]
    assert len(fields) > 10
    assert [name for name, field in fields if takes_it(field)] == []


@pytest.mark.django_db
def test_every_field_for_words_of_the_talk_refuses_it(client):
    situations.publish_texts()
    situations.all_recipients()
    officer = situations.an_account()
    client.force_login(officer)
    talk = at(situations.a_person(), officer, steps.SIGNATURE)
    asked = (steps.LANGUAGE, steps.SOURCES, steps.SIGNATURE)
    forms = [client.get(url(talk, step)).context["form"] for step in asked]
    Organisation.objects.filter(kind=OrganisationKind.NAV_MUNICIPAL).change(municipality="4203")
    unknown = at(situations.a_person(), officer, steps.MUNICIPALITY, actual="")
    forms.append(client.get(url(unknown, steps.MUNICIPALITY)).context["form"])
    named = chain.from_iterable(form.fields.items() for form in forms)
    fields = [(name, field) for name, field in named if isinstance(field, TextField)]
    assert {name for name, _ in fields} >= {"agency", "spoken", "name_1", "name_2", "name_3", "name"}
    assert [name for name, field in fields if takes_it(field)] == []


def test_the_error_names_the_field_in_the_list_and_repeats_no_digit():
    form = AddNameForm({"alias": WRITTEN})
    sentence = form["alias"].named_error
    assert sentence.startswith("Navn: Ta bort tallet med 11 sifre.")
    assert "90" not in sentence


@pytest.mark.parametrize(
    "typed", ["\u202eEva\u2066 Prøve", "Eva\u200b\tPrøve", "Eva\u00a0\u0085Prøve", "  Eva  Pr\u00f8ve "]
)
def test_a_name_typed_in_a_form_is_cleaned_as_one_in_a_message(typed):
    assert TextField(label="Navn").clean(typed) == "Eva Prøve"
    assert TextField(label="Passord", printed=False, strip=False).clean(typed) == typed


def test_what_is_invisible_alone_is_no_name():
    for typed in ("\u200b", "\u202e\u2800", "\u3164 \u00ad", "\ufe0f"):
        with pytest.raises(ValidationError) as error:
            TextField(label="Navn", missing="Skriv navnet").clean(typed)
        assert error.value.messages == ["Skriv navnet"]


def test_a_text_of_several_lines_keeps_them():
    assert TextArea(label="Mer").clean("En linje\r\n\r\nTo  linjer") == "En linje\n\nTo  linjer"
