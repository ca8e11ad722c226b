"""The pages of a talk, as a browser sends them."""

from django.urls import reverse

from tests import situations


def url(talk, step):
    return reverse("desk:talk", args=[talk.pk, step])


def post(client, talk, step, *, version=None, **fields):
    talk.refresh_from_db()
    data = {f"{step}-{name}": value for name, value in fields.items()}
    version = talk.row_version if version is None else version
    return client.post(url(talk, step), {"talk-current_step": step, "version": version, **data})


def at(someone, by, step, **talk):
    return situations.a_talk(someone, by, stop_before=step, **talk)


def follow(response):
    return response.url.rstrip("/").rsplit("/", 1)[1]
