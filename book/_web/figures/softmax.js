// The softmax of four scores, at a temperature: drag the scores.
import { axes, clamp, handle, number } from "./parts.js";

export const numbers = {
  /** exp(z/τ) / sum, with the maximum taken off first, so that nothing overflows. */
  softmax(z, temperature) {
    const most = Math.max(...z);
    const e = z.map((v) => Math.exp((v - most) / temperature));
    const total = e.reduce((a, b) => a + b, 0);
    return e.map((v) => v / total);
  },
};

const SPAN = [-5, 5];
const NAMES = ["A", "B", "C", "D"];

export default function softmax(stage, { scores = [2, 1, 0, -1] } = {}) {
  const state = stage.begin("The softmax of four scores", { z: scores, temperature: 1 });
  const shares = () => numbers.softmax(state.z, state.temperature);
  const places = { x: [0.4, state.z.length + 0.6], xTicks: 0 };
  const centre = (n) => n + 1;

  /** Class names below the axis, and numbers above what stands there. */
  function labels(layer, x, y) {
    const texts = layer.append("g").selectAll("text").data(NAMES).join("text")
      .attr("text-anchor", "middle").attr("x", (_, n) => x(centre(n)));
    layer.append("g").selectAll("text").data(NAMES).join("text").attr("text-anchor", "middle")
      .attr("x", (_, n) => x(centre(n))).attr("y", y(y.domain()[0]) + 20).text((d) => d);
    return texts;
  }

  stage.chart("The scores", [230, 300], (svg, size) => {
    const { x, y, layer, over } = axes(svg, size, { ...places, y: SPAN, yLabel: "score z" });
    layer.append("line").attr("class", "nn-line nn-thin nn-ink")
      .attr("x1", x(places.x[0])).attr("x2", x(places.x[1])).attr("y1", y(0)).attr("y2", y(0));
    const stems = layer.append("g").attr("class", "nn-line nn-2").selectAll("line")
      .data(NAMES).join("line");
    const texts = labels(over, x, y);
    const knobs = NAMES.map((name, n) => handle(over, {
      x, y, label: `score of class ${name}`, along: "y", step: 0.1, kind: "nn-2",
      get: () => ({ x: centre(n), y: state.z[n] }),
      move: (at) => {
        state.z[n] = Math.round(at.y * 20) / 20;
        stage.changed();
      },
      text: () => `${number(state.z[n])}, share ${number(shares()[n], 3)}`,
    }));
    return () => {
      stems.attr("x1", (_, n) => x(centre(n))).attr("x2", (_, n) => x(centre(n)))
        .attr("y1", y(0)).attr("y2", (_, n) => y(state.z[n]));
      texts.attr("y", (_, n) => y(state.z[n]) + (state.z[n] < 0 && state.z[n] > -4 ? 24 : -14))
        .text((_, n) => number(state.z[n]));
      for (const redraw of knobs) redraw();
    };
  });
  stage.chart("The shares", [230, 300], (svg, size) => {
    const { x, y, layer, over } = axes(svg, size, { ...places, y: [0, 1.1], yLabel: "softmax of z/τ" });
    const bars = layer.append("g").attr("class", "nn-fill nn-0").selectAll("rect")
      .data(NAMES).join("rect").attr("x", (_, n) => x(centre(n) - 0.3))
      .attr("width", x(0.6) - x(0));
    const texts = labels(over, x, y);
    return () => {
      const s = shares();
      bars.attr("y", (_, n) => y(s[n])).attr("height", (_, n) => y(0) - y(s[n]));
      texts.attr("y", (_, n) => y(s[n]) - 5).text((_, n) => number(s[n], 3));
    };
  });
  stage.say(() => {
    const s = shares();
    const most = s.indexOf(Math.max(...s));
    const text = NAMES.map((name, n) => `${name} ${number(s[n], 3)}`).join(", ");
    const largest = s.filter((v) => v === s[most]).length > 1 ? "No class has most." : `${NAMES[most]} has most.`;
    return `Shares at temperature ${number(state.temperature)}: ${text}. ${largest}`;
  });
  stage.slider({
    label: "temperature τ", min: 0.05, max: 20, step: 0.002, log: true, text: (v) => number(v),
    get: () => state.temperature, set: (v) => (state.temperature = Number(v.toPrecision(3))),
  });
  const shift = (by) => () => (state.z = state.z.map((v) => clamp(v + by, ...SPAN)));
  const room = (by) => () => state.z.every((v) => v + by >= SPAN[0] && v + by <= SPAN[1]);
  stage.button("All scores + 1", shift(1), room(1));
  stage.button("All scores − 1", shift(-1), room(-1));
}
