// The cells of a page, once the reader has asked for one of them to run.

import { button } from "./button.js";
import { duration } from "./cells.js";
import { editor, replace, text } from "./editor.js";
import { engine } from "./engine.js";
import { add } from "./outputs.js";
import { Status } from "./status.js";

const STEPS = ["proofs", "numbers", "figures"];
const WHEELS = { numpy: "numbers", matplotlib: "figures" };

/** A cell of the notebook; those that the page does not show have no element.
 *
 * `after` names the cells above that it needs (book/_ext/before.py): they run first, once. */
class Cell {
  constructor(page, { at, source, needs, after, seconds }) {
    Object.assign(this, { page, at, source, needs, after, seconds, ran: null });
    this.element = document.getElementById(`cell-${at}`);
    this.input = this.element?.querySelector(".cell_input");
    // Among the cells whose code the page shows, for what errors say; 0 is one that it does not show.
    this.number = this.input ? page.list.filter((other) => other.input).length + 1 : 0;
  }

  get current() {
    return this.view ? text(this.view) : this.source;
  }

  /** The editor in the place of the printed code, with its buttons. */
  open() {
    if (this.view || !this.input) return;
    const code = this.input.querySelector(".highlight");
    code.parentElement.hidden = true;
    const place = document.createElement("div");
    place.className = "nn-editor";
    this.input.prepend(place);
    this.view = editor(place, this.source, "Code of this cell, in Python", {
      "Shift-Enter": () => this.run({ next: true }),
      "Mod-Enter": () => this.run(),
    });
    this.bar = this.input.querySelector(".nn-run");
    this.note = document.createElement("small");
    this.note.textContent = duration(this.seconds);
    const above = this.page.above(this);
    const long = duration(above.reduce((sum, cell) => sum + cell.seconds, 0));
    const words = `Run the ${above.length} cells before this one${long && `, ${long}`}`;
    this.bar.replaceChildren(
      button("Run", "Run this cell (Shift+Enter)", () => this.run()),
      button(`Run all above${long && ` (${long})`}`, words, () => this.page.run(above)),
      button("Reset", "Bring back the code and what it printed", () => this.reset()),
      this.note,
    );
  }

  edit() {
    this.open();
    this.view.focus();
  }

  async run({ next = false } = {}) {
    this.open();
    if (next) this.page.after(this)?.focus();
    await this.page.run([...this.before(), this]);
  }

  /** The cells above that this one needs and that have not run as they now stand. */
  before() {
    return this.after.map((at) => this.page.cells.get(at)).filter((cell) => !cell.isCurrent);
  }

  get isCurrent() {
    return this.ran !== null && this.ran === this.current;
  }

  focus() {
    this.open();
    this.view.focus();
  }

  reset() {
    replace(this.view, this.source);
    this.live?.remove();
    this.live = null;
    for (const output of this.stored()) output.hidden = false;
    this.note.textContent = "as printed in the book";
  }

  /** What the cell showed in the book. */
  stored() {
    return [...(this.element?.querySelectorAll(".cell_output") ?? [])].filter((box) => box !== this.live);
  }

  /** An empty place for what the cell will show, in that of what it showed in the book. */
  clear() {
    if (!this.element) return;
    if (!this.live) {
      this.live = document.createElement("div");
      this.live.className = "cell_output docutils container nn-live";
      const [first] = this.stored();
      if (first) first.before(this.live);
      else this.input.after(this.live);
      // The code of a proof unfolds within what it showed, which is now hidden.
      const fold = this.input?.closest("details.nn-how");
      if (fold && first?.contains(fold)) this.live.after(fold);
    }
    this.live.replaceChildren();
    for (const output of this.stored()) output.hidden = true;
  }

  say(words) {
    if (this.note) this.note.textContent = words;
  }

  /** Runs in Python; whether it went well. Loads what is missing and runs once more. */
  async execute(again = true) {
    this.clear();
    this.element?.classList.add("nn-running");
    this.say("running …");
    this.failure = "";
    const began = performance.now();
    try {
      const result = await engine.run(this.current, (output) => this.live && add(this.live, output), this.page.folder, this.number);
      this.ran = this.current;
      const wheel = WHEELS[String(result.missing ?? "").split(".")[0]];
      if (again && result.ename === "ModuleNotFoundError" && wheel) {
        await engine.start(wheel);
        return await this.execute(false);
      }
      this.say(`ran in ${((performance.now() - began) / 1000).toFixed(1)} s`);
      this.failure = result.status === "ok" ? "" : `${result.ename}: ${result.evalue}`;
      if (result.ename === "NameError") this.page.hint(this);
      return result.status === "ok";
    } catch (error) {
      this.say(error.name === "Stopped" ? "stopped" : "failed");
      if (error.name !== "Stopped") {
        this.failure = error.message;
        add(this.live, { output_type: "error", traceback: [error.message] });
      }
      return false;
    } finally {
      this.element?.classList.remove("nn-running");
    }
  }
}

class Page {
  constructor(name, versions, rows) {
    this.folder = name.split("/").slice(0, -1).join("/");
    this.list = [];
    for (const row of rows) this.list.push(new Cell(this, row));
    this.cells = new Map(this.list.map((cell) => [cell.at, cell]));
    this.status = new Status(
      { Stop: () => this.stop(), "Run all": () => this.run(this.list) },
      versions,
    );
  }

  after(cell) {
    return this.list.find((other) => other.at > cell.at && other.input && other.element.offsetParent);
  }

  above(cell) {
    return this.list.filter((other) => other.at < cell.at);
  }

  /** Runs cells one after the other, up to the first that fails. */
  async run(cells) {
    let needs = cells.map((cell) => STEPS.indexOf(cell.needs));
    cells.at(-1).say(engine.state === "off" || engine.state === "loading" ? "loading Python …" : "waits …");
    try {
      await engine.start(STEPS[Math.max(...needs)]);
    } catch (error) {
      if (error.name === "Stopped") {
        cells.at(-1).say("stopped");
        return false;
      }
      this.status.say(error.message);
      cells.at(-1).say(error.message);
      return false;
    }
    for (const cell of cells) {
      if (await cell.execute()) continue;
      if (cell !== cells.at(-1)) cells.at(-1).say(cell.failure ? `A cell above failed. ${cell.failure}` : "stopped");
      return false;
    }
    return true;
  }

  /** A name is not there: most often cells above have not run. */
  hint(cell) {
    if (this.above(cell).some((other) => other.ran === null)) {
      cell.say("A name is missing. Perhaps the cells above have not run yet: press Run all above.");
    }
  }

  stop() {
    engine.stop();
    for (const cell of this.list) cell.ran = null;
    this.status.say("Stopped. What the cells had computed is gone; run them again.");
  }
}

let made = null;

/** The page's cells; read once. */
export function page({ cells, versions }) {
  made ??= fetch(new URL(`../cells/${cells}.json`, import.meta.url))
    .then((response) => response.json())
    .then((rows) => new Page(cells, versions, rows));
  return made;
}
