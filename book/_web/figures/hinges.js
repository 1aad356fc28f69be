// ReLUs add up to a curve: drag the points through which the network goes.
import { axes, clamp, curve, handle, number, spread } from "./parts.js";

const targets = {
  wave: ["a wave", (x) => Math.sin(2 * Math.PI * x) + x / 2],
  parabola: ["the parabola x²", (x) => x * x],
  edge: ["a jump at ½", (x) => (x < 0.5 ? 0 : 1)],
};

export const numbers = {
  target: (name, x) => targets[name][1](x),
  /** Places, factors and the bias of the output, for a network through the points [x, t]. */
  weights(points) {
    const slopes = points.slice(1).map(([x, t], n) => (t - points[n][1]) / (x - points[n][0]));
    const turns = slopes.map((s, n) => s - (n ? slopes[n - 1] : 0));
    return { places: points.slice(0, -1).map(([x]) => x), turns, bias: points[0][1] };
  },
  network({ places, turns, bias }, x) {
    return turns.reduce((sum, turn, n) => sum + turn * Math.max(0, x - places[n]), bias);
  },
  /** The largest distance from the target on [0, 1], looked for at 2001 places. */
  largest(points, name) {
    const weights = numbers.weights(points);
    const miss = (x) => Math.abs(numbers.network(weights, x) - numbers.target(name, x));
    return Math.max(...spread(0, 1, 2000).map(miss));
  },
};

const MOST = 12; // pieces
const APART = 0.02; // neighbours keep this distance
const equal = (pieces, name) =>
  spread(0, 1, pieces).map((x) => [x, numbers.target(name, x)]);
const round = (v) => Math.round(v * 1000) / 1000;

export default function hinges(stage, { pieces = 5 } = {}) {
  const state = stage.begin("ReLUs that add up to a curve", {
    target: "wave", points: equal(pieces, "wave"), chosen: 1,
  });
  const count = () => state.points.length - 1;
  const weights = () => numbers.weights(state.points);
  const clampChosen = () => (state.chosen = Math.min(state.chosen, count() - 1));
  const name = (n) => (n === count() ? "the last point" : `point ${n + 1}, where unit ${n + 1} bends`);

  stage.chart("The target and the network", [270, 320], (svg, size) => {
    const { x, y, layer, over } = axes(svg, size, { x: [0, 1], y: [-1.5, 2], xLabel: "x", xTicks: 5 });
    const path = curve(x, y);
    const aim = layer.append("path").attr("class", "nn-line nn-wide-line nn-soft");
    const graph = layer.append("path").attr("class", "nn-line nn-1");
    const knots = Array.from({ length: MOST + 1 }, (_, n) => {
      const draw = handle(over, {
        x, y, label: `point ${n + 1}`, step: 0.02, kind: "nn-1", radius: 6,
        get: () => ({ x: state.points[n]?.[0] ?? 0, y: state.points[n]?.[1] ?? 0 }),
        move: (to) => {
          const [before, after] = [state.points[n - 1], state.points[n + 1]];
          const at = before && after ? clamp(to.x, before[0] + APART, after[0] - APART) : state.points[n][0];
          state.points[n] = [round(at), round(to.y)];
          state.chosen = n;
          clampChosen();
          stage.changed();
        },
        text: () => {
          const [at, t] = state.points[n] ?? [0, 0];
          const turn = n < count() ? `, turns the slope by ${number(weights().turns[n], 1)}` : "";
          return `x ${number(at)}, height ${number(t)}${turn}`;
        },
      });
      draw.node.addEventListener("focus", () => {
        state.chosen = n;
        clampChosen();
        stage.changed();
      });
      return draw;
    });
    return () => {
      aim.attr("d", path(spread(0, 1, 400).map((at) => [at, numbers.target(state.target, at)])));
      graph.attr("d", path(state.points));
      knots.forEach((draw, n) => {
        draw.node.toggleAttribute("hidden", n > count());
        draw.node.setAttribute("aria-label", name(n));
        draw();
      });
    };
  });
  stage.chart("The hinges, one for each unit", [220, 320], (svg, size) => {
    const { x, y, layer } = axes(svg, size, { x: [0, 1], y: [-9, 9], xLabel: "x", xTicks: 5 });
    const path = curve(x, y);
    const all = layer.append("g");
    return () => {
      const { places, turns } = weights();
      const each = turns.map((turn, n) => [[0, 0], [places[n], 0], [1, turn * (1 - places[n])]]);
      all.selectAll("path").data(each).join("path").attr("d", path)
        .attr("class", (_, n) => `nn-line ${n === state.chosen ? "nn-1" : "nn-thin nn-0"}`);
    };
  });
  stage.legend([
    ["nn-wide-line nn-soft", "target"], ["nn-1", "network, and the unit last touched"],
    ["nn-thin nn-0", "the other units"],
  ]);
  stage.say(() => {
    const { turns, places } = weights();
    const n = state.chosen;
    return (
      `${count()} ${count() === 1 ? "unit" : "units"}, as many pieces. Largest distance from the target: ` +
      `${number(numbers.largest(state.points, state.target), 3)}. Unit ${n + 1} bends at x = ` +
      `${number(places[n])} and changes the slope by ${number(turns[n])}.`
    );
  });
  const anew = (pieces) => {
    state.points = equal(pieces, state.target);
    clampChosen();
  };
  stage.slider({
    label: "units", min: 1, max: MOST, step: 1, get: count, set: anew, text: (v) => String(v),
  });
  stage.choice({
    label: "target", options: Object.entries(targets).map(([key, [words]]) => [key, words]),
    get: () => state.target, set: (v) => {
      state.target = v;
      anew(count());
    },
  });
  stage.button("Points onto the target", () => {
    state.points = state.points.map(([at]) => [at, numbers.target(state.target, at)]);
  });
}
