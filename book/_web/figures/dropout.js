// Masks on a small network: one at a time, and the mean over many beside the network with all units.
import { select } from "../vendor/d3.js";
import { axes, curve, number } from "./parts.js";

export const numbers = {
  /** What Dropout of nnbook does: keep where the drawn number is at least p, enlarged by 1/(1 - p). */
  mask: (draws, p) => draws.map((u) => (u >= p ? 1 / (1 - p) : 0)),

  dense: (x, W, b) => b.map((bias, k) => x.reduce((sum, value, j) => sum + value * W[j][k], bias)),

  /** The values of all units, with a mask on the inputs and one on the hidden units. */
  forward({ x, W1, b1, W2, b2 }, onInputs, onHidden) {
    const inputs = x.map((value, j) => value * onInputs[j]);
    const hidden = numbers.dense(inputs, W1, b1).map((z, k) => Math.max(0, z) * onHidden[k]);
    return { inputs, hidden, outputs: numbers.dense(hidden, W2, b2) };
  },

  /** All values for one mask, on "hidden" units or on "inputs"; without a mask, of the whole network. */
  values(network, where, mask) {
    const ones = [network.x, network.b1].map((layer) => layer.map(() => 1));
    if (!mask) return numbers.forward(network, ...ones);
    return where === "inputs"
      ? numbers.forward(network, mask.slice(0, network.x.length), ones[1])
      : numbers.forward(network, ones[0], mask);
  },

  /** The outputs of the network with all units. */
  outputs: (network) => numbers.values(network, "hidden").outputs,

  /** The mean of the outputs over all masks, each with its probability. */
  meanOfAll(network, where, p) {
    const n = (where === "inputs" ? network.x : network.b1).length;
    const mean = network.b2.map(() => 0);
    for (let bits = 0; bits < 2 ** n; bits += 1) {
      const kept = Array.from({ length: n }, (_, j) => (bits >> j) & 1);
      const share = kept.reduce((product, on) => product * (on ? 1 - p : p), 1);
      const mask = kept.map((on) => on / (1 - p));
      numbers.values(network, where, mask).outputs.forEach((value, k) => (mean[k] += share * value));
    }
    return mean;
  },

  /** The mean outputs over the first 1, 2, … masks. */
  runningMeans(network, where, p, draws) {
    const sums = network.b2.map(() => 0);
    return draws.map((row, n) => {
      const { outputs } = numbers.values(network, where, numbers.mask(row, p));
      return outputs.map((value, k) => (sums[k] += value) / (n + 1));
    });
  },
};

const WORDS = { hidden: "hidden units", inputs: "inputs" };
const list = (values) => values.map((value) => number(value)).join(", ");

