"""Addresses of this room."""

from django.urls import path

from brik.slips import partner_views, turned_views

app_name = "slips"
urlpatterns = [
    path("personer/<uuid:person>/lapp/", turned_views.turn, name="turn"),
    path("lapp/<uuid:person>/<slug:language>/", turned_views.write, name="write"),
    path("lapp/<uuid:person>/<slug:language>/ferdig/", turned_views.done, name="done"),
    path("lapper/", partner_views.listed, name="inbox"),
    path("lapper/apne/", partner_views.open_all, name="open"),
]
