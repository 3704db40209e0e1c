// @ts-check
// Says at once what was pasted into a key field. The server checks again; without this script it is the first to.

/** @param {string} text */
function kind(text) {
  const key = text.replace(/[\s\u200b-\u200d\ufeff]/g, "");
  if (key === "") return "empty";
  const match = /^(pk|sk|rk)_(live|test)_/.exec(key);
  if (match) return `${match[1]}-${match[2]}`;
  if (key.startsWith("whsec_")) return "webhook-secret";
  if (/^[a-z]{2,10}_[A-Za-z0-9]+/.test(key)) return "other-id";
  return "something-else";
}

/** @param {"public" | "secret"} field @param {string} found @param {string} mode */
function fault(field, found, mode) {
  if (found === "empty") return "";
  const [prefix, drawer] = found.split("-");
  const isKey = /^(pk|sk|rk)-(live|test)$/.test(found);
  if (!isKey) return found;
  const belongs = field === "public" ? prefix === "pk" : prefix !== "pk";
  if (drawer !== mode) return mode === "live" ? "test-key" : "live-key";
  if (belongs) return "";
  return prefix === "pk" ? "public-key" : prefix === "rk" ? "restricted-key" : "secret-key";
}

const words = document.querySelector("[data-key-words]");
const swap = document.querySelector("[data-swap]");
const fields = /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll("input[data-key]")]);

/** What stood in the fields when the page came: the server has said of it what is to be said. */
const before = fields.map((f) => f.value);

function look() {
  const mode = (words instanceof HTMLElement && words.dataset.mode) || "live";
  const kinds = fields.map((f) => kind(f.value));
  for (const [i, field] of fields.entries()) {
    const which = field.dataset.key === "public" ? "public" : "secret";
    const said = field.value === before[i] && field.hasAttribute("aria-invalid");
    const word = said ? "" : fault(which, kinds[i], mode);
    const text = word && words?.querySelector(`[data-word="${which}-key-is-${word}"]`)?.textContent;
    const named = document.querySelector(`[data-named="${field.name}"]`);
    if (named) named.textContent = text || "";
  }
  const swapped = /^(sk|rk)-/.test(kinds[0] || "") && /^pk-/.test(kinds[1] || "");
  if (swap instanceof HTMLElement) swap.hidden = !swapped;
}

for (const field of fields) field.addEventListener("input", look);
swap?.addEventListener("click", () => {
  const [a, b] = fields;
  if (!a || !b) return;
  [a.value, b.value] = [b.value, a.value];
  look();
  b.focus();
});
look();
