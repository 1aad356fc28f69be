// A window that slides: draw on the picture, choose or type the kernel, and watch the sums.
import { select } from "../vendor/d3.js";
import { clamp, el, number } from "./parts.js";

/** What Conv2D of nnbook computes for one channel. */
export const numbers = {
  /** How many windows fit along a side of n pixels. */
  outputSize: (n, k, stride, padding) => Math.floor((n + 2 * padding - k) / stride) + 1,

  /** The pixels under window (i, j), with zeros outside of the picture: a list of rows. */
  windowAt(picture, k, i, j, stride, padding) {
    const row = i * stride - padding;
    const column = j * stride - padding;
    return Array.from({ length: k }, (_, a) =>
      Array.from({ length: k }, (_, b) => picture[row + a]?.[column + b] ?? 0));
  },

  weightedSum(pixels, kernel) {
    let sum = 0;
    pixels.forEach((line, a) => line.forEach((pixel, b) => (sum += pixel * kernel[a][b])));
    return sum;
  },

  /** All sums: the feature map. */
  slide(picture, kernel, stride, padding) {
    const k = kernel.length;
    const size = numbers.outputSize(picture.length, k, stride, padding);
    return Array.from({ length: size }, (_, i) =>
      Array.from({ length: size }, (_, j) =>
        numbers.weightedSum(numbers.windowAt(picture, k, i, j, stride, padding), kernel)));
  },
};

const INK = 16;
const BORDER = 1; // the widest padding
const TITLE = 22; // the height of the words above a grid
const OWN = "my own";
const short = (value, whole = Number.isInteger(value)) => number(value, whole ? 0 : 1);
const factor = (value) => {
  const text = number(value, 2).replace(/\.?0+$/, "");
  return value < 0 ? `(${text})` : text;
};

