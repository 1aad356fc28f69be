// Attention over a sentence: where a word looks, by the products of its query with all keys.
import { select } from "../vendor/d3.js";
import { number } from "./parts.js";

export const numbers = {
  product: (a, b) => a.reduce((sum, value, j) => sum + value * b[j], 0),

  /** The weights of query t: a softmax of factor · q·k over the keys that it may see. */
  weights(Q, K, t, factor, causal) {
    const visible = K.map((_, s) => !causal || s <= t);
    const scores = K.map((key) => factor * numbers.product(Q[t], key));
    const most = Math.max(...scores.filter((_, s) => visible[s]));
    const powers = scores.map((z, s) => (visible[s] ? Math.exp(z - most) : 0));
    const total = powers.reduce((sum, e) => sum + e, 0);
    return powers.map((e) => e / total);
  },
};

const ROW = 25;
const percent = (weight) => `${number(100 * weight, 0)} %`;

export default function attention(stage, { words, Q, K, word = "it" }) {
  const root = 1 / Math.sqrt(Q[0].length);
  const state = stage.begin("Attention over a sentence", { t: words.indexOf(word), factor: root, causal: false });
  stage.lines(4, 2);
  const weights = () => numbers.weights(Q, K, state.t, state.factor, state.causal);
  const height = (words.length + 1) * ROW;

  stage.chart("The words that look, the words they look at, and the weights", height, (svg, { width, narrow }) => {
    const [left, right, bars, scores] = narrow
      ? [64, 116, 186, 0] : [0.24, 0.44, 0.66, 0.59].map((part) => part * width);
    const middle = (s) => ROW * (s + 1.5);
    const holder = select(svg);
    const title = (x, anchor, text) => holder.append("text").attr("class", "nn-name")
      .attr("x", x).attr("y", 16).attr("text-anchor", anchor).text(text);
    title(left, "end", "looks");
    title(right, "start", "looked at");
    title(bars, "start", "weight");
    if (!narrow) title(scores, "middle", "q·k");
    const fields = holder.append("g");
    const lines = holder.append("g");
    const word = (x, anchor, text, s) => holder.append("text").attr("x", x).attr("y", middle(s) + 4)
      .attr("text-anchor", anchor).text(text);
    const queries = words.map((text, t) => word(left, "end", text, t).attr("class", "nn-word"));
    const keys = words.map((text, s) => word(right, "start", text, s));
    const products = narrow ? [] : words.map((_, s) => word(scores, "middle", "", s));
    const shown = words.map((_, s) => word(0, "start", "", s));
    // A word is chosen by pointing at it, the half of the picture with the words that look.
    fields.selectAll("rect").data(words).join("rect").attr("class", "nn-field")
      .attr("x", 0).attr("width", right - 8).attr("height", ROW).attr("y", (_, t) => middle(t) - ROW / 2);
    const choose = (event) => {
      const box = svg.getBoundingClientRect();
      const t = Math.floor((event.clientY - box.top) / ROW) - 1;
      if (event.clientX - box.left > right - 8 || !words[t] || t === state.t) return;
      state.t = t;
      stage.changed();
    };
    holder.on("pointermove pointerdown", choose);
    const room = width - bars - 44;
    return () => {
      const found = weights();
      lines.selectAll("line").data(found).join("line").attr("class", "nn-line nn-0")
        .attr("x1", left + 6).attr("x2", right - 6)
        .attr("y1", middle(state.t)).attr("y2", (_, s) => middle(s))
        .style("stroke-width", (weight) => `${8 * weight}px`)
        .attr("stroke-opacity", (weight) => 0.25 + 0.65 * weight);
      lines.selectAll("rect").data(found).join("rect").attr("class", "nn-fill nn-0")
        .attr("x", bars).attr("y", (_, s) => middle(s) - 8).attr("height", 16)
        .attr("width", (weight) => room * weight);
      fields.selectAll("rect").classed("nn-chosen", (_, t) => t === state.t);
      queries.forEach((text, t) => text.attr("font-weight", t === state.t ? 700 : null));
      keys.forEach((text, s) => text.classed("nn-faint", state.causal && s > state.t));
      products.forEach((text, s) => text.text(number(numbers.product(Q[state.t], K[s]), 1)));
      shown.forEach((text, s) => text.attr("x", bars + room * found[s] + 5)
        .text(state.causal && s > state.t ? "–" : percent(found[s])));
    };
  });

  stage.say(() => {
    const order = weights().map((weight, s) => [weight, s]).sort((a, b) => b[0] - a[0]).slice(0, 3);
    const parts = order.filter(([weight]) => weight >= 0.01).map(([weight, s]) => `“${words[s]}” ${percent(weight)}`);
    return `Word ${state.t + 1}, “${words[state.t]}”, looks at ${parts.join(", ")}. ` +
      "What comes back is the mean of all values with these weights.";
  });
  stage.choice({
    label: "word that looks", options: words.map((text, t) => [t, `${t + 1} ${text}`]),
    get: () => state.t, set: (v) => (state.t = Number(v)),
  });
  stage.slider({
    label: "scores are q·k times", min: 0, max: 3, step: 0.05,
    get: () => state.factor, set: (v) => (state.factor = Math.round(v * 100) / 100),
    text: (v) => number(v) + (Math.abs(v - root) < 1e-9 ? " = 1/√d" : ""),
  });
  stage.tick({ label: "causal mask", get: () => state.causal, set: (v) => (state.causal = v) });
}
