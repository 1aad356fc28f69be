// Gradient descent on three surfaces, with a rate, a momentum and a start to drag.
import { contours } from "../vendor/d3.js";
import { axes, curve, handle, number, scale } from "./parts.js";

// Value and gradient at (x, y); c is the curvature across the ravine.
const surfaces = {
  ravine: {
    words: "a ravine",
    value: (x, y, c) => (x * x + c * y * y) / 2,
    gradient: (x, y, c) => [x, c * y],
    span: { x: [-11, 5], y: [-3.6, 3.6] }, start: [-10, 2], least: 0,
  },
  banana: {
    words: "a bent valley",
    value: (x, y) => (1 - x) ** 2 + 10 * (y - x * x) ** 2,
    gradient: (x, y) => [2 * (x - 1) - 40 * x * (y - x * x), 20 * (y - x * x)],
    span: { x: [-1.8, 1.8], y: [-0.8, 2.4] }, start: [-1.2, 1.8], least: 0,
  },
  saddle: {
    words: "a saddle between two hollows",
    value: (x, y) => x * x / 2 - y * y / 2 + y ** 4 / 4,
    gradient: (x, y) => [x, y ** 3 - y],
    span: { x: [-2.4, 2.4], y: [-1.7, 1.7] }, start: [-2, 0.02], least: -0.25,
  },
};

export const numbers = {
  value: (name, [x, y], c) => surfaces[name].value(x, y, c),
  gradient: (name, [x, y], c) => surfaces[name].gradient(x, y, c),
  /** The points after 0, 1, …, steps steps: v ← γ v + η g, θ ← θ - v. Ends where numbers end. */
  path(name, start, { c, rate, momentum }, steps) {
    const points = [start];
    let v = [0, 0];
    for (let n = 0; n < steps; n++) {
      const at = points[n];
      const g = numbers.gradient(name, at, c);
      v = v.map((old, i) => momentum * old + rate * g[i]);
      const next = at.map((old, i) => old - v[i]);
      if (!next.every((a) => Math.abs(a) < 1e9)) break;
      points.push(next);
    }
    return points;
  },
};

const MOST = 300; // steps
const LEVELS = 14;
const [LOW, HIGH] = [-8, 4]; // powers of ten of the second chart
const raised = (n) => `${n < 0 ? "⁻" : ""}${"⁰¹²³⁴⁵⁶⁷⁸⁹"[Math.abs(n)]}`;

