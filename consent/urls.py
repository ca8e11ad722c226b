"""Addresses of the consent. The talk itself is opened by the desk, which composes what follows from it."""

from django.urls import path

from consent.record import steps
from consent.sound.views import sound
from consent.talk import slip_page, views

app_name = "consent"
urlpatterns = [
    path("personer/<uuid:person>/samtykke/ny/", views.start, name="start"),
    path("personer/<uuid:person>/samtykke/fortsatt/", views.mend, name="mend"),
    path("personer/<uuid:person>/samtykke/forny/", views.renew, name="renew"),
    path("personer/<uuid:person>/samtykke/forkast/", views.discard, name="discard"),
    path("personer/<uuid:person>/samtykke/under-18/", views.minor, name="minor"),
    path("samtykke/samtale/<uuid:talk>/sprak/", views.language, name="language"),
    # Where the talk has the step: this address is asked first.
    path(f"samtykkesamtale/<uuid:talk>/{steps.SLIP}/", slip_page.slip, name="slip"),
    path("samtykke/<uuid:consent>/", views.read, name="read"),
    path("samtykke/<uuid:consent>/ferdig/", views.done, name="done"),
    path("samtykke/<uuid:consent>/gi-tilbake/", views.given_back, name="give_back"),
    path("samtykke/<uuid:consent>/ark.pdf", views.sheet, name="sheet"),
    path("samtykke/<uuid:consent>/papir/", views.paper, name="paper"),
    path("lyd/<slug:language>/<slug:paragraph>/", sound, name="sound"),
    path("samtykke/<uuid:consent>/kvittering.pdf", views.receipt_pdf, name="receipt"),
]
