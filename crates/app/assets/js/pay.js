// The card form of the pay page. The amount is the server's; what is typed into the form goes to Stripe and never
// comes here. Whether something is paid is never decided in this file: it asks the server, and the server asks Stripe.
// @ts-check
"use strict";

/** @typedef {{ client_secret: string, public_key: string, amount_minor: number, currency: string }} Opened */
/** @typedef {{ word: string, go?: string, amount_minor?: number, amount?: string, pay?: string, sentence?: string }} Refused */
/** @typedef {{ outcome: "paid" | "processing" | "not-paid" | "unknown", word?: string }} Outcome */

const FAILURES_UNTIL_OTHER_WAYS = 3;
/** A form that has not come by then is perhaps held back by something in the browser that says nothing of it. */
const PATIENCE_MS = 12_000;
const here = location.pathname.replace(/\/(pay|add)$/, "");
/** A card is only kept on this page, without a payment. */
const onlyKeeps = document.getElementById("pay-form")?.dataset.keeps === "yes";

/** @param {string} id */
function part(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
}

const form = /** @type {HTMLFormElement} */ (part("pay-form"));
const button = part("pay-button");
const says = part("pay-says");
const place = part("card-form");

/** @type {import("@stripe/stripe-js").Stripe | null} */
let stripe = null;
/** @type {import("@stripe/stripe-js").StripeElements | null} */
let elements = null;
let secret = "";
let busy = false;
let failures = 0;
/** What the boxes said when the form was last in step with the server. */
let ticked = "";

/** The sentences stand in the page, in the reader's language.
 * @param {string} name */
function word(name) {
  return document.querySelector(`[data-word="${CSS.escape(name)}"]`)?.textContent || "";
}

/** Says something above the amount and leads the reader there.
 * @param {string} sentence */
function say(sentence) {
  part("pay-says-text").textContent = sentence;
  says.hidden = false;
  says.focus();
  says.scrollIntoView({ block: "nearest" });
}

function beSilent() {
  says.hidden = true;
}

/** The button keeps its place in the focus order while it works.
 * @param {boolean} now */
function setBusy(now) {
  busy = now;
  button.setAttribute("aria-disabled", String(now));
  button.textContent = now ? word("busy") : form.dataset.pay || "";
}

/** The form cannot be used: the other ways come in its place.
 * @param {string} sentence */
function giveUp(sentence) {
  form.hidden = true;
  part("other-ways").hidden = false;
  say(sentence);
}

/** The provider's own page as the other way; there is none where a card is only kept.
 * @param {boolean} now */
function offerThere(now) {
  const there = document.getElementById("pay-there");
  if (there) there.hidden = !now;
}

/** Something holds the provider's form back. */
function blocked() {
  giveUp(word("blocked"));
  offerThere(true);
}

