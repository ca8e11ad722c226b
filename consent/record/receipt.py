"""The receipts of a consent and of a withdrawal, on paper for the person.

The paper is made from the stored document only. The document of a withdrawal is made here, once, when it is
carried out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils import timezone

from brik.definitions.name_order import order_of
from brik.mapping.questionnaire.themes import THEME_LABELS, Theme
from brik.pdf.archive import Attachment
from brik.pdf.document import PdfDocument as Pdf
from brik.staff.models import OrganisationKind
from brik.vault.canonical import new_salt
from consent.models import Consent, Text, Withdrawal
from consent.record.document import SCHEMA, WITHDRAWAL_SCHEMA, ConsentDocument
from consent.record.withdrawal import covered_before
from consent.texts import catalogue as texts
from consent.texts.sentences import NORWEGIAN, isolated, listed, norwegian, organisation, say_date

# What the file with the document is called, by the schema of the document.
FILES: Final = {SCHEMA: "samtykke.json", WITHDRAWAL_SCHEMA: "tilbaketrekking.json"}


def pdf(document: ConsentDocument, *, sha256: str, since: Sequence[dict[str, Any]] = ()) -> bytes:
    """The document as a tagged PDF. ``since`` follows it: blocks of what has come since it was stored."""
    paper = written(document, sha256=sha256)
    write(paper, since)
    return paper.render(attachment=attached(document))


def written(
    document: ConsentDocument, *, sha256: str, close: bool = True, sign: Callable[[Pdf], None] | None = None
) -> Pdf:
    """The paper with the whole document on it; the caller may add to it. The hash at the end is that of the stored
    bytes, which lie in the file. ``sign`` draws the signature where the document has a place for it.

    Where the person's language is not Norwegian, the choices come first in bokmål: the staff must be able to read them.

    Where the document has a first page for itself, that is set ``close``, to leave room for the slip at its foot.
    """
    has_first_page = any(block["type"] == "page" for block in document.blocks)
    paper = Pdf(document.file_title, document.language, close=close and has_first_page, page_words=document.page_words)
    if document.for_staff_title and document.language not in NORWEGIAN:
        paper.heading(1, document.for_staff_title, language="nb")
        for row in document.for_staff:
            paper.pair(row["question"], "\n".join([row["answer"], *row["lines"]]), language="nb")
        # The person's own page has room for the slip at its foot.
        paper.new_page(close=close and has_first_page)
    paper.heading(1, document.title)
    write(paper, document.blocks, sign=sign)
    paper.paragraph(f"SHA-256: {sha256}")
    return paper


def attached(document: ConsentDocument) -> Attachment:
    """The stored bytes, so that whoever has the file can compare them with the hash on the paper."""
    name = FILES.get(document.content["schema"], FILES[SCHEMA])
    return Attachment(name, "application/json", document.data, document.file_title)


def write(paper: Pdf, blocks: Iterable[dict[str, Any]], *, sign: Callable[[Pdf], None] | None = None) -> None:
    """Write the blocks of a document."""
    for block in blocks:
        match block["type"]:
            case "heading":
                paper.heading(block["level"], block["text"])
            case "text":
                paper.paragraph(block["text"])
            case "fact":
                paper.definition(block["term"], block["text"], answer_language=block.get("language", ""))
            case "page":
                paper.new_page()
            case "signature":
                if sign is not None:
                    sign(paper)
            case "slip":
                _slip(paper, block)
            case _:
                paper.pair(block["question"], "\n".join([block["answer"], *block["lines"]]))


def _slip(paper: Pdf, slip: dict[str, Any]) -> None:
    """The slip at the foot of the page, below a line to tear along."""
    paper.tear_off(
        slip["title"],
        boxes=[(choice["text"], choice["open"]) for choice in slip["choices"]],
        lines=slip["lines"],
        note=slip["how"],
        reference=slip["reference"],
    )


@dataclass(frozen=True)
class SharedOutside:
    """Something that a recipient had when it was withdrawn."""

    name: str
    kind: OrganisationKind
    themes: tuple[Theme, ...]
    day: date
    # Sent as a message, and to be deleted there. Else it was in our own inbox, which is closed to them.
    sent: bool
    # Themes of it that are still permitted: withdrawn with the rest, and not shared again automatically.
    rest: tuple[Theme, ...] = ()
    # Shared after the person had said that they withdraw.
    late: bool = False


def withdrawal_document(withdrawal: Withdrawal, *, out: Sequence[SharedOutside], unsure: bool) -> dict[str, Any]:
    """The receipt of a withdrawal, in the language of the person's last consent, else in bokmål.

    It has the same parts also when there was nothing to withdraw, and never names what was not permitted. The text is
    added in bokmål for the staff when the language is another.
    """
    text = text_for(withdrawal)
    language = text.language if text else "nb"
    body = text.body if text else {}
    words = body.get("withdrawal", {})
    order = list(OrganisationKind)
    all_shared = sorted(out, key=lambda shared: (order.index(shared.kind), shared.day, order_of(shared.name)))
    stood = covered_before.of_withdrawal(withdrawal)
    content = {
        "schema": WITHDRAWAL_SCHEMA,
        "salt": new_salt(),
        "withdrawal": str(withdrawal.pk),
        "person": str(withdrawal.person_id),
        "language": language,
        "title": words.get("title", "Kvittering"),
        "file_title": words.get("file_title", "Kvittering"),
        "said_at": withdrawal.said_at.isoformat(),
        "out": [_out(shared, body, language) for shared in all_shared],
        "unsure": unsure,
        "blocks": _blocks(withdrawal, stood, all_shared, body, language=language, unsure=unsure),
    }
    bokmaal = texts.current(text.kind).get("nb") if text and language != "nb" else None
    if bokmaal is not None:
        content["for_staff"] = _blocks(withdrawal, stood, all_shared, bokmaal.body, language="nb", unsure=unsure)
    return content


def _blocks(
    withdrawal: Withdrawal,
    stood: covered_before.CoveredBefore,
    all_shared: Sequence[SharedOutside],
    body: dict[str, Any],
    *,
    language: str,
    unsure: bool,
) -> list[dict[str, Any]]:
    """The text of the receipt in one language."""
    words, receipt = body.get("withdrawal", {}), body.get("receipt", {})
    said_on = say_date(timezone.localdate(withdrawal.said_at), language)
    were_out = [_out(shared, body, language) for shared in all_shared]
    blocks = [_fact(receipt.get("for_whom", ""), withdrawal.person.name)]
    blocks.append(_text(words.get("said", "{date}").format(date=said_on)))
    blocks.append(_text(words.get("whole" if withdrawal.whole else "part", "")))
    blocks.append(_heading(words.get("stood", "")))
    blocks += [_text(line) for line in _stood(stood, body, language)]
    # Also where nothing stood: the paper has the same parts for everybody, since others may see it.
    blocks.append(_text(words.get("stopped", "")))
    blocks.append(_heading(words.get("out", "")))
    blocks += [
        _text(line) for line in ([*were_out, words.get("out_text", "")] if all_shared else [words.get("nothing", "")])
    ]
    blocks += [_text(line) for line in _rest(all_shared, body, language)]
    blocks += [_text(words.get("unsure", ""))] if unsure else []
    blocks.append(_text(words.get("no_consequence", "")))
    blocks.append(_fact(words.get("noted", ""), _noted(withdrawal, words, language)))
    # The same words as on the receipt of a consent: how to see, mend and complain.
    blocks += [_fact(receipt.get(part, ""), receipt.get(f"{part}_text", "")) for part in ("access", "complain")]
    return [block for block in blocks if block["text"] and block.get("term", block["text"])]


def text_for(withdrawal: Withdrawal) -> Text | None:
    """The text in use, in the language of the person's last consent; without one, the text that was signed."""
    latest = Consent.objects.filter(person=withdrawal.person_id).select_related("text").first()
    if latest is not None:
        return texts.current(latest.kind).get(latest.language) or latest.text
    stay = withdrawal.person.current_stay
    return texts.current(stay.legal_status).get("nb") if stay else None


