"""Judges every e-invoice we write: judge.py EINVOICES PRODUCT, two programs of ours: one writes the vectors, one what the
product makes of issued invoices.

Each must be accepted; both syntaxes must say the same; and each of a list of documents with one thing wrong must be
refused, by the official rules where they can see it: an oracle that accepts everything fails here.
"""

import copy
import pathlib
import subprocess
import sys
import tempfile

from lxml import etree
from rules import NS, PARSER, Rules, said

VECTORS = [f"V{n:02}" for n in range(1, 15)]
# Figures as they stand in the table of vectors: total with tax, payable, tax by category.
FIGURES = {
    "V01": ("120.99", "120.99", {"S21": "21.00"}), "V02": ("162.40", "162.40", {"S21": "19.60", "S6": "2.80"}),
    "V03": ("1000.00", "1000.00", {"AE0": "0.00"}), "V04": ("500.00", "500.00", {"K0": "0.00"}),
    "V05": ("500.00", "500.00", {"G0": "0.00"}), "V06": ("80.00", "80.00", {"E0": "0.00"}),
    "V07": ("80.00", "80.00", {"O0": "0.00"}), "V08": ("80.00", "80.00", {"Z0": "0.00"}),
    "V09": ("120.99", "120.99", {"S21": "21.00"}), "V10": ("121.02", "71.00", {"S21": "21.00"}),
    "V11": ("112.03", "112.03", {"S21": "19.44"}), "V12": ("114.94", "114.94", {"S21": "19.95"}),
    "V13": ("1.21", "1.21", {"S21": "0.21"}), "V14": ("1461.00", "1461.00", {"S20": "200.00", "S5.5": "11.00", "E0": "0.00"}),
}
SETTLED = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeSettlement/"
SUMMED = SETTLED + "ram:SpecifiedTradeSettlementHeaderMonetarySummation/ram:"
LINE = "rsm:SupplyChainTradeTransaction/ram:IncludedSupplyChainTradeLineItem/"
SELLER = "rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeAgreement/ram:SellerTradeParty/"
BUYER = SELLER.replace("Seller", "Buyer")
TOTAL = "cac:LegalMonetaryTotal/cbc:"


def must(condition, what):
    if not condition:
        sys.exit(f"NO: {what}")


def put(path, value):
    """The change that writes another text into an element; nothing takes it out."""

    def change(root):
        found = root.find(path, NS)
        must(found is not None, f"nothing to change at {path}")
        if value is None:
            found.getparent().remove(found)
        else:
            found.text = value

    return change


def both(*changes):
    return lambda root: [change(root) for change in changes]


