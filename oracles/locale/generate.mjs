// Writes crates/kit/src/locale/cldr.rs: what CLDR 48 says about our locales, as Node's Intl prints it.
//   node oracles/locale/generate.mjs            prints the table
//   node oracles/locale/generate.mjs --write    replaces the file
// Every derived pattern is proved against Intl again before anything is printed, so that a locale that
// needs more than our small model (other digits, a separator per currency) stops the generator.
import { writeFileSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const LOCALES = ["en-CA", "fr-CA", "en-US", "fr-FR", "en-GB", "fr-BE", "de-DE", "nl-BE"];
export const CURRENCIES = Intl.supportedValuesOf("currency");
export const TABLE = fileURLToPath(new URL("../../crates/kit/src/locale/cldr.rs", import.meta.url));

const stop = (sentence) => { throw new Error(sentence); };
const NBSP = "\u00a0";

function rust(text) {
  const plain = [...text].map((c) => {
    if (c === '"' || c === "\\") return "\\" + c;
    return /[\p{Z}\p{C}]/u.test(c) && c !== " " ? `\\u{${c.codePointAt(0).toString(16)}}` : c;
  });
  return `"${plain.join("")}"`;
}

function numbers(locale) {
  const parts = new Intl.NumberFormat(locale).formatToParts("-1234567.5");
  const of = (type) => parts.find((p) => p.type === type).value;
  if (of("minusSign") !== "-") stop(`${locale} has another minus sign`);
  const small = new Intl.NumberFormat(locale).formatToParts("1234");
  if (!small.some((p) => p.type === "group")) stop(`${locale} does not group four digits`);
  const percent = new Intl.NumberFormat(locale, { style: "percent" }).format("0.05");
  if (!percent.startsWith("5")) stop(`${locale} writes the percent sign first`);
  return { decimal: of("decimal"), group: of("group"), percent: percent.slice(1) };
}

function currencyShape(locale) {
  const parts = new Intl.NumberFormat(locale, { style: "currency", currency: "EUR" }).formatToParts("-1");
  const at = (type) => parts.findIndex((p) => p.type === type);
  if (at("currency") > at("integer")) return "After";
  return at("minusSign") < at("currency") ? "Before" : "BeforeMinus";
}

/** What stands before (or after) the digits for one currency, its space included. */
function affix(locale, shape, currency) {
  const parts = new Intl.NumberFormat(locale, { style: "currency", currency }).formatToParts("1");
  const digits = parts.findIndex((p) => p.type === "integer");
  const end = parts.findLastIndex((p) => p.type === "integer" || p.type === "fraction");
  const before = parts.slice(0, digits).map((p) => p.value).join("");
  const after = parts.slice(end + 1).map((p) => p.value).join("");
  if ((shape === "After" ? before : after) !== "") stop(`${locale} ${currency} has signs on both sides`);
  return shape === "After" ? after : before;
}

function prove(locale, shape, n, currency, sign) {
  const style = { style: "currency", currency, minimumFractionDigits: 2, maximumFractionDigits: 2 };
  const digits = `1${n.group}234${n.group}567${n.decimal}50`;
  const ours = { After: `-${digits}${sign}`, Before: `-${sign}${digits}`, BeforeMinus: `${sign}-${digits}` }[shape];
  const theirs = new Intl.NumberFormat(locale, style).format("-1234567.50");
  if (ours !== theirs) stop(`${locale} ${currency}: we would write ${ours}, Intl writes ${theirs}`);
}

function symbols(locale, shape, n) {
  const rows = [];
  for (const currency of [...CURRENCIES].sort()) {
    const sign = affix(locale, shape, currency);
    prove(locale, shape, n, currency, sign);
    const fallback = shape === "After" ? NBSP + currency : currency + NBSP;
    if (sign !== fallback) rows.push([currency, sign]);
  }
  return rows;
}

const utc = (options) => ({ timeZone: "UTC", ...options });
const monthNames = (locale, dateStyle) => Array.from({ length: 12 }, (_, m) => {
  const parts = new Intl.DateTimeFormat(locale, utc({ dateStyle })).formatToParts(Date.UTC(2026, m, 1));
  return parts.find((p) => p.type === "month").value;
});

/** The short names of the months as they stand alone, under a bar of a chart. */
const monthsAlone = (locale) => Array.from({ length: 12 }, (_, m) =>
  new Intl.DateTimeFormat(locale, utc({ month: "short" })).format(Date.UTC(2026, m, 1)));

/** A date or time style as pieces of Rust: `Month, Lit(" "), Day, …`. */
function pieces(locale, style) {
  const parts = new Intl.DateTimeFormat(locale, utc(style)).formatToParts(Date.UTC(2026, 0, 5, 3, 4));
  return parts.map(({ type, value }) => {
    if (type === "literal") return `Lit(${rust(value)})`;
    if (type === "dayPeriod") return "HalfOfDay";
    if (type === "minute") return "Minute";
    if (type === "month" && !/^\d+$/.test(value)) return "MonthName";
    const width = { day: "Day", month: "Month", year: "Year", hour: "Hour" }[type] ?? stop(`${locale}: part ${type}`);
    return width + (value.length > 1 && value.length < 4 ? "2" : "");
  });
}

function halves(locale) {
  const half = (hour) => new Intl.DateTimeFormat(locale, utc({ timeStyle: "short" }))
    .formatToParts(Date.UTC(2026, 0, 5, hour)).find((p) => p.type === "dayPeriod")?.value ?? "";
  return [half(3), half(15)];
}

/** What joins a long date and a short time: " at ", " à ". */
function joint(locale) {
  const when = Date.UTC(2026, 0, 5, 15, 4);
  const say = (style) => new Intl.DateTimeFormat(locale, utc(style)).format(when);
  const [both, date, time] = [say({ dateStyle: "long", timeStyle: "short" }), say({ dateStyle: "long" }), say({ timeStyle: "short" })];
  if (!both.startsWith(date) || !both.endsWith(time)) stop(`${locale}: date and time do not simply follow each other`);
  return both.slice(date.length, both.length - time.length);
}

function relative(locale) {
  const auto = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const always = new Intl.RelativeTimeFormat(locale);
  const around = (value) => {
    const text = always.format(value, "day");
    const digits = String(Math.abs(value));
    const at = text.indexOf(digits);
    return [text.slice(0, at), text.slice(at + digits.length)];
  };
  const named = [-2, -1, 0, 1, 2].map((n) => {
    const text = auto.format(n, "day");
    return /\d/.test(text) ? "" : text;
  });
  return { named, past: [around(-1), around(-9)], future: [around(1), around(9)] };
}

function list(locale) {
  const say = (...items) => new Intl.ListFormat(locale, { type: "conjunction" }).format(items);
  const two = say("A", "B").slice(1, -1);
  const four = say("A", "B", "C", "D");
  const middle = four.slice(1, four.indexOf("B"));
  return { two, middle, last: four.slice(four.indexOf("C") + 1, -1) };
}

const row = (pairs) => `[(${pairs.map((p) => p.map(rust).join(", ")).join("), (")})]`;
const strings = (items) => `[${items.map(rust).join(", ")}]`;
const slice = (items) => `&[${items.join(", ")}]`;

function wrap(items, indent) {
  const lines = [""];
  for (const item of items) {
    if (lines.at(-1).length + item.length > 104 - indent.length) lines.push("");
    lines[lines.length - 1] += (lines.at(-1) ? " " : "") + item + ",";
  }
  return lines.map((l) => indent + l).join("\n");
}

function block(locale) {
  const n = numbers(locale), shape = currencyShape(locale), r = relative(locale), l = list(locale);
  const name = locale.replace("-", "_").toUpperCase();
  const signs = symbols(locale, shape, n).map(([code, sign]) => `(*b"${code}", ${rust(sign)})`);
  return `/// ${locale}.
pub(super) static ${name}: Cldr = Cldr {
    decimal: ${rust(n.decimal)},
    group: ${rust(n.group)},
    percent: ${rust(n.percent)},
    sign: Sign::${shape},
    months: ${strings(monthNames(locale, "long"))},
    months_medium: ${strings(monthNames(locale, "medium"))},
    months_alone: ${strings(monthsAlone(locale))},
    month_long: ${slice(pieces(locale, { year: "numeric", month: "long" }))},
    date_long: ${slice(pieces(locale, { dateStyle: "long" }))},
    date_medium: ${slice(pieces(locale, { dateStyle: "medium" }))},
    date_short: ${slice(pieces(locale, { dateStyle: "short" }))},
    time: ${slice(pieces(locale, { timeStyle: "short" }))},
    joint: ${rust(joint(locale))},
    halves: ${strings(halves(locale))},
    days_named: ${strings(r.named)},
    days_past: ${row(r.past)},
    days_future: ${row(r.future)},
    list: ${strings([l.two, l.middle, l.last])},
    currencies: &[
${wrap(signs, "        ")}
    ],
};
`;
}

export function table() {
  return `//! CLDR ${process.versions.cldr.split(".")[0]} for our locales, written by \`oracles/locale/generate.mjs\` from Node's \`Intl\`
//! (ICU ${process.versions.icu.split(".")[0]}). Do not edit by hand: the oracle compares this file with what the generator prints.

use super::data::Part::{Day, Day2, HalfOfDay, Hour, Hour2, Lit, Minute, Month, Month2, MonthName, Year, Year2};
use super::data::{Cldr, Sign};

${LOCALES.map(block).join("\n")}`;
}

export const tableIsCurrent = () => readFileSync(TABLE, "utf8") === table();

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes("--write")) writeFileSync(TABLE, table());
  else process.stdout.write(table());
}
