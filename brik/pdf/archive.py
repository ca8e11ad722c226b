"""What makes a tagged PDF an archived one: PDF/A-3a beside PDF/UA-1 (ISO 19005-3, ISO 14289-1).

The file says what its colours mean, what standards it follows and when it was made, and can carry the data it was made
from as an associated file.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.pdfbase.pdfdoc import (
    NoEncryption,
    PDFArray,
    PDFDate,
    PDFDictionary,
    PDFName,
    PDFObject,
    PDFStream,
    PDFString,
)
from reportlab.pdfbase.pdfdoc import format as formatted

COLOURS: Final = Path(__file__).resolve().parent / "colours" / "sRGB.icc"


@dataclass(frozen=True)
class Attachment:
    """Data that the document was made from. The name and description are read by others: no person's name in them."""

    name: str
    media_type: str
    data: bytes
    description: str


class _Content(PDFObject):
    """The content of a stream, which ends with a line of its own that is not part of its length."""

    def __init__(self, content: Any) -> None:
        self.content = content

    def __len__(self) -> int:
        return len(self.content)

    def format(self, document: Any) -> bytes:
        written: bytes = formatted(self.content, document)
        return written + b"\n"


class LineEnds(NoEncryption):
    """No encryption, and a line's end before each ``endstream``, which PDF/A demands and ReportLab does not write.

    ReportLab gives every stream to the encryption of the document at the last moment; nothing else can change them all.
    """

    def encode(self, content: Any) -> _Content:
        return _Content(content)


def write(document: Any, *, title: str, language: str, attachment: Attachment | None) -> None:
    """Write the output intent, the metadata and the attachment into ReportLab's document, before it is saved."""
    catalogue = document.Catalog
    catalogue.__NoDefault__ = [*catalogue.__NoDefault__, "OutputIntents", "AF"]
    profile = PDFStream(PDFDictionary({"N": 3, "Filter": PDFName("FlateDecode")}), _profile(), filters=[])
    catalogue.OutputIntents = PDFArray(
        [
            PDFDictionary(
                {
                    "Type": PDFName("OutputIntent"),
                    "S": PDFName("GTS_PDFA1"),
                    "OutputConditionIdentifier": PDFString("sRGB IEC61966-2.1"),
                    "Info": PDFString("sRGB IEC61966-2.1"),
                    "DestOutputProfile": document.Reference(profile),
                }
            )
        ]
    )
    catalogue.Metadata = _metadata(document, title, language)
    if attachment is not None:
        _attach(document, attachment)


@cache
def _profile() -> bytes:
    return zlib.compress(COLOURS.read_bytes(), 9)


def _attach(document: Any, attachment: Attachment) -> None:
    made = PDFDate(ts=document._timeStamp)
    entry = PDFDictionary(
        {
            "Type": PDFName("EmbeddedFile"),
            "Subtype": "/" + attachment.media_type.replace("/", "#2F"),
            "Params": PDFDictionary({"Size": len(attachment.data), "ModDate": made, "CreationDate": made}),
            "Filter": PDFName("FlateDecode"),
        }
    )
    stored = document.Reference(PDFStream(entry, zlib.compress(attachment.data), filters=[]))
    name = PDFString(attachment.name)
    specification = document.Reference(
        PDFDictionary(
            {
                "Type": PDFName("Filespec"),
                "F": name,
                "UF": name,
                "Desc": PDFString(attachment.description),
                "AFRelationship": PDFName("Source"),
                "EF": PDFDictionary({"F": stored, "UF": stored}),
            }
        )
    )
    document.Catalog.AF = PDFArray([specification])
    document.Catalog.Names = PDFDictionary({"EmbeddedFiles": PDFDictionary({"Names": PDFArray([name, specification])})})


def _metadata(document: Any, title: str, language: str) -> PDFStream:
    """The XMP packet: title, language, when it was made, and the standards. PDF/A asks what PDF/UA's own word means."""
    made, producer = document._timeStamp.datetime.isoformat(timespec="seconds"), document.info.producer
    packet = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>BRIK</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{escape(language)}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>BRIK</xmp:CreatorTool>
<xmp:CreateDate>{made}</xmp:CreateDate>
<xmp:ModifyDate>{made}</xmp:ModifyDate>
<pdf:Producer>{escape(producer)}</pdf:Producer>
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance>
<pdfuaid:part>1</pdfuaid:part>
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>The part of ISO 14289 that the file follows</pdfaProperty:description>
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""
    dictionary = PDFDictionary({"Type": PDFName("Metadata"), "Subtype": PDFName("XML")})
    return PDFStream(dictionary, packet.encode(), filters=[])
