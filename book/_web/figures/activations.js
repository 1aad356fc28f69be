// An activation and its slope: drag the point along the curve.
import { axes, curve, handle, number, spread } from "./parts.js";

const sigmoid = (z) => (z >= 0 ? 1 / (1 + Math.exp(-z)) : Math.exp(z) / (1 + Math.exp(z)));
const density = (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** Φ(z) of the normal distribution: ½ + density · (z + z³/3 + z⁵/15 + …). */
function normal(z) {
  if (Math.abs(z) > 12) return z > 0 ? 1 : 0;
  let term = z;
  let sum = z;
  for (let n = 3; Math.abs(term) > 1e-18; n += 2) sum += term *= (z * z) / n;
  return 0.5 + density(z) * sum;
}

const GELU = 0.044715;
const bend = (z) => Math.sqrt(2 / Math.PI) * (z + GELU * z ** 3); // of the approximation with tanh
const SELU = [1.0507009873554805, 1.6732632423543772];

// name: [words, value, slope]; p is the parameter, ε or α, of those that have one.
const all = {
  linear: ["linear", (z) => z, () => 1],
  step: ["step", (z) => (z >= 0 ? 1 : 0), () => 0],
  sigmoid: ["sigmoid", sigmoid, (z) => sigmoid(z) * (1 - sigmoid(z))],
  tanh: ["tanh", Math.tanh, (z) => 1 - Math.tanh(z) ** 2],
  relu: ["ReLU", (z) => Math.max(0, z), (z) => (z > 0 ? 1 : 0)],
  leaky: ["leaky ReLU", (z, p) => (z > 0 ? z : p * z), (z, p) => (z > 0 ? 1 : p)],
  elu: ["ELU", (z, p) => (z > 0 ? z : p * Math.expm1(z)), (z, p) => (z > 0 ? 1 : p * Math.exp(z))],
  selu: [
    "SELU",
    (z) => SELU[0] * (z > 0 ? z : SELU[1] * Math.expm1(z)),
    (z) => SELU[0] * (z > 0 ? 1 : SELU[1] * Math.exp(z)),
  ],
  softplus: ["softplus", (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), sigmoid],
  silu: ["SiLU (swish)", (z) => z * sigmoid(z), (z) => sigmoid(z) * (1 + z * (1 - sigmoid(z)))],
  gelu: ["GELU", (z) => z * normal(z), (z) => normal(z) + z * density(z)],
  gelutanh: [
    "GELU, by tanh",
    (z) => z * sigmoid(2 * bend(z)),
    (z) => {
      const s = sigmoid(2 * bend(z));
      return s + z * s * (1 - s) * 2 * Math.sqrt(2 / Math.PI) * (1 + 3 * GELU * z * z);
    },
  ],
};

export const numbers = {
  value: (name, z, p) => all[name][1](z, p),
  slope: (name, z, p) => all[name][2](z, p),
};

const PARAMETER = { leaky: "ε", elu: "α" };
const FLAT = 0.05;
const SPAN = [-5, 5];

export default function activations(stage, { name = "tanh" } = {}) {
  const state = stage.begin("An activation and its slope", { name, z: 1, leaky: 0.1, elu: 1 });
  const p = () => state[state.name];
  const value = (z) => numbers.value(state.name, z, p());
  const slope = (z) => numbers.slope(state.name, z, p());

  stage.chart("The activation, its slope, and the point", [300, 340], (svg, size) => {
    const { x, y, layer, over, top, bottom } = axes(svg, size, { x: SPAN, y: [-2, 3], xLabel: "z" });
    const flat = layer.append("g").attr("class", "nn-shade");
    const steep = layer.append("path").attr("class", "nn-line nn-1 nn-dashed");
    const tangent = layer.append("path").attr("class", "nn-line nn-thin nn-ink");
    const graph = layer.append("path").attr("class", "nn-line nn-0");
    const drop = layer.append("path").attr("class", "nn-line nn-thin nn-1");
    const path = curve(x, y);
    const grid = spread(...SPAN, 800);
    const knob = handle(over, {
      x, y, label: "z, the point on the curve", along: "x", step: 0.1,
      get: () => ({ x: state.z, y: value(state.z) }),
      move: (at) => {
        state.z = Math.round(at.x * 100) / 100;
        stage.changed();
      },
      text: () => `z ${number(state.z)}, value ${number(value(state.z))}, slope ${number(slope(state.z), 3)}`,
    });
    return () => {
      const runs = []; // stretches where the slope is nearly zero
      grid.forEach((z, n) => {
        if (Math.abs(slope(z)) >= FLAT) return;
        const last = runs.at(-1);
        if (last && last.n === n - 1) Object.assign(last, { n, to: z });
        else runs.push({ n, from: z, to: z });
      });
      flat.selectAll("rect").data(runs).join("rect")
        .attr("x", (run) => x(run.from)).attr("width", (run) => x(run.to) - x(run.from))
        .attr("y", top).attr("height", bottom - top);
      const jumps = (f) => (z, n) => // a curve breaks where its function jumps
        [z, n && Math.abs(f(z) - f(grid[n - 1])) > 0.2 ? NaN : f(z)];
      graph.attr("d", path(grid.map(jumps(value))));
      steep.attr("d", path(grid.map(jumps(slope))));
      const { z } = state;
      const reach = 0.9 / Math.hypot(1, slope(z));
      tangent.attr("d", path([-reach, reach].map((d) => [z + d, value(z) + slope(z) * d])));
      drop.attr("d", path([[z, 0], [z, slope(z)]]));
      knob();
    };
  });
  stage.legend([["nn-0", "φ(z)"], ["nn-1 nn-dashed", "slope φ′(z)"], ["nn-shade", "|slope| < 0.05"]]);
  stage.say(() => {
    const s = slope(state.z);
    const ten = Math.abs(s) ** 10;
    const through = ten === 0 ? "0" : ten >= 0.001 ? number(ten, 3) : power(ten);
    return (
      `${all[state.name][0]} at z = ${number(state.z)}: value ${number(value(state.z), 3)}, slope ${number(s, 3)}. ` +
      (Math.abs(s) < FLAT ? "Saturated: hardly any of an error signal comes back. " : "") +
      `Ten such slopes multiplied: ${through}.`
    );
  });
  stage.choice({
    label: "activation", options: Object.entries(all).map(([key, [words]]) => [key, words]),
    get: () => state.name, set: (v) => (state.name = v),
  });
  stage.slider({
    label: () => (PARAMETER[state.name] ? `parameter ${PARAMETER[state.name]}` : "no parameter"),
    min: 0.01, max: 2, step: 0.01,
    enabled: () => state.name in PARAMETER,
    get: () => p() ?? 1, set: (v) => (state[state.name] = state.name === "leaky" ? Math.min(v, 0.99) : v),
    text: (v) => (state.name in PARAMETER ? number(v) : ""),
  });
}

/** A small number as in print, 3.4·10⁻⁸. */
function power(value) {
  const [digits, exponent] = value.toExponential(1).split("e-");
  return `${digits}·10⁻${[...exponent].map((d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d]).join("")}`;
}
