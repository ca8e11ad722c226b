"""Papers with a little of everything."""

from io import BytesIO

from PIL import Image

from brik.pdf.document import PdfDocument

ARABIC = "أين كنت تسكن قبل دخولك السجن؟ مساعدة من NAV، وترتيب ذلك (بالتفصيل) يستغرق 14 يوماً."


def drawn() -> bytes:
    picture = BytesIO()
    Image.new("RGBA", (40, 20), (10, 20, 60, 255)).save(picture, "PNG")
    return picture.getvalue()


def small(language: str = "nb") -> PdfDocument:
    document = PdfDocument("Kartlegging av behov og ressurser", language)
    document.heading(1, "Kartlegging")
    document.heading(2, "Bolig")
    document.definition("Hvordan bodde du?", "Eide", note="Oppgitt av den innsatte")
    document.definition("Hvor?", ARABIC, language="ar")
    document.bullet("Første punkt")
    document.paragraph("En liten tekst.")
    document.heading(3, "Tiltak")
    document.table(["Område", "Frist"], [["Bolig", "01.05.2026"], ["Helse", ""]])
    document.picture(drawn(), alternative="Tegnet underskrift")
    return document


def long_table() -> PdfDocument:
    document = PdfDocument("Lang tabell", "nb")
    document.table(["Nummer", "Tekst"], [[str(number), "ord " * (number % 40)] for number in range(120)])
    document.table(["Alene"], [["svært " * 3000]], widths=[1])
    return document
