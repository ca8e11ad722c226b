"""The page of our public keys, for those who check our signatures. Not for people: no session, no form."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from brik.vault.providers.signing_key import public_keys


@login_not_required
@require_safe
def own_keys(request: HttpRequest) -> JsonResponse:
    """Our public keys as a JWK set (RFC 7517): two while one is exchanged for another. They are nobody's secret."""
    return JsonResponse({"keys": list(public_keys().values())})
