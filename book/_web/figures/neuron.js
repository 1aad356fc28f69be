// One neuron of two inputs: turn and shift its boundary, move an input, try it on four corners.
import { axes, clamp, curve, handle, number } from "./parts.js";

const dot = (a, b) => a[0] * b[0] + a[1] * b[1];
const plus = (a, s, b) => [a[0] + s * b[0], a[1] + s * b[1]];

export const numbers = {
  sum: (x, w, b) => dot(x, w) + b,
  says: (x, w, b) => (numbers.sum(x, w, b) >= 0 ? 1 : 0),
  distance: (x, w, b) => Math.abs(numbers.sum(x, w, b)) / Math.hypot(...w),
  foot: (x, w, b) => plus(x, -numbers.sum(x, w, b) / dot(w, w), w),
  right: (points, targets, w, b) =>
    points.filter((x, n) => numbers.says(x, w, b) === targets[n]).length,
};

const SPAN = { x: [-0.9, 3], y: [-0.5, 3.2] };
const CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]];
const TASKS = {
  none: ["none", null],
  and: ["AND", [0, 0, 0, 1]],
  or: ["OR", [0, 1, 1, 1]],
  xor: ["XOR", [0, 1, 1, 0]],
};
const ARROW = 0.4; // of the length of w
const MARKS = ["M0-8A8 8 0 1 1 0 8A8 8 0 1 1 0-8Z", "M0-10L9 7H-9Z"]; // circle 0, triangle 1
const round = (v) => Math.round(v * 100) / 100;

/** The part of the rectangle of the axes on which f >= 0, f being affine. */
function half(f) {
  const [[a, b], [c, d]] = [SPAN.x, SPAN.y];
  const corners = [[a, c], [b, c], [b, d], [a, d]];
  return corners.flatMap((p, n) => {
    const q = corners[(n + 1) % 4];
    const [fp, fq] = [f(p), f(q)];
    const cut = fp * fq < 0 ? [plus(p, fp / (fp - fq), plus(q, -1, p))] : [];
    return fp >= 0 ? [p, ...cut] : cut;
  });
}