/** `kernels` are pairs of a name and weights; the first one is there at first. */
export default function convolution(stage, { picture, kernels }) {
  const n = picture.length;
  const [first] = kernels[0];
  const weights = (name) => structuredClone(kernels.find(([known]) => known === name)[1]);
  const state = stage.begin("A window that slides over a picture", {
    picture, name: first, kernel: weights(first), stride: 1, padding: 0,
    at: [1, 3], shown: n * n, brush: [2, 2], brushing: false,
  });
  const k = state.kernel.length;
  const size = () => numbers.outputSize(n, k, state.stride, state.padding);
  const index = () => state.at[0] * size() + state.at[1];
  const look = () => numbers.windowAt(state.picture, k, ...state.at, state.stride, state.padding);
  const settle = () => { // after a change of the sizes or the pixels: all sums are there
    state.at = state.at.map((place) => Math.min(place, size() - 1));
    state.shown = n * n;
    state.brushing = false;
  };

  stage.chart("The picture and the sums of its windows", [568, 330], (svg, { width, narrow }) => {
    const across = n + 2 * BORDER;
    const unit = Math.floor(narrow ? Math.min(29, width / across) : Math.min(30, width / (2 * across)));
    let cell = unit; // larger where there is no padding, so that the picture takes the same room
    const root = select(svg);
    const spare = narrow ? (width - across * unit) / 2 : (width - (2 * across - 1) * unit) / 2;
    const places = { picture: [spare, TITLE], sums: narrow
      ? [spare, across * unit + 2 * TITLE] : [spare + (across + 1) * unit, TITLE] };
    const inside = () => state.padding * cell;
    const titles = Object.fromEntries(Object.entries(places).map(([name, [left, top]]) =>
      [name, root.append("text").attr("class", "nn-name").attr("x", left).attr("y", top - 7)]));
    const group = (name) => root.append("g").attr("transform", `translate(${places[name]})`);

    const drawing = group("picture").attr("class", "nn-drawing").attr("tabindex", 0)
      .attr("role", "application")
      .attr("aria-label", "Picture. Arrow keys move the brush, Space paints or erases a pixel.");
    const ring = drawing.append("rect").attr("class", "nn-zeros");
    const sheet = drawing.append("rect").attr("class", "nn-sheet-of-paper");
    const pixels = [drawing.append("g"), drawing.append("g")];
    const brush = drawing.append("rect").attr("class", "nn-brush");
    const frame = drawing.append("rect").attr("class", "nn-line nn-1 nn-window");
    const map = group("sums").attr("class", "nn-map");
    const sums = [map.append("g"), map.append("g")];
    const chosen = map.append("rect").attr("class", "nn-line nn-1 nn-window");
    const square = (rect, x, y, side) =>
      rect.attr("x", x).attr("y", y).attr("width", side).attr("height", side);
    const grid = ([cells, texts], values, origin, fill, text) => {
      const data = values.flatMap((line, i) => line.map((value, j) => ({ value, i, j })));
      cells.selectAll("rect").data(data).join("rect").each(function (d) {
        square(select(this), origin + d.j * cell, origin + d.i * cell, cell);
      }).attr("class", ({ value }) => `nn-cell ${fill(value)[0]}`)
        .attr("fill-opacity", ({ value }) => fill(value)[1]);
      texts.selectAll("text").data(data).join("text").attr("text-anchor", "middle")
        .attr("x", (d) => origin + (d.j + 0.5) * cell)
        .attr("y", (d) => origin + (d.i + 0.5) * cell + 4)
        .attr("class", ({ value }) => `nn-number ${fill(value)[2] ?? ""}`)
        .text(({ value }) => text(value));
    };

    // Drawing: what the first pixel becomes, all others of the same stroke become as well.
    let paint = null;
    const cellAt = (event, node, origin, count) => {
      const box = node.ownerSVGElement.getBoundingClientRect();
      const [left, top] = places[node === map.node() ? "sums" : "picture"];
      const i = Math.floor((event.clientY - box.top - top - origin) / cell);
      const j = Math.floor((event.clientX - box.left - left - origin) / cell);
      return i >= 0 && j >= 0 && i < count && j < count ? [i, j] : null;
    };
    const dab = (place) => {
      state.picture[place[0]][place[1]] = paint;
      state.brush = place;
      settle();
      stage.changed();
    };
    drawing.on("pointerdown", (event) => {
      const place = cellAt(event, drawing.node(), inside(), n);
      if (!place || event.button) return;
      paint = state.picture[place[0]][place[1]] < INK / 2 ? INK : 0;
      drawing.node().setPointerCapture(event.pointerId);
      drawing.node().focus({ preventScroll: true });
      event.preventDefault();
      dab(place);
    }).on("pointermove", (event) => {
      const place = paint !== null && cellAt(event, drawing.node(), inside(), n);
      if (place) dab(place);
    }).on("pointerup pointercancel", () => (paint = null)).on("keydown", (event) => {
      const way = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (way) state.brush = state.brush.map((place, axis) => clamp(place + way[axis], 0, n - 1));
      else if (event.key === " " || event.key === "Enter") {
        const [i, j] = state.brush;
        state.picture[i][j] = state.picture[i][j] < INK / 2 ? INK : 0;
        settle();
      } else return;
      state.brushing = true;
      event.preventDefault();
      stage.changed();
    });
    // CSS's touch-action does not reach within SVG everywhere: the page would scroll under the finger.
    drawing.node().addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    map.on("pointerdown", (event) => {
      const place = cellAt(event, map.node(), 0, size());
      if (!place || event.button) return;
      Object.assign(state, { at: place, shown: Math.max(state.shown, place[0] * size() + place[1] + 1), brushing: false });
      stage.changed();
    });

    return () => {
      const p = state.padding;
      cell = Math.floor((across * unit) / (n + 2 * p));
      const edge = inside();
      if (narrow) places.sums[1] = (n + 2 * p) * cell + 2 * TITLE;
      map.attr("transform", `translate(${places.sums})`);
      titles.sums.attr("y", places.sums[1] - 7);
      square(ring, 0, 0, (n + 2 * p) * cell);
      square(sheet, edge, edge, n * cell);
      grid(pixels, state.picture, edge, (value) =>
        ["nn-ink", (0.85 * value) / INK, value > INK / 2 ? "nn-on-dark" : ""], (value) => short(value));
      const [i, j] = state.at;
      square(brush, edge + state.brush[1] * cell + 2, edge + state.brush[0] * cell + 2, cell - 4);
      square(frame, j * state.stride * cell, i * state.stride * cell, k * cell);
      const found = numbers.slide(state.picture, state.kernel, state.stride, p);
      const most = Math.max(1, ...found.flat().map(Math.abs));
      const whole = found.flat().every(Number.isInteger);
      const seen = found.map((line, a) =>
        line.map((value, b) => (a * found.length + b < state.shown ? value : null)));
      grid(sums, seen, 0, (value) => [value > 0 ? "nn-1" : "nn-0", Math.abs(value ?? 0) / most / 2],
        (value) => (value === null ? "" : short(value, whole)));
      square(chosen, j * cell, i * cell, cell);
      titles.picture.text(p ? "picture: draw here; zeros around" : "picture: draw here");
      titles.sums.text(`sums: ${found.length} × ${found.length}`);
    };
  });

  // The kernel, to type into, and what it makes of the window.
  const inputs = state.kernel.map((line, a) => line.map((_, b) => {
    const input = el("input", { type: "number", step: "any" });
    input.addEventListener("input", () => {
      const value = Number(input.value);
      if (input.value === "" || !Number.isFinite(value) || Math.abs(value) > 99) return;
      state.kernel[a][b] = value;
      state.name = OWN;
      settle();
      stage.changed();
    });
    stage.syncs.push(() => {
      const value = state.kernel[a][b];
      if (document.activeElement !== input) input.value = Math.round(value * 1000) / 1000;
    });
    const name = el("span", { class: "nn-unseen" }, `weight in row ${a + 1}, column ${b + 1}`);
    return el("label", {}, name, input);
  }));
  const products = el("div", { class: "nn-products" });
  stage.syncs.push(() => {
    const pixels = look();
    products.replaceChildren(...pixels.map((line, a) =>
      el("div", {}, line.map((pixel, b) => `${short(pixel)}·${factor(state.kernel[a][b])}`).join(" + ") + (a < k - 1 ? " +" : ""))),
      el("div", {}, `= ${number(numbers.weightedSum(pixels, state.kernel), 2).replace(/\.00$/, "")}`));
  });
  stage.drawing.append(el("div", { class: "nn-kernel" },
    el("div", {}, el("div", { class: "nn-name" }, "kernel"), el("div", { class: "nn-weights" }, ...inputs.flat())),
    el("div", {}, el("div", { class: "nn-name" }, "window times kernel"), products)));

  stage.say(() => {
    const [i, j] = state.at;
    const value = short(numbers.weightedSum(look(), state.kernel));
    const [r, c] = state.brush;
    const brush = state.brushing ? `Brush at row ${r + 1}, column ${c + 1}: ${state.picture[r][c]}. ` : "";
    return `${brush}Window ${index() + 1} of ${size() ** 2}, in row ${i + 1} and column ${j + 1} of the sums: ${value}.`;
  });
  let slider; // its end depends on the sizes, and must be set before its value
  stage.syncs.push(() => slider && (slider.max = size() ** 2));
  slider = stage.slider({
    label: "window", min: 1, max: n * n, step: 1,
    get: () => index() + 1,
    set(v) {
      const last = Math.min(v, size() ** 2) - 1;
      Object.assign(state, { at: [Math.floor(last / size()), last % size()], shown: last + 1, brushing: false });
    },
    text: (v) => `${v} of ${size() ** 2}`,
  });
  stage.choice({
    label: "kernel", options: [...kernels.map(([name]) => name), OWN].map((name) => [name, name]),
    get: () => state.name,
    set(name) {
      state.name = name;
      if (name !== OWN) state.kernel = weights(name);
      settle();
    },
  });
  for (const [label, values] of [["stride", [1, 2, 3]], ["padding", [0, 1]]]) {
    stage.choice({
      label, options: values.map((value) => [value, value]),
      get: () => state[label],
      set(value) {
        state[label] = Number(value);
        settle();
      },
    });
  }
  stage.player(() => {
    const next = state.shown >= size() ** 2 ? 0 : state.shown;
    Object.assign(state, { at: [Math.floor(next / size()), next % size()], shown: next + 1, brushing: false });
    return next + 1 < size() ** 2;
  }, { interval: 150, name: "Slide" });
  stage.button("Clear", () => {
    state.picture = state.picture.map((line) => line.map(() => 0));
    settle();
  });
}
