// What cells show, as the page shows it: text, formulas, tables, pictures, errors.
//
// Whatever a cell hands out is made harmless first: no scripts, no frames, no addresses but of data.

import { DOMPurify, MarkdownIt, dollarmath } from "../vendor/markdown.js";
import { typeset } from "../reading/mathematics.js";

const HARMLESS = {
  USE_PROFILES: { html: true, svg: true, mathMl: true },
  FORBID_TAGS: ["style", "form", "input", "button", "textarea", "select", "iframe", "a", "use"],
  FORBID_ATTR: ["id", "name", "style", "srcset", "href", "xlink:href"],
  ALLOWED_URI_REGEXP: /^data:image\/(?:png|jpeg|svg\+xml);base64,/i,
};

export function harmless(html) {
  return DOMPurify.sanitize(html, HARMLESS);
}

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
  made.textContent = text;
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

function picture(kind, data, { alt, width } = {}) {
  const made = document.createElement("img");
  made.src = kind === "image/svg+xml" ? `data:${kind};base64,${btoa(data)}` : `data:${kind};base64,${data}`;
  made.alt = alt ?? "A figure without a description";
  if (width) made.width = width;
  return box("image_png", made);
}

/** One output, as notebooks store it, as an element of the page. */
export function shown(output) {
  if (output.output_type === "stream") return pre(output.text, `stream ${output.name}`);
  if (output.output_type === "error") return pre(output.traceback.join("\n"), "traceback nn-error");
  const { data, metadata = {} } = output;
  for (const kind of ["image/png", "image/svg+xml"]) {
    if (data[kind]) return picture(kind, data[kind], metadata[kind]);
  }
  if (data["text/markdown"]) return withMarkdown(data["text/markdown"], metadata.displays);
  if (data["text/html"]) return withHtml(data["text/html"]);
  if (data["text/latex"]) return withHtml(formula(data["text/latex"].replace(/^\$+|\$+$/g, ""), true));
  return pre(data["text/plain"] ?? "", "text_plain");
}

/** Adds an output; what is printed in pieces stays one text. */
export function add(target, output) {
  const last = target.lastElementChild;
  if (output.output_type === "stream" && last?.classList.contains(output.name)) {
    last.firstElementChild.append(output.text);
    return;
  }
  const made = shown(output);
  target.append(made);
  if (made.querySelector(".math")) typeset(made);
}
