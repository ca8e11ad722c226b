"""The interview's pages as a browser would send them."""

from __future__ import annotations

import re
from html import unescape

from django.urls import reverse


def url(name, mapping, **more):
    return reverse(f"mapping:{name}", kwargs={"mapping": mapping.pk, **more})


def sent_fields(html):
    """The hidden fields a browser would send back with the area's form."""
    form = html[html.index("data-autosave=" if "data-autosave=" in html else "<main") :]
    found = {}
    for tag in re.findall(r'<input[^>]*type="hidden"[^>]*>', form):
        name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value"))
        if name and not name[1].endswith("csrfmiddlewaretoken"):
            found[name[1]] = unescape(value[1]) if value else ""
    return found


def opened(client, mapping, area="C"):
    """Open an area; what its form would send with nothing filled in."""
    response = client.get(url("area", mapping, step=area))
    assert response.status_code == 200, response.status_code
    return sent_fields(response.content.decode())


def filled(area, **answers):
    """Answers under the form's own prefix: ``filled("C", C1="EIDE")``."""
    return {f"{area}-{name}": value for name, value in answers.items()}


def confirmed(link_id, who, day="03.05.2026"):
    """What the page sends about an answer that somebody has confirmed."""
    return {f"{link_id}_source": "confirmed", f"{link_id}_confirmed_by": who, f"{link_id}_confirmed_on": day}


def send(client, mapping, area="C", *, page=None, then="on", **answers):
    """Fill in and send an area page; ``page`` is an opened one, else it is opened now."""
    fields = page if page is not None else opened(client, mapping, area)
    return client.post(url("area", mapping, step=area), {**fields, "then": then, **filled(area, **answers)})
