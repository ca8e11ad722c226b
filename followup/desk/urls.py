"""Addresses of the desk."""

from django.urls import path

from followup.desk.arrivals import deletion_views, intake_views, silence_views, unit_views, waiting_views
from followup.desk.erasure import views as erasure_views
from followup.desk.figures.views import counts
from followup.desk.person import views as person_views
from followup.desk.person.known_as_views import known_as
from followup.desk.person.placement_views import place
from followup.desk.person.talk import talk
from followup.desk.privacy.extract_views import extract
from followup.desk.privacy.views import events, events_file, find
from followup.desk.restrictions import protection_views, ruling_views
from followup.desk.retention import hold_views, night_views
from followup.desk.withdrawal.views import heard, receipt, receipt_pdf, withdraw
from followup.desk.worklist import notice_views, release_views, views

app_name = "desk"
urlpatterns = [
    path("arbeidsliste/", views.worklist, name="worklist"),
    path("loslates/", release_views.releases, name="releases"),
    path("personer/<uuid:person>/", person_views.person, name="person"),
    path("samtykkesamtale/<uuid:talk>/<slug:step>/", talk, name="talk"),
    path("personer/<uuid:person>/kjent-som/", known_as, name="known_as"),
    path("personer/<uuid:person>/plass/", place, name="placement"),
    path("personer/<uuid:person>/trekke/", withdraw, name="withdraw"),
    path("trukket/<uuid:withdrawal>/", receipt, name="receipt"),
    path("trukket/<uuid:withdrawal>/bekreftet/", heard, name="heard"),
    path("trukket/<uuid:withdrawal>/kvittering.pdf", receipt_pdf, name="receipt_pdf"),
    path("personer/<uuid:person>/hensyn/", protection_views.edit_protection, name="protection"),
    path("personer/<uuid:person>/hensyn/lagret/", protection_views.protection_saved, name="protection_saved"),
    path("restriksjoner/", ruling_views.restrictions, name="restrictions"),
    path("restriksjoner/<uuid:person>/", ruling_views.rule, name="rule"),
    path("tall/", counts, name="counts"),
    path("hendelser/", events, name="events"),
    path("hendelser/fil/", events_file, name="events_file"),
    path("innsyn/", find, name="find"),
    path("innsyn/<uuid:person>/", extract, name="extract"),
    path("slettet/", night_views.nights, name="nights"),
    path("bevaring/", hold_views.holds, name="holds"),
    path("bevaring/<uuid:person>/", hold_views.hold, name="hold"),
    path("bevaring/svar/<uuid:asked>/", hold_views.answer_hold, name="answer_hold"),
    path("innsyn/<uuid:person>/slette/", erasure_views.erase, name="erase"),
    path("sletting/", erasure_views.erasures, name="erasures"),
    path("sletting/<uuid:erasure>/", erasure_views.erasure, name="erasure"),
    path("sletting/<uuid:erasure>/svar/", erasure_views.decide_erasure, name="decide_erasure"),
    path("beskjeder/<int:notice>/", notice_views.seen, name="notice_seen"),
    path("ankomster/", waiting_views.waiting, name="waiting"),
    path("ankomster/<uuid:message>/", waiting_views.answer, name="answer_arrival"),
    path("uten-melding/", silence_views.without_messages, name="without_messages"),
    path("enheter/", unit_views.units, name="units"),
    path("enheter/<int:unit>/", unit_views.settle_unit, name="settle_unit"),
    path("slettinger/", deletion_views.deletions, name="deletions"),
    path("meldinger/inntak", intake_views.receive, name="intake"),
]
