// Files that Python needs: each is checked against its sha256 and then kept by the browser, so that
// the next page finds it without asking the network.

const KEPT = "nnbook-live";
const network = fetch.bind(globalThis); // as it was before the worker put its own in its place

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What the response holds, chunk by chunk, so that progress can be told. */
async function read(response, progress) {
  const chunks = [];
  let size = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.length;
    progress(value.length);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Files of one release, by name: `file` is a row of the manifest, {url, size, sha256}. */
export class Files {
  constructor(progress) {
    this.progress = progress;
    this.kept = caches.open(KEPT);
    this.asked = new Map(); // files that are on their way or wait to be used
  }

  // The digest is part of the address: what is found under it has been checked when it was kept.
  key(file) {
    return `${file.url}?sha256=${file.sha256}`;
  }

  get(file) {
    const key = this.key(file);
    if (!this.asked.has(key)) this.asked.set(key, this.#load(file));
    return this.asked.get(key);
  }

  /** When the files are in place, nothing needs their bytes any more. */
  release() {
    this.asked.clear();
  }

  async #load(file) {
    const kept = await this.kept;
    const found = await kept.match(this.key(file));
    if (found) {
      const bytes = new Uint8Array(await found.arrayBuffer());
      if ((await sha256(bytes)) === file.sha256) {
        this.progress(file.size);
        return bytes;
      }
      await kept.delete(this.key(file));
    }
    const response = await network(file.url).catch((error) => {
      throw new Error(`${file.url} could not be loaded: ${error.message}`);
    });
    if (!response.ok) throw new Error(`${file.url} could not be loaded: ${response.status}`);
    const bytes = await read(response, this.progress);
    const digest = await sha256(bytes);
    if (digest !== file.sha256) {
      throw new Error(`${file.url} is not the file it should be: expected sha256 ${file.sha256}, got ${digest}`);
    }
    const type = file.url.endsWith(".wasm") ? "application/wasm" : "application/octet-stream";
    await kept.put(this.key(file), new Response(bytes, { headers: { "Content-Type": type } }));
    return bytes;
  }
}
