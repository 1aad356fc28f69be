// Python in a thread of its own. Nothing that a reader types is run outside of it.
//
// It comes as a blob into a frame of no origin (sandbox.js) and has no network: files come from the
// page. Takes {id, kind: "start" | "run" | "call", …}; answers, as JSON text, {id, ok, result | error},
// and in between {kind: "step", …} while starting and {id, kind: "output", output} while a cell runs.

const INDEX = "https://pyodide.invalid/"; // no such place: Pyodide gets its files by their names

// What a cell could speak to others with. The frame's policy forbids it all; here it is not even there.
const OUTWARD = [
  "fetch", "fetchLater", "XMLHttpRequest", "WebSocket", "WebSocketStream", "EventSource", "WebTransport",
  "importScripts", "indexedDB", "caches", "BroadcastChannel", "Worker", "SharedWorker", "FontFace",
  "fonts", "Notification", "RTCDataChannel", "cookieStore",
];

let python, kernel, post;

const tell = (step) => post({ kind: "step", step });

function closeDoors() {
  for (let scope = self; scope; scope = Object.getPrototypeOf(scope)) {
    for (const name of OUTWARD) delete scope[name];
  }
  self.fetch = async () => {
    throw new TypeError("Python on this page has no network");
  };
}

async function startCore(core) {
  const type = (name) => (name.endsWith(".wasm") ? "application/wasm" : "application/octet-stream");
  self.fetch = async (request) => {
    const name = String(request.url ?? request).split("/").pop();
    if (!core.has(name)) throw new TypeError(`Pyodide asked for ${name}`);
    return new Response(core.get(name), { headers: { "Content-Type": type(name) } });
  };
  const script = async (name) => {
    const url = URL.createObjectURL(new Blob([core.get(name)], { type: "text/javascript" }));
    try {
      return await import(url);
    } finally {
      URL.revokeObjectURL(url);
    }
  };
  const [{ loadPyodide }] = await Promise.all([script("pyodide.mjs"), script("pyodide.asm.js")]);
  tell("Python starts");
  python = await loadPyodide({ indexURL: INDEX });
  closeDoors();
}

/** Puts files where Python finds them; `library` is the folder of its packages. */
function install(files, library) {
  for (const { name, use, bytes } of files) {
    if (use === "path") {
      python.FS.writeFile(`/lib/${name}`, bytes);
      python.runPython(`import sys; sys.path.append("/lib/${name}")`);
    } else {
      python.unpackArchive(bytes, "zip", { extractDir: use === "wheel" ? library : "/" });
    }
  }
}

const answers = {
  async start({ needs, files, library }) {
    const core = files.filter((file) => file.use === "core");
    if (core.length) await startCore(new Map(core.map(({ name, bytes }) => [name, bytes])));
    install(files.filter((file) => file.use !== "core"), library);
    if (!kernel) {
      tell("SymPy and the engine start");
      kernel = python.pyimport("nnbook_kernel");
    }
    if (needs !== "proofs") tell("NumPy starts");
    kernel.begin(needs);
  },
  run({ id, source, folder, number }) {
    const show = (output) => post({ id, kind: "output", output: JSON.parse(output) });
    return JSON.parse(kernel.run(source, folder, show, number));
  },
  call({ name, args }) {
    return JSON.parse(kernel.call(name, JSON.stringify(args)));
  },
};

let queue = Promise.resolve();

self.onmessage = ({ ports: [port] }) => {
  self.onmessage = null;
  post = (message) => port.postMessage(JSON.stringify(message));
  port.onmessage = ({ data }) => {
    queue = queue.then(async () => {
      try {
        post({ id: data.id, ok: true, result: await answers[data.kind](data) });
      } catch (error) {
        post({ id: data.id, ok: false, error: String(error.message ?? error).trim().split("\n").at(-1) });
      }
    });
  };
  post({ kind: "here" });
};
