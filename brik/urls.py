"""All addresses. Each room has its own list; an address holds nothing about a person but a uuid."""

from django.urls import URLPattern, URLResolver, include, path

from brik import health, menu
from brik.help_page import help_page
from brik.pages import views as pages
from brik.staff.sign_in import login, own_password

_pages = [
    path("", menu.home, name="home"),
    path("logg-inn/", login.sign_in, name="login"),
    path("logg-ut/", login.sign_out, name="logout"),
    path("logget-ut/", login.signed_out, name="logged_out"),
    path("skjul-skjermen/", login.hide, name="hide"),
    path("skjult/", login.hidden, name="hidden"),
    path("okt/", login.session, name="session"),
    path("sprak/", pages.language, name="language"),
    path("passord/", own_password.own_password, name="own_password"),
    path("om/", pages.about, name="about"),
    path("hjelp/", help_page, name="help"),
    path("helse/", health.health, name="health"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((_pages, "pages"))),
    path("", include("brik.mapping.urls")),
    path("", include("consent.urls")),
    path("", include("brik.staff.urls")),
    path("", include("brik.tasks.urls")),
    path("", include("brik.slips.urls")),
    path("", include("brik.arrivals.urls")),
    path("", include("followup.plan.urls")),
    path("", include("followup.desk.urls")),
    path("", include("followup.sharing.urls")),
]

handler400 = "brik.pages.errors.bad_request"
handler403 = "brik.pages.errors.permission_denied"
handler404 = "brik.pages.errors.not_found"
handler500 = "brik.pages.errors.server_error"