def _stood(stood: covered_before.CoveredBefore, body: dict[str, Any], language: str) -> Iterator[str]:
    """A line for each thing that was permitted until the withdrawal, else one that says there was nothing."""
    words = body.get("withdrawal", {})
    # Older texts have other names for the same words.
    rows = words.get("rows") or {"mapping": words.get("mapped", ""), "sources": words.get("asked", "")}
    if stood.mapped:
        yield rows["mapping"]
    if stood.asked:
        yield rows["sources"]
    if stood.planned:
        # Only a text that asks about a plan has a word for it.
        yield rows.get("plan", "")
    for kind, themes in stood.shared.items():
        # A dash, since a kind of recipient may have a colon in its name.
        yield f"{_kind(kind, body)} – {_labels(themes, body, language)}"
    if stood.nothing:
        yield words.get("stood_nothing", "")


def _out(shared: SharedOutside, body: dict[str, Any], language: str) -> str:
    """A line about one recipient: when, which themes, and what is done now."""
    words = body.get("withdrawal", {})
    late = f" {words.get('after', '')}" if shared.late else ""
    done = words.get("out_asked" if shared.sent else "out_shut", "")
    who_and_when = listed(
        [recipient_words(shared.name, shared.kind, body, language), isolated(say_date(shared.day, language), language)],
        language,
    )
    return f"{who_and_when}{late} – {_labels(shared.themes, body, language)}. {done}".rstrip()


def _rest(all_shared: Iterable[SharedOutside], body: dict[str, Any], language: str) -> Iterator[str]:
    """A line for each recipient that may still get some themes: they were withdrawn with the rest of its message."""
    rests = {
        recipient_words(shared.name, shared.kind, body, language): shared.rest for shared in all_shared if shared.rest
    }
    for recipient, rest in rests.items():
        yield (
            body.get("withdrawal", {}).get("rest", "").format(recipient=recipient, themes=_labels(rest, body, language))
        )


def recipient_words(name: str, kind: OrganisationKind, body: dict[str, Any], language: str) -> str:
    """A recipient by its name, with its kind in the person's language."""
    return organisation(name, _kind(kind, body), language)


def _kind(kind: OrganisationKind, body: dict[str, Any]) -> str:
    kinds = body.get("kinds") or body.get("withdrawal", {}).get("kinds", {})
    return str(kinds.get(kind, kind.value))


def _labels(themes: Iterable[Theme], body: dict[str, Any], language: str) -> str:
    labels = body.get("themes") or {theme: names[language] for theme, names in THEME_LABELS.items()}
    return listed((labels[theme] for theme in themes), language)


def _noted(withdrawal: Withdrawal, words: dict[str, Any], language: str) -> str:
    """When it was written down, from which on it counts, and at which unit."""
    at, stay = timezone.localtime(withdrawal.recorded_at), withdrawal.person.current_stay
    moment = words.get("moment", "").format(date=say_date(at.date(), language), time=f"{at:%H.%M}")
    units = [norwegian(stay.unit.name, language)] if stay else []
    return listed([isolated(moment, language), *units], language)


def _fact(term: str, text: str) -> dict[str, Any]:
    return {"type": "fact", "term": term, "text": text}


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _heading(text: str) -> dict[str, Any]:
    return {"type": "heading", "level": 2, "text": text}
