"""The page of two versions of an area, as a browser sends it."""

from tests.mapping.pages import sent_fields, url


def stored(mapping):
    return {key: answer["value"] for key, answer in mapping.sections.get().answers.open()["answers"].items()}


def conflict_form(response):
    html = response.content.decode()
    return sent_fields(html.replace("<form method", "data-autosave=<form method"))


def choose(client, mapping, response, **choices):
    fields = conflict_form(response) | {f"choose-{key}": choice for key, choice in choices.items()}
    return client.post(url("area", mapping, step="C"), fields)
