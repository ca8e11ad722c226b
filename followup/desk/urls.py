"""Addresses of the desk."""

from django.urls import path

from followup.desk import intake_views, notices, views, waiting_views
from followup.desk.counts_views import counts
from followup.desk.known_as_views import known_as
from followup.desk.privacy_views import events, extract, find
from followup.desk.talk import talk
from followup.desk.withdrawal_views import receipt, receipt_pdf, withdraw

app_name = "desk"
urlpatterns = [
    path("arbeidsliste/", views.worklist, name="worklist"),
    path("personer/<uuid:person>/", views.person, name="person"),
    path("samtykkesamtale/<uuid:talk>/<slug:step>/", talk, name="talk"),
    path("personer/<uuid:person>/kjent-som/", known_as, name="known_as"),
    path("personer/<uuid:person>/trekke/", withdraw, name="withdraw"),
    path("trukket/<uuid:withdrawal>/", receipt, name="receipt"),
    path("trukket/<uuid:withdrawal>/kvittering.pdf", receipt_pdf, name="receipt_pdf"),
    path("tall/", counts, name="counts"),
    path("hendelser/", events, name="events"),
    path("innsyn/", find, name="find"),
    path("innsyn/<uuid:person>/", extract, name="extract"),
    path("beskjeder/<int:notice>/", notices.seen, name="notice_seen"),
    path("ankomster/", waiting_views.waiting, name="waiting"),
    path("ankomster/<uuid:message>/", waiting_views.answer, name="answer_arrival"),
    path("meldinger/inntak", intake_views.receive, name="intake"),
]
