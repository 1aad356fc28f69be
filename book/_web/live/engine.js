// One Python a page. It is started when the reader asks, and not before.
//
//   await engine.start("proofs")       SymPy and nnbook.derive; "numbers" adds NumPy and "figures"
//                                      matplotlib
//   await engine.run(source, show)     a cell; show(output) gets what it prints and displays; errors
//                                      name it by its number, the fourth argument
//   await engine.call(name, args)      one of the functions that nnbook_kernel.py lists
//   engine.stop()                      ends the worker; who waits is refused with "Stopped"
//
// Events: "state" (detail: off, loading, ready, busy, failed) and "progress"
// (detail: {step, loaded, total, seconds}, bytes).

import { Files } from "./files.js";
import { Sandbox } from "./sandbox.js";

const STEPS = ["proofs", "numbers", "figures"]; // each needs the ones before it

export class Stopped extends Error {
  name = "Stopped";
}

/** From a start to a stop: a worker, who waits for it, and what has been loaded. */
class Session {
  waiting = new Map();
  ready = -1; // the step that is loaded
  seen = { step: "", loaded: 0, total: 0 };
  since = performance.now();
  #count = 0;
  #abort = new AbortController();
  #starting = Promise.resolve();

  constructor(tell, fail) {
    this.tell = tell;
    this.ended = new Promise((_, reject) => (this.refuse = reject));
    this.ended.catch(() => {});
    this.sandbox = new Sandbox((message) => this.receive(message), fail);
    this.files = new Files((size) => {
      this.seen.loaded += size;
      this.progress();
    }, this.#abort.signal);
  }

  progress(step = this.seen.step) {
    this.seen.step = step;
    this.tell({ ...this.seen, seconds: (performance.now() - this.since) / 1000 });
  }

  // Messages come from where cells run: any of them may be forged.
  receive({ id, kind, ok, result, error, output, step }) {
    if (kind === "step") return this.progress(String(step).slice(0, 80));
    const waiting = this.waiting.get(id);
    if (!waiting) return;
    if (kind === "output") return waiting.show?.(output);
    this.waiting.delete(id);
    if (ok === true) waiting.resolve(result);
    else waiting.reject(new Error(String(error).slice(0, 1000)));
  }

  ask(message, show, transfer) {
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject, show });
      this.sandbox.post({ id, ...message }, transfer);
    });
  }

  /** Loads what is missing up to a step; one such job after the other. */
  start(needs, manifest) {
    const job = () => Promise.race([this.ended, this.#load(needs, manifest)]);
    this.#starting = this.#starting.then(job);
    return this.#starting;
  }

  async #load(needs, manifest) {
    const wanted = STEPS.indexOf(needs);
    if (wanted <= this.ready) return;
    const rows = manifest.files
      .filter((file) => STEPS.indexOf(file.step) > this.ready && STEPS.indexOf(file.step) <= wanted)
      .map((file) => ({ ...file, url: new URL(file.url, import.meta.url).href }));
    this.seen.total += rows.reduce((sum, file) => sum + file.size, 0);
    this.progress("Loading");
    const files = await this.files.get(rows);
    const { library } = manifest;
    await this.ask({ kind: "start", needs, files, library }, null, files.map((f) => f.bytes.buffer));
    this.ready = wanted;
  }

  end(error) {
    this.#abort.abort();
    this.sandbox.close();
    this.refuse(error);
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

class Engine extends EventTarget {
  state = "off";
  #session = null;
  #working = 0; // calls that are not answered yet
  #manifest = null;

  /** The versions that run here and what has to be loaded, from the site. */
  async manifest() {
    this.#manifest ??= fetch(new URL("./manifest.json", import.meta.url)).then((r) => {
      if (!r.ok) throw new Error(`the site's list of files could not be loaded: ${r.status}`);
      return r.json();
    });
    return this.#manifest;
  }

  #set(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }

  async start(needs = "proofs") {
    if (!STEPS.includes(needs)) throw new Error(`expected one of ${STEPS}, got ${needs}`);
    if (!window.isSecureContext || location.protocol === "file:") {
      throw new Error("Python runs only on pages that come by https or from localhost: run `make serve`");
    }
    if (!this.#session) {
      const session = new Session(
        (detail) => this.dispatchEvent(new CustomEvent("progress", { detail })),
        (error) => session === this.#session && this.#end(error, "failed"),
      );
      this.#session = session;
      this.#working = 0;
      this.#set("loading");
    }
    const session = this.#session;
    try {
      const manifest = await Promise.race([session.ended, this.manifest()]);
      await session.start(needs, manifest);
      if (session === this.#session && !this.#working) this.#set("ready");
      return manifest.versions;
    } catch (error) {
      if (session === this.#session) this.#end(error, "failed");
      throw error;
    }
  }

  async #work(message, show) {
    const session = this.#session;
    if (!session) throw new Stopped("Python is not running");
    this.#working += 1;
    this.#set("busy");
    try {
      return await session.ask(message, show);
    } finally {
      if (session === this.#session && !--this.#working) this.#set("ready");
    }
  }

  run(source, show, folder = "", number = 0) {
    return this.#work({ kind: "run", source, folder, number }, show);
  }

  call(name, args) {
    return this.#work({ kind: "call", name, args });
  }

  #end(error, state) {
    const session = this.#session;
    this.#session = null;
    session?.end(error);
    this.#set(state);
  }

  stop() {
    this.#end(new Stopped("stopped"), "off");
  }
}

export const engine = new Engine();
