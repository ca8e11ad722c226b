"""Addresses of this room."""

from django.urls import path

from followup.plan.pages import views

app_name = "plan"
urlpatterns = [
    path("personer/<uuid:person>/plan/", views.plan, name="plan"),
    path("personer/<uuid:person>/plan/behov/nytt/", views.new_need, name="new_need"),
    path("personer/<uuid:person>/plan/behov/<uuid:need>/", views.need, name="need"),
]
