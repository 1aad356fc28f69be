// Exercises that answer: a field in the place of each cell that checks an answer.
//
// What is typed goes to the worker and nowhere else; here it is text and stays text. Nothing is loaded
// before Check or Load Python is pressed.

import { engine } from "../live/engine.js";
import { insertAtCaret, named } from "./names.js";
import { formulas, show, showFormula, showPlace } from "./verdict.js";

const LONGEST = 400; // characters, as the grammar has it
const PATIENCE = 60; // seconds for a verdict
const script = document.querySelector("script[data-exercises]");
const MB = (bytes) => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);

function make(tag, name, text) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;
  return made;
}

function button(word, press) {
  const made = make("button", "nn-button", word);
  made.type = "button";
  made.addEventListener("click", press);
  return made;
}

/** What was typed, kept over a reload. Browsers may refuse to keep anything. */
class Kept {
  constructor(slug) {
    this.key = `nnbook-answer:${script.dataset.exercises}:${slug}`;
  }

  get() {
    try {
      return localStorage.getItem(this.key)?.slice(0, LONGEST) ?? null;
    } catch {
      return null;
    }
  }

  set(text) {
    try {
      if (text === null) localStorage.removeItem(this.key);
      else localStorage.setItem(this.key, text);
    } catch {
      // then it is not kept
    }
  }
}

class Exercise {
  #asked = 0; // the newest preview; older ones come too late

  constructor(cell) {
    this.cell = cell;
    this.slug = cell.dataset.exercise;
    this.kept = new Kept(this.slug);
    this.build();
    this.place();
    this.field.value = this.kept.get() ?? cell.dataset.answer ?? "";
    engine.addEventListener("state", () => this.update());
    engine.addEventListener("progress", ({ detail }) => this.progress(detail));
    this.update();
  }

