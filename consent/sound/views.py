"""The sounds of the talk, for everybody alike: words that are public, at addresses made of nothing but their hash."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from whitenoise.responders import StaticFile

from consent.sound import sound_files


@login_not_required
@require_safe
def sound(request: HttpRequest, language: str, paragraph: str) -> HttpResponseBase:
    """The sound of a paragraph. Parts of it can be asked for: some browsers play nothing else."""
    found = sound_files.find(language, paragraph)
    if found is None:
        raise Http404
    headers = [("Content-Type", found.content_type)]
    answer = StaticFile(str(found.path), headers).get_response(request.method, request.META)
    response = FileResponse(answer.file or (), status=answer.status)
    for name, value in answer.headers:
        response[name] = value
    return response
