"""A mail server we did not write (aiosmtpd) takes, defers and refuses our mail; Python's own parser reads it.

usage: judge.py PROGRAM, where PROGRAM PORT sends three mails and prints what it believes became of each.
"""

import email
import email.policy
import json
import socket
import subprocess
import sys

from aiosmtpd.controller import Controller

ANSWERS = {
    "taken@example.org": "250 2.1.5 recipient fine",
    "later@example.org": "451 4.7.1 come back in a minute",
    "never@example.org": "550 5.1.1 no such mailbox",
}
LINK = "https://pay.example.org/i/AAAAAAAAAAAAAAAAAAAAAAAAAAA"


class Server:
    """Keeps what it accepted."""

    def __init__(self):
        self.envelopes = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = ANSWERS.get(address, "550 5.1.1 nobody asked for this one")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope):
        self.envelopes.append(envelope)
        return "250 2.0.0 kept as number 7"


def main():
    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        run = subprocess.run([sys.argv[1], str(controller.port)], capture_output=True, text=True, timeout=120)
    finally:
        controller.stop()
    faults = []
    if run.returncode != 0:
        faults.append(f"the program ended with {run.returncode}: {run.stderr.strip()}")
    told = {line["to"]: line for line in map(json.loads, run.stdout.splitlines())}
    judge_states(told, faults)
    judge_mail(server.envelopes, told, faults)
    for fault in faults:
        print(f"  {fault}")
    if faults:
        sys.exit(1)
    print("3 mails: one taken, one deferred, one refused, each told as it was; the one taken reads as it should")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def judge_states(told, faults):
    wanted = {
        "taken@example.org": ("sent", "kept as number 7"),
        "later@example.org": ("deferred", "come back in a minute"),
        "never@example.org": ("failed", "no such mailbox"),
    }
    if set(told) != set(wanted):
        faults.append(f"told of {sorted(told)}, not of {sorted(wanted)}")
    for to, (state, words) in wanted.items():
        line = told.get(to, {})
        expect(faults, f"state of {to}", line.get("state"), state)
        if words not in line.get("answer", ""):
            faults.append(f"{to}: the server's words “{words}” are not in “{line.get('answer')}”")


def judge_mail(envelopes, told, faults):
    expect(faults, "mails accepted", [e.rcpt_tos for e in envelopes], [["taken@example.org"]])
    if not envelopes:
        return
    message = email.message_from_bytes(envelopes[0].content, policy=email.policy.default)
    expect(faults, "envelope sender", envelopes[0].mail_from, "factures@cafenord.example")
    expect(faults, "defects", message.defects, [])
    sender, answers, to = (message[name].addresses[0] for name in ("From", "Reply-To", "To"))
    expect(faults, "From", (sender.display_name, sender.addr_spec), ("Café Nord & fils", "factures@cafenord.example"))
    expect(faults, "Reply-To", answers.addr_spec, "bonjour@cafenord.example")
    expect(faults, "To", (to.display_name, to.addr_spec), ('Éloïse "Lou" Côté Bcc: all@example.org', "taken@example.org"))
    expect(faults, "number of recipients", len(message["To"].addresses), 1)
    expect(faults, "Bcc", message["Bcc"], None)
    subject = " ".join(message["Subject"].replace("\u00a0", " ").replace("\u202f", " ").split())
    expect(
        faults,
        "Subject",
        subject,
        "Facture 2026-0042 de Café Nord & fils : 1 149,75 $ à payer au plus tard le 23 décembre 2026",
    )
    identity = told.get("taken@example.org", {}).get("id")
    expect(faults, "Message-ID", message["Message-ID"], f"<{identity}@cafenord.example>")
    expect(faults, "Auto-Submitted", message["Auto-Submitted"], "auto-generated")
    expect(faults, "type", message.get_content_type(), "multipart/alternative")
    parts = {part.get_content_type(): part.get_content() for part in message.iter_parts()}
    expect(faults, "parts in order", list(parts), ["text/plain", "text/html"])
    for kind, body in parts.items():
        if LINK not in body or "%LINK%" in body or "Café Nord" not in body:
            faults.append(f"{kind}: the link or the seller is missing:\n{body}")
    if "<img" in parts.get("text/html", "") or "src=" in parts.get("text/html", ""):
        faults.append("the HTML loads something")


def expect(faults, what, got, wanted):
    if got != wanted:
        faults.append(f"{what}: {got!r}, not {wanted!r}")


main()
