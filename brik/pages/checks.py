"""Start-up checks: pages are closed to strangers, run only our own scripts, and are translated."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from brik.definitions.languages import Language

CSP = "csp.middleware.CSPMiddleware"
LOGIN_REQUIRED = "brik.pages.session_time.SignInMiddleware"
OURS_ONLY = {"'none'", "'self'", "data:"}


@register
def pages_are_closed(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """An error for each setting that would show code, tokens or personal data to the wrong people."""
    directives = getattr(settings, "CONTENT_SECURITY_POLICY", {}).get("DIRECTIVES", {})
    foreign = {source for sources in directives.values() for source in sources} - OURS_ONLY
    wrong = {
        "DEBUG is on; error pages would show personal data.": settings.DEBUG,
        "CSPMiddleware is missing; the pages would run foreign scripts.": CSP not in settings.MIDDLEWARE,
        "CONTENT_SECURITY_POLICY must have default-src 'none'.": directives.get("default-src") != ["'none'"],
        f"CONTENT_SECURITY_POLICY allows foreign sources: {sorted(foreign)}.": foreign,
        "SignInMiddleware is missing; pages would be open to everybody.": LOGIN_REQUIRED not in settings.MIDDLEWARE,
        "The cookies must demand HTTPS.": settings.HTTPS
        and not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE),
        "Uploaded files must stay in memory.": any("Temporary" in name for name in settings.FILE_UPLOAD_HANDLERS),
    }
    return [Error(sentence, id=f"pages.E{number:03}") for number, sentence in enumerate(wrong, 1) if wrong[sentence]]


@register
def every_language_has_a_catalogue(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """An error for each language without translations; inmates read forms and errors in theirs."""
    files = {
        language: settings.LOCALE_PATHS[0] / language / "LC_MESSAGES" / "django.mo"
        for language in Language
        if language != settings.LANGUAGE_CODE
    }
    return [
        Error(f"The language {language} is missing in the translations ({file.parent}).", id="pages.E010")
        for language, file in files.items()
        if not file.exists()
    ]
