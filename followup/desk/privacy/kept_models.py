"""Every table with rows about one person: the part of the extract that shows it, or why none does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Model → code of the section.
SHOWN: Final[Mapping[str, str]] = {
    "people.Person": "hvem",
    "people.HistoricalPerson": "hvem",
    "people.Identifier": "hvem",
    "people.Stay": "hvem",
    "people.Ruling": "hvem",
    "people.Placement": "hvem",
    "arrivals.Message": "meldinger",
    "arrivals.ArrivalAnswer": "meldinger",
    "consent.Talk": "samtykker",
    "consent.Consent": "samtykker",
    "consent.Decision": "samtykker",
    "consent.Step": "samtykker",
    "consent.SignedSheet": "samtykker",
    "consent.Withdrawal": "samtykker",
    "consent.WithdrawalHearing": "samtykker",
    "consent.WithdrawalReceipt": "samtykker",
    "tasks.Task": "oppgaver",
    "slips.Slip": "lapper",
    "slips.SlipOpening": "lapper",
    "mapping.Mapping": "kartlegginger",
    "mapping.Section": "kartlegginger",
    "mapping.HistoricalSection": "kartlegginger",
    "mapping.Notice": "kartlegginger",
    "plan.Need": "behov",
    "plan.HistoricalNeed": "behov",
    "sharing.Disclosure": "delt",
    "sharing.Delivery": "delt",
    "sharing.Attempt": "delt",
    "sharing.Receipt": "delt",
    "sharing.DisposalNotice": "delt",
    "sharing.DisposalAnswer": "delt",
    "sharing.PartnerAnswer": "delt",
    "sharing.PartnerMessage": "delt",
    "desk.LegalHold": "bevaring",
    "desk.LegalHoldEnd": "bevaring",
    "desk.LegalHoldRequest": "bevaring",
    "desk.LegalHoldAnswer": "bevaring",
    "desk.Erasure": "bevaring",
    "desk.ErasureDecision": "bevaring",
    "audit.Event": "lest",
}
# Model → why its rows are in no section.
NOT_SHOWN: Final[Mapping[str, str]] = {
    "arrivals.MessageNumber": "keyed hashes of numbers, by which a message is found; the numbers stand under Hvem",
    "mapping.HistoricalMapping": "states of an interview; each move is an event, and stands under Hva som er gjort",
    "mapping.PersonGate": "when the gate was shut; the withdrawal or end that shut it stands under Samtykker",
    "mapping.VoluntarinessTurn": "that the question was put; the answer is counted without a person",
    "desk.StayChange": "work in the queue that follows a message; the message and the stays stand above",
    "vault.Key": "a wrapped key, without which nothing could be shown",
}
