"""Judges the exported books: judge.py BOOKS QUITTANCE, the two programs of ours."""

import collections
import csv
import decimal
import io
import json
import os
import pathlib
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile

BOOKS, QUITTANCE = sys.argv[1:3]
BEAN_CHECK = str(pathlib.Path(sys.executable).parent / "bean-check")
# hledger reads a file in the encoding of its locale, and a C locale has none for "é".
UTF8 = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"}
SIGNS = tuple("=+-@\t\r＝＋－＠")


def run(*words):
    return subprocess.run(words, capture_output=True, env=UTF8, timeout=120)


def must(condition, what):
    if not condition:
        sys.exit(f"NO: {what}")


def export(data, *words):
    done = run(QUITTANCE, "ledger", "export", "--data-dir", data, *words)
    must(done.returncode == 0, f"export {words}: {done.stderr.decode()}")
    return done.stdout.decode("utf-8")


def verdict(tool, folder, text):
    """What a tool says of a journal: nothing when it takes it."""
    file = pathlib.Path(folder) / ("books." + tool)
    file.write_text(text, encoding="utf-8", newline="")
    command = [BEAN_CHECK, file] if tool == "beancount" else ["hledger", "-f", file, "check", "-s"]
    done = run(*map(str, command))
    said = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
    return said or f"exit {done.returncode}" if done.returncode else ""


def cent(text):
    """The same figure, one in its last place more."""
    figure = decimal.Decimal(text)
    return str(figure + decimal.Decimal(1).scaleb(figure.as_tuple().exponent))


AMOUNT = re.compile(r"(  (?:Assets|Income|Liabilities|Expenses|Equity):\S+  )(-?[\d.]+)( [A-Z]{3})")
ASSERTED = {
    "beancount": re.compile(r"( balance \S+  )(-?[\d.]+)( ~ 0 [A-Z]{3})"),
    "hledger": re.compile(r"(  0 [A-Z]{3} = )(-?[\d.]+)( [A-Z]{3})"),
}


def changed(text, pattern, which):
    found = [m for m in pattern.finditer(text)]
    must(found, f"nothing to change: {pattern.pattern}")
    at = found[which]
    return text[: at.start(2)] + cent(at.group(2)) + text[at.end(2) :]


def without_an_entry(text):
    """The journal without its last entry but one."""
    blocks = text.split("\n\n")
    entries = [i for i, block in enumerate(blocks) if re.match(r"\d{4}-\d\d-\d\d \* .*", block)]
    entries = [i for i in entries if "entry:" in blocks[i]]
    return "\n\n".join(block for i, block in enumerate(blocks) if i != entries[-2])


def asserted(text):
    """The closing balances a beancount file claims."""
    pattern = re.compile(r"^\S+ balance (\S+)  (-?[\d.]+) ~ 0 ([A-Z]{3})$", re.M)
    return {(a, c): decimal.Decimal(n) for a, n, c in pattern.findall(text)}


