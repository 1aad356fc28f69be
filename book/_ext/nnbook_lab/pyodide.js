// Stands before Pyodide in the worker of JupyterLite's kernel, which runs this script and then calls
// loadPyodide. The core comes from the base that nnbook.json names, another host or a folder of this
// site, and each file of it is checked against its sha256. The packages are checked by Pyodide itself,
// against the lock file beside this script.
self.loadPyodide = async (options) => {
  const here = options.indexURL; // the folder of this script, with the slash
  const settings = await (await fetch(`${here}nnbook.json`)).json();
  const base = new URL(settings.base, here).href;
  const fetchAny = self.fetch.bind(self);
  const core = (name) => fetchAny(base + name, { integrity: settings.integrity[name] });
  const address = async (name, type) => {
    const answer = await core(name);
    if (!answer.ok) throw new Error(`${base}${name}: ${answer.status}`);
    return URL.createObjectURL(new Blob([await answer.arrayBuffer()], { type }));
  };
  const [pyodide, machine, library] = await Promise.all([
    address("pyodide.mjs", "text/javascript"),
    address("pyodide.asm.js", "text/javascript"),
    address("python_stdlib.zip", "application/zip"),
  ]);
  // Pyodide asks for its machine code beside this script.
  self.fetch = (what, how) =>
    String(what) === `${here}pyodide.asm.wasm` ? core("pyodide.asm.wasm") : fetchAny(what, how);
  const [{ loadPyodide }] = await Promise.all([import(pyodide), import(machine)]);
  const started = await loadPyodide({
    ...options,
    stdLibURL: library,
    lockFileURL: `${here}pyodide-lock.json`,
  });
  self.fetch = fetchAny;
  return started;
};
