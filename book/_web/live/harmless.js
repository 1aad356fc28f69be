// HTML from where cells run is hostile until it has passed here.
//
// No scripts, frames, forms, links or styles; no addresses but of pictures in the text itself; no
// attribute that a script of the page acts on (data-bs-toggle), and no class but those of our outputs
// (one that is fixed to the window could lie over the page).

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
