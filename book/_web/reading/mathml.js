// Formulas as MathML that browsers draw by themselves.
//
// MathJax reads the LaTeX; what it makes of it becomes MathML Core here: letters of an alphabet are
// characters of that alphabet, and the spaces between signs are written down as TeX has them, since
// browsers have rules of their own. Elements and attributes not named below never come out, whatever
// the LaTeX says, so that a formula from anywhere can be set.
//
// The same file works when the site is built (book/_ext/formulas.py, in V8 without a page) and in the
// page (mathematics.js). Both first run MathJax's FILES in this order.

globalThis.nnMathml = (() => {
  const FILES = [
    "startup",
    "core",
    "adaptors/liteDOM",
    "input/tex-base",
    "input/tex/extensions/ams",
    "input/tex/extensions/newcommand",
    "input/tex/extensions/boldsymbol",
    "input/tex/extensions/mathtools",
    "input/tex/extensions/html",
    "output/chtml", // knows how large a bracket has to be
    "output/chtml/fonts/tex",
  ];
  const PACKAGES = ["base", "ams", "newcommand", "boldsymbol", "mathtools", "html"];

  // Where an alphabet begins: capitals, small letters, digits, Greek capitals, small Greek letters.
  const ALPHABETS = {
    bold: [0x1d400, 0x1d41a, 0x1d7ce, 0x1d6a8, 0x1d6c2],
    italic: [0x1d434, 0x1d44e, 0, 0x1d6e2, 0x1d6fc],
    "bold-italic": [0x1d468, 0x1d482, 0x1d7ce, 0x1d71c, 0x1d736],
    script: [0x1d49c, 0x1d4b6, 0, 0, 0],
    "bold-script": [0x1d4d0, 0x1d4ea, 0, 0, 0],
    fraktur: [0x1d504, 0x1d51e, 0, 0, 0],
    "double-struck": [0x1d538, 0x1d552, 0x1d7d8, 0, 0],
    "sans-serif": [0x1d5a0, 0x1d5ba, 0x1d7e2, 0, 0],
    monospace: [0x1d670, 0x1d68a, 0x1d7f6, 0, 0],
  };
  // Letters that Unicode had before it had the alphabet.
  const EARLIER = {
    script: { B: "ℬ", E: "ℰ", F: "ℱ", H: "ℋ", I: "ℐ", L: "ℒ", M: "ℳ", R: "ℛ", e: "ℯ", g: "ℊ", o: "ℴ" },
    fraktur: { C: "ℭ", H: "ℌ", I: "ℑ", R: "ℜ", Z: "ℨ" },
    "double-struck": { C: "ℂ", H: "ℍ", N: "ℕ", P: "ℙ", Q: "ℚ", R: "ℝ", Z: "ℤ" },
    italic: { h: "ℎ" },
  };
  // Greek letters with a second form, which stand behind the alphabet's 25 letters.
  const SECOND = "∂ϵϑϰϕϱϖ";
  const RANGES = [["A", "Z"], ["a", "z"], ["0", "9"], ["Α", "Ω"], ["α", "ω"]];

  function inAlphabet(text, name) {
    const starts = ALPHABETS[name];
    if (!starts) return text;
    const letter = (sign) => {
      if (EARLIER[name]?.[sign]) return EARLIER[name][sign];
      if (sign === "∇" && starts[3]) return String.fromCodePoint(starts[3] + 25);
      if (SECOND.includes(sign) && starts[4]) {
        return String.fromCodePoint(starts[4] + 25 + SECOND.indexOf(sign));
      }
      const at = RANGES.findIndex(([first, last]) => sign >= first && sign <= last);
      if (at < 0 || !starts[at]) return sign;
      return String.fromCodePoint(starts[at] + sign.codePointAt(0) - RANGES[at][0].codePointAt(0));
    };
    return [...text].map(letter).join("");
  }

  // TeX's spaces, in em, and the space that a browser puts around a sign by itself.
  const SPACES = { thinmathspace: 3 / 18, mediummathspace: 4 / 18, thickmathspace: 5 / 18 };
  const OWN = {};
  for (const sign of "+−±") OWN[sign] = [4 / 18, 4 / 18];
  for (const sign of "=<>≤≥≠∈≈→⊆") OWN[sign] = [5 / 18, 5 / 18];
  for (const sign of ",;") OWN[sign] = [0, 3 / 18];
  const FENCES = "()[]{}";
  for (const sign of FENCES) OWN[sign] = [0, 0];
  const em = (size) => (size ? `${+size.toFixed(4)}em` : "0");

  const NARROW = 14; // em that fit on every page

  // Accents that are no wider than their letter.
  const ACCENTS = { "^": "ˆ", "~": "˜" };

  const element = (tag, attributes = {}, children = []) => ({ tag, attributes, children });
  const own = (node, name) => node.attributes.getExplicit(name);

  class Writer {
    constructor(sizes) {
      this.sizes = sizes; // of brackets
      this.made = new Map(); // what came of an operator of MathJax
    }

    /** The elements for a node: none, one, or the members of a row that needs no element. */
    all(node) {
      const kind = node.kind;
      if (kind === "inferredMrow") return this.row(node.childNodes);
      if (kind === "TeXAtom" || kind === "mrow") {
        const inner = this.row(node.childNodes);
        return inner.length === 1 ? inner : [element("mrow", {}, inner)];
      }
      if (kind === "mstyle") return this.style(node);
      if (kind === "semantics") return this.all(node.childNodes[0]);
      if (kind === "merror") throw Error(node.attributes.get("title") || "no formula");
      if (!this[kind]) throw Error(`browsers have nothing that shows ${kind}`);
      return [this[kind](node)].filter(Boolean);
    }

    one(node) {
      const made = this.all(node);
      return made.length === 1 ? made[0] : element("mrow", {}, made);
    }

    /** Nodes beside each other, with the space of TeX before each. */
    row(nodes) {
      const row = [];
      let before = null; // the node whose elements stand last
      for (const node of nodes) {
        const made = this.all(node);
        if (!made.length) continue;
        const space = SPACES[node.texSpacing()] || 0;
        const sign = node.isEmbellished && this.made.get(node.coreMO());
        const last = before?.isEmbellished && this.made.get(before.coreMO());
        if (space && last && (!sign || OWN[last.children]?.[1] === space)) last.right = space;
        else if (space && sign) sign.left = space;
        else if (space) row.push(element("mspace", { width: em(space) }));
        row.push(...made);
        before = node;
      }
      row.slice(1, -1).forEach((made) => { made.between = true; });
      return row;
    }

    /** Writes the space beside each sign down, unless browsers leave the same there. */
    finish() {
      for (const made of this.made.values()) {
        const { left = 0, right = 0, children: sign } = made;
        const has = (made.between || FENCES.includes(sign)) && OWN[sign];
        if (has && has[0] === left && has[1] === right) continue;
        made.attributes.lspace = em(left);
        made.attributes.rspace = em(right);
      }
    }

    style(node) {
      const attributes = {};
      for (const name of ["displaystyle", "scriptlevel"]) {
        if (own(node, name) !== undefined) attributes[name] = String(own(node, name));
      }
      const inner = this.row(node.childNodes);
      return Object.keys(attributes).length ? [element("mstyle", attributes, inner)] : inner;
    }

    // Letters, numbers, signs.

    text(node) {
      return node.childNodes.map((child) => child.getText?.() ?? "").join("");
    }

    variant(node) {
      const name = String(node.attributes.get("mathvariant"));
      if (name === "-tex-calligraphic") return "script";
      if (name === "-tex-bold-calligraphic") return "bold-script";
      return name === "-tex-mathit" ? "italic" : name;
    }

    marked(node) {
      const names = String(own(node, "class") || "").split(" ").filter((n) => n.startsWith("nn-"));
      return names.length ? { class: names.join(" ") } : {};
    }

    mi(node) {
      const text = this.text(node);
      const variant = this.variant(node);
      const single = [...text].length === 1;
      if (!text) return null;
      const attributes = this.marked(node);
      if (variant === "normal") {
        if (single && /\p{L}/u.test(text)) attributes.mathvariant = "normal";
        return element("mi", attributes, text);
      }
      if (variant === "italic" && single) return element("mi", attributes, text);
      return element("mi", attributes, inAlphabet(text, variant));
    }

    mn(node) {
      return element("mn", this.marked(node), inAlphabet(this.text(node), this.variant(node)));
    }

    mtext(node) {
      return element("mtext", this.marked(node), inAlphabet(this.text(node), this.variant(node)));
    }

    mo(node) {
      const text = this.text(node);
      if (!text || text === "\u2061") return null; // nothing, or the application of a function
      const attributes = this.marked(node);
      for (const name of ["movablelimits", "symmetric", "largeop"]) {
        if (own(node, name) !== undefined) attributes[name] = String(own(node, name));
      }
      const size = this.sizes.get(node);
      if (size >= 0) attributes.stretchy = "false";
      if (size > 0) attributes.class = `nn-d${size}`;
      if (size < 0) attributes.stretchy = "true";
      if (size === undefined && own(node, "stretchy") !== undefined) {
        attributes.stretchy = String(own(node, "stretchy"));
      }
      const made = element("mo", attributes, text);
      this.made.set(node, made);
      return made;
    }

    mspace(node) {
      const width = node.attributes.get("width");
      const length = /^-?[\d.]+em$/.test(width) ? width : em(SPACES[width] || 0);
      if (length.startsWith("-")) return element("mspace", { style: `margin-left:${length}` });
      return parseFloat(length) ? element("mspace", { width: length }) : null;
    }

    // What has a fixed number of parts.

    parts(node, tag = node.kind, attributes = {}) {
      return element(tag, attributes, node.childNodes.map((child) => this.one(child)));
    }

    msub(node) { return this.parts(node); }
    msup(node) { return this.parts(node); }
    msubsup(node) { return this.parts(node); }
    mroot(node) { return this.parts(node); }

    mfrac(node) {
      const line = own(node, "linethickness");
      return this.parts(node, "mfrac", line === undefined ? {} : { linethickness: String(line) });
    }

    msqrt(node) {
      return element("msqrt", {}, this.row(node.childNodes));
    }

    munder(node) { return this.limits(node, ["accentunder"]); }
    mover(node) { return this.limits(node, ["accent"]); }
    munderover(node) { return this.limits(node, ["accentunder", "accent"]); }

    limits(node, names) {
      const made = this.parts(node);
      names.forEach((name, at) => {
        const limit = node.childNodes[at + 1];
        const sign = limit.isEmbellished && limit.coreMO();
        const accent = own(node, name) ?? (sign && sign.attributes.get("accent"));
        if (!accent) return;
        made.attributes[name] = "true";
        const drawn = this.made.get(sign);
        if (drawn && ACCENTS[drawn.children]) drawn.children = ACCENTS[drawn.children];
      });
      return made;
    }

    mphantom(node) { return element("mphantom", {}, this.row(node.childNodes)); }

    mpadded(node) {
      const attributes = {};
      for (const name of ["width", "height", "depth", "lspace", "voffset"]) {
        const size = own(node, name);
        if (/^-?[\d.]+(em|ex)?$/.test(size)) attributes[name] = String(size);
      }
      return element("mpadded", attributes, this.row(node.childNodes));
    }

    // Tables: browsers take alignment and gaps from the style of the cells alone.

    mtable(node) {
      const listed = (name) => String(node.attributes.get(name) || "").split(/\s+/);
      const at = (list, number) => list[Math.min(number, list.length - 1)];
      const gap = (list, number) => (parseFloat(at(list, number)) || 0) / 2;
      const [align, columns, rows] = ["columnalign", "columnspacing", "rowspacing"].map(listed);
      const unit = rows[0].endsWith("pt") ? 0.1 : 1;
      const made = element("mtable", {}, node.childNodes.map((line, down) =>
        element("mtr", {}, line.childNodes.map((cell, across) => {
          const top = down ? gap(rows, down - 1) * unit : 0;
          const bottom = down < node.childNodes.length - 1 ? gap(rows, down) * unit : 0;
          const left = across ? gap(columns, across - 1) : 0;
          const right = across < line.childNodes.length - 1 ? gap(columns, across) : 0;
          const sides = [top, right, bottom, left].map((s) => (s ? em(s) : "0")).join(" ");
          const side = at(align, across) || "center";
          const style = `padding:${sides}${side === "center" ? "" : `;text-align:${side}`}`;
          return element("mtd", { style }, this.row(cell.childNodes));
        }))));
      if (own(node, "displaystyle")) made.attributes.displaystyle = "true";
      return made;
    }
  }

  let reader = null;
  function ready() {
    const M = globalThis.MathJax._;
    const refuse = (_, error) => { throw Error(error.message); };
    const InputJax = new M.input.tex_ts.TeX({ packages: PACKAGES, formatError: refuse });
    const { CHTML } = M.output.chtml_ts;
    const OutputJax = new CHTML({ font: new M.output.chtml.fonts.tex_ts.TeXFont() });
    const adaptor = new M.adaptors.liteAdaptor.LiteAdaptor();
    const page = new M.handlers.html.HTMLDocument.HTMLDocument("", adaptor, { InputJax, OutputJax });
    return { InputJax, OutputJax, page, converted: M.core.MathItem.STATE.CONVERT };
  }

  /** MathJax's tree of a formula. */
  function read(latex, display) {
    reader ??= ready();
    const item = new reader.page.options.MathItem(latex, reader.InputJax, display);
    item.setMetrics(16, 8, 1e6, 1e6, 1);
    item.convert(reader.page, reader.converted);
    item.root.setTeXclass(null);
    return item;
  }

  /** The formula's width in em, and how large its brackets have to be: 0 to 4 for TeX's sizes, -1
      for one that must be put together. */
  function measured(item) {
    const jax = reader.OutputJax;
    Object.assign(jax, { math: item, document: reader.page, pxPerEm: 16, nodeMap: new Map() });
    const sizes = new Map();
    const vertical = 1;
    const whole = jax.factory.wrap(item.root);
    (function visit(wrapper) {
      if (wrapper.kind === "mo" && wrapper.stretch?.dir === vertical && wrapper.size !== null) {
        sizes.set(wrapper.node, wrapper.size);
      }
      wrapper.childNodes?.forEach(visit);
    })(whole);
    return { sizes, width: whole.getOuterBBox().w };
  }

  /** The formula as a tree of {tag, attributes, children or text}. Throws what is wrong with it. */
  function tree(latex, display = false) {
    const item = read(latex, display);
    const { sizes, width } = measured(item);
    const writer = new Writer(sizes);
    let inner = writer.row(item.root.childNodes);
    const attributes = display ? { display: "block" } : {};
    if (inner.length === 1 && inner[0].attributes.displaystyle === "true" && inner[0].tag === "mstyle") {
      if (!display) attributes.displaystyle = "true";
      inner = inner[0].children;
    }
    writer.finish();
    if (width > NARROW) attributes.style = `--w:${width.toFixed(1)}`; // so that style can fit it
    return element("math", attributes, inner);
  }

  const ESCAPED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\u00a0": "&#xa0;" };
  const escaped = (text) => text.replace(/[&<>"\u00a0]/g, (sign) => ESCAPED[sign]);

  function string({ tag, attributes, children }) {
    const inner = typeof children === "string" ? escaped(children) : children.map(string).join("");
    const list = Object.entries(attributes).map(([name, value]) => ` ${name}="${escaped(value)}"`);
    return `<${tag}${list.join("")}>${inner}</${tag}>`;
  }

  function dom({ tag, attributes, children }) {
    const made = document.createElementNS("http://www.w3.org/1998/Math/MathML", tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...(typeof children === "string" ? [children] : children.map(dom)));
    return made;
  }

  return {
    FILES,
    html: (latex, display) => string(tree(latex, display)),
    node: (latex, display) => dom(tree(latex, display)),
  };
})();
