"""Addresses of this room."""

from django.urls import path

from brik.staff.pages import account_views, approval_views, proposal_views, register_views

app_name = "staff"
urlpatterns = [
    path("kartleggere/", approval_views.mappers, name="mappers"),
    path("kartleggere/<int:approval>/avslutt/", approval_views.end_approval, name="end_approval"),
    path("kontoer/", account_views.account_list, name="accounts"),
    path("kontoer/ny/", account_views.new_account, name="new_account"),
    path("kontoer/<uuid:account>/", account_views.account, name="account"),
    path("kontoer/<uuid:account>/stilling/<int:post>/avslutt/", account_views.end_post, name="end_post"),
    path("kontoer/<uuid:account>/passord/", account_views.password, name="password"),
    path("kontoer/<uuid:account>/bruk/", account_views.activity, name="activity"),
    path("organisasjoner/", register_views.organisations, name="organisations"),
    path("organisasjoner/ny/", register_views.organisation, name="new_organisation"),
    path("organisasjoner/<int:organisation>/", register_views.organisation, name="organisation"),
    path("avsendernokler/", register_views.message_keys, name="keys"),
    path("avsendernokler/<int:key>/", register_views.message_key, name="key"),
    path("til-bekreftelse/", proposal_views.proposals, name="proposals"),
    path("til-bekreftelse/<int:proposal>/", proposal_views.decide, name="decide"),
]
