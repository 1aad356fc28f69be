// Python in a thread of its own. Nothing that a reader types is run outside of it.
//
// Takes {id, kind: "start" | "run" | "call", …}; answers {id, ok, result | error}, and in between
// {kind: "progress", …} while loading and {id, kind: "output", output} while a cell runs.

import { Files } from "./files.js";

const STEPS = ["proofs", "numbers", "figures"]; // each needs the ones before it

let manifest, files, python, kernel;
let ready = -1; // the step that is loaded
const seen = { loaded: 0, total: 0, step: "" };

function tell(step) {
  if (step) seen.step = step;
  postMessage({ kind: "progress", ...seen });
}

/** The rows of the manifest that a step needs, its addresses made whole. */
function rows(step) {
  return manifest.files
    .filter((file) => file.step === step)
    .map((file) => ({ ...file, url: new URL(file.url, self.location).href }));
}

async function startCore(all) {
  const core = Object.fromEntries(all.filter((f) => f.use === "core").map((f) => [f.name, f]));
  // Pyodide asks for its files by name; it gets the checked ones.
  const fetched = self.fetch;
  self.fetch = async (request, options) => {
    const name = String(request.url ?? request).split("/").pop();
    if (!(name in core)) return fetched(request, options);
    const type = name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
    return new Response(await files.get(core[name]), { headers: { "Content-Type": type } });
  };
  const script = async (name) => {
    const text = new Blob([await files.get(core[name])], { type: "text/javascript" });
    const url = URL.createObjectURL(text);
    try {
      return await import(url);
    } finally {
      URL.revokeObjectURL(url);
    }
  };
  const [{ loadPyodide }] = await Promise.all([
    script("pyodide.mjs"),
    script("pyodide.asm.js"),
    ...all.filter((f) => f.use !== "core").map((f) => files.get(f)), // beside it, from now on
  ]);
  tell("Python starts");
  python = await loadPyodide({ indexURL: new URL("./pyodide/", self.location).href });
  self.fetch = fetched;
}

/** Puts the files of a step where Python finds them. */
async function install(all) {
  for (const file of all) {
    if (file.use === "core") continue;
    const bytes = await files.get(file);
    if (file.use === "path") {
      python.FS.writeFile(`/lib/${file.name}`, bytes);
      python.runPython(`import sys; sys.path.append("/lib/${file.name}")`);
    } else {
      python.unpackArchive(bytes, file.use === "wheel" ? "wheel" : "zip", {
        extractDir: file.use === "wheel" ? undefined : "/",
      });
    }
  }
}

async function start({ needs, manifest: asked }) {
  const wanted = STEPS.indexOf(needs);
  if (wanted <= ready) return manifest.versions;
  if (!manifest) {
    manifest = asked;
    files = new Files((size) => {
      seen.loaded += size;
      tell();
    });
  }
  const steps = STEPS.slice(ready + 1, wanted + 1).map(rows);
  seen.total += steps.flat().reduce((sum, file) => sum + file.size, 0);
  tell("Loading");
  if (!python) {
    await startCore(steps[0]);
    kernel = null;
  }
  for (const step of steps) {
    await Promise.all(step.filter((f) => f.use !== "core").map((f) => files.get(f)));
  }
  for (const step of steps) await install(step);
  files.release();
  if (!kernel) {
    tell("SymPy and the engine start");
    kernel = python.pyimport("nnbook_kernel");
  }
  if (wanted > 0) tell("NumPy starts");
  kernel.begin(STEPS[wanted]);
  ready = wanted;
  return manifest.versions;
}

const answers = {
  start,
  run({ id, source, folder }) {
    const show = (output) => postMessage({ id, kind: "output", output: JSON.parse(output) });
    const result = kernel.run(source, folder, show);
    return JSON.parse(result);
  },
  call({ name, args }) {
    return JSON.parse(kernel.call(name, JSON.stringify(args)));
  },
};

let queue = Promise.resolve();
self.onmessage = ({ data }) => {
  queue = queue.then(async () => {
    try {
      postMessage({ id: data.id, ok: true, result: await answers[data.kind](data) });
    } catch (error) {
      postMessage({ id: data.id, ok: false, error: String(error.message ?? error).trim().split("\n").at(-1) });
    }
  });
};
