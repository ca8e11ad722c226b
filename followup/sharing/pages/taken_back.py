"""The shares that the receipt of a withdrawal lists."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from consent.models import Consent, Withdrawal
from followup.sharing.models import Delivery, DeliveryKind, DeliveryState, Receipt
from followup.sharing.pages.plain_words import disclosed_themes


def taken_back(withdrawal: Withdrawal) -> list[Delivery]:
    """The shares under the consent that it ended, retracted by it or before it: the last receipt lists all of them.

    A share of an earlier consent is one of them where its recipient had it while the last consent stood: a renewed or
    mended consent leaves out what is out.
    """
    consents = Consent.objects.filter(person=withdrawal.person_id, effective_at__lte=withdrawal.recorded_at)
    consent = consents.first()
    if consent is None:
        return []
    gone = (
        Delivery.objects.filter(
            Q(created_at__gte=consent.effective_at) | Q(state_at__gte=consent.effective_at),
            person=withdrawal.person_id,
            kind=DeliveryKind.SHARE,
            state__in=(DeliveryState.RETRACTING, DeliveryState.RETRACTED),
            created_at__lte=withdrawal.recorded_at,
        )
        .select_related("disclosure__mapping", "disclosure__disposal__answer", "organisation")
        .annotate(receipted=Exists(Receipt.objects.filter(delivery=OuterRef("pk"))))
    )
    parts = {(part.recipient_kind, part.theme) for part in withdrawal.decisions.all()}
    return [
        share
        for share in gone
        if withdrawal.whole
        or any((share.organisation.kind, theme) in parts for theme in disclosed_themes(share.disclosure))
    ]
