"""One unit's worth of everything an address can point at, made through the real actions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from brik.arrivals.actions import receive_message
from brik.arrivals.models import Message
from brik.audit.actors import Process
from brik.audit.reasons import Reason
from brik.mapping.models import Notice, NoticeKind
from brik.mapping.questionnaire.themes import Theme
from brik.people.identifiers.numbers import NumberKind
from brik.people.models import Person
from brik.people.protection import Restriction
from brik.slips import actions as slips
from brik.slips.topics import Topic
from brik.staff.accounts import RoleKind, roles_of
from brik.staff.four_eyes import actions as four_eyes
from brik.staff.models import MapperApproval, MessageKey, Organisation, Proposal, Role, Staff, Unit
from consent.record import steps
from followup.demo import messages, telling
from followup.desk.erasure import actions as erasures
from followup.desk.models import LegalHoldRequest
from followup.desk.restrictions.actions import enter_protection as restrict
from followup.desk.retention import actions as retention
from followup.desk.retention.erasures import Erasure, ErasureExtent
from followup.plan import actions as plan
from followup.plan.needs import NeedContent
from followup.sharing.messages import actions as recipient_messages
from followup.sharing.models import DisposalNotice
from tests import situations
from tests.arrivals import samples
from tests.tasks import asked


def somebody(role: str, unit: Unit) -> Staff | None:
    """An account with a role, as the columns of the table name them; nobody for ``ingen``."""
    if role == "ingen":
        return None
    if role in roles_of(RoleKind.PARTNER):
        return situations.an_account(Role(role), organisation=Organisation.objects.get(number=telling.HEALTH))
    if role == "ikke_godkjent":
        return situations.an_account(Role.MAPPER, at=unit, approved=False)
    return situations.an_account(Role(role), at=unit)


def build(unit: Unit, partner: Organisation) -> dict[str, dict[str, Any]]:
    """The arguments of every address that takes some, by the address's name."""
    mapper = situations.an_account(at=unit)
    shared, drafted, talking, opened, gone, fresh = (situations.a_person(at=unit) for _ in range(6))

    consent = telling.consent(shared, mapper, sharing=telling.ALL_OF_THEM)
    final = telling.final(shared, mapper)
    need = plan.enter(final, content=NeedContent(Theme.MAAL), by=mapper)
    koda, given = telling.share(final, mapper, telling.KODA, partner.number)

    telling.consent(drafted, mapper, sharing=telling.ALL_OF_THEM)
    draft = telling.interview(drafted, mapper, areas=3)
    talk = telling.begin(talking, mapper, telling.opening("nb"))
    situations.a_talk(opened, mapper, stop_before=steps.MAPPING)

    telling.consent(gone, mapper, sharing=telling.ALL_OF_THEM)
    adviser = situations.an_account(Role.PARTNER, organisation=partner)
    recipient_messages.write(given.disclosure, text="Når passer det?", by=adviser)
    (ended,) = telling.share(telling.final(gone, mapper), mapper, partner.number)
    withdrawn = situations.a_withdrawal(gone, what=["alt"], said_at=timezone.now(), by=mapper)

    slips.turn(fresh, topics=[Topic.SLEEP], by=mapper)
    task = {"task": asked.a_task(mapper).pk}
    one_draft, one_area = {"mapping": draft.pk}, {"mapping": draft.pk, "step": "C"}
    one_final, somebody = {"mapping": final.pk}, {"person": fresh.pk}
    account = situations.an_account(Role.CONTACT_OFFICER, at=unit)
    approval = MapperApproval.objects.get(staff=mapper)
    return {
        "mapping:hub": one_draft,
        "mapping:begin": one_draft,
        "mapping:take_over": one_draft,
        "mapping:area": one_area,
        "mapping:draft": one_area,
        "mapping:newer": one_area,
        "mapping:help": one_area,
        "mapping:check": one_draft,
        "mapping:sign_off": one_draft,
        "mapping:read": one_final,
        "mapping:voluntariness": one_final,
        "mapping:thanks": one_final,
        "mapping:correct": one_final,
        "mapping:renew": one_final,
        "mapping:compare": one_final,
        "mapping:pdf": one_final,
        "arrivals:registered": somebody,
        "desk:protection": somebody,
        "desk:protection_saved": somebody,
        "tasks:task": task,
        "tasks:take": task,
        "slips:turn": somebody,
        "slips:write": somebody | {"language": "nb"},
        "slips:done": somebody | {"language": "nb"},
        "plan:plan": {"person": shared.pk},
        "plan:new_need": {"person": shared.pk},
        "plan:need": {"person": shared.pk, "need": need.pk},
        "staff:end_approval": {"approval": approval.pk},
        "staff:account": {"account": account.pk},
        "staff:end_post": {"account": account.pk, "post": account.posts.get().pk},
        "staff:password": {"account": account.pk},
        "staff:activity": {"account": account.pk},
        "staff:organisation": {"organisation": partner.pk},
        "staff:key": {"key": _key(unit).pk},
        "staff:decide": {"proposal": _proposal(unit).pk},
        "consent:start": somebody,
        "consent:mend": somebody,
        "consent:renew": somebody,
        "consent:read": {"consent": consent.pk},
        "consent:done": {"consent": consent.pk},
        "consent:sheet": {"consent": consent.pk},
        "consent:receipt": {"consent": consent.pk},
        # No sound lies there: a page says so to everybody alike.
        "consent:sound": {"language": "nb", "paragraph": "0" * 32},
        "consent:give_back": {"consent": consent.pk},
        "consent:paper": {"consent": consent.pk},
        "consent:discard": {"person": opened.pk},
        "consent:minor": {"person": situations.a_person(at=unit, born=date(2012, 1, 1)).pk},
        "consent:language": {"talk": talk.pk},
        "consent:slip": {"talk": talk.pk},
        "desk:talk": {"talk": talk.pk, "step": "sprak"},
        "desk:person": {"person": shared.pk},
        "desk:known_as": {"person": shared.pk},
        "desk:placement": {"person": shared.pk},
        "desk:rule": {"person": _restricted(unit).pk},
        "desk:withdraw": {"person": shared.pk},
        "desk:receipt": {"withdrawal": withdrawn.pk},
        "desk:heard": {"withdrawal": withdrawn.pk},
        "desk:receipt_pdf": {"withdrawal": withdrawn.pk},
        "desk:extract": {"person": shared.pk},
        "desk:hold": {"person": shared.pk},
        "desk:answer_hold": {"asked": _asked_for(shared).pk},
        "desk:erase": {"person": shared.pk},
        "desk:erasure": {"erasure": _erasure(unit).pk},
        "desk:decide_erasure": {"erasure": _erasure(unit).pk},
        "desk:notice_seen": {"notice": _notice(final).pk},
        "desk:answer_arrival": {"message": _waiting(unit).pk},
        "desk:settle_unit": {"unit": unit.pk},
        "sharing:preview": {"mapping": final.pk, "organisation": partner.pk},
        "sharing:deliveries": {"person": shared.pk},
        "sharing:step": {"message": koda.message_id, "step": "sett-pa-vent"},
        "sharing:file": {"disclosure": given.disclosure_id},
        "sharing:reply": {"message": given.message_id},
        "sharing:summary": {"disclosure": given.disclosure_id},
        "sharing:disposal": {"notice": DisposalNotice.objects.get(disclosure=ended.disclosure_id).pk},
        "sharing:summary_pdf": {"disclosure": given.disclosure_id},
    }


