"""A questionnaire of two questions, as a file."""

from pathlib import Path

SMALL = """\
id: liten
version: "2026.1"
languages:
  nb: {approved: true}
title: {nb: "Liten"}
valueSets:
  jaNei: [{code: JA, nb: "Ja"}, {code: NEI, nb: "Nei"}]
  noAnswer: [{code: VET_IKKE, nb: "Vet ikke", exclusive: true}, {code: VIL_IKKE_SVARE, nb: "Nei takk", exclusive: true}]
areas:
  - code: A
    title: {nb: "Område"}
    intro: {nb: "Intro"}
    why: {nb: "Hvorfor"}
    item:
      - linkId: A1
        type: boolean
        text: {nb: "Har du?"}
      - linkId: A2
        type: choice
        theme: BOLIG
        del: [K]
        enableWhen: {question: A1, answer: [JA]}
        text: {nb: "Hvilken?"}
        answerOption:
          - {code: EN, nb: "En"}
          - {code: TO, nb: "To"}
"""


def written(folder: Path, text: str, name: str = "liten-2026.1.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file
