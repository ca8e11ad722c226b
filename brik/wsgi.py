"""The WSGI application of the web server."""

import os
import sys

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.core.wsgi import get_wsgi_application

from brik.pages.charset import demand_utf8

# With this exit code gunicorn stops instead of starting the worker again.
BOOT_FAILED = 3

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "brik.settings")
try:
    application = demand_utf8(get_wsgi_application(), read_as_bytes=settings.READ_AS_BYTES)
    call_command("check")
    from brik.mapping.record import published_forms

    published_forms.check_at_start()
except (ImproperlyConfigured, SystemCheckError) as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(BOOT_FAILED)