def judge_journal(tool, folder, text, name):
    said = verdict(tool, folder, text)
    must(not said, f"{tool} refuses {name}: {said}")
    for what, worse in [
        ("a cent more in an entry", changed(text, AMOUNT, len(AMOUNT.findall(text)) // 2)),
        ("a cent more in a balance", changed(text, ASSERTED[tool], -1)),
        ("an entry taken out", without_an_entry(text)),
    ]:
        must(verdict(tool, folder, worse), f"{tool} takes {name} with {what}")


def judge_table(text, claimed, names, name):
    must(text.startswith("\ufeff"), f"{name}: no byte order mark")
    rows = list(csv.reader(io.StringIO(text[1:], newline=""), strict=True))
    head, rows = rows[0], rows[1:]
    must(text.endswith("\r\n") and text.split("\r\n")[0].count(",") == len(head) - 1, f"{name}: head")
    sums, entries, seen = collections.defaultdict(decimal.Decimal), collections.defaultdict(decimal.Decimal), set()
    for row in rows:
        must(len(row) == len(head), f"{name}: {row}")
        for cell in row:
            must(not cell.strip(" ").startswith(SIGNS), f"{name}: a spreadsheet would run {cell!r}")
        cells = dict(zip(head, row))
        amount = decimal.Decimal(cells["debit"] or 0) - decimal.Decimal(cells["credit"] or 0)
        must((cells["debit"] == "") != (cells["credit"] == ""), f"{name}: {cells}")
        sums[cells["account_name"], cells["currency"]] += amount
        entries[cells["entry"], cells["currency"]] += amount
        seen.add(cells["customer"])
    must(not any(entries.values()), f"{name}: an entry does not balance")
    must(dict(sums) == claimed, f"{name}: the table comes to {dict(sums)}, the journal claims {claimed}")
    for each in names:
        must(each in seen or "'" + each in seen, f"{name}: the customer {each!r} is not in the table")
    return len(entries)


def customers(data):
    with sqlite3.connect(os.path.join(data, "quittance.sqlite")) as books:
        return [row[0] for row in books.execute("select distinct c.name from ledger_postings p join customers c on c.id = p.customer_id")]


def judge(data, folder, name, days=()):
    texts = {each: export(data, "--format", each, *days) for each in ("beancount", "hledger", "csv")}
    again = export(data, "--format", "beancount", *days)
    must(again == texts["beancount"], f"{name}: the same books are not the same bytes")
    for tool in ("beancount", "hledger"):
        judge_journal(tool, folder, texts[tool], name)
    return texts


def demonstration(data):
    """The example studio, as the demonstration writes it: what the product itself books."""
    demo = subprocess.Popen(
        [QUITTANCE, "demo", "--data-dir", data, "--listen", "127.0.0.1:0", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=UTF8,
    )
    told = demo.stdout.readline()
    demo.send_signal(signal.SIGTERM)
    demo.wait(timeout=60)
    must(told and json.loads(told)["url"], "the demonstration did not start")


def main():
    with tempfile.TemporaryDirectory(prefix="books-") as folder:
        table, demo = os.path.join(folder, "table"), os.path.join(folder, "demo")
        made = run(BOOKS, table)
        must(made.returncode == 0, made.stderr.decode())
        demonstration(demo)
        for data, name in ((table, "the posting table"), (demo, "the demonstration")):
            verified = run(QUITTANCE, "ledger", "verify", "--data-dir", data)
            must(verified.returncode == 0, verified.stdout.decode() + verified.stderr.decode())
            texts = judge(data, folder, name)
            claimed = asserted(texts["beancount"])
            count = judge_table(texts["csv"], claimed, customers(data), name)
            currencies = sorted({currency for _, currency in claimed})
            print(f"{name}: {count} entries by currency, {len(claimed)} balances in {' '.join(currencies)}")
        # A part of the books: what came before is brought forward, and both programs come to our sums at its end.
        part = judge(table, folder, "a quarter", ("--from", "2026-01-10", "--to", "2026-01-20"))
        whole = judge(table, folder, "until then", ("--to", "2026-01-20"))
        must(asserted(part["beancount"]) == asserted(whole["beancount"]), "a part ends with other balances")
        must("Brought forward" in part["beancount"] and "Brought forward" in part["hledger"], "nothing is brought forward")
        rows = {row for row in re.findall(r'"(P\d\d)', "".join(export(table, "--format", "beancount")))}
        wanted = {f"P{n:02}" for n in range(1, 23)} - {"P21"}
        must(rows == wanted, f"rows of the posting table: {sorted(wanted ^ rows)}")
        wrong = run(QUITTANCE, "ledger", "export", "--data-dir", table, "--format", "csv", "--from", "2026-02-01", "--to", "2026-01-01")
        must(wrong.returncode != 0 and not wrong.stdout, "days the wrong way round are taken")


main()
