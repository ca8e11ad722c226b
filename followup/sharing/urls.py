"""The addresses of this room."""

from django.urls import path

from followup.sharing.delivery import key_views, receipt_views
from followup.sharing.inbox import disposal_views, filing_views
from followup.sharing.inbox import views as partner_views
from followup.sharing.messages import reply_views
from followup.sharing.pages import disposal_list, views

app_name = "sharing"

urlpatterns = [
    path("deling/<uuid:mapping>/<int:organisation>/", views.preview, name="preview"),
    path("personer/<uuid:person>/deling/", views.deliveries, name="deliveries"),
    path("leveranser/<uuid:message>/skriv/", reply_views.reply, name="reply"),
    path("leveranser/<uuid:message>/<slug:step>/", views.step, name="step"),
    path("innboks/", partner_views.listed, name="inbox"),
    path("innboks/makulering/<uuid:notice>/", disposal_views.answer, name="disposal"),
    path("innboks/<uuid:disclosure>/", partner_views.summary, name="summary"),
    path("innboks/<uuid:disclosure>/oppfolging/", filing_views.file, name="file"),
    path("innboks/<uuid:disclosure>/sammendrag.pdf", partner_views.printed, name="summary_pdf"),
    path("makulering/", disposal_list.listed, name="disposals"),
    path("meldinger/kvittering", receipt_views.receive, name="receipt"),
    path("meldinger/nokler", key_views.own_keys, name="keys"),
]
