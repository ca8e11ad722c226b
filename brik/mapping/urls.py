from django.urls import path

from brik.mapping.pages import views, voluntariness_views
from brik.mapping.pages.area.address import area, autosave
from brik.mapping.pages.area.newer_version import newer

app_name = "mapping"
urlpatterns = [
    path("kartlegging/<uuid:mapping>/", views.hub, name="hub"),
    path("kartlegging/<uuid:mapping>/begynn/", views.begin, name="begin"),
    path("kartlegging/<uuid:mapping>/overta/", views.take_over, name="take_over"),
    path("kartlegging/<uuid:mapping>/omrade/<slug:step>/", area, name="area"),
    path("kartlegging/<uuid:mapping>/omrade/<slug:step>/utkast/", autosave, name="draft"),
    path("kartlegging/<uuid:mapping>/omrade/<slug:step>/nyere/", newer, name="newer"),
    path("kartlegging/<uuid:mapping>/omrade/<slug:step>/hjelp/", views.help_now, name="help"),
    path("kartlegging/<uuid:mapping>/sjekk/", views.check, name="check"),
    path("kartlegging/<uuid:mapping>/ferdig/", views.sign_off, name="sign_off"),
    path("kartlegging/<uuid:mapping>/les/", views.read, name="read"),
    path("kartlegging/<uuid:mapping>/til-slutt/", voluntariness_views.ask, name="voluntariness"),
    path("kartlegging/<uuid:mapping>/til-slutt/takk/", voluntariness_views.thanks, name="thanks"),
    path("kartlegging/<uuid:mapping>/rett/", views.correct, name="correct"),
    path("kartlegging/<uuid:mapping>/ny/", views.renew, name="renew"),
    path("kartlegging/<uuid:mapping>/sammenlign/", views.compare, name="compare"),
    path("kartlegging/<uuid:mapping>/pdf/", views.printed, name="pdf"),
]
