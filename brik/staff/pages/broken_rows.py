"""What is answered when stored data are not what they were, or when somebody else was quicker."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from brik.audit.reasons import Reason
from brik.audit.verbs import Verb
from brik.pages import errors
from brik.pages.unsaved import page as unsaved
from brik.pages.unsaved.page import UnsavedCause
from brik.staff.sign_in import refused_requests
from brik.vault.sealed_models import StaleRow
from brik.vault.sealing import SealBroken


class BrokenDataMiddleware:
    """Turns ``StaleRow`` and ``SealBroken`` that no view knows better than to let out into pages (409).

    What the view had begun is undone by then: actions are transactions.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, StaleRow):
            errors.record(request, 409, reason=Reason.STALE)
            return unsaved.answer(request, UnsavedCause.CHANGED) or errors.page(request, 409)
        if isinstance(exception, SealBroken):
            # The data-protection officer sees these above the list of events.
            refused_requests.write(Verb.INTEGRITY_BROKEN, request, 409)
            return broken_page(request)
        return None


def note(request: HttpRequest, people: Iterable[UUID]) -> None:
    """One event for a page that is shown without what does not open: whom it concerns. None where all of it opens."""
    told = sorted(str(person) for person in people)
    if told:
        refused_requests.write(Verb.INTEGRITY_BROKEN, request, 200, about=f"{len(told)}: {' '.join(told)}")


def broken_page(request: HttpRequest) -> HttpResponse:
    """The page for data that are not what was stored here. The caller has noted it."""
    return errors.page(
        request,
        409,
        title=_("Opplysningene stemmer ikke"),
        paragraphs=[
            _("Det som ligger lagret, er ikke det som ble lagret her. Derfor viser vi det ikke."),
            _("Ingenting er endret eller sendt. Personvernombudet har fått beskjed."),
            _("Du trenger ikke prøve igjen. Snakk med lederen din hvis det haster."),
        ],
    )
