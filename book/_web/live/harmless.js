// What comes from where cells run is hostile until it has passed here.
//
// HTML: no scripts, frames, forms, links or styles; no addresses but of pictures in the text itself; no
// attribute that a script of the page acts on (data-bs-toggle), and no class but those of our outputs
// (one that is fixed to the window could lie over the page).
// LaTeX: no command that makes links, classes, styles or other commands. What MathJax defines in one
// formula holds in all that follow, so that a cell could change what the book's own signs mean.

import { DOMPurify } from "../vendor/markdown.js";

const CLASSES = /^(?:math|notranslate|nohighlight|dataframe|nn-(?:rows|chain|stacks|one|left|step|right|reason))$/;

const HARMLESS = {
  USE_PROFILES: { html: true, svg: true, mathMl: true },
  FORBID_TAGS: ["style", "form", "input", "button", "textarea", "select", "option", "iframe", "a", "use",
    "dialog", "details", "audio", "video", "source", "track", "area", "map"],
  FORBID_ATTR: ["id", "name", "for", "style", "srcset", "href", "xlink:href", "popover", "popovertarget",
    "tabindex", "autofocus", "background", "usemap"],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ADD_URI_SAFE_ATTR: ["class", "colspan", "rowspan", "align", "scope"],
  ALLOWED_URI_REGEXP: /^data:image\/(?:png|jpeg|svg\+xml);base64,/i,
};

DOMPurify.addHook("uponSanitizeAttribute", (node, data) => {
  if (data.attrName !== "class") return;
  data.attrValue = data.attrValue.split(/\s+/).filter((word) => CLASSES.test(word)).join(" ");
});

export function harmless(html) {
  return DOMPurify.sanitize(String(html), HARMLESS);
}

const COMMANDS = new RegExp(
  String.raw`\\(?:href|url|class|cssId|style|data|unicode|mmlToken|require|bbox|includegraphics`
  + String.raw`|toggle|mathtip|texttip|let|[gex]?def|(?:re|provide)?newcommand|(?:re)?newenvironment`
  + String.raw`|providecommand|newtagform|renewtagform|usetagform|Declare[A-Za-z]+)(?![A-Za-z])`
);
const OURS = /\\class\{nn-check\}\{\\checkmark\}/g; // the mark of a line that is proved

/** Whether MathJax may set a text. */
export function plainLatex(latex) {
  return !COMMANDS.test(String(latex).replace(OURS, ""));
}