  build() {
    const id = `answer-${this.cell.id}`;
    const heading = this.cell.closest("section")?.querySelector("h2, h3, h4")?.firstChild?.textContent;
    this.element = make("div", "nn-exercise");
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", heading ? `Answer to ${heading}` : "Exercise");
    const label = make("label", "", "Your answer");
    label.htmlFor = id;
    this.field = make("input");
    Object.assign(this.field, {
      id, type: "text", maxLength: LONGEST, autocomplete: "off", spellcheck: false, autocapitalize: "off",
    });
    this.field.setAttribute("autocorrect", "off");
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) this.check();
    });
    this.buttons = {
      check: button("Check", () => this.check()),
      load: button("Load Python", () => this.load().then(() => this.preview(), () => {})),
      stop: button("Stop", () => engine.stop()),
      clear: button("Clear", () => this.clear()),
    };
    this.buttons.load.title = "Starts Python without checking: your formula is then set as you type";
    this.line = make("div", "nn-answer");
    this.line.append(this.field, ...Object.values(this.buttons));
    this.seen = make("div", "nn-preview");
    this.state = make("div", "nn-loading");
    this.words = make("small");
    this.bar = make("progress");
    this.bar.setAttribute("aria-label", "Loading of Python");
    this.state.append(this.bar, this.words);
    this.help = make("div", "nn-names");
    this.help.id = `${id}-help`;
    this.field.setAttribute("aria-describedby", this.help.id);
    this.result = make("div", "nn-verdict");
    this.result.setAttribute("role", "status"); // told to screen readers when it changes
    this.element.append(label, this.line, this.seen, this.help, this.state, this.result);
  }

  /** The field before the cell, which stays within reach; what it printed goes into the field's box. */
  place() {
    const fold = make("details", "nn-as-code");
    fold.append(make("summary", "", "As code"));
    const stored = this.cell.querySelector(".cell_output");
    fold.append(...this.cell.children);
    if (stored) {
      if (this.cell.dataset.answer) this.result.append(...stored.childNodes);
      else this.help.append(named(stored, (text) => this.insert(text)));
      stored.remove();
    }
    this.cell.append(this.element, fold);
  }

  insert(text) {
    insertAtCaret(this.field, text);
    this.typed();
  }

  typed() {
    this.kept.set(this.field.value || null);
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.preview(), 200);
    this.update();
  }

  clear() {
    this.kept.set(null);
    this.field.value = "";
    this.#asked += 1;
    this.seen.replaceChildren();
    this.result.replaceChildren();
    this.field.focus();
    this.update();
  }

  /** What Python does, if it was asked for here; else what a press starts. */
  async update() {
    const { state } = engine;
    const running = state === "ready" || state === "busy";
    const waits = this.waiting && (state === "loading" || state === "busy");
    this.buttons.stop.hidden = !waits;
    this.buttons.load.hidden = running || state === "loading";
    this.buttons.clear.hidden = !this.field.value;
    this.bar.hidden = !(this.waiting && state === "loading");
    if (waits) {
      if (state === "busy") this.words.textContent = "Checking …";
    } else if (running) {
      this.words.textContent = script.dataset.versions;
    } else if (state === "loading") {
      this.words.textContent = "Python is loading";
    } else {
      const size = this.field.value || this.touched ? await weight() : "";
      if (engine.state === state) {
        this.words.textContent = `Check or Load Python starts Python in your browser${size}. ${script.dataset.versions}`;
      }
    }
  }

  progress({ step, loaded, total, seconds }) {
    if (!this.waiting || engine.state !== "loading") return;
    this.bar.max = total || 1;
    this.bar.value = loaded;
    this.words.textContent = `${step}: ${MB(loaded)} of ${MB(total)} MB, ${seconds.toFixed(0)} s`;
  }

  async load() {
    this.waiting = true;
    this.update();
    try {
      await engine.start("proofs");
      if (document.activeElement === this.buttons.load || document.activeElement === document.body) {
        this.field.focus(); // the button is gone
      }
    } catch (error) {
      if (error.name !== "Stopped") show(this.result, { status: "failed", message: error.message });
      throw error;
    } finally {
      this.waiting = false;
      this.update();
    }
  }

  async preview() {
    const asked = ++this.#asked;
    if (engine.state !== "ready") return;
    const text = this.field.value;
    const found = await engine.call("exercise.preview", [this.slug, text]).catch(() => null);
    if (asked !== this.#asked || !found) return;
    this.seen.replaceChildren();
    if (found.status === "read") showFormula(this.seen, found.latex);
    else if (found.status === "unread") showPlace(this.seen, text, found);
  }

  async check() {
    if (this.waiting) return;
    const text = this.field.value;
    this.kept.set(text || null);
    if (!text.trim() && this.help.childNodes.length) {
      return show(this.result, { status: "waits", message: "Type an answer first. The names that you may use stand below the field." });
    }
    try {
      if (engine.state !== "ready" && engine.state !== "busy") {
        show(this.result, { status: "waits", message: "Python is loading; the verdict follows." });
        await this.load();
      }
      this.waiting = true;
      const late = setInterval(() => this.late(), PATIENCE * 1000);
      const call = engine.call("exercise.check", [this.slug, text]);
      const found = await call.finally(() => clearInterval(late));
      if (found.status === "empty") return this.list(found.message);
      show(this.result, found, text);
      if (found.status === "unread") {
        this.#asked += 1; // the preview would say the same
        this.seen.replaceChildren();
        return this.point(text, found.span);
      }
    } catch (error) {
      if (this.tookLong) show(this.result, { status: "failed", message: this.tookLong });
      else if (error.name === "Stopped") show(this.result, { status: "failed", message: "Stopped." });
      else show(this.result, { status: "failed", message: error.message });
    } finally {
      this.waiting = false;
      this.tookLong = "";
      this.update();
    }
    this.preview();
  }

  /** The names that an empty answer is told, as buttons that type them. */
  list(message) {
    this.result.replaceChildren();
    this.result.dataset.status = "waits";
    const words = make("p");
    String(message).split("`").forEach((part, at) => {
      if (at % 2) words.append(make("code", "", part));
      else words.append(...formulas(part));
    });
    const holder = make("div");
    holder.append(words);
    this.help.append(named(holder, (text) => this.insert(text)));
  }

  late() {
    if (document.querySelector(".nn-running")) return; // a cell is at work, and the answer waits
    this.tookLong = `No verdict after ${PATIENCE} s, so Python was stopped. Try a shorter form of the answer.`;
    engine.stop();
  }

  /** The caret goes to what could not be read. */
  point(text, span) {
    if (document.activeElement !== this.field || this.field.value !== text || !span) return;
    const units = (points) => [...text].slice(0, points).join("").length;
    this.field.setSelectionRange(units(span[0]), units(span[1]));
  }
}

async function weight() {
  const manifest = await engine.manifest().catch(() => null);
  if (!manifest) return "";
  const bytes = manifest.files.filter((f) => f.step === "proofs").reduce((sum, f) => sum + f.size, 0);
  return `, up to ${MB(bytes)} MB once`;
}

for (const cell of document.querySelectorAll("[data-exercise]")) {
  const exercise = new Exercise(cell);
  exercise.field.addEventListener("focus", () => {
    exercise.touched = true;
    exercise.update();
  }, { once: true });
}
