"""Only UTF-8 comes in, whatever character set a request claims to be written in."""

import io

import pytest
from django.core.wsgi import get_wsgi_application

from brik.pages.charset import demand_utf8, is_utf8

FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"


def answer(content_type):
    """The status of a request as the web server hands it over."""
    statuses = []
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": "/finnes-ikke/", "CONTENT_TYPE": content_type, "CONTENT_LENGTH": "3",
        "SERVER_NAME": "testserver", "SERVER_PORT": "80", "wsgi.input": io.BytesIO(b"a=b"),
        "wsgi.errors": io.StringIO(), "wsgi.url_scheme": "http",
    }  # fmt: skip
    list(demand_utf8(get_wsgi_application())(environ, lambda status, headers: statuses.append(status)))
    return statuses[0]


@pytest.mark.parametrize("kind", [FORM, PARTS, "application/jose"])
@pytest.mark.parametrize("charset", ["hex", "rot13", '"hex"', "latin-1", "utf-16", ""])
def test_another_character_set_is_turned_away(kind, charset):
    assert answer(f"{kind}; charset={charset}").startswith("400")


@pytest.mark.parametrize("text", ["", FORM, PARTS, f"{FORM}; charset=UTF-8", f'{PARTS}; CHARSET="utf8"'])
def test_ours_comes_in(text):
    assert is_utf8(text)
