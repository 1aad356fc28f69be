// What cells show, as the page shows it: text, formulas, tables, pictures, errors.
//
// Whatever a cell hands out is made harmless first, and may be of any type.

import { MarkdownIt, dollarmath } from "../vendor/markdown.js";
import { typeset } from "../reading/mathematics.js";
import { harmless } from "./harmless.js";
import { plainLatex } from "./latex.js";

const markdown = new MarkdownIt({ html: false, linkify: false }).use(dollarmath, {
  allow_labels: true,
  allow_space: true,
  double_inline: true,
  renderer: (latex, { displayMode }) => formula(latex, displayMode),
});

function escaped(text) {
  return text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);
}

function formula(latex, displayMode) {
  const [open, close] = displayMode ? ["\\[", "\\]"] : ["\\(", "\\)"];
  return `<span class="math notranslate nohighlight">${open}${escaped(latex.trim())}${close}</span>`;
}

/** The number that an equation has on the page, if it stands there. */
function numberOf(label) {
  return document.querySelector(`#equation-${CSS.escape(label.toLowerCase())} .eqno`)?.firstChild
    ?.textContent;
}

function box(name, content) {
  const made = document.createElement("div");
  made.className = `output ${name}`;
  if (content) made.append(content);
  return made;
}

function pre(text, name) {
  const made = document.createElement("pre");
  made.textContent = String(text);
  return box(name, made);
}

function withHtml(html, name = "text_html") {
  const made = box(name);
  made.innerHTML = harmless(html); // made harmless above
  return made;
}

/** Markdown; the displays in it are laid out in lines, with their numbers. */
function withMarkdown(text, displays) {
  const parts = text.split(/^\$\$\n([\s\S]*?)\n\$\$ \((eq-[^)]*)\)$/m);
  const made = box("text_html");
  for (let at = 0; at < parts.length; at += 3) {
    const words = parts[at].replace(/<\/?small>/g, "").trim();
    if (words) {
      const line = withHtml(markdown.render(words), at ? "nn-line" : "text_html");
      made.append(line);
    }
    if (at + 2 >= parts.length) break;
    const [latex, label] = [parts[at + 1], parts[at + 2]];
    const display = withHtml(displays?.[label] ?? formula(latex, true), "nn-eq");
    const number = numberOf(label);
    if (number) {
      const shown = document.createElement("span");
      shown.className = "eqno";
      shown.textContent = number.trim().replace(/#$/, "");
      display.append(shown);
    }
    made.append(display);
  }
  return made;
}

function picture(kind, data, about) {
  const made = document.createElement("img");
  made.src = kind === "image/svg+xml"
    ? `data:${kind};base64,${btoa(unescape(encodeURIComponent(data)))}`
    : `data:${kind};base64,${data}`;
  made.alt = String(about?.alt ?? "A figure without a description");
  if (about?.width > 0) made.width = Math.min(about.width, 2000);
  return box("image_png", made);
}

const list = (lines) => (Array.isArray(lines) ? lines.map(String).join("\n") : String(lines ?? ""));

/** One output, as notebooks store it, as an element of the page. */
export function shown(output) {
  if (output.output_type === "stream") return pre(output.text, `stream ${channel(output)}`);
  if (output.output_type === "error") return pre(list(output.traceback), "traceback nn-error");
  const data = output.data ?? {};
  const metadata = output.metadata ?? {};
  const text = (kind) => (typeof data[kind] === "string" ? data[kind] : "");
  for (const kind of ["image/png", "image/svg+xml"]) {
    if (text(kind)) return picture(kind, text(kind), metadata[kind]);
  }
  if (text("text/markdown")) return withMarkdown(text("text/markdown"), metadata.displays);
  if (text("text/html")) return withHtml(text("text/html"));
  if (text("text/latex")) return withHtml(formula(text("text/latex").replace(/^\$+|\$+$/g, ""), true));
  return pre(text("text/plain"), "text_plain");
}

const channel = (output) => (output.name === "stderr" ? "stderr" : "stdout");

/** Formulas are set where there are some; what holds commands that are not for formulas stays text. */
function set(element) {
  if (!plainLatex(element.textContent)) element.replaceChildren(pre(element.textContent, "text_plain"));
  else if (element.querySelector(".math")) typeset(element);
}

/** Adds an output; what is printed in pieces stays one text. */
export function add(target, output) {
  if (!output || typeof output !== "object") return;
  const last = target.lastElementChild;
  if (output.output_type === "stream" && last?.classList.contains(channel(output))) {
    last.firstElementChild.append(String(output.text));
    return;
  }
  const made = shown(output);
  target.append(made);
  set(made);
}