/** `draws` has a line of numbers from 0 to 1 for each mask. */
export default function dropout(stage, { network, draws: lines }) {
  const draws = lines.map((line) => line.split(" ").map(Number));
  const state = stage.begin("Masks on a small network", { where: "hidden", p: 0.5, count: 100 });
  stage.lines(5, 3);
  const mask = () => numbers.mask(draws[state.count - 1], state.p);
  const all = numbers.outputs(network);
  let key = "";
  let found;
  const means = () => { // of all draws, computed once for each p and place
    if (key !== `${state.where} ${state.p}`) {
      key = `${state.where} ${state.p}`;
      found = { running: numbers.runningMeans(network, state.where, state.p, draws),
        every: numbers.meanOfAll(network, state.where, state.p) };
    }
    return found;
  };

  stage.chart("The network with the last mask", [300, 320], (svg, { width, height }) => {
    const root = select(svg);
    const sizes = [network.x.length, network.b1.length, network.b2.length];
    const at = (layer, unit) => [
      width * (0.12 + 0.38 * layer), 20 + (height - 20) * ((unit + 0.5 + (6 - sizes[layer]) / 2) / 6)];
    ["inputs", "hidden", "outputs"].forEach((name, layer) => root.append("text")
      .attr("class", "nn-name").attr("text-anchor", "middle").attr("x", at(layer, 0)[0]).attr("y", 14).text(name));
    const edges = root.append("g");
    const units = root.append("g");
    const wires = [network.W1, network.W2].flatMap((W, layer) =>
      W.flatMap((row, j) => row.map((weight, k) => ({ layer, j, k, weight }))));
    return () => {
      const values = numbers.values(network, state.where, mask());
      const layers = [values.inputs, values.hidden, values.outputs];
      const masked = state.where === "inputs" ? 0 : 1;
      const off = mask().map((m) => m === 0);
      const gone = (layer, unit) => layer === masked && off[unit];
      edges.selectAll("line").data(wires).join("line").attr("class", "nn-wire")
        .each(function ({ layer, j, k }) {
          const [[x1, y1], [x2, y2]] = [at(layer, j), at(layer + 1, k)];
          select(this).attr("x1", x1).attr("y1", y1).attr("x2", x2).attr("y2", y2);
        })
        .attr("stroke-width", ({ weight }) => 0.4 + 2 * Math.abs(weight))
        .attr("visibility", ({ layer, j, k }) => (gone(layer, j) || gone(layer + 1, k) ? "hidden" : null));
      const data = layers.flatMap((line, layer) => line.map((value, unit) => ({ layer, unit, value })));
      const one = units.selectAll("g").data(data).join((enter) => {
        const made = enter.append("g");
        made.append("circle").attr("r", 21);
        made.append("path").attr("class", "nn-line nn-1").attr("d", "M-14,-14L14,14M-14,14L14,-14");
        made.append("text").attr("text-anchor", "middle").attr("y", 4);
        return made;
      });
      one.attr("transform", ({ layer, unit }) => `translate(${at(layer, unit)})`);
      one.select("circle").attr("class", ({ layer, unit }) =>
        `nn-unit ${gone(layer, unit) ? "nn-off" : layer === 2 ? `nn-${unit}` : "nn-ink"}`);
      one.select("path").attr("visibility", ({ layer, unit }) => (gone(layer, unit) ? null : "hidden"));
      one.select("text").text(({ layer, unit, value }) => (gone(layer, unit) ? "" : number(value, Math.abs(value) < 10 ? 2 : 1)));
    };
  });

  stage.chart("Mean outputs over the masks so far", [270, 320], (svg, size) => {
    const reach = 1.5 + Math.max(...all) - Math.min(...all);
    const middle = (Math.max(...all) + Math.min(...all)) / 2;
    const { x, y, layer, right } = axes(svg, size, {
      x: [0, draws.length], y: [middle - reach, middle + reach], xLabel: "masks", yLabel: "mean output" });
    const path = curve(x, y);
    const group = (dashes) => all.map((_, k) => layer.append("path").attr("class", `nn-line nn-${k} ${dashes}`));
    const whole = group("nn-thin nn-dashed");
    const lines = group("");
    const ends = all.map((_, k) => layer.append("path").attr("class", `nn-fill nn-${k}`));
    return () => {
      const { running, every } = means();
      all.forEach((value, k) => {
        whole[k].attr("d", path([[0, value], [draws.length, value]]));
        lines[k].attr("d", path(running.slice(0, state.count).map((row, n) => [n + 1, row[k]])));
        ends[k].attr("d", `M${right},${y(every[k])}l-13,-7v14z`);
      });
    };
  });
  stage.legend([["nn-ink", "mean so far"], ["nn-ink nn-dashed", "all units on, no mask"], ["nn-ink nn-wedge", "mean over all masks"]]);
  stage.say(() => {
    const { running, every } = means();
    const own = mask().slice(0, (state.where === "inputs" ? network.x : network.b1).length);
    return `Mask ${state.count}: ${own.filter((m) => m > 0).length} of ${own.length} ` +
      `${WORDS[state.where]} kept and multiplied by ${number(1 / (1 - state.p))}. ` +
      `Mean outputs ${list(running[state.count - 1])}; over all masks ${list(every)}; whole network ${list(all)}.`;
  });
  stage.choice({ label: "masks on the", options: Object.entries(WORDS), get: () => state.where, set: (v) => (state.where = v) });
  stage.slider({
    label: "drop with probability p", min: 0.05, max: 0.95, step: 0.05,
    get: () => state.p, set: (v) => (state.p = Math.round(v * 100) / 100), text: (v) => number(v),
  });
  const more = (count) => (state.count = Math.min(draws.length, state.count + count));
  const left = () => state.count < draws.length;
  stage.button("From the first mask", () => (state.count = 1));
  stage.button("New mask", () => more(1), left);
  stage.player(() => {
    more(1);
    return left();
  }, { interval: 30, name: "Draw many", enabled: left });
}