# Name, vector, syntax, change, and who must see it: rule ids of the officials, or OURS where they are blind.
OURS = ()
WRONG = [
    ("X01", "V13", "ubl", both(put("cac:TaxTotal/cbc:TaxAmount", "0.20"), put("cac:TaxTotal/cac:TaxSubtotal/cbc:TaxAmount", "0.20"), put(TOTAL + "TaxInclusiveAmount", "1.20"), put(TOTAL + "PayableAmount", "1.20")), OURS),
    ("X01", "V13", "cii", both(put(SUMMED + "TaxTotalAmount", "0.20"), put(SETTLED + "ram:ApplicableTradeTax/ram:CalculatedAmount", "0.20"), put(SUMMED + "GrandTotalAmount", "1.20"), put(SUMMED + "DuePayableAmount", "1.20")), OURS),
    ("X02", "V03", "ubl", put("cac:AccountingCustomerParty/cac:Party/cac:PartyTaxScheme", None), OURS),
    ("X02", "V03", "cii", put(BUYER + "ram:SpecifiedTaxRegistration", None), OURS),
    ("X03", "V04", "ubl", put("cac:Delivery", None), ("BR-IC-11", "BR-IC-12")),
    ("X03", "V04", "cii", both(put("rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeDelivery/ram:ShipToTradeParty", None), put("rsm:SupplyChainTradeTransaction/ram:ApplicableHeaderTradeDelivery/ram:ActualDeliverySupplyChainEvent", None)), ("BR-IC-11", "BR-IC-12")),
    ("X04", "V01", "ubl", put("cac:TaxTotal/cbc:TaxAmount", "21.01"), ("BR-CO-14", "BR-CO-15")),
    ("X04", "V01", "cii", put(SUMMED + "TaxTotalAmount", "21.01"), ("BR-CO-14", "BR-CO-15")),
    ("X05", "V07", "ubl", "O beside S", ("BR-O-11", "BR-O-12")),
    ("X05", "V07", "cii", "O beside S", ("BR-O-11", "BR-O-12")),
    ("line total", "V01", "ubl", put(TOTAL + "LineExtensionAmount", "100.00"), ("BR-CO-10", "BR-CO-13")),
    ("line total", "V01", "cii", put(SUMMED + "LineTotalAmount", "100.00"), ("BR-CO-10", "BR-CO-13")),
    ("payable", "V01", "ubl", put(TOTAL + "PayableAmount", "121.99"), ("BR-CO-16",)),
    ("payable", "V01", "cii", put(SUMMED + "DuePayableAmount", "121.99"), ("BR-CO-16",)),
    ("no number", "V01", "ubl", put("cbc:ID", ""), ("BR-02",)),
    ("currency", "V01", "ubl", put("cbc:DocumentCurrencyCode", "EURO"), ("BR-CL-04",)),
    ("kind", "V01", "ubl", put("cbc:InvoiceTypeCode", "999"), ("BR-CL-01",)),
    ("seller's country", "V01", "ubl", put("cac:AccountingSupplierParty/cac:Party/cac:PostalAddress/cac:Country", None), ("BR-09",)),
    ("seller's VAT number", "V01", "ubl", put("cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme", None), ("BR-S-02",)),
    ("seller's VAT number", "V01", "cii", put(SELLER + "ram:SpecifiedTaxRegistration", None), ("BR-S-02",)),
    ("a third decimal", "V01", "ubl", put("cac:TaxTotal/cac:TaxSubtotal/cbc:TaxAmount", "21.001"), ("UBL-DT-01",)),
    ("unit", "V01", "ubl", lambda root: root.find("cac:InvoiceLine/cbc:InvoicedQuantity", NS).set("unitCode", "XXXX"), ("BR-CL-23",)),
    ("no reason", "V06", "ubl", both(put("cac:TaxTotal//cbc:TaxExemptionReason", None), put("cac:TaxTotal//cbc:TaxExemptionReasonCode", None)), ("BR-E-10",)),
    ("no account", "everything", "ubl", put("cac:PaymentMeans/cac:PayeeFinancialAccount", None), ("BR-61",)),
    ("a price", "V11", "ubl", put("cac:InvoiceLine/cac:Price/cbc:PriceAmount", "12.3466"), OURS),
    ("a price", "V11", "cii", put(LINE + "ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount", "12.3466"), OURS),
    ("no due date", "V01", "ubl", both(put("cbc:DueDate", None), put("cac:PaymentTerms", None)), OURS),
    ("an unknown element", "V01", "ubl", lambda root: etree.SubElement(root, "x"), ("XSD",)),
    ("an unknown element", "V01", "cii", lambda root: etree.SubElement(root, "x"), ("XSD",)),
]


def o_beside_s(root):
    """X05: one more line, of category S, beside what is outside the scope; sums untouched but the category is there."""
    line = root.find("cac:InvoiceLine", NS)
    tax = root.find("cac:TaxTotal/cac:TaxSubtotal", NS)
    category, percent = "cac:Item/cac:ClassifiedTaxCategory", "{%s}Percent" % NS["cbc"]
    if line is None:
        line = root.find(LINE.rstrip("/"), NS)
        tax = root.find(SETTLED + "ram:ApplicableTradeTax", NS)
        category, percent = "ram:SpecifiedLineTradeSettlement/ram:ApplicableTradeTax", "{%s}RateApplicablePercent" % NS["ram"]
    more, other = copy.deepcopy(line), copy.deepcopy(tax)
    code = more.find(category, NS)
    code = next(e for e in code if e.tag.endswith("}ID") or e.tag.endswith("CategoryCode"))
    rate = etree.Element(percent)
    rate.text, code.text = "21", "S"
    code.addnext(rate)
    line.addnext(more)
    subject = other.find("cac:TaxCategory", NS)
    subject = other if subject is None else subject
    code = next(e for e in subject if e.tag.endswith("}ID") or e.tag.endswith("}CategoryCode"))
    code.text = "S"
    for reason in [e for e in subject if "ExemptionReason" in e.tag]:
        subject.remove(reason)
    rate = etree.Element(percent)
    rate.text = "21"
    code.addnext(rate)
    tax.addnext(other)


