"""Why nothing is shared, moved or shown."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brik.pages.refusal import RefusalReason


class ShareRefusal(RefusalReason):
    """Why nothing can be shared, in the officer's words."""

    NOT_FINAL = (
        "NOT_FINAL",
        _("Bare en ferdigstilt kartlegging kan deles. Ferdigstill den først, eller del den nyeste utgaven."),
    )
    NO_CHANNEL = "NO_CHANNEL", _("Mottakeren har ingen kanal å sende til ennå.")
    NOT_COVERED = "NOT_COVERED", _("Det finnes ikke noe gyldig samtykke til å dele noe med denne mottakeren.")
    AWAITS_RULING = (
        "AWAITS_RULING",
        _("Personen har restriksjoner. Ingenting sendes før lederen har svart på hvem som kan få vite noe."),
    )
    NOT_RULED = (
        "NOT_RULED",
        _("Personen har restriksjoner, og denne mottakeren er ikke blant dem som kan få vite noe nå."),
    )
    ISOLATED = "ISOLATED", _("Personen er isolert. Så lenge det varer, kan ingen mottaker få vite noe.")
    NOTHING_TO_SAY = (
        "NOTHING_TO_SAY",
        _(
            "Det er ingen svar som denne mottakeren kan få. Hver mottaker får bare svar på noen av spørsmålene, også "
            "om et tema den innsatte har sagt ja til. Si til den innsatte at ingenting er sendt. Haster det, ta "
            "kontakt med mottakeren på vanlig måte."
        ),
    )
    NO_NUMBER = (
        "NO_NUMBER",
        _("Personen har ikke noe nummer mottakeren kjenner. Registrer fødselsnummer, D-nummer eller SSP-nummer."),
    )
    CHANGED = "CHANGED", _("Innholdet er endret siden du så på det. Les gjennom igjen før du deler.")


class DeliveryRefusal(RefusalReason):
    """Why a delivery is not changed."""

    MOVED_ON = (
        "move_not_allowed",
        _("Leveransen har endret seg siden du åpnet siden, eller noe nyere er sendt. Ingenting er gjort."),
    )

    @property
    def heading(self) -> str:
        return gettext("Det går ikke lenger")


class AnswerRefusal(RefusalReason):
    """Why a partner's answer is refused."""

    ANSWERED_SINCE = "answered_since", _("En kollega har svart siden siden ble åpnet.")
    # Says nothing of why: a restriction is not the partner's to know.
    WAY_NOT_OPEN = "way_not_open", _("Velg en annen måte å ta kontakt på.")


class MessageRefusal(RefusalReason):
    """Why nothing can be written to a recipient, in the officer's words."""

    CLOSED = (
        "no_longer_shared",
        _("Sammendraget deles ikke lenger med mottakeren. Da kan dere heller ikke skrive til hverandre om det."),
    )
    GRADED = (
        "address_graded",
        _("Personen har gradert adresse. Da sendes ingen egne ord. Ring mottakeren."),
    )
    NOTHING_WRITTEN = "nothing_written", _("Mottakeren har ikke skrevet noe å svare på.")


class DisposalRefusal(RefusalReason):
    """Why a recipient's answer about prints and notes is refused."""

    ANSWERED = "answered_since", _("Det er svart på dette fra før. Svaret kan ikke endres her.")


class InboxRefusal(RefusalReason):
    """Why a partner can no longer read what was shared. The cause is not told."""

    GONE = (
        "no_longer_shared",
        _(
            "Opplysningene deles ikke lenger med dere. Det kan ha mange grunner, og det sier ingenting om personen: "
            "samtykket kan ha gått ut, noe kan være rettet, eller personen kan ha flyttet."
        ),
    )

    @property
    def status(self) -> int:
        return 410

    @property
    def window_title(self) -> str:
        return gettext("Ikke lenger tilgjengelig")

    @property
    def heading(self) -> str:
        return gettext("Dette er ikke lenger tilgjengelig")

    @property
    def paragraphs(self) -> list[str]:
        return [str(self.label), gettext("Har dere skrevet ut eller notert noe, skal det makuleres.")]
