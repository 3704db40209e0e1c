// What is asked, and what Node's Intl answers to it.
import { CURRENCIES, LOCALES } from "./generate.mjs";

const AMOUNTS = ["0", "1", "-1", "-5", "99", "100", "123456", "-123456", "99999999", "-100000", "1000000000000"];
const NUMBERS = ["0", "1", "2", "9.975", "5", "-5", "0.5", "1.5", "14.975", "1234.5", "1234567.891", "1000000"];
const COUNTS = ["0", "0.0", "0.5", "1", "1.0", "1.5", "1.9", "2", "2.0", "3", "11", "21", "100", "999999",
  "1000000", "1000000.0", "1500000", "2000000", "10000000", "1000001"];
const DAYS = [-100000, -1000, -366, -31, -9, -3, -2, -1, 0, 1, 2, 3, 9, 14, 30, 31, 365, 1000, 123456];
const LISTS = [["A"], ["A", "B"], ["A", "B", "C"], ["A", "B", "C", "D", "E"]];
const ZONES = ["America/Montreal", "Europe/Paris", "America/St_Johns", "Asia/Kathmandu", "UTC"];

/** ISO 4217 minor units where they are not 2; the amount's digits are always ours to say. */
const EXPONENTS = { BHD: 3, IQD: 3, JOD: 3, KWD: 3, LYD: 3, OMR: 3, TND: 3, CLF: 4, UYW: 4 };
for (const code of ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"])
  EXPONENTS[code] = 0;

export function requests() {
  return LOCALES.flatMap((locale) => [
    ...CURRENCIES.flatMap((code) => AMOUNTS.map((minor) =>
      ({ what: "money", locale, minor, code, exponent: EXPONENTS[code] ?? 2 }))),
    ...["CAD", "USD", "JPY", "BHD", "XAF"].flatMap((code) => AMOUNTS.flatMap((minor) => [
      { what: "money_iso", locale, minor, code, exponent: EXPONENTS[code] ?? 2 },
      { what: "money_plain", locale, minor, exponent: EXPONENTS[code] ?? 2 }])),
    ...NUMBERS.flatMap((number) => ["decimal", "quantity", "percent"].map((what) => ({ what, locale, number }))),
    ...COUNTS.map((number) => ({ what: "plural", locale, number })),
    ...days().flatMap((day) => ["date_long", "date_medium", "date_short", "month_long", "month_short"].map((what) => ({ what, locale, day }))),
    ...ZONES.flatMap((zone) => instants().flatMap((instant) =>
      ["date_time", "time"].map((what) => ({ what, locale, instant, zone })))),
    ...DAYS.map((days) => ({ what: "relative_days", locale, days })),
    ...LISTS.map((items) => ({ what: "list", locale, items })),
  ]);
}

function days() {
  const two = (n) => String(n).padStart(2, "0");
  const months = Array.from({ length: 12 }, (_, m) => m + 1);
  return [1999, 2024, 2026, 2100].flatMap((year) =>
    months.flatMap((month) => [1, 5, 28].map((day) => `${year}-${two(month)}-${two(day)}`))).concat("2024-02-29");
}

/** Each hour of a day, and the hours around both changes of summer time in 2026. */
function instants() {
  const hours = (from, n) => Array.from({ length: n }, (_, h) => new Date(Date.parse(from) + h * 3600e3).toISOString());
  return [...hours("2026-01-05T00:04:00Z", 24), ...hours("2026-03-08T04:30:00Z", 4), ...hours("2026-11-01T03:59:00Z", 4)];
}

const cache = new Map();
function made(Kind, locale, options) {
  const name = `${Kind.name} ${locale} ${JSON.stringify(options)}`;
  if (!cache.has(name)) cache.set(name, new Kind(locale, options));
  return cache.get(name);
}

/** The exact decimal text of an amount in minor units. */
export function decimal(minor, exponent) {
  const digits = minor.replace("-", "").padStart(exponent + 1, "0");
  const whole = digits.slice(0, digits.length - exponent);
  const text = exponent ? `${whole}.${digits.slice(-exponent)}` : whole;
  return minor.startsWith("-") ? `-${text}` : text;
}

const fraction = (text) => (text.split(".")[1] ?? "").length;
const exactly = (digits) => ({ minimumFractionDigits: digits, maximumFractionDigits: digits });

// Exception, with its reason: `DateTimeFormat.format` in V8 replaces U+202F before AM and PM by a space for
// the sake of old web pages. `formatToParts` gives what CLDR has, so that is what is asked.
const date = (locale, options, at) =>
  made(Intl.DateTimeFormat, locale, options).formatToParts(at).map((part) => part.value).join("");

export function node(r) {
  const number = (options, value) => made(Intl.NumberFormat, r.locale, options).format(value);
  const day = (dateStyle) => date(r.locale, { dateStyle, timeZone: "UTC" }, new Date(`${r.day}T12:00:00Z`));
  const amount = () => decimal(r.minor, r.exponent);
  switch (r.what) {
    case "money": return number({ style: "currency", currency: r.code, ...exactly(r.exponent) }, amount());
    case "money_iso":
      return number({ style: "currency", currency: r.code, currencyDisplay: "code", ...exactly(r.exponent) }, amount());
    case "money_plain": return number(exactly(r.exponent), amount());
    case "decimal": return number(exactly(fraction(r.number)), r.number);
    case "quantity": return number({ maximumFractionDigits: 6 }, r.number);
    // A hundredth, by moving the point in the text: no floats.
    case "percent": return number({ style: "percent", maximumFractionDigits: 6 }, `${r.number}e-2`);
    case "plural":
      return made(Intl.PluralRules, r.locale, exactly(fraction(r.number))).select(Number(r.number));
    case "date_long": return day("long");
    case "date_medium": return day("medium");
    case "date_short": return day("short");
    case "month_long": return date(r.locale, { year: "numeric", month: "long", timeZone: "UTC" }, new Date(`${r.day}T12:00:00Z`));
    case "month_short": return date(r.locale, { month: "short", timeZone: "UTC" }, new Date(`${r.day}T12:00:00Z`));
    case "date_time":
      return unbroken(date(r.locale, { dateStyle: "long", timeStyle: "short", timeZone: r.zone }, new Date(r.instant)));
    case "time": return unbroken(date(r.locale, { timeStyle: "short", timeZone: r.zone }, new Date(r.instant)));
    case "relative_days": return made(Intl.RelativeTimeFormat, r.locale, { numeric: "auto" }).format(r.days, "day");
    case "list": return made(Intl.ListFormat, r.locale, { type: "conjunction" }).format(r.items);
    default: throw new Error(`nothing is called ${r.what}`);
  }
}

/** CLDR lets a line break between the hours and the minutes of `15 h 04`. We do not. */
export function unbroken(text) {
  return text.replace(/(\d) h (\d)/, "$1\u00a0h\u00a0$2");
}
