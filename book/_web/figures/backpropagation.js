// Backpropagation on a small graph, value by value: two inputs, three ReLUs, one output, a loss.
import { select } from "../vendor/d3.js";
import { number } from "./parts.js";

export const numbers = {
  /** All values, forward: z = x W1 + b1, a = max(0, z), y = a W2 + b2, L = (y - t)². */
  forward({ W1, b1, W2, b2 }, x, t) {
    const z = b1.map((b, k) => x[0] * W1[0][k] + x[1] * W1[1][k] + b);
    const a = z.map((v) => Math.max(0, v));
    const y = a.reduce((sum, v, k) => sum + v * W2[k], b2);
    return { z, a, y, L: (y - t) ** 2 };
  },
  /** All derivatives of L, backward. */
  backward(theta, x, t) {
    const { z, a, y } = numbers.forward(theta, x, t);
    const yBar = 2 * (y - t);
    const aBar = theta.W2.map((w) => w * yBar);
    const zBar = aBar.map((bar, k) => (z[k] > 0 ? bar : 0));
    const xBar = theta.W1.map((row) => row.reduce((sum, w, k) => sum + w * zBar[k], 0));
    return {
      y: yBar, a: aBar, z: zBar, x: xBar, b2: yBar, b1: zBar,
      W2: a.map((v) => v * yBar), W1: x.map((v) => zBar.map((bar) => v * bar)),
    };
  },
};

const START = {
  theta: { W1: [[2, -1, 1], [1, 1, -1]], b1: [-1, 0, 0], W2: [1, -2, 3], b2: 1 },
  x: [1, 2], t: 1,
};
// Where the vertices stand, in units of the drawing.
const PLACES = {
  x: [[0, 1.1], [0, -1.1]], z: [[2, 2], [2, 0], [2, -2]], a: [[3.6, 2], [3.6, 0], [3.6, -2]],
  y: [[5.6, 0]], L: [[7, 0]],
};
const low = (n) => "₀₁₂₃"[n];
const short = (v) => number(Number(v.toFixed(2)), 2).replace(/\.?0+$/, "");
const factor = (v) => (v < 0 ? `(${short(v)})` : short(v));
const product = (a, b) => `${short(a)}·${factor(b)}`;
/** Terms that may begin with a minus, as a sum. */
const sum = (terms) => terms.join(" + ").replaceAll("+ −", "− ");

/** What is computed, one after the other: [vertex, number within it, backward?, words]. */
function steps({ theta: { W1, b1, W2, b2 }, x, t }) {
  const { z, a, y, L } = numbers.forward({ W1, b1, W2, b2 }, x, t);
  const bar = numbers.backward({ W1, b1, W2, b2 }, x, t);
  const bias = (b) => (b ? [short(b)] : []);
  return [
    ...z.map((v, k) => ["z", k, false, `z${low(k + 1)} = ${
      sum([product(x[0], W1[0][k]), product(x[1], W1[1][k]), ...bias(b1[k])])} = ${short(v)}`]),
    ...a.map((v, k) => ["a", k, false, `a${low(k + 1)} = max(0, ${short(z[k])}) = ${short(v)}: ${
      z[k] > 0 ? "on" : "off"}`]),
    ["y", 0, false, `y = ${sum([...a.map((v, k) => product(v, W2[k])), ...bias(b2)])} = ${short(y)}`],
    ["L", 0, false, `L = (y − t)² = (${short(y)} − ${factor(t)})² = ${short(L)}`],
    ["L", 0, true, "∂L/∂L = 1: here the way back begins"],
    ["y", 0, true, `∂L/∂y = 2(y − t) = ${short(bar.y)}`],
    ...a.map((_, k) => ["a", k, true, `∂L/∂a${low(k + 1)} = weight times ∂L/∂y = ${
      product(W2[k], bar.y)} = ${short(bar.a[k])}`]),
    ...a.map((_, k) => ["z", k, true, `∂L/∂z${low(k + 1)} = slope times ∂L/∂a${low(k + 1)} = ${
      product(z[k] > 0 ? 1 : 0, bar.a[k])} = ${short(bar.z[k])}`]),
    ...x.map((_, j) => ["x", j, true, `∂L/∂x${low(j + 1)}: the messages add, ${
      sum(bar.z.map((v, k) => product(W1[j][k], v)))} = ${short(bar.x[j])}`]),
  ];
}

