// Formulas that come into a page after it was built: outputs of cells, previews of what one types.
// The page's own are MathML already. MathJax is fetched from the site when the first one is asked for.
import "./mathml.js";

const { FILES, node } = globalThis.nnMathml;
const FOLDER = new URL("../../_static/mathjax/", import.meta.url);
let loading = null;

function script(address) {
  return new Promise((done, failed) => {
    const made = document.createElement("script");
    made.async = false; // in order
    made.src = address;
    made.onload = done;
    made.onerror = () => failed(new Error(`${address} did not come`));
    document.head.append(made);
  });
}

/** Resolves when formulas can be set. */
export function ready() {
  if (!loading) {
    // MathJax is to offer its parts, and to leave the page alone.
    window.MathJax = { loader: { load: [] }, startup: { typeset: false, ready() {} } };
    loading = Promise.all(FILES.map((name) => script(new URL(`${name}.js`, FOLDER))));
    loading.catch(() => { loading = null; });
  }
  return loading;
}

/** A formula as an element. LaTeX that cannot be read rejects with what is wrong with it. */
export async function formula(latex, { display = false } = {}) {
  await ready();
  return node(latex, display);
}

const DELIMITED = /^\s*(?:\\\(([\s\S]*)\\\)|\\\[([\s\S]*)\\\]|\$\$([\s\S]*)\$\$)\s*$/;

/** Sets the formulas in an element: what stands as \(…\), \[…\] or $$…$$ in elements of class math. */
export async function typeset(element) {
  const boxes = [...element.querySelectorAll(".math")];
  if (element.matches?.(".math")) boxes.push(element);
  const waiting = boxes.filter((box) => !box.firstElementChild && DELIMITED.test(box.textContent));
  if (!waiting.length) return;
  await ready();
  for (const box of waiting) {
    const [, line, display, dollars] = box.textContent.match(DELIMITED);
    try {
      box.replaceChildren(node((line ?? display ?? dollars).trim(), line === undefined));
    } catch (error) {
      box.title = error.message; // it stays readable as LaTeX
    }
  }
  document.dispatchEvent(new Event("nn-typeset"));
}

window.nnbook = Object.assign(window.nnbook ?? {}, { typeset, formula });
