"""The kinds of lateness, and after how long each is late: ``fixtures/late.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum, auto
from functools import cache
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from brik.definitions import fixtures, strict_yaml

PATH = fixtures.FOLDER / "late.yaml"


class LateKind(TextChoices):
    """What can be late about a person. The label is what a mapper reads."""

    SHARE_WAITING = "share_waiting", _("Delingen er ikke kommet fram")
    SHARE_UNDER_RECEIPT = "share_under_receipt", _("Mottakeren er ikke ferdig med delingen")
    SHARE_FAILED = "share_failed", _("Delingen ble avvist, og ingen har gjort noe med det")
    FAILED_AFTER_RECEIPT = "failed_after_receipt", _("Mottakeren tok imot delingen, men har meldt feil etterpå")
    SHARE_PARKED = "share_parked", _("Delingen er satt på vent")
    RETRACTION_WAITING = "retraction_waiting", _("Tilbaketrekkingen er ikke kommet fram")
    RETRACTION_FAILED = "retraction_failed", _("Mottakeren har ikke trukket tilbake: meldt feil")
    RETRACTION_UNCONFIRMED = "retraction_unconfirmed", _("Mottakeren har ikke bekreftet tilbaketrekkingen")
    REPLY_OUTSTANDING = "reply_outstanding", _("Mottakeren har ikke svart på det som ble delt")
    DISPOSAL_UNANSWERED = "disposal_unanswered", _("Mottakeren har ikke svart om makulering")
    WITHDRAWAL_UNHEARD = "withdrawal_unheard", _("Ingen har snakket med personen om det som er trukket tilbake")
    WITHDRAWAL_UNFINISHED = "withdrawal_unfinished", _("Noe som er trukket tilbake, er ikke gjennomført i systemet")


# Their last day is promised elsewhere: ``DISPOSAL_ANSWER_DAYS``, ``WITHDRAWAL_HEARD_HOURS``.
PROMISED = (LateKind.DISPOSAL_UNANSWERED, LateKind.WITHDRAWAL_UNHEARD)


class LateReader(Enum):
    """Who is told: the unit and the operator, or after a longer span the data-protection officer."""

    HOUSE = auto()
    OFFICER = auto()


@dataclass(frozen=True)
class LateSpan:
    """After how long one kind is late for each reader, and whether it wakes the operator."""

    after: timedelta
    officer_after: timedelta
    alarms: bool

    def of(self, reader: LateReader) -> timedelta:
        return self.officer_after if reader is LateReader.OFFICER else self.after


@cache
def spans() -> Mapping[LateKind, LateSpan]:
    """The spans of all kinds, read once.

    Raises:
        DefinitionError: a kind is missing or unknown, or the officer is told before the unit.
    """
    kinds = strict_yaml.read(PATH).mapping(required=[kind.value for kind in LateKind])
    return MappingProxyType({kind: _span(kind, kinds[kind.value]) for kind in LateKind})


def _span(kind: LateKind, entry: strict_yaml.Entry) -> LateSpan:
    own = () if kind in PROMISED else ("after",)
    values = entry.mapping(required=(*own, "officer_after", "alarms"))
    after = timedelta(hours=values["after"].integer()) if own else timedelta()
    officer_after = timedelta(hours=values["officer_after"].integer())
    if after < timedelta() or officer_after <= after:
        raise entry.error("hours that are not negative are expected here, and more of them for the officer")
    return LateSpan(after, officer_after, values["alarms"].flag())
