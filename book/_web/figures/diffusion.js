// A diffusion run backward in the plane, with the exact best guess for a few examples or clouds.
import { select } from "../vendor/d3.js";
import { axes, curve, handle, number } from "./parts.js";
import { normals } from "./random.js";

export const numbers = {
  /** How probable it is that x comes from each centre, if a share `left` of the variance is left;
   *  x_0 is one of the centres, plus normal noise of this deviation. */
  shares(x, left, centres, deviation) {
    const root = Math.sqrt(left);
    const variance = left * deviation ** 2 + 1 - left;
    const logs = centres.map((c) => -((x[0] - root * c[0]) ** 2 + (x[1] - root * c[1]) ** 2) / (2 * variance));
    const most = Math.max(...logs);
    const powers = logs.map((value) => Math.exp(value - most));
    const total = powers.reduce((sum, e) => sum + e, 0);
    return powers.map((e) => e / total);
  },

  /** The best guess of x_0: its mean, given x. */
  guess(x, left, centres, deviation) {
    const root = Math.sqrt(left);
    const pull = (root * deviation ** 2) / (left * deviation ** 2 + 1 - left);
    const shares = numbers.shares(x, left, centres, deviation);
    return x.map((value, j) =>
      centres.reduce((sum, c, i) => sum + shares[i] * (c[j] + pull * (value - root * c[j])), 0));
  },

  /** Mean and deviation of x_{t-1}, with fresh noise as `ancestral` draws it, or without any. */
  step(x, guess, left, before, fresh) {
    const variance = fresh ? ((1 - before) / (1 - left)) * (1 - left / before) : 0;
    const rest = Math.sqrt(Math.max(0, 1 - before - variance));
    const noise = x.map((value, j) => (value - Math.sqrt(left) * guess[j]) / Math.sqrt(1 - left));
    return {
      mean: guess.map((value, j) => Math.sqrt(before) * value + rest * noise[j]),
      deviation: Math.sqrt(variance),
    };
  },

  /** The states at t = 0, …, T of a walk from x_T. `left` has the share for each t; `drawn` has two
   *  normal numbers for each step, the first for the step from T, or is null for no fresh noise. */
  walk(x, left, centres, deviation, drawn) {
    const T = left.length - 1;
    const states = new Array(T + 1);
    states[T] = x;
    for (let t = T; t > 0; t--) {
      const guess = numbers.guess(states[t], left[t], centres, deviation);
      const next = numbers.step(states[t], guess, left[t], left[t - 1], Boolean(drawn));
      states[t - 1] = next.mean.map((value, j) =>
        value + (drawn ? next.deviation * drawn[2 * (T - t) + j] : 0));
    }
    return states;
  },
};

const WALKS = 150;
const CLOUD = 0.25; // the deviation of a cloud
const SPAN = [-3, 3];
const point = ([a, b]) => `(${number(a)}, ${number(b)})`;

