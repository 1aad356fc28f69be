// Files that Python needs: the page loads them, checks each against its sha256 and hands it to the
// worker, which has no network. The browser keeps them, so that the next page need not ask again.

const KEPT = "nnbook-live";

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

/** Files of the manifest: rows {url, size, sha256, …}. progress(bytes) is told what has come. */
export class Files {
  constructor(progress, signal) {
    Object.assign(this, { progress, signal, kept: caches.open(KEPT) });
  }

  // The digest is part of the address: what is found under it has been checked when it was kept.
  key(file) {
    return `${file.url}?sha256=${file.sha256}`;
  }

  /** Files with their bytes, which nobody else holds. */
  get(rows) {
    return Promise.all(rows.map(async (file) => ({ ...file, bytes: await this.#load(file) })));
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
    const response = await fetch(file.url, { signal: this.signal }).catch((error) => {
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
