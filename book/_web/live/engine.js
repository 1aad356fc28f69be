// One Python a page. It is started when the reader asks, and not before.
//
//   await engine.start("proofs")       SymPy and nnbook.derive; "numbers" adds NumPy and "figures"
//                                      matplotlib
//   await engine.run(source, show)     a cell; show(output) gets what it prints and displays
//   await engine.call(name, args)      one of the functions that nnbook_kernel.py lists
//   engine.stop()                      ends the worker; who waits is refused with "Stopped"
//
// Events: "state" (detail: off, loading, ready, busy, failed) and "progress"
// (detail: {step, loaded, total, seconds}, bytes).

export class Stopped extends Error {
  name = "Stopped";
}

class Engine extends EventTarget {
  state = "off";
  #worker = null;
  #waiting = new Map();
  #count = 0;
  #needs = null;
  #since = 0;
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
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }

  #receive({ id, kind, ok, result, error, output, ...detail }) {
    if (kind === "progress") {
      detail.seconds = (performance.now() - this.#since) / 1000;
      this.dispatchEvent(new CustomEvent("progress", { detail }));
      return;
    }
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    if (kind === "output") return waiting.show(output);
    this.#waiting.delete(id);
    if (ok) waiting.resolve(result);
    else waiting.reject(new Error(error));
    if (!this.#waiting.size) this.#set("ready");
  }

  #ask(message, show) {
    if (!this.#worker) {
      this.#worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
      this.#worker.onmessage = ({ data }) => this.#receive(data);
      this.#worker.onerror = (event) => this.#end(new Error(event.message || "the worker failed"));
    }
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, show });
      this.#worker.postMessage({ id, ...message });
    });
  }

  async start(needs = "proofs") {
    const steps = ["proofs", "numbers", "figures"];
    if (!steps.includes(needs)) throw new Error(`expected one of ${steps}, got ${needs}`);
    if (this.#needs && steps.indexOf(needs) <= steps.indexOf(this.#needs)) needs = this.#needs;
    else if (!window.isSecureContext || location.protocol === "file:") {
      throw new Error("Python runs only on pages that come by https or from localhost: run `make serve`");
    }
    const manifest = await this.manifest();
    if (this.state !== "ready" && this.state !== "busy") this.#since = performance.now();
    if (this.state === "off" || this.state === "failed") this.#set("loading");
    try {
      const versions = await this.#ask({ kind: "start", needs, manifest });
      this.#needs = needs;
      return versions;
    } catch (error) {
      if (error.name !== "Stopped") {
        this.#end(error);
        this.#set("failed");
      }
      throw error;
    }
  }

  async run(source, show, folder = "") {
    this.#set("busy");
    return this.#ask({ kind: "run", source, folder }, show);
  }

  async call(name, args) {
    this.#set("busy");
    return this.#ask({ kind: "call", name, args });
  }

  #end(error) {
    this.#worker?.terminate();
    this.#worker = null;
    this.#needs = null;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }

  stop() {
    this.#end(new Stopped("stopped"));
    this.#set("off");
  }
}

export const engine = new Engine();
