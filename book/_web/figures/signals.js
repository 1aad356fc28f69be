// Thirty layers with random weights: whether signal and gradient shrink or grow.
import { select } from "../vendor/d3.js";
import { axes, clamp, curve, handle, number } from "./parts.js";
import { normals } from "./random.js";

const DEPTH = 30;

// The function, its slope, and which part of the mean square it keeps on average (not known for tanh).
const activations = {
  ReLU: [(z) => Math.max(0, z), (z) => (z > 0 ? 1 : 0), 0.5],
  tanh: [Math.tanh, (z) => 1 - Math.tanh(z) ** 2, NaN],
  none: [(z) => z, () => 1, 1],
};

/** x W, for arrays that hold a matrix row after row: x has n columns, W has m. */
function times(x, W, n, m) {
  const out = new Float64Array((x.length / n) * m);
  for (let i = 0; i < x.length / n; i++) {
    for (let j = 0; j < n; j++) {
      const value = x[i * n + j];
      if (value !== 0) for (let k = 0; k < m; k++) out[i * m + k] += value * W[j * m + k];
    }
  }
  return out;
}

/** z Wᵀ, the way back: z has m columns, W has n rows. */
function timesTransposed(z, W, n, m) {
  const out = new Float64Array((z.length / m) * n);
  for (let i = 0; i < z.length / m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < m; k++) sum += z[i * m + k] * W[j * m + k];
      out[i * n + j] = sum;
    }
  }
  return out;
}

export const numbers = {
  /** Weights of variance 1, an array for each layer, (widths[l], widths[l + 1]) row after row. */
  draws: (widths, seed) =>
    widths.slice(1).map((m, l) => normals(1000 * seed + l, widths[l] * m)),

  /** The root mean square of all entries. */
  size: (x) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0) / x.length),

  /** The outputs of all layers, and their cotangents, of which `last` is given. The weights are
   *  the draws with the variance gain / n_in; there are no biases. */
  bothWays(x, widths, draws, gain, activation, last) {
    const [f, slope] = activations[activation];
    const deviations = draws.map((_, l) => Math.sqrt(gain / widths[l]));
    const sums = [];
    const values = [];
    draws.forEach((W, l) => { // a sum is scaled, not each weight in it
      const z = times(l ? values[l - 1] : x, W, widths[l], widths[l + 1]);
      sums.push(z.map((value) => deviations[l] * value));
      values.push(sums[l].map(f));
    });
    const bars = [last];
    for (let l = draws.length - 1; l > 0; l--) {
      const back = bars[0].map((bar, i) => deviations[l] * bar * slope(sums[l][i]));
      bars.unshift(timesTransposed(back, draws[l], widths[l], widths[l + 1]));
    }
    return [values, bars];
  },

  /** By which factor a layer multiplies the mean square, on average over the draws. */
  factor: (gain, activation) => activations[activation][2] * gain,
};

const log = (value) => Math.log10(value);
const power = (value) => {
  if (value === 0) return "0";
  if (value >= 0.01 && value < 1000) return number(value, value < 10 ? 2 : 0);
  const [digits, exponent] = value.toExponential(1).split("e");
  const raised = [...exponent.replace("+", "")].map((d) => (d === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[d])).join("");
  return `${digits}·10${raised}`;
};

