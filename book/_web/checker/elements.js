// Elements of a page, made without HTML: text stays text.

/** An element with its properties, its attributes (those with a dash or in lower case) and children. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** LaTeX that the engine printed, for MathJax. */
export const math = (latex, display = false) =>
  make("span", { textContent: display ? `\\[${latex}\\]` : `\\(${latex}\\)`, className: "math" });

export const paragraph = (...parts) => make("p", {}, ...parts);
