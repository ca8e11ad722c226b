"""All settings of BRIK, in one file; every value that differs between installations comes from the environment."""

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from brik import environment
from brik.definitions import languages
from brik.vault.providers.key_files import open_directory, write_once
from followup.demo import embedded_database

BASE_DIR = Path(__file__).resolve().parent.parent
# Set by ``tests/settings.py``, and nowhere else.
TESTING = os.environ.get("BRIK_TESTING") == "1"


# --- Demonstration or production -------------------------------------------------------------------------------------

DEMO = os.environ.get("BRIK_DEMO") == "1"
DEBUG = False
if DEMO and os.environ.get("DATABASE_URL"):
    raise ImproperlyConfigured(
        "BRIK_DEMO=1 is a demonstration with made-up people and never opens the database of DATABASE_URL; "
        "remove one of them."
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
# What the talk sounds like (``consent/sound``): recordings of people, and the machine's voice.
SOUND_DIR = DATA_DIR / "sound"
# What keeps the keys: ``files`` or ``pkcs11`` (``brik/vault/providers``).
KEY_PROVIDER = os.environ.get("KEY_PROVIDER") or "files"
PKCS11_LIBRARY = os.environ.get("PKCS11_LIBRARY", "")
PKCS11_TOKEN = os.environ.get("PKCS11_TOKEN", "")
PKCS11_PIN = os.environ.get("PKCS11_PIN", "")
PKCS11_PIN_FILE = Path(os.environ["PKCS11_PIN_FILE"]) if os.environ.get("PKCS11_PIN_FILE") else None
# For so many days a key that is replaced and the one that replaces it are both good.
KEY_OVERLAP_DAYS = environment.whole_number("KEY_OVERLAP_DAYS", 14)

# --- Database --------------------------------------------------------------------------------------------------------

# The role that migrates owns the tables. The application works as a role that owns nothing and cannot change the audit
# log. Every connection takes that role, those of the queue too; the database refuses it to a login that is no member.
# A command that changes the schema works as the owner (``brik/audit/owner_command.py``).
APPLICATION_ROLE = "brik_app"
# Rotation of keys works as another (``brik/vault/rotation``).
ROTATION_ROLE = "brik_rotate"
APPLICATION_ROLE_OPTION = f"-c role={APPLICATION_ROLE}"
# What each role may do with each table. Named by its path: the log, whose ``migrate`` writes it, knows no other room.
BRIK_PRIVILEGES = "brik.privileges"
# The tests sign in as the owner, and take the role where they need it.
_CONNECTION_OPTIONS = "" if TESTING else APPLICATION_ROLE_OPTION


if os.environ.get("DATABASE_URL"):
    DATABASES = {"default": environment.database(os.environ["DATABASE_URL"], connection_options=_CONNECTION_OPTIONS)}
elif DEMO or TESTING:
    DATABASES = {
        "default": environment.database(
            embedded_database.database_url(DATA_DIR), connection_options=_CONNECTION_OPTIONS
        )
    }
else:
    raise ImproperlyConfigured(
        "Set DATABASE_URL to the database of BRIK, or BRIK_DEMO=1 for a demonstration with made-up people."
    )
# In files the module key lies open beside what it protects: only for databases of demonstrations and tests, which
# Django names ``test_…``.
KEYS_IN_FILES_ALLOWED = DEMO or TESTING or str(DATABASES["default"]["NAME"]).startswith("test_")
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
    "brik.tasks",
    "brik.slips",
    "brik.arrivals",
    "brik.mapping",
    "consent",
    "followup.plan",
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
    "brik.staff.kept_pages.redirects.KeptPageMiddleware",
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
# Who may do what. Named by its path: no room imports the table.
BRIK_ROLES = "brik.roles.ROLES"
# The pages that lower rooms link to, by url name (``brik/pages/links.py``).
BRIK_LINKS = {
    "worklist": "desk:worklist",
    "person": "desk:person",
    "talk": "desk:talk",
    "deliveries": "sharing:deliveries",
    "inbox": "sharing:inbox",
    "protection": "desk:protection",
}
# What the log calls a page: the words of insight lie below the pages.
BRIK_PAGE_NAMES = "brik.page_names.page_name"
# Codes an event: ``brik.audit`` knows no keys.
BRIK_ROW_CODE = "brik.vault.codes.row_codes.code_of_row"
# Records refusals: ``brik.pages`` does not know the audit log.
BRIK_REFUSALS = "brik.staff.sign_in.refused_requests.record"
# Names what a paper cannot show: ``brik.pages`` does not know ``brik.pdf``.
BRIK_WITHOUT_GLYPH = "brik.pdf.fonts.without_glyph"

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            # Every form carries the user it was shown to: what is typed in it is kept for that user only.
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
    SECRET_KEY = environment.required("SECRET_KEY", "a long random text that signs sessions and forms.")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", *environment.listed("ALLOWED_HOSTS")]
CSRF_TRUSTED_ORIGINS = environment.listed("CSRF_TRUSTED_ORIGINS")
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
# Tells at the sign-in that the browser is known; it opens nothing (``brik/staff/sign_in/known_browsers.py``).
BROWSER_COOKIE_NAME = "__Host-browser" if HTTPS else "browser"
# Opens the pages that wait for this browser (``brik/staff/kept_pages``).
KEPT_COOKIE_NAME = "__Host-kept" if HTTPS else "kept"
CSRF_FAILURE_VIEW = "brik.pages.errors.csrf_failure"
# A session ends after so many minutes without a request, and in any case after so many hours.
SESSION_QUIET_SECONDS = environment.whole_number("SESSION_QUIET_MINUTES", 15) * 60
SESSION_COOKIE_AGE = environment.whole_number("SESSION_HOURS", 12) * 60 * 60
# How long a failed attempt counts, and how many are allowed at one account and, where it is real, from one address. A
# whole prison may share one address. A known browser and a hidden screen count for themselves, as many as an account.
THROTTLE_MINUTES = environment.whole_number("THROTTLE_MINUTES", 15)
LOGIN_TRIES_ACCOUNT = environment.whole_number("LOGIN_TRIES_ACCOUNT", 10)
LOGIN_TRIES_ADDRESS = environment.whole_number("LOGIN_TRIES_ADDRESS", 100)
# How many failed sign-ins from one address get an event each; the rest share one event.
LOGIN_EVENTS_ADDRESS = environment.whole_number("LOGIN_EVENTS_ADDRESS", 200)
# How many messages without a valid signature are allowed from one address.
UNSIGNED_TRIES_ADDRESS = environment.whole_number("UNSIGNED_TRIES_ADDRESS", 30)
# How many numbers one account may write by hand in the same minutes; each waits for a leader.
BY_HAND_TRIES_ACCOUNT = environment.whole_number("BY_HAND_TRIES_ACCOUNT", 20)
# How many refusals without a sign-in from one address get an event each; the rest share one event.
REFUSALS_TOLD_ADDRESS = environment.whole_number("REFUSALS_TOLD_ADDRESS", 100)
# A withdrawal that somebody else told of stops everything at once; after so many hours what was sent is retracted too,
# also where nobody has heard the person. Above so many in an hour by one account the data-protection officer is told.
WITHDRAWAL_HEARD_HOURS = environment.whole_number("WITHDRAWAL_HEARD_HOURS", 24)
WITHDRAWALS_AN_HOUR = environment.whole_number("WITHDRAWALS_AN_HOUR", 10)
# A recipient answers within so many days what has become of prints and notes; after the first so many it is reminded.
DISPOSAL_ANSWER_DAYS = environment.whole_number("DISPOSAL_ANSWER_DAYS", 14)
DISPOSAL_REMINDER_DAYS = environment.whole_number("DISPOSAL_REMINDER_DAYS", 7)
# Within so many days after a data key is destroyed, the wrapping keys that open its surviving bytes are gone too.
ERASURE_DAYS = environment.whole_number("ERASURE_DAYS", 30)
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_SSL_REDIRECT = HTTPS
# A load balancer asks without TLS, and would take a redirect for a good answer.
SECURE_REDIRECT_EXEMPT = [r"^helse/$"]
# Behind a proxy, its headers say whether a request came by TLS and from which address; else they are not trusted.
BEHIND_PROXY = os.environ.get("BEHIND_PROXY") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
# security.W021 asks for the public preload list; an address inside the service's own network is not put there.
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
        "media-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
# A scanned consent (at most 10 MB) stays in memory: a temporary file would lie on disk in clear text.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# Where other systems post signed messages: what a request says of its character set changes nothing there.
READ_AS_BYTES = ("/meldinger/",)
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
# Tests read static files from their source folders; everywhere else they are collected and hashed.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING

# --- Language and time -----------------------------------------------------------------------------------------------

# All of it follows from the register. ``LANGUAGE_CODE`` is that of staff pages; an inmate's page names its own.
LANGUAGE_CODE = languages.Language.BOKMAAL.value
LANGUAGES = languages.CHOICES
LANGUAGES_BIDI = [code for code in languages.CODES if languages.BY_CODE[code].direction == languages.RTL]
STAFF_LANGUAGES = languages.STAFF_CHOICES
TIME_ZONE = "Europe/Oslo"
# One catalogue for the whole house.
LOCALE_PATHS = [BASE_DIR / "brik" / "pages" / "locale"]
USE_I18N = True
USE_TZ = True

# --- Passwords (demonstration and break-glass accounts only) ---------------------------------------------------------

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "brik.staff.sign_in.own_password.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "brik.staff.sign_in.common_passwords.NotCommon"},
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
# Every waiting time of the worker is multiplied by this: 1 in production, less to see retries soon.
DELIVERY_PACE = float(os.environ.get("DELIVERY_PACE") or 1)

# Each room has its jobs in ``jobs.py``; the word task means what a person must do.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# --- Log: codes and ids only, see brik/logs.py -------------------------------------------------------------------

LOGGING_CONFIG = "brik.logs.configure"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "brik.logs.JsonLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # No handlers of their own: those would mail or print whole requests and exception messages.
    "loggers": {
        name: {"handlers": [], "level": "WARNING", "propagate": True}
        for name in ("django", "django.server", "gunicorn.error", "gunicorn.access", "procrastinate")
    },
}
