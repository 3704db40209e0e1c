// Small comforts. Every page works without this file.
// @ts-check
"use strict";

/** An error summary is where reading should begin again. */
function focusSummary() {
  const summary = document.querySelector("[data-focus]");
  if (summary instanceof HTMLElement) summary.focus();
}

/** A link of the error summary leads into its field, not only near it. */
function followSummary() {
  for (const link of document.querySelectorAll(".summary-error a")) {
    link.addEventListener("click", (event) => {
      const field = document.getElementById((link.getAttribute("href") || "").slice(1));
      if (!field) return;
      event.preventDefault();
      (field.closest(".field, .group") || field).scrollIntoView({ block: "nearest" });
      field.focus();
    });
  }
}

/** The second press of a button is not a second act. The button keeps its place in the focus order. */
function pressOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post") return;
    if (form.dataset.sent === "yes") {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented) return;
    form.dataset.sent = "yes";
    const button = event.submitter;
    if (button instanceof HTMLElement) {
      button.setAttribute("aria-disabled", "true");
      if (button.dataset.busy) {
        button.dataset.idle = button.textContent || "";
        button.textContent = button.dataset.busy;
      }
    }
  });
  // A page that comes back from the browser's memory must be usable again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-sent]")) {
      if (form instanceof HTMLElement) delete form.dataset.sent;
    }
    for (const button of document.querySelectorAll("[aria-disabled][type=submit], form [aria-disabled]")) {
      button.removeAttribute("aria-disabled");
      if (button instanceof HTMLElement && button.dataset.idle) button.textContent = button.dataset.idle;
    }
  });
}

/** Copy buttons: hidden in the page, shown where they can work. */
function copyButtons() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("button[data-copy]")) {
    if (!(button instanceof HTMLElement)) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const before = button.innerHTML;
      await navigator.clipboard.writeText(button.dataset.copy || "");
      button.textContent = button.dataset.done || "";
      button.setAttribute("role", "status");
      setTimeout(() => {
        button.innerHTML = before;
        button.removeAttribute("role");
      }, 2000);
    });
  }
}

/** Print buttons: hidden in the page, shown where they can work. */
function printButtons() {
  for (const button of document.querySelectorAll("[data-print]")) {
    if (!(button instanceof HTMLElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

/** The theme is a cookie, so that the server can say it before the first pixel is drawn. */
function themeButton() {
  for (const button of document.querySelectorAll("[data-theme-next]")) {
    if (!(button instanceof HTMLElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => {
      document.cookie = `theme=${button.dataset.themeNext};path=/;max-age=31536000;samesite=lax`;
      location.reload();
    });
  }
}

/** Print buttons: hidden in the page, shown where they can work. */
function printButtons() {
  for (const button of document.querySelectorAll("button[data-print]")) {
    if (!(button instanceof HTMLElement)) continue;
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

focusSummary();
followSummary();
pressOnce();
copyButtons();
printButtons();
themeButton();
printButtons();
