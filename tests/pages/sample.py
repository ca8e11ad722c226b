"""Sample pages that show every part of the frame and every kind of question; they exist in the tests only."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.http import Http404, JsonResponse
from django.shortcuts import redirect, render
from django.urls import include, path
from django.views.decorators.http import require_GET

from brik import urls as house
from brik.pages.forms import (
    Choice,
    ChoiceCards,
    ChoiceOption,
    Confirm,
    DateField,
    MonthField,
    MultiChoice,
    MunicipalityField,
    NumberField,
    PageForm,
    RankField,
    Select,
    TextArea,
    TextField,
    UploadField,
    YesNoField,
)

SKIP = [("VET_IKKE", "Vet ikke"), ("VIL_IKKE_SVARE", "Vil ikke svare")]


class StepForm(PageForm):
    bolig = YesNoField(label="Har du et sted å bo når du løslates?", extra=SKIP, missing="Velg om du har et sted å bo")
    kommune = MunicipalityField(
        label="Hvilken kommune vil du helst bo i?",
        hint="Kommunen kan hjelpe deg med å finne bolig.",
        municipalities=["Oslo", "Bergen", "Kautokeino"],
        conditional_on=("bolig", {"NEI"}),
        missing="Skriv hvilken kommune du helst vil bo i",
        skip=SKIP,
    )
    kontakt = YesNoField(
        label="Skal vi kontakte kommunen om bolig?", conditional_on=("kommune", {"VET_IKKE"}), required=False
    )
    hjelp = MultiChoice(
        label="Hva trenger du hjelp til?",
        choices=[("LEIE", "Finne noe å leie"), ("DEP", "Depositum"), ("INGEN", "Ingenting")],
        exclusive=["INGEN"],
        required=False,
    )
    mer = TextArea(
        label="Vil du si noe mer om bolig?",
        hint="Skriv kort.",
        avoid="Ikke skriv navn på andre, helseopplysninger eller noe om saken din.",
        max_length=200,
        required=False,
    )
    innflytting = DateField(label="Når kan du flytte inn?", required=False, skip=SKIP)
    siden = MonthField(label="Når flyttet du sist?", required=False)
    barn = NumberField(label="Hvor mange skal bo der?", min_value=0, max_value=20, required=False)
    skala = Choice(
        label="Hvor fornøyd er du?", choices=[(str(n), str(n)) for n in range(1, 6)], inline=True, required=False
    )
    spraak = Select(label="Hvilket språk?", choices=[("nb", "Norsk"), ("ar", "العربية")], required=False)
    viktigst = RankField(
        label="De viktigste områdene nå", choices=[("BOLIG", "Bolig"), ("ARBEID", "Arbeid")], places=2, required=False
    )
    versjon = forms.CharField(widget=forms.HiddenInput, required=False)
    vanlig = forms.CharField(label="Et vanlig felt", required=False)


class ConsentForm(PageForm):
    marks = "none"
    svar = ChoiceCards(
        label="Vil du dele dette med NAV?",
        choices=[
            ChoiceOption("JA", "Ja, jeg vil dele", icon="checkmark-circle"),
            ChoiceOption("NEI", "Nei, jeg vil ikke dele", icon="x-mark-octagon"),
        ],
        missing="Velg om du vil dele med NAV",
    )


class ArabicForm(PageForm):
    marks = "none"
    svar = ChoiceCards(
        label="هل تريد مشاركة هذا مع NAV؟",
        choices=[
            ChoiceOption("JA", "نعم، أريد مشاركة معلوماتي", icon="checkmark-circle"),
            ChoiceOption("NEI", "لا، لا أريد مشاركة معلوماتي", icon="x-mark-octagon"),
        ],
    )
    mer = TextArea(label="هل تريد أن تقول المزيد؟", required=False)


class UploadForm(PageForm):
    skann = UploadField(label="Skannet samtykke")
    bekreft = Confirm(label="Jeg har kontrollert at alle sidene er med")
    navn = TextField(label="Navn")


SAVED: list[dict[str, str]] = []


def step(request):
    form = StepForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return redirect("sample:hub")
    return render(request, "step.html", {"form": form, "version": 1})


def save(request):
    """An autosave that can be told what to answer."""
    answer = request.POST.get("vanlig", "")
    if answer.isdigit() and len(answer) == 3:
        return JsonResponse({"error": "told to"}, status=int(answer))
    SAVED.append(request.POST.dict())
    return JsonResponse({"version": len(SAVED) + 1, "at": "10.42"})


def hub(request):
    return render(request, "hub.html", {})


def worklist(request):
    return render(request, "worklist.html", {})


def consent(request):
    language = request.GET.get("sprak", "nb")
    form = (ArabicForm if language == "ar" else ConsentForm)(request.POST or None)
    return render(request, "consent.html", {"form": form, "page_language": language})


def upload(request):
    return render(request, "upload.html", {"form": UploadForm(request.POST or None, request.FILES or None)})


def trouble(request, kind):
    raise {
        "403": PermissionDenied("Denne samtalen er stengt."),
        "404": Http404(),
        "400": BadRequest("no"),
        "500": ValueError("a secret word"),
        "503": OperationalError("connection refused at 10.0.0.1"),
    }[kind]


def person(request, person):
    raise Http404


@require_GET
def read_only(request):
    return render(request, "hub.html", {})


@login_not_required
def bare(request):
    """A page that is not to be kept and has nothing else of the frame's protection: no session, no cookie, no script unless asked for."""
    return render(request, "bare.html", {"script": request.GET.get("skript")})


_sample = [
    path("steg/", step, name="step"),
    path("steg/lagre/", save, name="save"),
    path("oversikt/", hub, name="hub"),
    path("liste/", worklist, name="worklist"),
    path("samtykke/", consent, name="consent"),
    path("opplasting/", upload, name="upload"),
    path("feil/<str:kind>/", trouble, name="trouble"),
    path("person/<uuid:person>/", person, name="person"),
    path("uten-vern/", bare, name="bare"),
    path("bare-les/", read_only, name="read_only"),
]
urlpatterns = [path("prove/", include((_sample, "sample"))), *house.urlpatterns]
handler400, handler403, handler404, handler500 = house.handler400, house.handler403, house.handler404, house.handler500
