// The page Checker: fields, buttons, the answers of nnbook.derive.page.checker, a gallery.
//
// Text that a reader or a link brings is put into fields, and goes from there to the worker. What
// comes back and is shown as mathematics was printed by the engine. Nothing runs by itself.

import { engine } from "../live/engine.js";
import { typeset } from "../reading/mathematics.js";
import { steps, trouble, understood, verdict } from "./answers.js";
import { make, paragraph } from "./elements.js";
import { gallery } from "./gallery.js";
import { fromLink, link } from "./link.js";

const LONGEST = 3000;
const FIELDS = {
  left: ["Left side, or the whole equation", "\\frac{\\partial L}{\\partial z_j}", 2],
  right: ["Right side", "p_j - y_j", 2],
  when: [
    "Definitions and conditions, one per line",
    "L = -\\sum_k y_k \\log p_k\np_k = \\frac{e^{z_k}}{\\sum_m e^{z_m}}\n\\sum_k y_k = 1",
    3,
  ],
  sizes: ["Sizes, where no sum shows them", "n, K", 1],
  by: ["Differentiate with respect to", "w_{jk}", 1],
};

const field = (name) => document.getElementById(`nn-${name}`);

function question() {
  return Object.fromEntries(
    Object.keys(FIELDS).map((name) => [name, field(name).value.trim()]),
  );
}

/** Puts a question into the fields; what is no text, or too long, is left out. */
function fill(asked) {
  for (const name of Object.keys(FIELDS)) {
    const value = asked?.[name];
    field(name).value = typeof value === "string" ? value.slice(0, LONGEST) : "";
  }
  look();
}

async function show(place, ...children) {
  place.replaceChildren(...children);
  place.querySelectorAll("[data-scrolls]").forEach((box) => (box.tabIndex = 0));
  await typeset(place);
}

/** What is wrong, and in which field. */
async function complain(error) {
  if (error.field) field(error.field).setAttribute("aria-invalid", "true");
  await show(preview(), ...trouble(error));
}

// What is asked

let counted = 0;
let waiting = null;

const preview = () => document.getElementById("nn-preview");
const answer = () => document.getElementById("nn-answer");

function clear() {
  for (const name of Object.keys(FIELDS)) field(name).removeAttribute("aria-invalid");
}

/** The live preview, once Python runs; a little after the last key. */
function look() {
  clear();
  answer().replaceChildren();
  clearTimeout(waiting);
  if (engine.state === "off" || engine.state === "failed" || !question().left) {
    preview().replaceChildren();
    return;
  }
  waiting = setTimeout(async () => {
    if (engine.state !== "ready") return look();
    const mine = ++counted;
    try {
      const found = await engine.call("checker.preview", [question()]);
      if (mine !== counted) return;
      if (found.error) await complain(found.error);
      else await show(preview(), ...understood(found));
    } catch (error) {
      if (error.name !== "Stopped") throw error;
    }
  }, 300);
}

async function ask(name, told) {
  clear();
  clearTimeout(waiting);
  const asked = question();
  const first = !asked.left ? "left" : name === "derive" && !asked.by ? "by" : "";
  if (first) {
    answer().replaceChildren(paragraph(first === "by" ? "Say with respect to what." : "Type a formula."));
    return field(first).focus();
  }
  if (name === "check") asked.by = "";
  document.body.classList.add("nn-busy");
  try {
    answer().replaceChildren(paragraph("Python is loading; the first time this takes some 15 MB."));
    await engine.start("proofs");
    answer().replaceChildren(paragraph("Working …"));
    const read = await engine.call("checker.preview", [asked]);
    counted++;
    if (read.error) {
      answer().replaceChildren(paragraph("The formula could not be read; see above."));
      return await complain(read.error);
    }
    await show(preview(), ...understood(read, false));
    const found = await engine.call(`checker.${name}`, [asked]);
    if (found.error) await show(answer(), ...trouble(found.error));
    else await show(answer(), ...told(found));
  } catch (error) {
    answer().replaceChildren(paragraph(error.name === "Stopped" ? "Stopped." : `That did not work: ${error.message}`));
  } finally {
    document.body.classList.remove("nn-busy");
  }
}

// The page

function entry(name, [label, placeholder, rows]) {
  const box = make(rows > 1 ? "textarea" : "input", {
    id: `nn-${name}`, placeholder, maxLength: LONGEST, spellcheck: false, autocomplete: "off",
    autocapitalize: "off", ...(rows > 1 ? { rows } : { type: "text" }),
  });
  box.addEventListener("input", look);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      name === "by" ? ask("derive", steps) : ask("check", verdict);
    }
  });
  return make("div", { className: `nn-field nn-field-${name}` },
    make("label", { htmlFor: box.id, textContent: label }), box);
}

function build(root) {
  const button = (word, press, title = "") =>
    make("button", { type: "button", className: "nn-button", textContent: word, title, onclick: press });
  const copied = make("span", { role: "status" });
  const progress = make("progress", { hidden: true, "aria-label": "Loading of Python" });
  const form = make("form", { onsubmit: (event) => event.preventDefault(), "aria-label": "The formula" },
    ...Object.entries(FIELDS).map(([name, about]) => entry(name, about)),
    make("div", { className: "nn-buttons" },
      button("Check", () => ask("check", verdict), "Prove or refute the equation (Ctrl+Enter)"),
      button("Differentiate", () => ask("derive", steps), "The derivative of the left side, step by step"),
      button("Stop", () => engine.stop(), "End what Python does"),
      button("Copy a link", async () => {
        const made = link(question());
        history.replaceState(null, "", made);
        await navigator.clipboard?.writeText(made.href).catch(() => {});
        copied.textContent = "The link is in the address bar and the clipboard.";
      }),
      copied, progress));
  root.replaceChildren(form,
    make("div", { id: "nn-preview" }),
    make("div", { id: "nn-answer", role: "status", "aria-live": "polite" }));
  engine.addEventListener("progress", ({ detail }) => {
    progress.max = detail.total || 1;
    progress.value = detail.loaded;
  });
  engine.addEventListener("state", ({ detail }) => {
    progress.hidden = detail !== "loading";
    root.dataset.state = detail;
  });
}

function take() {
  const asked = fromLink(location.hash);
  if (!asked) return;
  fill(asked);
  answer().replaceChildren(paragraph("This question came with the link. Press Check or Differentiate."));
}

const root = document.getElementById("nn-checker");
build(root);
take();
window.addEventListener("hashchange", take);
gallery((asked) => {
  fill(asked);
  root.scrollIntoView();
  field("left").focus({ preventScroll: true });
});
