// Parts of charts: elements, scales, axes, and handles that pointer, finger and keyboard can move.
import { axisBottom, axisLeft, line, select, ticks } from "../vendor/d3.js";

const SVG = new Set(["svg", "g", "path", "circle", "rect", "line", "text", "tspan", "title"]);

/** An element of HTML or SVG with attributes and children. */
export function el(name, attributes = {}, ...children) {
  const node = SVG.has(name)
    ? document.createElementNS("http://www.w3.org/2000/svg", name)
    : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** A number for reading: `digits` decimals, a true minus, no minus zero. */
export function number(value, digits = 2) {
  if (!Number.isFinite(value)) return value > 0 ? "∞" : value < 0 ? "−∞" : "undefined";
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

/** A linear scale, as d3's axes ask for it. */
export function scale([a, b], [from, to]) {
  const at = (value) => from + ((value - a) / (b - a)) * (to - from);
  return Object.assign(at, {
    invert: (pixel) => a + ((pixel - from) / (to - from)) * (b - a),
    domain: () => [a, b],
    range: () => [from, to],
    ticks: (count) => ticks(a, b, count),
    tickFormat: () => (value) => String(Math.round(value * 1e6) / 1e6).replace("-", "−"),
    copy: () => scale([a, b], [from, to]),
  });
}

/** Axes, grid and a clipped layer for curves. Returns {x, y, layer, over}: the scales, the group
 *  for what is cut at the border, and the group above it. */
export function axes(svg, size, { x: xs, y: ys, xLabel, yLabel, xTicks, yTicks, yFormat, equal = false }) {
  const { width, height } = size;
  const margin = { left: yLabel ? 52 : 38, right: 12, top: 12, bottom: xLabel ? 44 : 26 };
  let [left, right] = [margin.left, width - margin.right];
  const [top, bottom] = [margin.top, height - margin.bottom];
  if (equal) { // one unit is as long on both axes
    const room = Math.min((right - left) / (xs[1] - xs[0]), (bottom - top) / (ys[1] - ys[0]));
    const spare = right - left - room * (xs[1] - xs[0]);
    left += spare / 2;
    right -= spare / 2;
  }
  const x = scale(xs, [left, right]);
  const y = scale(ys, [bottom, top]);
  const root = select(svg);
  const clip = `nn-clip-${Math.random().toString(36).slice(2)}`;
  root.append("clipPath").attr("id", clip).append("rect")
    .attr("x", left).attr("y", top).attr("width", right - left).attr("height", bottom - top);
  const across = axisBottom(x).ticks(xTicks ?? (size.narrow ? 5 : 8));
  const up = axisLeft(y).ticks(yTicks ?? 6).tickFormat(yFormat ?? y.tickFormat());
  root.append("g").attr("class", "nn-axis").attr("aria-hidden", "true")
    .attr("transform", `translate(0,${bottom})`)
    .call(across.tickSizeInner(top - bottom).tickPadding(8));
  root.append("g").attr("class", "nn-axis").attr("aria-hidden", "true")
    .attr("transform", `translate(${left},0)`)
    .call(up.tickSizeInner(left - right).tickPadding(8));
  const name = (text, at, turn) =>
    root.append("text").attr("class", "nn-name").attr("text-anchor", "middle")
      .attr("transform", `translate(${at})${turn}`).text(text);
  if (xLabel) name(xLabel, [(left + right) / 2, height - 6], "");
  if (yLabel) name(yLabel, [left - 38, (top + bottom) / 2], "rotate(-90)");
  const layer = root.append("g").attr("clip-path", `url(#${clip})`);
  return { x, y, layer, over: root.append("g"), left, right, top, bottom };
}

/** The path of a curve through [x, y] pairs; what is no number leaves a gap. */
export const curve = (x, y) =>
  line(([a]) => x(a), ([, b]) => y(b)).defined(([, b]) => Number.isFinite(b));

/** `count` + 1 numbers from `low` to `high`. */
export const spread = (low, high, count) =>
  Array.from({ length: count + 1 }, (_, n) => low + ((high - low) * n) / count);

/** A handle in the group `over`. `get()` gives {x, y} in the chart's numbers, `move({x, y})` is told
 *  where the reader wants it. `along` is "x", "y" or "both"; `step` is what an arrow key moves, ten
 *  times that with Shift or by Page Up and Down. `text()` says the value. `kind` is a class, such as
 *  a colour, `mark` a path instead of the round knob. Returns its redrawing, which has its `node`. */
export function handle(over, { x, y, label, along = "both", step, low, high, get, move, text, kind, mark, radius = 8 }) {
  const group = over.append("g")
    .attr("class", `nn-handle nn-along-${along} ${kind ?? ""}`)
    .attr("tabindex", 0).attr("role", "slider").attr("aria-label", label)
    .attr("aria-valuemin", low ?? (along === "y" ? y : x).domain()[0])
    .attr("aria-valuemax", high ?? (along === "y" ? y : x).domain()[1]);
  if (along === "y") group.attr("aria-orientation", "vertical");
  if (along === "both") group.attr("aria-roledescription", "point to move in two directions");
  group.append("circle").attr("class", "nn-reach").attr("r", 22);
  if (mark) group.append("path").attr("class", "nn-knob").attr("d", mark);
  else group.append("circle").attr("class", "nn-knob").attr("r", radius);
  const node = group.node();
  const send = (at) => {
    const [[xa, xb], [ya, yb]] = [x.domain(), y.domain()];
    const was = get();
    move({
      x: along === "y" ? was.x : clamp(at.x, xa, xb),
      y: along === "x" ? was.y : clamp(at.y, ya, yb),
    });
  };
  let grip = null; // where in the handle it was taken, so that it does not leap to the finger
  const place = (event) => {
    const box = node.ownerSVGElement.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  node.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    const at = place(event);
    const is = get();
    grip = { x: at.x - x(is.x), y: at.y - y(is.y) };
    node.setPointerCapture(event.pointerId);
    node.focus({ preventScroll: true });
    event.preventDefault();
  });
  // CSS's touch-action does not reach within SVG everywhere: the page would scroll under the finger.
  node.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  node.addEventListener("pointermove", (event) => {
    if (!grip) return;
    const at = place(event);
    send({ x: x.invert(at.x - grip.x), y: y.invert(at.y - grip.y) });
  });
  for (const name of ["pointerup", "pointercancel"]) node.addEventListener(name, () => (grip = null));
  node.addEventListener("keydown", (event) => {
    const far = event.shiftKey ? 10 : 1;
    const sideways = along === "y" ? [0, 1] : [1, 0]; // both pairs of arrows move along one axis
    const upward = along === "x" ? [1, 0] : [0, 1];
    const ways = {
      ArrowRight: sideways, ArrowLeft: sideways.map((d) => -d),
      ArrowUp: upward, ArrowDown: upward.map((d) => -d),
      PageUp: upward.map((d) => 10 * d), PageDown: upward.map((d) => -10 * d),
    };
    const way = ways[event.key];
    if (!way || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const is = get();
    send({ x: is.x + far * step * way[0], y: is.y + far * step * way[1] });
  });
  const redraw = () => {
    const is = get();
    group.attr("transform", `translate(${x(is.x)},${y(is.y)})`)
      .attr("aria-valuenow", along === "y" ? is.y : is.x)
      .attr("aria-valuetext", text());
  };
  return Object.assign(redraw, { node });
}