export default function descent(stage) {
  const state = stage.begin("Gradient descent on a surface", {
    name: "ravine", c: 25, rate: 0.03, momentum: 0, start: surfaces.ravine.start, steps: 25,
  });
  const surface = () => surfaces[state.name];
  const above = (point) => numbers.value(state.name, point, state.c) - surface().least;
  const path = () => numbers.path(state.name, state.start, state, state.steps);
  const ended = () => state.steps >= MOST || path().length <= state.steps || above(path().at(-1)) < 1e-10;
  const put = (at) => {
    state.start = [at.x, at.y].map((v) => Math.round(v * 100) / 100);
    stage.changed();
  };

  stage.chart("The surface from above, and the path", [270, 330], (svg, size) => {
    let drawn; // what the lasting part was made for: each surface has axes of its own
    let draw;
    return () => {
      const key = `${state.name} ${state.c}`;
      if (drawn !== key) {
        const focused = svg.contains(document.activeElement);
        svg.replaceChildren();
        draw = picture(svg, size);
        drawn = key;
        if (focused) svg.querySelector(".nn-handle").focus();
      }
      draw();
    };
  }, 1.5);

  function picture(svg, size) {
    const { span, value } = surface();
    const { x, y, layer, over, left, right, top, bottom } = axes(svg, size, {
      ...span, xLabel: "θ₁", yLabel: "θ₂", xTicks: 5, yTicks: 5,
    });
    const [columns, rows] = [90, 60];
    const [i, j] = [scale([0, columns - 1], span.x), scale([0, rows - 1], span.y)];
    const heights = Array.from({ length: columns * rows }, (_, n) =>
      value(i(n % columns), j(Math.floor(n / columns)), state.c) - surface().least);
    const most = Math.max(...heights);
    const levels = Array.from({ length: LEVELS }, (_, n) => most * ((n + 0.5) / LEVELS) ** 3);
    const place = ([a, b]) => [x(i(a - 0.5)), y(j(b - 0.5))].map((v) => v.toFixed(1)).join(",");
    const rings = contours().size([columns, rows]).thresholds(levels)(heights);
    layer.append("g").attr("class", "nn-line nn-thin nn-soft").selectAll("path").data(rings)
      .join("path").attr("d", ({ coordinates }) =>
        coordinates.flat().map((ring) => `M${ring.map(place).join("L")}Z`).join(""));
    // Contours close along the border; a frame hides that.
    layer.append("rect").attr("class", "nn-frame").attr("x", left).attr("y", top)
      .attr("width", right - left).attr("height", bottom - top);
    const way = layer.append("path").attr("class", "nn-line nn-thin nn-1");
    const steps = layer.append("g").attr("class", "nn-fill nn-1");
    const start = handle(over, {
      x, y, label: "the start", kind: "nn-ink", step: (span.x[1] - span.x[0]) / 80,
      get: () => ({ x: state.start[0], y: state.start[1] }), move: put,
      text: () => `start at ${state.start.map((v) => number(v)).join(", ")}`,
    });
    return () => {
      const points = path().filter(([a, b]) => Math.abs(x(a)) < 1e5 && Math.abs(y(b)) < 1e5);
      way.attr("d", curve(x, y)(points));
      steps.selectAll("circle").data(points).join("circle").attr("r", 2.6)
        .attr("cx", ([a]) => x(a)).attr("cy", ([, b]) => y(b));
      start();
    };
  }

  stage.chart("The loss above the minimum, step by step", [190, 330], (svg, size) => {
    const { x, y, layer } = axes(svg, size, {
      x: [0, MOST], y: [LOW, HIGH], xLabel: "steps", xTicks: 4, yTicks: 6,
      yFormat: (n) => `10${raised(n)}`,
    });
    const graph = layer.append("path").attr("class", "nn-line nn-1");
    return () => {
      const losses = path().map((point, n) => [n, Math.log10(Math.max(above(point), 1e-12))]);
      graph.attr("d", curve(x, y)(losses));
    };
  });
  stage.legend([["nn-ink nn-ring", "start, to be dragged"], ["nn-1", "path, and its loss above the minimum"]]);
  stage.say(() => {
    const points = path();
    const at = points.at(-1);
    const loss = above(at);
    const where = points.length <= state.steps || loss > 1e6
      ? "the path has left for infinity"
      : `at (${at.map((v) => number(v)).join(", ")}), ${loss < 1e-4 && loss > 0
        ? "less than a ten-thousandth" : number(loss, loss < 1 ? 4 : 2)} above the minimum`;
    const limit = state.name === "ravine"
      ? ` Without momentum, a rate above 2/${number(state.c, 0)} = ${number(2 / state.c, 3)} cannot converge.`
      : "";
    return `After ${points.length - 1} steps: ${where}.${limit}`;
  });
  stage.choice({
    label: "surface", options: Object.entries(surfaces).map(([key, { words }]) => [key, words]),
    get: () => state.name,
    set: (v) => Object.assign(state, { name: v, start: surfaces[v].start, steps: 25 }),
  });
  stage.slider({
    label: () => (state.name === "ravine" ? "curvature across, along it 1" : "(curvature: of the ravine)"),
    min: 1, max: 100, step: 0.01, log: true, enabled: () => state.name === "ravine",
    get: () => state.c, set: (v) => (state.c = Math.round(v)), text: (v) => number(v, 0),
  });
  stage.slider({
    label: "rate η", min: 0.001, max: 3, step: 0.005, log: true, text: (v) => number(v, 4),
    get: () => state.rate, set: (v) => (state.rate = Number(v.toPrecision(3))),
  });
  stage.slider({
    label: "momentum γ", min: 0, max: 0.98, step: 0.01, text: (v) => number(v),
    get: () => state.momentum, set: (v) => (state.momentum = v),
  });
  stage.player(() => {
    state.steps += 1;
    return !ended();
  }, { most: MOST, enabled: () => !ended() });
  stage.button("One step", () => (state.steps += 1), () => !ended());
  stage.button("Back to the start", () => (state.steps = 0), () => state.steps > 0);
}
