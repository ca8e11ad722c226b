"""The answers when stored data do not open, or when somebody else has saved the same row first."""

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
from brik.vault.integrity import opened_rows
from brik.vault.sealed_models import StaleRow
from brik.vault.sealing import SealBroken, Shredded


class BrokenDataMiddleware:
    """Turns a ``StaleRow`` or ``SealBroken`` that no view has caught into a page (409; what is shredded: 410).

    The view's changes are rolled back by then: actions are transactions. A page about one person that shows a row older
    than its last event is not shown either.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with opened_rows() as rows:
            response = self.get_response(request)
            if request.method != "GET":
                return response  # a form is answered by a redirect, and its saves have looked for themselves
            try:
                rows.assert_not_older()
            except SealBroken:
                refused_requests.write(Verb.INTEGRITY_BROKEN, request, 409)
                return broken_page(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, StaleRow):
            errors.record(request, 409, reason=Reason.STALE)
            return unsaved.answer(request, UnsavedCause.CHANGED) or errors.page(request, 409)
        if isinstance(exception, Shredded):
            return errors.refused(request, 410, reason=Reason.ERASED)
        if isinstance(exception, SealBroken):
            # The data-protection officer sees these above the list of events.
            refused_requests.write(Verb.INTEGRITY_BROKEN, request, 409)
            return broken_page(request)
        return None


def note(request: HttpRequest, people: Iterable[UUID]) -> None:
    """Record one event that names the people whose data did not open on a page; no event where all opened."""
    persons = sorted(str(person) for person in people)
    if persons:
        refused_requests.write(Verb.INTEGRITY_BROKEN, request, 200, about=f"{len(persons)}: {' '.join(persons)}")


def broken_page(request: HttpRequest) -> HttpResponse:
    """The page for data that do not open. The caller has recorded it."""
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
