// Compares what kit::locale writes with Node's Intl (ICU 78, CLDR 48: it decides) and with Python's Babel.
//   node oracles/locale/run.mjs [--formats PATH] [--python PATH]
// --formats  the built example program; without it, cargo builds and runs it
// --python   a Python with requirements.txt installed (or $ORACLE_PYTHON; else python3)
// Prints sentences and a last line "N passed, N failed"; ends with 1 when anything failed.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { tableIsCurrent } from "./generate.mjs";
import { node, requests, unbroken } from "./requests.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const flag = (name) => { const at = process.argv.indexOf(name); return at < 0 ? undefined : process.argv[at + 1]; };
const python = flag("--python") ?? process.env.ORACLE_PYTHON ?? "python3";
const formats = flag("--formats");
let passed = 0;
const failures = [];

function program(command, args, lines) {
  const ran = spawnSync(command, args, { input: lines.join("\n") + "\n", encoding: "utf8", maxBuffer: 1 << 28, cwd: join(here, "../..") });
  if (ran.status !== 0) throw new Error(`${command} ${args.join(" ")} did not work: ${ran.error?.message ?? ran.stderr}`);
  return ran.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
}

const shown = (text) => JSON.stringify(text).replace(/[\u00a0\u202f]/g, (c) => `\\u${c.codePointAt(0).toString(16).padStart(4, "0")}`);

function judge(who, request, ours, theirs) {
  if (ours === theirs) passed += 1;
  else failures.push(`${who}: ${JSON.stringify(request)}: we write ${shown(ours)}, it writes ${shown(theirs)}`);
}

// ---- where Babel may differ: each with its reason, each checked to be still needed ----
const code = (r, wanted) => r.what === "money" && r.code === wanted;
const EXCEPTIONS = [
  { reason: "it has no currency spacing (UTS 35): a sign that ends in a letter or a point stands off the digits",
    when: (r) => r.what === "money" && r.locale.startsWith("en"),
    becomes: (theirs) => theirs.replace(/([\p{L}.])(?=\d)/u, "$1\u00a0") },
  { reason: "CLDR 48 writes the Caribbean guilder Cg in en-CA, CLDR 47 Cg.",
    when: (r) => r.locale === "en-CA" && code(r, "XCG"),
    becomes: (theirs) => theirs.replace("Cg.", "Cg\u00a0") },
  { reason: "CLDR 48 has the sign ZiG of Zimbabwe's currency in nl-BE, CLDR 47 only its code",
    when: (r) => r.locale === "nl-BE" && code(r, "ZWG"),
    becomes: (theirs) => theirs.replace("ZWG", "ZiG") },
  { reason: "CLDR 48 writes a July that stands alone juil. in France and Belgium, CLDR 47 juill.",
    when: (r) => r.what === "month_short" && ["fr-FR", "fr-BE"].includes(r.locale),
    becomes: (theirs) => theirs.replace("juill.", "juil.") },
  { reason: "CLDR lets a line break between the hours and the minutes of 15 h 04; we do not",
    when: (r) => r.what === "time" && r.locale === "fr-CA",
    becomes: unbroken },
  { reason: "it does not group the digits of a distance in days",
    when: (r) => r.what === "relative_days",
    becomes: (theirs, r) => theirs.replace(/\d+/, (digits) => new Intl.NumberFormat(r.locale).format(digits)) },
];

function babelAgrees(request, ours, theirs) {
  if (ours === theirs) return true;
  const known = EXCEPTIONS.find((e) => e.when(request) && e.becomes(theirs, request) === ours);
  if (known) known.seen = (known.seen ?? 0) + 1;
  return known !== undefined;
}

const major = process.versions.cldr.split(".")[0];
if (major !== "48") {
  failures.push(`This Node has CLDR ${process.versions.cldr} (ICU ${process.versions.icu}); the table is of CLDR 48. Use Node 20.20 or later with ICU 78.`);
} else if (tableIsCurrent()) passed += 1;
else failures.push("cldr.rs is not what the generator prints: run node oracles/locale/generate.mjs --write");

const asked = requests();
const lines = asked.map((request) => JSON.stringify(request));
const ours = formats ? program(formats, [], lines) : program("cargo", ["run", "-q", "-p", "kit", "--example", "formats"], lines);
if (ours.length !== asked.length) throw new Error(`${asked.length} questions, ${ours.length} answers`);
asked.forEach((request, i) => judge("Node", request, ours[i], node(request)));
console.log(`Node ${process.version} (ICU ${process.versions.icu}, CLDR ${process.versions.cldr}) was asked ${asked.length} times.`);

const [version, ...theirs] = program(python, [join(here, "babel_answers.py")], lines);
if (theirs.length !== asked.length) throw new Error(`${asked.length} questions, ${theirs.length} answers of Babel`);
let answered = 0;
asked.forEach((request, i) => {
  if (theirs[i] === null) return;
  answered += 1;
  if (babelAgrees(request, ours[i], theirs[i])) passed += 1;
  else judge("Babel", request, ours[i], theirs[i]);
});
console.log(`Babel (CLDR ${version.cldr}) answered ${answered} times.`);
for (const e of EXCEPTIONS) {
  if (e.seen) console.log(`  ${e.seen} times Babel differs, as known: ${e.reason}`);
  else failures.push(`An exception for Babel is no longer needed: ${e.reason}`);
}
for (const failure of failures.slice(0, 40)) console.log(`FAILED ${failure}`);
if (failures.length > 40) console.log(`… and ${failures.length - 40} more`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length ? 1 : 0;