/** @param {string} path @param {unknown} body @returns {Promise<Response | null>} */
async function post(path, body) {
  try {
    return await fetch(here + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    return null;
  }
}

/** @param {string} id */
function isTicked(id) {
  const box = document.getElementById(id);
  return box instanceof HTMLInputElement && box.checked;
}

/** What the payer agrees to, as the boxes say it now; nothing while the form is only being shown. */
function agreed() {
  const pressed = elements !== null;
  return {
    keep: pressed && (onlyKeeps || isTicked("keep-card")),
    autopay: pressed && isTicked("autopay"),
    language: document.getElementById("keeping")?.dataset.language || "",
  };
}

/** Opens the payment of the amount that stands on the page. The server answers with its own amount, or refuses.
 * @returns {Promise<Opened | null>} */
async function open() {
  const answer = await post("/intent", {
    amount_minor: Number(form.dataset.amount),
    currency: form.dataset.currency,
    part: form.dataset.part === "yes",
    ...agreed(),
  });
  if (!answer) {
    say(word("offline"));
    return null;
  }
  const told = await answer.json().catch(() => ({ word: "unreachable" }));
  if (answer.ok) return told;
  refuse(told);
  return null;
}

/** @param {Refused} refused */
function refuse(refused) {
  if (refused.go) {
    location.assign(refused.go);
  } else if (refused.word === "changed") {
    form.dataset.amount = String(refused.amount_minor);
    form.dataset.pay = refused.pay;
    for (const amount of document.querySelectorAll("[data-amount-due]")) amount.textContent = refused.amount || "";
    say(refused.sentence || "");
  } else if (refused.word === "no-offer" || refused.word === "refused") {
    giveUp(word(refused.word));
  } else {
    say(word(refused.word) || word("unreachable"));
  }
}

/** The provider's form in our colours.
 * @returns {import("@stripe/stripe-js").Appearance} */
function appearance() {
  const style = getComputedStyle(document.documentElement);
  /** @param {string} name */
  const token = (name) => style.getPropertyValue(name).trim();
  const dark = style.colorScheme === "dark";
  return {
    theme: dark ? "night" : "stripe",
    labels: "above",
    variables: {
      colorPrimary: token("--accent"),
      colorBackground: token("--surface"),
      colorText: token("--ink"),
      colorTextSecondary: token("--muted"),
      colorTextPlaceholder: token("--muted"),
      colorDanger: token("--negative"),
      fontFamily: token("--font"),
      fontSizeBase: "16px",
      borderRadius: token("--radius"),
      focusBoxShadow: "none",
      focusOutline: `2px solid ${token("--focus")}`,
    },
    rules: {
      ".Input": { border: `1px solid ${token("--control")}`, boxShadow: "none", padding: "12px" },
      ".Label": { fontSize: "14px", fontWeight: "500", color: token("--ink") },
    },
  };
}

/** @returns {import("@stripe/stripe-js").StripeElementLocale} */
function language() {
  const tag = document.documentElement.lang;
  if (tag.startsWith("fr")) return tag === "fr-CA" ? "fr-CA" : "fr";
  return tag === "en-GB" ? "en-GB" : "en";
}

/** @param {Opened} opened */
function mount(opened) {
  if (!window.Stripe) return;
  const locale = language();
  stripe ??= window.Stripe(opened.public_key, { locale });
  secret = opened.client_secret;
  ticked = JSON.stringify(agreed());
  place.replaceChildren();
  elements = stripe.elements({ clientSecret: secret, appearance: appearance(), locale });
  const element = elements.create("payment", { layout: "tabs" });
  const impatience = setTimeout(() => offerThere(true), PATIENCE_MS);
  element.on("ready", () => {
    clearTimeout(impatience);
    offerThere(false);
    part("card-loading").hidden = true;
    form.dataset.ready = "yes";
  });
  element.on("loaderror", blocked);
  element.mount(place);
}

/** Presses are one at a time, and each asks the server for the amount again before anything is confirmed. */
async function pay() {
  if (busy || !stripe || !elements) return;
  beSilent();
  setBusy(true);
  try {
    const checked = await elements.submit();
    if (checked.error) return fail(word("incomplete"));
    const opened = await open();
    if (!opened) return setBusy(false);
    if (opened.client_secret !== secret) {
      mount(opened);
      setBusy(false);
      return say(word("renewed"));
    }
    // The provider's form says itself what it keeps: it has to learn what the boxes have changed.
    const now = JSON.stringify(agreed());
    if (now !== ticked && !onlyKeeps) await elements.fetchUpdates();
    ticked = now;
    await confirm();
  } catch {
    // Something broke on the way: whether money moved is for the server to find out.
    await ask();
  }
}

async function confirm() {
  if (!stripe || !elements) return;
  const return_url = location.origin + here + "/return";
  // Without a redirect where none is needed, the client secret stays out of the address bar.
  const { error } = onlyKeeps
    ? await stripe.confirmSetup({ elements, confirmParams: { return_url }, redirect: "if_required" })
    : await stripe.confirmPayment({ elements, confirmParams: { return_url }, redirect: "if_required" });
  if (!error) return location.assign(return_url);
  if (error.type === "validation_error") return fail(word("incomplete"));
  await ask();
}

/** After anything that was not a plain success: the server asks the provider and tells how it stands. */
async function ask() {
  const answer = await post("/outcome", {});
  /** @type {Outcome} */
  const told = answer?.ok ? await answer.json().catch(() => ({ outcome: "unknown" })) : { outcome: "unknown" };
  if (told.outcome === "paid" || told.outcome === "processing") return location.assign(here + "/return");
  if (told.outcome === "unknown") return fail(word("unknown"));
  fail(word(told.word || "decline-general"));
}

/** @param {string} sentence */
function fail(sentence) {
  setBusy(false);
  failures += 1;
  if (failures >= FAILURES_UNTIL_OTHER_WAYS) part("other-ways").hidden = false;
  say(sentence);
}

/** Whoever has it paid by itself has the card kept: the one box follows the other, visibly. */
function boxesFollow() {
  const [keep, autopay] = ["keep-card", "autopay"].map((id) => document.getElementById(id));
  if (!(keep instanceof HTMLInputElement) || !(autopay instanceof HTMLInputElement)) return;
  autopay.addEventListener("change", () => {
    if (autopay.checked) keep.checked = true;
  });
  keep.addEventListener("change", () => {
    if (!keep.checked) autopay.checked = false;
  });
}

async function start() {
  const opened = await open();
  if (opened) mount(opened);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void (elements ? pay() : start());
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => elements?.update({ appearance: appearance() }));
// A page that comes back from the browser's memory may be out of date.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// Without this script there is nothing to press and nothing to wait for.
for (const each of [button, place, part("card-loading"), document.getElementById("keeping")]) {
  if (each) each.hidden = false;
}
boxesFollow();
if (!says.hidden) says.focus();
if (window.Stripe) {
  void start();
} else {
  // The provider's script stands after this one, so neither of its two endings can have been missed.
  const script = part("provider-script");
  script.addEventListener("load", () => void (window.Stripe ? start() : blocked()));
  script.addEventListener("error", blocked);
}