export default function backpropagation(stage) {
  const last = steps(START).length;
  const state = stage.begin("Backpropagation on a small graph, value by value", {
    ...structuredClone(START), step: last, lines: "weights", parameter: "W2 0",
  });
  const values = () => ({ x: state.x, ...numbers.forward(state.theta, state.x, state.t) });
  const bars = () => ({ L: 1, ...numbers.backward(state.theta, state.x, state.t) });
  const within = (all, name, n) => (Array.isArray(all[name]) ? all[name][n] : all[name]);

  stage.chart("The graph with its values and derivatives", [330, 400], (svg, { width, height, narrow }) => {
    const [pad, top, unitY] = [narrow ? 20 : 40, 62, (height - 112) / 4];
    const unit = (width - 2 * pad) / 7;
    const at = ([a, b]) => [pad + a * unit, top + (2 - b) * unitY];
    const root = select(svg);
    const edges = [];
    const add = (from, j, to, k, weight, share) =>
      edges.push({ from, j, to, k, weight, a: at(PLACES[from][j]), b: at(PLACES[to][k]), share });
    for (const k of [0, 1, 2]) {
      for (const j of [0, 1]) add("x", j, "z", k, ["W1", j, k], 0.2 + 0.06 * k);
      add("z", k, "a", k);
      add("a", k, "y", 0, ["W2", k], 0.4);
    }
    add("y", 0, "L", 0);
    const vertices = Object.entries(PLACES).flatMap(([name, places]) =>
      places.map((place, n) => ({ name, n, at: at(place) })));
    const lines = root.append("g").selectAll("line").data(edges).join("line")
      .attr("x1", (d) => d.a[0]).attr("y1", (d) => d.a[1])
      .attr("x2", (d) => d.b[0]).attr("y2", (d) => d.b[1]);
    const label = (group, kind) => group.append("text").attr("class", `nn-halo ${kind}`)
      .attr("text-anchor", "middle").attr("dominant-baseline", "central");
    const weights = root.append("g").selectAll("g").data(edges.filter((d) => d.weight)).join("g")
      .attr("transform", ({ a, b, share }) =>
        `translate(${a.map((v, i) => v + share * (b[i] - v)).join(",")})`);
    const written = label(weights, "nn-small");
    const circles = root.append("g").selectAll("circle").data(vertices).join("circle")
      .attr("cx", (d) => d.at[0]).attr("cy", (d) => d.at[1]).attr("r", narrow ? 11 : 15);
    const over = root.append("g").selectAll("g").data(vertices).join("g")
      .attr("transform", (d) => `translate(${d.at})`);
    const inner = label(over, "nn-small"); // the biases
    const value = label(over, "nn-bold nn-0 nn-ink-of").attr("y", narrow ? -20 : -26);
    const bar = label(over, "nn-bold nn-1 nn-ink-of").attr("y", narrow ? 21 : 27);
    for (const [name, places] of Object.entries(PLACES)) {
      root.append("text").attr("class", "nn-head").attr("text-anchor", "middle")
        .attr("x", at(places[0])[0]).attr("y", 16).text(name);
    }
    return () => {
      const [v, g] = [values(), bars()];
      const done = steps(state).slice(0, state.step);
      const now = state.step ? done.at(-1) : null;
      const known = new Set(done.map(([name, n, back]) => `${name}${n}${back}`));
      const has = (d, back) => (d.name === "x" && !back) || known.has(`${d.name}${d.n}${back}`);
      const active = (name, n) => now && now[0] === name && now[1] === n;
      const busy = (d) => now && (now[2] ? active(d.from, d.j) : active(d.to, d.k));
      lines.attr("class", (d) => `nn-line ${busy(d) ? (now[2] ? "nn-1" : "nn-0") : "nn-thin nn-soft"}`);
      circles.attr("class", (d) =>
        `nn-vertex ${active(d.name, d.n) ? (now[2] ? "nn-1 nn-now" : "nn-0 nn-now") : ""}`);
      value.text((d) => (has(d, false) ? short(within(v, d.name, d.n)) : ""));
      bar.text((d) => (has(d, true) ? short(within(g, d.name, d.n)) : ""));
      inner.text((d) => {
        const b = d.name === "z" ? state.theta.b1[d.n] : d.name === "y" ? state.theta.b2 : 0;
        return b ? short(b) : "";
      });
      const derivatives = state.lines === "derivatives";
      written.attr("class", `nn-halo nn-small ${derivatives ? "nn-1 nn-ink-of" : ""}`)
        .text(({ weight: [name, ...at], to, k }) => {
          if (derivatives && !known.has(`${to}${k}true`)) return "";
          return short(at.reduce((all, n) => all[n], derivatives ? g[name] : state.theta[name]));
        });
    };
  });
  stage.legend([["nn-0", "above: values, forward"], ["nn-1", "below: derivatives of L, backward"], ["nn-ring nn-thin nn-ink", "within: the bias, unless it is 0"]]);
  stage.say(() => {
    if (!state.step) return "Only the inputs are known. Forward goes from left to right.";
    const text = `Step ${state.step} of ${last}. ${steps(state)[state.step - 1][3]}.`;
    return state.step === last && state.lines === "derivatives"
      ? `${text} On the lines: value below times derivative above.` : text;
  });
  stage.slider({
    label: "step", min: 0, max: last, step: 1, get: () => state.step, set: (v) => (state.step = v),
    text: (v) => `${v} of ${last}`,
  });
  stage.choice({
    label: "on the lines", options: [["weights", "the weights"], ["derivatives", "∂L/∂weight"]],
    get: () => state.lines, set: (v) => (state.lines = v),
  });
  const input = (label, get, set) =>
    stage.slider({ label, min: -3, max: 3, step: 0.25, text: short, get, set });
  input("input x₁", () => state.x[0], (v) => (state.x[0] = v));
  input("input x₂", () => state.x[1], (v) => (state.x[1] = v));
  input("target t", () => state.t, (v) => (state.t = v));
  const names = [
    ...[0, 1].flatMap((j) => [0, 1, 2].map((k) => [`W1 ${j} ${k}`, `from x${low(j + 1)} to z${low(k + 1)}`])),
    ...[0, 1, 2].map((k) => [`b1 ${k}`, `bias of z${low(k + 1)}`]),
    ...[0, 1, 2].map((k) => [`W2 ${k}`, `from a${low(k + 1)} to y`]),
    ["b2", "bias of y"],
  ];
  const path = () => state.parameter.split(" ");
  stage.choice({
    label: "weight", options: names,
    get: () => state.parameter, set: (v) => (state.parameter = v),
  });
  input(
    () => `its value; ∂L/∂(this ${state.parameter[0] === "b" ? "bias" : "weight"}) = ${
      short(path().reduce((all, key) => all[key], bars()))}`,
    () => path().reduce((all, key) => all[key], state.theta),
    (v) => {
      const keys = path();
      const key = keys.pop();
      keys.reduce((all, name) => all[name], state.theta)[key] = v;
    },
  );
  stage.player(() => {
    state.step = Math.min(last, state.step + 1);
    return state.step < last;
  }, { interval: 900, most: last, first: () => {
    if (state.step === last) state.step = 0;
  } });
  stage.button("One step", () => (state.step += 1), () => state.step < last);
  stage.button("From the inputs", () => (state.step = 0), () => state.step > 0);
}