export default function neuron(stage) {
  // `base` is the point of the boundary about which it turns; the bias follows from it.
  const state = stage.begin("One neuron of two inputs", {
    w: [2, 1], base: [1, 0], x: [1.7, 1.6], task: "none", points: CORNERS,
  });
  const bias = () => -dot(state.w, state.base) || 0;
  const z = (x) => numbers.sum(x, state.w, bias());
  const targets = () => TASKS[state.task][1];
  const boundless = () => dot(state.w, state.w) < 1e-6;
  const inside = ([a, b]) => ({ x: clamp(a, ...SPAN.x), y: clamp(b, ...SPAN.y) });

  stage.chart("The plane of the two inputs", [330, 400], (svg, size) => {
    const { x, y, layer, over } = axes(svg, size, {
      ...SPAN, equal: true, xLabel: "x₁", yLabel: "x₂", xTicks: 5, yTicks: 4,
    });
    const path = curve(x, y);
    const side = layer.append("path").attr("class", "nn-fill nn-0 nn-pale");
    const levels = layer.append("g").attr("class", "nn-line nn-thin nn-grey nn-dashed");
    const border = layer.append("path").attr("class", "nn-line nn-ink");
    const drop = layer.append("path").attr("class", "nn-line nn-1 nn-dotted");
    const foot = layer.append("circle").attr("class", "nn-knob nn-1").attr("r", 4);
    const arrow = layer.append("path").attr("class", "nn-line nn-2");
    const wrong = over.append("g").attr("class", "nn-line nn-ink");
    const point = (set) => (at) => {
      set([round(at.x), round(at.y)]);
      stage.changed();
    };
    const here = ([a, b]) => `x₁ ${number(a)}, x₂ ${number(b)}`;
    const shared = { x, y, step: 0.05 };
    const corners = CORNERS.map((_, n) => {
      const draw = handle(over, {
        ...shared, label: `example ${n + 1}`, mark: MARKS[0],
        get: () => inside(state.points[n]),
        move: point((at) => (state.points[n] = at)),
        text: () => {
          const t = targets()?.[n];
          return `${here(state.points[n])}, class ${t}, ${
            numbers.says(state.points[n], state.w, bias()) === t ? "right" : "wrong"}`;
        },
      });
      return () => {
        const t = targets();
        draw.node.toggleAttribute("hidden", !t);
        if (!t) return;
        draw.node.querySelector(".nn-knob").setAttribute("d", MARKS[t[n]]);
        draw.node.classList.toggle("nn-1", t[n] === 1);
        draw.node.classList.toggle("nn-0", t[n] === 0);
        draw();
      };
    });
    const handles = [
      handle(over, {
        ...shared, label: "a point of the boundary: shifts it", kind: "nn-ink",
        get: () => inside(state.base), move: point((at) => (state.base = at)),
        text: () => `${here(state.base)}, bias ${number(bias())}`,
      }),
      handle(over, {
        ...shared, label: "tip of the weights: turns the boundary", kind: "nn-2",
        get: () => inside(plus(state.base, ARROW, state.w)),
        move: (at) => {
          state.w = plus([at.x, at.y], -1, state.base).map((v) => clamp(round(v / ARROW), -4, 4));
          stage.changed();
        },
        text: () => `w₁ ${number(state.w[0])}, w₂ ${number(state.w[1])}`,
      }),
      handle(over, {
        ...shared, label: "the input x", kind: "nn-1",
        get: () => inside(state.x), move: point((at) => (state.x = at)),
        text: () => `${here(state.x)}, z ${number(z(state.x))}`,
      }),
    ];
    return () => {
      const { w, base } = state;
      const along = [-w[1], w[0]].map((v) => (20 * v) / (Math.hypot(...w) || 1));
      const level = (value) => {
        const at = plus(base, value / (dot(w, w) || 1), w);
        return path([plus(at, 1, along), plus(at, -1, along)]);
      };
      const area = half(z);
      side.attr("d", area.length ? `${path(area)}Z` : "");
      border.attr("d", boundless() ? "" : level(0));
      levels.selectAll("path").data(boundless() ? [] : [-2, 2, 4]).join("path").attr("d", level);
      const p = boundless() ? state.x : numbers.foot(state.x, w, bias());
      drop.attr("d", path([state.x, p]));
      foot.attr("cx", x(p[0])).attr("cy", y(p[1]));
      arrow.attr("d", path([base, plus(base, ARROW, w)]));
      const bad = (targets() ?? []).flatMap((t, n) =>
        numbers.says(state.points[n], w, bias()) === t ? [] : [state.points[n]]);
      wrong.selectAll("path").data(bad).join("path").attr("d", "M-13-13L13 13M-13 13L13-13")
        .attr("transform", ([a, b]) => `translate(${x(a)},${y(b)})`);
      for (const redraw of [...corners, ...handles]) redraw();
    };
  });
  stage.legend([
    ["nn-fill nn-0 nn-pale", "says 1"], ["nn-ink", "z = 0"],
    ["nn-thin nn-grey nn-dashed", "z = −2, 2, 4"], ["nn-2", `w (×${ARROW})`],
    ["nn-1 nn-dotted", "from x to its foot"],
  ]);
  stage.say(() => {
    const { w, x } = state;
    const sum = z(x);
    const text = boundless()
      ? `Both weights are 0: there is no boundary, and z = ${number(sum)} everywhere.`
      : `At x = (${x.map((v) => number(v)).join(", ")}) the sum is z = ${number(sum)}: the neuron says ` +
        `${numbers.says(x, w, bias())}. The boundary is ${number(numbers.distance(x, w, bias()))} away.`;
    const t = targets();
    if (!t) return text;
    return `${text} ${TASKS[state.task][0]}: ${numbers.right(state.points, t, w, bias())} of 4 right.`;
  });
  const weight = (n) => ({
    label: `weight w${"₁₂"[n]}`, min: -4, max: 4, step: 0.05, text: (v) => number(v),
    get: () => state.w[n], set: (v) => {
      const b = bias();
      state.w[n] = v;
      setBias(b);
    },
  });
  function setBias(b) { // the boundary moves along w
    if (boundless()) return;
    state.base = plus(state.base, -(dot(state.w, state.base) + b) / dot(state.w, state.w), state.w);
  }
  stage.slider(weight(0));
  stage.slider(weight(1));
  stage.slider({
    label: "bias b", min: -8, max: 8, step: 0.1, text: (v) => number(v),
    get: bias, set: setBias,
  });
  stage.choice({
    label: "four examples", options: Object.entries(TASKS).map(([key, [words]]) => [key, words]),
    get: () => state.task, set: (v) => Object.assign(state, { task: v, points: structuredClone(CORNERS) }),
  });
}
