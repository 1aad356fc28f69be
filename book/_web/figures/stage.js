// The stage of a moving figure: its state, charts, controls, words and the button that begins again.
// A figure says what its state is and how to draw it; the stage redraws after each change.
import { el } from "./parts.js";

const NARROW = 480; // below this width a figure is laid out for a phone
const ANNOUNCE_AFTER = 700; // ms without a change, so that dragging does not flood a screen reader

export const reducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

let counter = 0;

export class Stage {
  constructor(frame) {
    this.room = frame.querySelector(".nn-room");
    this.still = [...this.room.childNodes];
    const image = this.room.querySelector("img");
    const id = `nn-figure-${++counter}`;
    this.charts = [];
    this.syncs = []; // bring each control to what the state says
    this.afterReset = [];
    this.drawing = el("div", { class: "nn-charts" });
    this.controls = el("div", { class: "nn-controls" });
    this.buttons = el("div", { class: "nn-buttons" });
    this.words = el("p", { class: "nn-words" });
    this.live = el("p", { class: "nn-unseen", role: "status" });
    const about = el("p", { class: "nn-unseen", id }, `At first: ${image ? image.alt : ""}`);
    this.root = el(
      "div",
      { class: "nn-stage", role: "group", "aria-describedby": id },
      about,
      this.drawing,
      this.words,
      this.controls,
      this.buttons,
      this.live,
    );
  }

  /** Names the figure for screen readers, and keeps the state that the button brings back. */
  begin(title, state) {
    this.root.setAttribute("aria-label", title);
    this.initial = structuredClone(state);
    this.state = state;
    return state;
  }

  /** A drawing `height` pixels high ([narrow, wide] or one number). `build(svg, size)` makes the
   *  lasting parts and returns what redraws the others; `size` is {width, height, narrow}. Where
   *  charts stand beside each other, each gets its `share` of the width. */
  chart(label, height, build, share = 1) {
    const holder = el("div", { class: "nn-chart", style: `flex-grow: ${share}` });
    this.drawing.append(holder);
    this.charts.push({ label, height, build, holder, width: 0 });
  }

  /** What the colours and dashes mean: pairs of class and words. */
  legend(entries) {
    const items = entries.map(([kind, words]) =>
      el("span", { class: "nn-key" }, el("i", { class: `nn-swatch ${kind}` }), words),
    );
    this.drawing.append(el("div", { class: "nn-legend" }, ...items));
  }

  /** What is to be seen now, in a sentence or two: below the figure, and told to screen readers. */
  say(sentence) {
    this.sentence = sentence;
  }

  /** How many lines the words may need, in a narrow and in a wide column. */
  lines(narrow, wide) {
    this.words.style.cssText = `--nn-lines: ${narrow}; --nn-lines-wide: ${wide}`;
  }

  /** A slider. `get` and `set` are of the state; `text` writes the value, also for screen readers.
   *  `log: true` moves in equal factors, by `step` of a power of ten. */
  slider({ label, min, max, step, get, set, text = String, log = false, enabled = () => true, after }) {
    const [to, from] = log ? [Math.log10, (v) => 10 ** v] : [Number, Number];
    const input = el("input", { type: "range", min: to(min), max: to(max), step });
    const output = el("span", { class: "nn-value" });
    const name = el("span", {});
    input.addEventListener("input", () => {
      set(from(Number(input.value)));
      this.changed(after);
    });
    this.syncs.push(() => {
      name.textContent = typeof label === "function" ? label() : label;
      input.disabled = !enabled();
      input.value = to(get());
      output.textContent = text(get());
      input.setAttribute("aria-valuetext", text(get()));
    });
    this.controls.append(el("label", { class: "nn-slider" }, name, output, input));
    return input;
  }

  /** One of several: `options` are [value, words]. */
  choice({ label, options, get, set, after }) {
    const select = el("select", {}, ...options.map(([value, text]) => el("option", { value }, text)));
    select.addEventListener("change", () => {
      set(select.value);
      this.changed(after);
    });
    this.syncs.push(() => (select.value = get()));
    this.controls.append(el("label", { class: "nn-choice" }, el("span", {}, label), select));
    return select;
  }

  /** A box to tick. */
  tick({ label, get, set, after }) {
    const input = el("input", { type: "checkbox" });
    input.addEventListener("change", () => {
      set(input.checked);
      this.changed(after);
    });
    this.syncs.push(() => (input.checked = get()));
    this.controls.append(el("label", { class: "nn-tick" }, input, el("span", {}, label)));
    return input;
  }

  /** A button; `enabled()` says whether it can be pressed now, `name()` what stands on it. */
  button(name, action, enabled = () => true) {
    const button = el("button", { type: "button" });
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-disabled") === "true") return;
      action();
      this.changed();
    });
    // Not `disabled`: the keyboard would lose its place when a button goes off under it.
    this.syncs.push(() => {
      button.textContent = typeof name === "function" ? name() : name;
      button.setAttribute("aria-disabled", String(!enabled()));
    });
    this.buttons.append(button);
    return button;
  }

  /** A button that plays `step()` again and again until it returns false or is pressed once more.
   *  Readers who want no motion get the last picture at once. `most` bounds the steps, `first` is
   *  done before them. */
  player(step, { interval = 60, most = 2000, name = "Play", first, enabled } = {}) {
    let timer = 0;
    const stop = () => {
      clearInterval(timer);
      timer = 0;
    };
    const start = () => {
      first?.();
      if (reducedMotion()) {
        for (let n = 0; n < most && step() !== false; n++);
        return;
      }
      timer = setInterval(() => {
        if (step() === false || !this.root.isConnected) stop();
        this.changed();
      }, interval);
    };
    this.afterReset.push(stop);
    this.button(() => (timer ? "Pause" : name), () => (timer ? stop() : start()), enabled);
    return { stop };
  }

  /** Redraws everything after a change of the state. */
  changed(after) {
    after?.();
    for (const sync of this.syncs) sync();
    for (const chart of this.charts) chart.update?.();
    if (!this.sentence) return;
    const text = this.sentence();
    this.words.textContent = text;
    clearTimeout(this.timer);
    if (this.shown) {
      this.timer = setTimeout(() => (this.live.textContent = text), ANNOUNCE_AFTER);
    }
  }

  reset() {
    for (const stop of this.afterReset) stop();
    for (const key of Object.keys(this.state)) delete this.state[key];
    Object.assign(this.state, structuredClone(this.initial));
    this.changed();
  }

  /** Takes the place of the still picture, which paper keeps. */
  show() {
    this.button("Begin again", () => this.reset());
    const still = el("div", { class: "nn-still" });
    this.room.append(this.root);
    this.layOut();
    this.changed();
    still.append(...this.still);
    this.room.prepend(still);
    this.room.classList.add("nn-mounted");
    this.shown = true;
    new ResizeObserver(() => this.layOut() && this.changed()).observe(this.room);
  }

  /** Draws the charts anew where their width has changed, and says whether any has. */
  layOut() {
    const narrow = this.room.clientWidth < NARROW;
    this.drawing.classList.toggle("nn-narrow", narrow);
    let any = false;
    for (const chart of this.charts) {
      const width = chart.holder.clientWidth;
      if (!width || (width === chart.width && narrow === chart.narrow)) continue;
      const height = [chart.height].flat().at(narrow ? 0 : -1);
      const svg = el("svg", { width, height, role: "group", "aria-label": chart.label });
      chart.holder.replaceChildren(svg);
      Object.assign(chart, { width, narrow, update: chart.build(svg, { width, height, narrow }) });
      any = true;
    }
    return any;
  }
}