def _restricted(unit: Unit) -> Person:
    """Somebody whose restrictions wait for the leader."""
    person = situations.a_person(at=unit)
    return restrict(
        person, address_grade="", restrictions=[Restriction.LETTERS_BANNED], by=situations.an_account(at=unit)
    )


def _erasure(unit: Unit) -> Erasure:
    """A proposal to erase what somebody has said, which waits for a second person."""
    by = situations.an_account(Role.INSIGHT)
    return erasures.propose(situations.a_person(at=unit), extent=ErasureExtent.SAID, why=Reason.ASKED_FOR, by=by)


def _proposal(unit: Unit) -> Proposal:
    return four_eyes.propose_post(
        situations.an_account(Role.CONTACT_OFFICER, at=unit),
        role=Role.MAPPER,
        unit=unit,
        since=timezone.localdate(),
        by=situations.an_account(Role.SYSTEM),
    )


def _waiting(unit: Unit) -> Message:
    """A message that would make two known people one."""
    duf, national = situations.a_number(NumberKind.DUF), situations.a_number()
    for number, family in ((duf, "Ventesen"), (national, "Ventestad")):
        arrival = samples.arrival(
            number,
            message_id=f"{family}-{unit.number}",
            place=(unit.number, unit.name),
            arrived=f"{timezone.localtime() - timedelta(days=3):%Y-%m-%dT%H:%M}",
            name=("Prøve", None, family),
            category="Varetekt",
            days=samples.dates("VaretektDatoer"),
        )
        receive_message(arrival, by=Process("tests"))
    about = {
        "MeldingsId": f"venter-{unit.number}",
        "HendelseOpprettetTid": timezone.now().isoformat(),
        "DUF": duf.value,
        "Fnr": national.value,
        "Kjoenn": "M",
        "InnsattKategori": "Varetekt",
        "ErIAnstalt": True,
    }
    receive_message(messages.person_information(about), by=Process("tests"))
    return Message.objects.get(message_id=f"venter-{unit.number}")


def _asked_for(person: Person) -> LegalHoldRequest:
    """A request to keep everything about somebody, which waits for a second person."""
    by = situations.an_account(Role.INSIGHT)
    return retention.ask_for_hold(person, why=Reason.COURT_CASE, by=by)


def _notice(mapping) -> Notice:
    return Notice.objects.create(
        kind=NoticeKind.STAY_DELETED, person=mapping.person, mapping=mapping, unit=mapping.unit, mapper=None
    )


def _key(unit: Unit) -> MessageKey:
    return MessageKey.objects.create(kid=f"kid-{unit.number}", sender="Oppdiktet", jwk={"kty": "RSA"})
