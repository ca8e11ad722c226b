"""Unmistakable words typed into everything that is sealed, and then looked for everywhere."""

from io import StringIO

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from brik.mapping import actions as interviews
from brik.mapping import questions
from brik.mapping.answers import stored
from brik.mapping.models import Mapping
from brik.people import actions as people
from brik.people.messages import Dates
from brik.people.models import Organisation
from brik.vault import keys
from brik.vault.fields import SealedField
from consent import actions as consents
from consent import steps
from followup.desk import actions as desk
from followup.desk.demo import register, telling
from followup.sharing import actions as sharing
from followup.sharing.models import Receipt
from tests import canary, factories

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("key_ring")]

# What never holds a typed word: the number is searched for itself; the others name organisations and questions only.
HOLD_NO_WORDS = {"people.Identifier.number", "consent.WithdrawalReceipt.document", "sharing.Disclosure.content"}


def sealed_fields() -> dict[str, tuple[type, str]]:
    return {
        f"{model._meta.label}.{field.attname}": (model, field.attname)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, SealedField)
    }


def holding(words: list[str]) -> set[str]:
    """The sealed fields in which one of the words really lies, so that nothing is missing from the test."""
    found = set()
    with keys.ring():
        for name, (model, attribute) in sealed_fields().items():
            handles = [getattr(row, attribute) for row in model.objects.all()]
            for content in (handle.open() for handle in handles if handle is not None):
                text = content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content)
                if any(word in text for word in words):
                    found.add(name)
    return found


def test_no_typed_word_lies_in_clear_anywhere(client, caplog, tmp_path):
    register.load()
    call_command("load_texts", stdout=StringIO())
    oslo = factories.unit("Oslo fengsel")
    mapper = factories.staff(at=oslo)
    said = {name: canary.word(name) for name in WORDS}

    number = factories.number()
    someone = people.register(
        name=(said["fornavn"], said["mellomnavn"], said["etternavn"]),
        numbers=[number],
        unit=oslo,
        category="Ubetinget",
        arrived_at=timezone.now(),
        dates=Dates(start=timezone.localdate()),
        by=mapper,
    )
    people.set_protection(someone, address_grade="", restrictions=[], note=said["merknad"], by=mapper)
    people.set_protection(someone, address_grade="", restrictions=[], note=said["merknad"] + ".", by=mapper)

    _consent(someone, mapper, said)
    final = _interview(someone, mapper, said)
    koda, _ = telling.share(final, mapper, telling.KODA, telling.NAV)
    Receipt.objects.create(
        person_id=someone.pk,
        delivery=koda,
        organisation=Organisation.objects.get(number=telling.KODA),
        message_id="kvittering-1",
        status="FEILET_AVSENDER_MANGLER",
        content={"description": said["kvittering"]},
        sha256="0" * 64,
    )
    _through_the_pages(client, mapper, someone, final, said)
    correction = interviews.correct(final, reason=said["retting"], by=mapper)
    interviews.sign_off(correction, by=mapper)
    sharing.reconcile(someone, by=mapper)
    _talk_under_way(mapper, oslo, said)
    _withdrawn(mapper, oslo, said)

    assert set(sealed_fields()) - holding(list(said.values())) <= HOLD_NO_WORDS
    hits = canary.search(
        [*said.values(), number.value],
        database=connection.settings_dict,
        folders=[settings.KEY_DIR, tmp_path],
        texts={"log": caplog.text},
    )
    assert hits == []


WORDS = [
    "fornavn",
    "mellomnavn",
    "etternavn",
    "merknad",
    "tolk",
    "kilde",
    "underskrift",
    "svar",
    "retting",
    "kvittering",
    "tastet",
    "uferdig",
    "skannet",
]


def _consent(someone, mapper, said) -> None:
    """A talk with interpreter, a source and a typed signature."""
    opening = telling.opening("nb", mapping=steps.YES)
    opening[steps.LANGUAGE] |= {
        "interpreter": steps.YES,
        "agency": said["tolk"],
        "qualification": "B",
        "presence": "PHONE",
        "impartial": True,
    }
    talk = telling.begin(someone, mapper, opening)
    source = {"name": said["kilde"], "themes": ["BOLIG"]}
    answers = {steps.SOURCES: {"answer": steps.YES, "sources": [source]}}
    for offer in consents.offers_of(talk, talk.answers.open()):
        answers[steps.SHARING[offer.kind]] = {
            "organisation": offer.organisation.pk,
            "answer": steps.YES,
            "themes": [str(theme) for theme in offer.themes],
            "months": 6,
        }
    answers |= {steps.EXPLAINED: {}, steps.READ_BACK: {}}
    answers[steps.SIGNATURE] = {"method": "TYPED", "name": said["underskrift"], "confirmed": True}
    for step, answer in answers.items():
        talk = consents.save_step(talk, step=step, answer=answer, version=talk.row_version, by=mapper)
    desk.finish_talk(talk, by=mapper)


def _interview(someone, mapper, said) -> Mapping:
    """The word in every free text of every area; in the case system's message too."""
    held = interviews.begin(Mapping.objects.open().get(person=someone), by=mapper)
    for area in questions.get("domfelt").areas:
        asked = [question for question in area.questions if question.condition is None and not question.auto]
        answers = {one.link_id: stored(one, said["svar"], language="nb") for one in asked if one.free_text}
        answers |= {
            one.link_id: stored(one, one.options[-1].code, language="nb") for one in asked if one.type == "choice"
        }
        interviews.save_section(held, area=area.code, answers=answers, version=0, by=mapper)
    return interviews.sign_off(held, by=mapper)


def _through_the_pages(client, mapper, someone, final, said) -> None:
    """Reading, searching and failing at the pages leaves nothing behind either."""
    client.force_login(mapper)
    addresses = [
        reverse("desk:worklist"),
        reverse("desk:person", args=[someone.pk]),
        reverse("desk:withdraw", args=[someone.pk]),
        reverse("mapping:read", args=[final.pk]),
        reverse("mapping:pdf", args=[final.pk]),
        reverse("sharing:deliveries", args=[someone.pk]),
    ]
    for address in addresses:
        assert client.get(address).status_code == 200, address
    for text in (said["etternavn"], said["tastet"]):
        assert client.post(reverse("desk:worklist"), {"q": text}).status_code == 200
    client.post(reverse("desk:withdraw", args=[someone.pk]), {"what": said["tastet"], "clock": said["tastet"]})


def _talk_under_way(mapper, oslo, said) -> None:
    """A talk that stops with a scan lying in it."""
    talk = telling.begin(factories.person(at=oslo), mapper, telling.opening("nb"))
    answer = {"answer": "JA", "note": said["uferdig"]}
    scan = b"%PDF-" + said["skannet"].encode()
    consents.save_step(talk, step=steps.MAPPING, answer=answer, version=talk.row_version, scan=scan, by=mapper)


def _withdrawn(mapper, oslo, said) -> None:
    """The receipt of a withdrawal names who had got something."""
    someone = factories.person(at=oslo)
    telling.consent(someone, mapper, sharing=telling.ALL_OF_THEM)
    telling.share(telling.final(someone, mapper), mapper, telling.NAV)
    desk.withdraw(someone, what="alt", said_at=timezone.now(), by=mapper)
