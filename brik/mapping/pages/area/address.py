"""The address of an area page, and what it answers when a sent page never reached it."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse

from brik.mapping.pages.area import save_failure
from brik.mapping.pages.area.saving_wizard import SavingAreaWizard
from brik.mapping.permissions import MappingPermission

# Opened by name, so that a page sent after the session was lost is answered with what was typed, not thrown away.
area = login_not_required(SavingAreaWizard.as_view(url_name="mapping:area"))
area.permission = MappingPermission.INTERVIEW
_shown_again = SavingAreaWizard.as_view(url_name="mapping:area", show_only=True)


def not_received(request: HttpRequest, status: int, **kwargs: object) -> HttpResponse:
    """What to answer when a sent page never reached the wizard: nothing is saved, nothing typed is lost."""
    alone = {401: save_failure.held, 503: save_failure.database_down}.get(status)
    return alone(request) if alone else _shown_again(request, **kwargs)


area.not_received = not_received
