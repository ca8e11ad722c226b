"""Why something happened, in words: what an event holds as a code of one of the rooms' lists."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from functools import cache

from django.db.models import Choices
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brik.arrivals.timeline.standings import Fate, ParkedReason
from brik.audit.reasons import Reason
from brik.definitions.help_numbers import HelpContact
from brik.pages.refusal import RefusalReason
from brik.staff.four_eyes.proposals import ProposalState
from brik.tasks.states import TaskOutcome
from consent.record.endings import EndCause
from followup.plan.models import NeedSource, NeedState
from followup.sharing.disclosure.states import ReceiptStatus
from followup.sharing.models import DisposalAnswerKind, PartnerAnswerKind

Words = str | Promise

REASONS: dict[str, Words] = {
    Reason.CREATED: gettext_lazy("opprettet"),
    Reason.POST_GIVEN: gettext_lazy("fikk en rolle"),
    Reason.POST_ENDED: gettext_lazy("en rolle ble avsluttet"),
    Reason.PASSWORD_SET: gettext_lazy("nytt passord, satt av en annen"),
    Reason.OWN_PASSWORD_SET: gettext_lazy("byttet eget passord"),
    Reason.ACCOUNT_OPENED: gettext_lazy("kontoen ble åpnet"),
    Reason.ACCOUNT_CLOSED: gettext_lazy("kontoen ble stengt"),
    Reason.APPROVAL_ENDED: gettext_lazy("godkjenningen ble avsluttet"),
    Reason.KEY_TRUSTED: gettext_lazy("en nøkkel ble godkjent"),
    Reason.KEY_DISTRUSTED: gettext_lazy("en nøkkel ble tatt ut av bruk"),
    Reason.PROPOSED: gettext_lazy("foreslått, venter på en annen"),
    Reason.OVERTAKEN: gettext_lazy("et nyere forslag kom i stedet"),
    Reason.END_SET: gettext_lazy("sluttdato for hjemmelen"),
    Reason.TEXT_APPROVED: gettext_lazy("en tekst ble godkjent"),
    Reason.REPLACED: gettext_lazy("byttet ut med en ny"),
    Reason.RETIRED: gettext_lazy("tatt ut av bruk"),
    Reason.RESTORED: gettext_lazy("hentet tilbake"),
    Reason.DESTROYED: gettext_lazy("ødelagt"),
    Reason.HANDED_OVER: gettext_lazy("overtatt av andre forvaltere"),
    Reason.COPIES_DESTROYED: gettext_lazy("kopiene i sikkerhetskopier er ødelagt"),
    Reason.CSRF: gettext_lazy("siden hadde vært åpen for lenge, eller kom fra et annet sted"),
    Reason.METHOD: gettext_lazy("siden ble åpnet på feil måte"),
    Reason.NOT_FOUND: gettext_lazy("finnes ikke, eller er ikke for denne brukeren"),
    Reason.FORGED_CHOICE: gettext_lazy("et svar som siden ikke tilbyr"),
    Reason.TYPED_BY_ANOTHER: gettext_lazy("en annen hadde skrevet det som ble sendt"),
    Reason.STALE: gettext_lazy("lagret av noen andre i mellomtiden"),
    Reason.CLASH: gettext_lazy("lagret av noen andre i mellomtiden"),
    Reason.TAKEN_OVER: gettext_lazy("en kollega hadde tatt over"),
    Reason.UNCORRECTED: gettext_lazy("noe måtte rettes først"),
    Reason.MOVE_NOT_ALLOWED: gettext_lazy("det gikk ikke an lenger"),
    Reason.NO_LONGER_SHARED: gettext_lazy("deles ikke lenger"),
    Reason.NO_SUCH_NAME: gettext_lazy("navnet var ikke der"),
    Reason.ADDS_NOTHING: gettext_lazy("ingenting å legge til"),
    Reason.NO_ANSWER_GIVEN: gettext_lazy("uten svar"),
    Reason.NOTHING_TO_ANSWER: gettext_lazy("ingenting å svare på"),
    Reason.TOO_MANY_ATTEMPTS: gettext_lazy("for mange forsøk"),
    Reason.SAME_PERSON: gettext_lazy("samme person"),
    Reason.ANOTHER_PERSON: gettext_lazy("en annen person"),
    Reason.AGAINST_ANOTHER: gettext_lazy("mot svaret fra en annen leder"),
    Reason.USED: gettext_lazy("brukt"),
    Reason.DISCARDED: gettext_lazy("forkastet"),
    Reason.MALFORMED: gettext_lazy("ikke etter formatet"),
    Reason.NOT_ACCEPTED: gettext_lazy("ikke godtatt"),
    Reason.NOT_TRUSTED: gettext_lazy("ikke fra en kjent avsender"),
    Reason.UNREADABLE: gettext_lazy("kunne ikke leses"),
    Reason.NO_ANSWER: gettext_lazy("ingen svarte"),
    Reason.NUMBER_TAKEN_AWAY: gettext_lazy("et nummer ble tatt bort"),
    Reason.ALIAS_ADDED: gettext_lazy("et navn ble lagt til"),
    Reason.ALIAS_TAKEN_AWAY: gettext_lazy("et navn ble tatt bort"),
    Reason.PLACED: gettext_lazy("avdeling og kontaktbetjent"),
    Reason.LANGUAGE: gettext_lazy("byttet språk"),
    Reason.SUPERSEDED: gettext_lazy("erstattet av noe nyere"),
    Reason.OTHER_STATUS: gettext_lazy("ny status"),
    Reason.WITHDRAWN: gettext_lazy("trukket tilbake"),
    Reason.LEFT_UNFINISHED: gettext_lazy("ikke ferdig i tide"),
    Reason.READING_ENDED: gettext_lazy("tiden for å lese er ute"),
    Reason.CONSENT_REFUSED: gettext_lazy("personen har sagt nei"),
    Reason.ABANDONED: gettext_lazy("avbrutt"),
    Reason.ANSWER_CHANGED: gettext_lazy("svaret ble endret"),
    Reason.SPAN_ENDED: gettext_lazy("tiden for oppbevaring er ute"),
    Reason.COURT_CASE: gettext_lazy("en sak i retten"),
    Reason.COMPLAINT: gettext_lazy("en klage"),
    Reason.SUPERVISION: gettext_lazy("et tilsyn"),
    Reason.ACCESS_REQUEST: gettext_lazy("et krav om innsyn"),
    Reason.CASE_CLOSED: gettext_lazy("saken er avsluttet"),
    Reason.MISTAKE: gettext_lazy("den var en feil"),
    Reason.ASKED_FOR: gettext_lazy("personen har bedt om det"),
    Reason.NOT_NEEDED: gettext_lazy("det trengs ikke lenger"),
    Reason.UNLAWFUL: gettext_lazy("det skulle ikke vært lagret"),
    Reason.ORDERED: gettext_lazy("pålagt av tilsyn eller domstol"),
    Reason.ERASED: gettext_lazy("slettet for godt"),
    Reason.TYPED: gettext_lazy("det som var skrevet, ble tatt vare på"),
    Reason.RECEIPT: gettext_lazy("kvitteringen"),
    Reason.SHARED_AFTERWARDS: gettext_lazy("delt etterpå"),
    Reason.NOBODY_REACHED: gettext_lazy("ingen nådd"),
    Reason.SAID_HERE: gettext_lazy("sagt nå"),
    Reason.SAID_SIGNED: gettext_lazy("skrevet under på papir"),
    Reason.SAID_BEFORE: gettext_lazy("sagt før"),
    Reason.HEARD: gettext_lazy("personen er spurt"),
    Reason.NOT_YET_HEARD: gettext_lazy("personen er ikke spurt ennå"),
    Reason.PROTECTION: gettext_lazy("siden om gradering og restriksjoner"),
    Reason.RESTRICTIONS: gettext_lazy("listen over restriksjoner"),
    Reason.PLACES: gettext_lazy("så stedene bak en gradert adresse"),
    Reason.KNOWN_AS: gettext_lazy("nummer og navn"),
    Reason.RELEASES: gettext_lazy("hvem som løslates"),
    Reason.SLIP: gettext_lazy("siden for lapp"),
    Reason.WITHDRAWAL: gettext_lazy("siden for å trekke tilbake"),
    Reason.HOLDS: gettext_lazy("siden om bevaring"),
    Reason.EXTRACT: gettext_lazy("alt som er lagret"),
    Reason.EXPORT: gettext_lazy("hentet som fil"),
    Reason.COUNTS: gettext_lazy("tall"),
    Reason.WAITING: gettext_lazy("meldinger på vent"),
    Reason.ERASURE: gettext_lazy("siden om sletting"),
    Reason.ERASURES: gettext_lazy("listen over slettinger"),
    Reason.DONE: gettext_lazy("siste side av samtalen"),
    Reason.WITHOUT_MESSAGES: gettext_lazy("listen over dem det er lenge siden en melding om"),
    Reason.UNIT_UNCLEAR: gettext_lazy("enheten må avklares"),
    Reason.SAME_UNIT: gettext_lazy("samme enhet"),
    Reason.ANOTHER_UNIT: gettext_lazy("en annen enhet"),
    Reason.CONSENT_ENDED: gettext_lazy("samtykket er avsluttet"),
    Reason.FOUND_BY_CHECK: gettext_lazy("funnet av den daglige kontrollen"),
    Reason.BEFORE_SENDING: gettext_lazy("funnet før sending"),
}

# What the arrivals call the fate of a message and what it waits for, by the names that events hold.
FATES: dict[Fate | ParkedReason, Words] = {
    Fate.APPLIED: gettext_lazy("tatt i bruk"),
    Fate.PROVISIONAL: gettext_lazy("foreløpig i bruk"),
    Fate.NUMBERLESS: gettext_lazy("person uten nummer"),
    Fate.PARKED: gettext_lazy("på vent"),
    Fate.SET_ASIDE: gettext_lazy("lagt til side"),
    Fate.REPLACED: gettext_lazy("en nyere melding gjelder"),
    Fate.COPY: gettext_lazy("meldt av en annen avsender før"),
    Fate.DELETED: gettext_lazy("slettet av avsenderen"),
    Fate.AHEAD: gettext_lazy("gjelder fram i tid"),
    Fate.UNMATCHED: gettext_lazy("det som skal slettes, er ikke kommet"),
    ParkedReason.SAME_ID: gettext_lazy("samme meldingsnummer, annet innhold"),
    ParkedReason.TWO_PEOPLE: gettext_lazy("kan gjelde to personer"),
    ParkedReason.SECOND_NUMBER: gettext_lazy("personen har et annet nummer"),
    ParkedReason.NO_CATEGORY: gettext_lazy("uten innsattkategori"),
    ParkedReason.NO_NUMBER: gettext_lazy("uten nummer"),
    ParkedReason.BY_HAND: gettext_lazy("skrevet for hånd"),
    ParkedReason.NAMESAKE: gettext_lazy("samme navn og fødselsdato som en annen"),
    ParkedReason.OTHER_SENDER: gettext_lazy("fra en annen avsender"),
}
CONTACTS: dict[HelpContact, Words] = {
    HelpContact.HEALTH_UNIT: gettext_lazy("helseavdelingen nådd"),
    HelpContact.DUTY_LEADER: gettext_lazy("vaktleder nådd"),
    HelpContact.EMERGENCY_DOCTOR: gettext_lazy("legevakt nådd"),
    HelpContact.AMBULANCE: gettext_lazy("113 nådd"),
}


def reason_in_words(code: str) -> str:
    """The reason of an event as people say it; empty without one. What no list knows stands as its code."""
    known = _known()
    if not code or code in known:
        return str(known.get(code, ""))
    if re.fullmatch(r"[a-z_]+\.[a-z_]+", code):
        return _("rollen gir ikke tilgang")  # the code is the permission that was missing
    if re.fullmatch(r"([A-Z][a-z0-9]+)+", code):
        return _("kunne ikke leses")  # the name of the error in the program
    return _("kode %s") % code


@cache
def _known() -> dict[str, Words]:
    """Code → words, of every list that events take their reasons from."""
    known: dict[str, Words] = {
        reason.value: reason.label for kind in _refusals(RefusalReason) for reason in _members(kind)
    }
    known |= {cause.value: cause.label for cause in EndCause}
    for kind in (ProposalState, ReceiptStatus, PartnerAnswerKind, DisposalAnswerKind, TaskOutcome):
        known |= {member.name.lower(): member.label for member in _members(kind)}
    for need_kind in (NeedState, NeedSource):
        known |= {member.event_code: member.label for member in need_kind}
    known |= {fate.name.lower(): words for fate, words in FATES.items()}
    known |= {contact.name.lower(): words for contact, words in CONTACTS.items()}
    return known | REASONS


def _members(kind: type[Choices]) -> Iterable[Choices]:
    return list(kind)


def _refusals(kind: type[RefusalReason]) -> list[type[RefusalReason]]:
    """All lists of reasons to refuse, of every room."""
    found = [kind] if issubclass(kind, Enum) and list(kind) else []
    return found + [each for sub in kind.__subclasses__() for each in _refusals(sub)]
