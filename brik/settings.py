"""All settings of BRIK, in one file; every value that differs between installations comes from the environment."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from brik.definitions import languages
from brik.vault.providers.key_files import open_directory, write_once
from followup.demo import embedded_database

BASE_DIR = Path(__file__).resolve().parent.parent
# Set by the settings of the tests (``tests/settings.py``), and nowhere else.
TESTING = os.environ.get("BRIK_TESTING") == "1"


def _environment(name: str, why: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"Sett {name}: {why}")
    return value


def _number(name: str, default: int) -> int:
    """A whole number from 1 up. Raises ``ImproperlyConfigured`` with a sentence for anything else."""
    value = os.environ.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 1_000_000):
        raise ImproperlyConfigured(f"Sett {name} til et helt tall fra 1 og oppover.")
    return int(value)


# --- Demonstration or production -------------------------------------------------------------------------------------

DEMO = os.environ.get("BRIK_DEMO") == "1"
DEBUG = False
if DEMO and os.environ.get("DATABASE_URL"):
    raise ImproperlyConfigured(
        "BRIK_DEMO=1 er en demonstrasjon med oppdiktede personer og åpner aldri databasen i DATABASE_URL; "
        "fjern en av dem."
    )
# Made-up national numbers (month + 80) and texts that nobody has approved are for demonstrations and tests only.
SYNTHETIC_PEOPLE_ALLOWED = DEMO or TESTING
UNAPPROVED_TEXTS_ALLOWED = DEMO or TESTING
# Whom to telephone when somebody needs help now; an installation keeps its own file.
HELP_NUMBERS = (
    BASE_DIR / "fixtures/demo/help_numbers.yaml"
    if DEMO or TESTING
    else Path(os.environ.get("HELP_NUMBERS") or BASE_DIR / "fixtures/help_numbers.yaml").resolve()
)

DATA_DIR = Path(os.environ.get("DATA_DIR") or BASE_DIR / ".data").resolve()
KEY_DIR = Path(os.environ.get("KEY_DIR") or BASE_DIR / ".keys").resolve()

# --- Database --------------------------------------------------------------------------------------------------------

# The role that migrates owns the tables; the application works as one that owns nothing and cannot touch what has been
# written to the audit log. Every connection takes that role, the queue's own too, and the database refuses it to a
# login that is no member of it. A command that changes the schema says so (``brik/audit/owner_command.py``).
APPLICATION_ROLE = "brik_app"
APPLICATION_ROLE_OPTION = f"-c role={APPLICATION_ROLE}"


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or parts.hostname or ""
    if not TESTING:
        options["options"] = f"{options.get('options', '')} {APPLICATION_ROLE_OPTION}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


if os.environ.get("DATABASE_URL"):
    DATABASES = {"default": _database(os.environ["DATABASE_URL"])}
elif DEMO or TESTING:
    DATABASES = {"default": _database(embedded_database.database_url(DATA_DIR))}
else:
    raise ImproperlyConfigured(
        "Sett DATABASE_URL til databasen for BRIK, eller BRIK_DEMO=1 for en demonstrasjon med oppdiktede personer."
    )
if os.environ.get("BRIK_TEST_DATABASE"):
    DATABASES["default"]["TEST"] = {"NAME": os.environ["BRIK_TEST_DATABASE"]}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Rooms -----------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "brik.audit",
    "brik.vault",
    "brik.jobs",
    "brik.pages",
    "brik.staff",
    "brik.people",
    "brik.arrivals",
    "brik.mapping",
    "consent",
    "followup.sharing",
    "followup.desk",
    "followup.demo",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "formtools",
    "simple_history",
    "csp",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "brik.pages.static_files.StaticFilesMiddleware",
    "brik.pages.middleware.NoStoreMiddleware",
    "brik.pages.middleware.LanguageMiddleware",
    "brik.vault.middleware.KeyRingMiddleware",
    "brik.pages.middleware.SessionCookieMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "brik.pages.middleware.CleanInputMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "brik.pages.session_time.SessionTimeMiddleware",
    "brik.pages.middleware.AnswerMiddleware",
    "brik.pages.session_time.SignInMiddleware",
    "brik.staff.sign_in.own_password.OwnPasswordMiddleware",
    "brik.pages.middleware.TypistMiddleware",
    "brik.staff.sign_in.hidden_screen.HideFormMiddleware",
    "brik.staff.pages.broken_rows.BrokenDataMiddleware",
    "brik.pages.refusal.RefusalMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "brik.urls"
WSGI_APPLICATION = "brik.wsgi.application"
AUTH_USER_MODEL = "staff.Staff"
# The composition root, by name, so that no room imports it: who may do what.
BRIK_ROLES = "brik.roles.ROLES"
# Pages that lower rooms lead up to, by the names of their addresses (``brik/pages/links.py``).
BRIK_LINKS = {
    "worklist": "desk:worklist",
    "person": "desk:person",
    "talk": "desk:talk",
    "deliveries": "sharing:deliveries",
}
# Refusals are recorded by a room that knows the audit log.
BRIK_REFUSALS = "brik.staff.sign_in.refused_requests.record"

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # Every form says whom it was shown to, so that what is typed in it is held for nobody else.
            "builtins": ["brik.pages.templatetags.form_tokens"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "brik.menu.context",
            ],
        },
    },
]

# --- Web -------------------------------------------------------------------------------------------------------------

PORT = int(os.environ.get("PORT") or 8000)
HTTPS = not (DEMO or TESTING)
if TESTING:
    SECRET_KEY = "tests-only-and-nowhere-else"  # noqa: S105
elif DEMO:
    SECRET_KEY = write_once(
        open_directory(KEY_DIR) / "django-secret.key", lambda: secrets.token_urlsafe(48).encode()
    ).decode()
else:
    SECRET_KEY = _environment("SECRET_KEY", "en lang tilfeldig tekst som signerer økter og skjemaer.")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *filter(None, os.environ.get("ALLOWED_HOSTS", "").split(","))]
CSRF_TRUSTED_ORIGINS = list(filter(None, os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",")))
LOGIN_URL = "pages:login"
LOGIN_REDIRECT_URL = "pages:home"
LOGOUT_REDIRECT_URL = "pages:login"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
ACTIVITY_COOKIE_NAME = "__Host-activity" if HTTPS else "activity"
CSRF_FAILURE_VIEW = "brik.pages.errors.csrf_failure"
# A session ends when nothing has happened for so long, and after so many hours whatever happens.
SESSION_QUIET_SECONDS = _number("SESSION_QUIET_MINUTES", 15) * 60
SESSION_COOKIE_AGE = _number("SESSION_HOURS", 12) * 60 * 60
# What fails is counted for so long, and so often it may: at one account, from one address (a prison may share one).
THROTTLE_MINUTES = _number("THROTTLE_MINUTES", 15)
LOGIN_TRIES_ACCOUNT = _number("LOGIN_TRIES_ACCOUNT", 10)
LOGIN_TRIES_ADDRESS = _number("LOGIN_TRIES_ADDRESS", 100)
# Messages that are not signed as they should be, from one address.
UNSIGNED_TRIES_ADDRESS = _number("UNSIGNED_TRIES_ADDRESS", 30)
# Refusals told one by one of somebody at one address who has not signed in; the rest are told together.
REFUSALS_TOLD_ADDRESS = _number("REFUSALS_TOLD_ADDRESS", 100)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_SSL_REDIRECT = HTTPS
# A load balancer asks from inside, without TLS, and takes a redirect for an answer.
SECURE_REDIRECT_EXEMPT = [r"^helse/$"]
# Only then are the headers believed in which the proxy says how, and from where, a request came.
BEHIND_PROXY = os.environ.get("BEHIND_PROXY") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
# An address inside the service's own network does not go on a public list (security.W021).
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
# A scanned consent (at most 10 MB) stays in memory: what is spooled to disk would lie there in clear.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 11 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT") or DATA_DIR / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Tests read static files where they lie; everywhere else they have been collected and hashed.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING

# --- Language and time -----------------------------------------------------------------------------------------------

# All of it follows from the register. What the staff's own pages come in; the inmate's pages carry theirs.
LANGUAGE_CODE = languages.Language.BOKMAAL.value
LANGUAGES = languages.CHOICES
LANGUAGES_BIDI = [code for code in languages.CODES if languages.BY_CODE[code].direction == languages.RTL]
STAFF_LANGUAGES = languages.STAFF_CHOICES
TIME_ZONE = "Europe/Oslo"
# One catalogue for the whole house, beside the pages it speaks on.
LOCALE_PATHS = [BASE_DIR / "brik" / "pages" / "locale"]
USE_I18N = True
USE_TZ = True

# --- Passwords (demonstration and break-glass accounts only) ---------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "brik.staff.sign_in.own_password.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name")},
    },
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# --- Case system (KODA) ----------------------------------------------------------------------------------------------

CASE_SYSTEM_URL = os.environ.get("CASE_SYSTEM_URL", "")
CASE_SYSTEM_TIMEOUT = float(os.environ.get("CASE_SYSTEM_TIMEOUT") or 20)
# All waiting of the worker is multiplied by this: 1 in production, less where one wants to see retries without waiting.
DELIVERY_PACE = float(os.environ.get("DELIVERY_PACE") or 1)

# The rooms keep their jobs in a file of this name: a task is something a person must do.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# --- Log: codes and ids only, see brik/logs.py -------------------------------------------------------------------

LOGGING_CONFIG = "brik.logs.configure"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "brik.logs.JsonLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # Their own handlers would mail or print whole requests and the messages of exceptions.
    "loggers": {
        name: {"handlers": [], "level": "WARNING", "propagate": True}
        for name in ("django", "django.server", "gunicorn.error", "gunicorn.access", "procrastinate")
    },
}
