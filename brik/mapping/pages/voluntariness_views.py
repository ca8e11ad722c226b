"""The turned screen when the interview is done: one question, a page of thanks, and giving the screen back."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_GET, require_http_methods

from brik.audit import log
from brik.audit.verbs import Verb
from brik.mapping.models import Mapping
from brik.mapping.pages.interview_lookup import find, for_mappers
from brik.mapping.voluntariness import answer_counts, question_words
from brik.mapping.voluntariness.answer_counts import VoluntarinessAnswer
from brik.mapping.voluntariness.question_words import VoluntarinessWords
from brik.pages.links import link_to
from brik.pages.unsaved.page import never_held
from brik.staff.accounts import StaffRequest


# Held and sent on later, it would lie in a page that the mapper opens.
@never_held("nobody is to see what was answered")
@for_mappers
@require_http_methods(["GET", "POST"])
def ask(request: StaffRequest, mapping: UUID) -> HttpResponse:
    """The person's own page. Whatever is sent, the answer is the same."""
    interview = _find(request, mapping)
    if request.method == "POST":
        sent = request.POST.get("answer", "")
        answer = VoluntarinessAnswer(sent) if sent in VoluntarinessAnswer else None
        answer_counts.count(interview, answer=answer, by=request.user)
        return redirect("mapping:thanks", mapping=interview.pk)
    log.record(Verb.PERSON_READ, by=request.user, subject=interview.person_id, obj=interview.person)
    words = _words(interview)
    answers = zip(VoluntarinessAnswer, (words.yes, words.no, words.silent), strict=True)
    shown = {"words": words, "answers": list(answers), "page_language": interview.language}
    with translation.override(interview.language):
        return render(request, "mapping/voluntariness.html", shown)


@for_mappers
@require_GET
def thanks(request: StaffRequest, mapping: UUID) -> HttpResponse:
    """The last page the person sees, the same whatever was answered; then the screen goes back to the mapper."""
    interview = _find(request, mapping)
    words = _words(interview)
    shown = {
        "words": words,
        "page_language": interview.language,
        "button": words.give_back.format(leader=request.user.name),
        "back_to": link_to("person", interview.person_id),
    }
    with translation.override(interview.language):
        return render(request, "mapping/thanks.html", shown)


def _words(interview: Mapping) -> VoluntarinessWords:
    return question_words.definition().words[interview.language]


def _find(request: StaffRequest, pk: UUID) -> Mapping:
    """Raises ``Http404`` for an interview after which it is not asked."""
    interview = find(request.user, pk)
    if not answer_counts.is_asked(interview):
        raise Http404
    return interview