export default function diffusion(stage, { left, examples }) {
  const T = left.length - 1;
  const state = stage.begin("A diffusion run backward", { t: 15, fresh: true, data: "examples", seed: 1, start: [0.4, -0.6] });
  stage.lines(6, 3);
  const deviation = () => (state.data === "clouds" ? CLOUD : 0);
  const drawn = (walk) => (state.fresh ? normals(1000 * state.seed + walk, 2 * T) : null);
  let key = "";
  let crowd;
  let marked;
  stage.syncs.push(() => { // first of all that a change brings
    const now = [state.fresh, state.data, state.seed].join(" ");
    if (now !== key) {
      key = now;
      const starts = normals(1000 * state.seed + 999, 2 * WALKS);
      crowd = Array.from({ length: WALKS }, (_, i) =>
        numbers.walk([starts[2 * i], starts[2 * i + 1]], left, examples, deviation(), drawn(i + 1)));
    }
    marked = numbers.walk(state.start, left, examples, deviation(), drawn(0));
  });
  const guessAt = (t) => numbers.guess(marked[t], left[t], examples, deviation());
  const next = () => numbers.step(marked[state.t], guessAt(state.t), left[state.t], left[state.t - 1], state.fresh);

  stage.chart("The points at step t", [330, 380], (svg, size) => {
    const { x, y, layer, over } = axes(svg, size, { x: SPAN, y: SPAN, equal: true, xTicks: 6 });
    const path = curve(x, y);
    const dots = layer.append("g");
    const crosses = layer.append("g");
    const way = layer.append("path").attr("class", "nn-line nn-thin nn-ink");
    const aim = layer.append("path").attr("class", "nn-line nn-ink");
    const reach = layer.append("circle").attr("class", "nn-line nn-thin nn-ink");
    const guess = layer.append("rect").attr("class", "nn-line nn-ink").attr("width", 10).attr("height", 10);
    const here = layer.append("circle").attr("class", "nn-fill nn-ink").attr("r", 5);
    const knob = handle(over, {
      x, y, label: "start of the marked walk", step: 0.05,
      get: () => ({ x: state.start[0], y: state.start[1] }),
      move: (at) => {
        state.start = [at.x, at.y].map((value) => Math.round(value * 100) / 100);
        stage.changed();
      },
      text: () => `start ${point(state.start)}, end ${point(marked[0])}`,
    });
    return () => {
      const { t } = state;
      dots.selectAll("circle").data(crowd).join("circle").attr("class", "nn-fill nn-grey").attr("r", 2.6)
        .attr("fill-opacity", 0.55).attr("cx", (walk) => x(walk[t][0])).attr("cy", (walk) => y(walk[t][1]));
      crosses.selectAll("path").data(examples).join("path")
        .attr("class", (_, i) => `nn-line nn-${i}`).attr("d", ([a, b]) => `M${x(a) - 6},${y(b) - 6}l12,12m0,-12l-12,12`);
      way.attr("d", path(marked.slice(t).reverse()));
      const done = t === 0;
      for (const part of [aim, reach, guess]) part.attr("visibility", done ? "hidden" : null);
      here.attr("cx", x(marked[t][0])).attr("cy", y(marked[t][1]));
      knob();
      if (done) return;
      const { mean, deviation: noise } = next();
      const best = guessAt(t);
      aim.attr("d", path([marked[t], mean]));
      reach.attr("cx", x(mean[0])).attr("cy", y(mean[1])).attr("r", x(noise) - x(0));
      guess.attr("x", x(best[0]) - 5).attr("y", y(best[1]) - 5);
    };
  });

  stage.chart("How probable each example is, for the marked walk", [230, 380], (svg, size) => {
    const { x, y, layer, top, bottom } = axes(svg, size, { x: [T, 0], y: [0, 1], xLabel: "steps left t", yLabel: "probability of each example", xTicks: 5 });
    const path = curve(x, y);
    const lines = examples.map((_, i) => layer.append("path").attr("class", `nn-line nn-${i}`));
    const rule = layer.append("path").attr("class", "nn-line nn-thin nn-grey");
    return () => {
      const shares = marked.map((at, t) => (t ? numbers.shares(at, left[t], examples, deviation()) : null));
      lines.forEach((line, i) => line.attr("d", path(shares.slice(1).map((row, n) => [n + 1, row[i]]))));
      rule.attr("d", `M${x(state.t)},${top}V${bottom}`);
    };
  });
  stage.legend([["nn-grey nn-dot", "points at t"], ["nn-ink nn-cross", "examples, coloured as their curves"], ["nn-ink nn-ring", "start of the marked walk"], ["nn-ink nn-box", "its best guess"], ["nn-ink nn-thin nn-ring", "mean of its next step, and deviation of the noise"]]);
  stage.say(() => {
    const { t } = state;
    if (t === 0) return `All steps are done. The marked walk ended at ${point(marked[0])}.`;
    const share = Math.max(...numbers.shares(marked[t], left[t], examples, deviation()));
    const { mean, deviation: noise } = next();
    return `${t} steps left, ${number(100 * left[t], 0)} % of the variance is that of the data. The marked walk is at ${point(marked[t])}; ` +
      `its likeliest example has ${number(100 * share, 0)} %. The next step has the mean ${point(mean)} and noise of deviation ${number(noise)}.`;
  });
  stage.slider({
    label: "steps left, t", min: 0, max: T, step: 1, get: () => state.t, set: (v) => (state.t = v), text: (v) => `${v}`,
  });
  stage.choice({
    label: "data", options: [["examples", "five examples"], ["clouds", "five clouds"]],
    get: () => state.data, set: (v) => (state.data = v),
  });
  stage.tick({ label: "fresh noise in each step", get: () => state.fresh, set: (v) => (state.fresh = v) });
  stage.player(() => {
    state.t = state.t > 0 ? state.t - 1 : T;
    return state.t > 0;
  }, { interval: 90, name: "Run backward" });
  stage.button("Draw other noise", () => (state.seed += 1));
}