/** `pixels` has a line of numbers for each picture. */
export default function signals(stage, { pixels }) {
  const pictures = pixels.map((line) => line.split(" ").map(Number));
  const x = Float64Array.from(pictures.flat());
  const state = stage.begin("Thirty layers with random weights", { gain: 1, activation: "ReLU", width: 100, seed: 0, layer: 15 });
  stage.lines(5, 2);
  let key = "";
  let shown = "";
  let draws;
  let last;
  let result;
  const drawn = () => { // other weights only for another width or another draw
    const widths = [pictures[0].length, ...Array(DEPTH).fill(state.width)];
    if (key !== `${state.width} ${state.seed}`) {
      key = `${state.width} ${state.seed}`;
      draws = numbers.draws(widths, state.seed);
      last = normals(1000 * state.seed + 999, pictures.length * state.width);
    }
    const now = [key, state.gain, state.activation].join(" ");
    if (now === shown) return; // only the layer was moved
    shown = now;
    const [values, bars] = numbers.bothWays(x, widths, draws, state.gain, state.activation, last);
    result = { values, sizes: values.map(numbers.size), gradients: bars.map(numbers.size) };
  };
  stage.syncs.push(drawn); // first of all that a change brings

  stage.chart("Sizes of outputs and gradients over the layers", [280, 330], (svg, size) => {
    const { x: across, y, layer, over, top, bottom } = axes(svg, size, {
      x: [0, DEPTH], y: [-12, 12], xLabel: "layer", yLabel: "log₁₀ of the size" });
    const path = curve(across, y);
    const back = layer.append("path").attr("class", "nn-line nn-1 nn-dashed");
    const forward = layer.append("path").attr("class", "nn-line nn-0");
    const mean = layer.append("path").attr("class", "nn-line nn-thin nn-dotted nn-ink");
    const rule = layer.append("path").attr("class", "nn-line nn-thin nn-grey");
    const height = () => clamp(log(result.sizes[state.layer - 1]), -12, 12);
    const knob = handle(over, {
      x: across, y, label: "layer", along: "x", step: 1, low: 1, high: DEPTH,
      get: () => ({ x: state.layer, y: height() }),
      move: (at) => {
        state.layer = clamp(Math.round(at.x), 1, DEPTH);
        stage.changed();
      },
      text: () => `layer ${state.layer}, size ${power(result.sizes[state.layer - 1])}`,
    });
    return () => {
      const curveOf = (sizes) => path(sizes.map((value, l) => [l + 1, log(value)]));
      forward.attr("d", curveOf(result.sizes));
      back.attr("d", curveOf(result.gradients));
      const each = log(numbers.factor(state.gain, state.activation)) / 2;
      mean.attr("d", path([[0, log(numbers.size(x))], [DEPTH, log(numbers.size(x)) + DEPTH * each]]));
      rule.attr("d", `M${across(state.layer)},${top}V${bottom}`);
      knob();
    };
  });

  stage.chart("Histogram of the outputs of the chosen layer", [230, 330], (svg, size) => {
    const BINS = 30;
    const { x: across, y, layer } = axes(svg, size, {
      x: [-3, 3], y: [0, 0.6], xLabel: "outputs of the layer / their size", yLabel: "share", yTicks: 5, xTicks: 6 });
    return () => {
      const values = result.values[state.layer - 1];
      const unit = result.sizes[state.layer - 1] || 1;
      const shares = new Array(BINS).fill(0);
      for (const value of values) {
        const bin = Math.floor(((value / unit + 3) / 6) * BINS + 1e-9);
        if (bin >= 0 && bin < BINS) shares[bin] += 1 / values.length;
      }
      layer.selectAll("rect").data(shares).join("rect").attr("class", "nn-fill nn-0")
        .attr("x", (_, bin) => across(-3 + (6 * bin) / BINS) + 0.5)
        .attr("width", across(6 / BINS) - across(0) - 1)
        .attr("y", (share) => y(share)).attr("height", (share) => y(0) - y(share));
    };
  });
  stage.legend([["nn-0", "outputs"], ["nn-1 nn-dashed", "gradients (right to left)"], ["nn-ink nn-dotted nn-thin", "outputs, by the formula"]]);
  stage.say(() => {
    const deviation = Math.sqrt(state.gain / state.width);
    return `Weights with deviation ${number(deviation, 3)}: the outputs have the size ${power(result.sizes[state.layer - 1])} ` +
      `in layer ${state.layer} and ${power(result.sizes.at(-1))} in layer ${DEPTH}. The gradient has size ${power(result.gradients[0])} in layer 1.`;
  });
  stage.slider({
    label: "inputs times variance, n·v", min: 0.25, max: 8, step: 0.02, log: true,
    get: () => state.gain, set: (v) => (state.gain = Math.round(v * 100) / 100), text: (v) => number(v),
  });
  stage.choice({
    label: "activation", options: Object.keys(activations).map((name) => [name, name]),
    get: () => state.activation, set: (v) => (state.activation = v),
  });
  stage.choice({
    label: "units in a layer", options: [10, 30, 100].map((n) => [n, n]),
    get: () => state.width, set: (v) => (state.width = Number(v)),
  });
  stage.button("Draw other weights", () => (state.seed += 1));
}