def accepted(rules, files):
    for name, data in sorted(files.items()):
        must(b"<!DOCTYPE" not in data and data.startswith(b"<?xml"), f"{name}: how it begins")
        found = rules.all(data)
        must(not found, f"{name} is refused: {found}")
        root = etree.fromstring(data, PARSER)
        for each in root.iter():
            hollow = len(each) == 0 and not (each.text or "").strip()
            must(not hollow or each.tag.endswith("ApplicableHeaderTradeDelivery"), f"{name}: {each.tag} says nothing")
        peppol(name, root)


def peppol(name, root):
    """Whoever claims Peppol owes what its rules want beyond the standard (R002, R003, R010, R020, CL008)."""
    claims = "peppol" in (root.findtext("cbc:CustomizationID", namespaces=NS) or "")
    if not claims:
        return
    schemes = [e.get("schemeID") for e in root.iterfind(".//cbc:EndpointID", NS)]
    must(len(schemes) == 2 and all(s.isdigit() for s in schemes), f"{name}: addresses {schemes}")
    must(root.find("cbc:BuyerReference", NS) is not None or root.find("cac:OrderReference", NS) is not None, f"{name}: no reference")
    must(len(root.findall("cbc:Note", NS)) <= 1 and root.find("cbc:ProfileID", NS) is not None, f"{name}: notes, process")


def agree(files):
    names = {name.split(".")[0] for name in files}
    for name in sorted(names):
        ubl, cii = (said(etree.fromstring(files[f"{name}.{syntax}.xml"], PARSER)) for syntax in ("ubl", "cii"))
        for key in ubl:
            must(ubl[key] == cii[key], f"{name}: UBL and CII differ in {key}:\n{ubl[key]}\n{cii[key]}")
        if name in FIGURES:
            total, due, taxes = FIGURES[name]
            must((str(ubl["totals"]["total"]), str(ubl["totals"]["due"])) == (total, due), f"{name}: {ubl['totals']}")
            must({f"{t[0]}{t[1]:f}": str(t[3]) for t in ubl["taxes"]} == taxes, f"{name}: {ubl['taxes']}")


def complete(files):
    """Every vector is there, and each is good enough for Peppol."""
    missing = [n for n in VECTORS if f"{n}.ubl.xml" not in files]
    must(not missing, f"vectors are missing: {missing}")
    claims = [n for n in VECTORS if b"peppol" in files[f"{n}.ubl.xml"]]
    must(claims == VECTORS, f"vectors that do not claim Peppol: {set(VECTORS) - set(claims)}")


def refused(rules, files):
    for name, vector, syntax, change, seen_by in WRONG:
        root = etree.fromstring(files[f"{vector}.{syntax}.xml"], PARSER)
        (o_beside_s if change == "O beside S" else change)(root)
        data = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
        official = {found[0] for found in rules.official(data)}
        must(rules.all(data), f"{name} ({vector}, {syntax}) is accepted")
        if seen_by == OURS:
            must(not official, f"{name} ({vector}, {syntax}): the official rules see it now ({official}); say so in the table")
        else:
            must(set(seen_by) <= official, f"{name} ({vector}, {syntax}): {seen_by} expected, {official} found")


def traps(rules, files):
    """T1: what no rule looks at would pass the rules; it must not pass us."""
    must(rules.run("ubl", b"<a/>") == [("SILENT", "no rule had anything to look at")], "a stray element fires rules")
    must(rules.official(b"<a/>"), "a stray element is accepted")
    bomb = b'<!DOCTYPE a [<!ENTITY x "y">]><Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2">&x;</Invoice>'
    must(rules.official(bomb), "a document with entities is accepted")
    other = files["V01.cii.xml"].replace(b"CrossIndustryInvoice:100", b"CrossIndustryInvoice:200")
    must(rules.official(other), "a document of another schema is accepted")
    must(rules.official(files["V01.ubl.xml"].replace(b"Invoice-2", b"Order-2")), "an order is accepted as an invoice")


def written(program):
    with tempfile.TemporaryDirectory(prefix="einvoices-") as folder:
        made = subprocess.run([program, folder], capture_output=True, timeout=120)
        must(made.returncode == 0, made.stderr.decode())
        files = {file.name: file.read_bytes() for file in pathlib.Path(folder).iterdir()}
    must(files, f"{program} wrote nothing")
    return files


def main():
    rules = Rules()
    files, product = written(sys.argv[1]), written(sys.argv[2])
    for each in (files, product):
        accepted(rules, each)
        agree(each)
    complete(files)
    refused(rules, files)
    traps(rules, files)
    print(f"{len(files) + len(product)} accepted, {len(WRONG)} refused; {', '.join(rules.versions)}")


main()
