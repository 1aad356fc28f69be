// The worker, in a frame of no origin: what runs there reaches neither the page nor any host.
//
// frame.html has the policy; here is the page's end. Whatever comes back is taken as hostile: it is
// JSON text of limited length, and nothing else is listened to.

const LONGEST = 40e6; // characters of one message: pictures may come by the dozen
const PATIENCE = 20; // seconds for the frame to answer

let source = null; // of the worker; the frame cannot ask for it

function workerSource() {
  source ??= fetch(new URL("./worker.js", import.meta.url)).then((response) => {
    if (!response.ok) throw new Error(`worker.js could not be loaded: ${response.status}`);
    return response.text();
  });
  return source;
}

function frame() {
  const made = document.createElement("iframe");
  made.setAttribute("sandbox", "allow-scripts"); // and not allow-same-origin
  made.className = "nn-python"; // one invisible pixel: hidden frames are given less of the processor
  made.title = "Python";
  made.tabIndex = -1;
  made.setAttribute("aria-hidden", "true");
  made.src = new URL("./frame.html", import.meta.url).href;
  return made;
}

export class Sandbox {
  #frame = frame();
  #channel = new MessageChannel();
  #errors = new MessageChannel();

  /** receive(message) gets what the worker says, fail(error) that it broke. */
  constructor(receive, fail) {
    const silent = setTimeout(() => fail(new Error("the worker gave no answer")), PATIENCE * 1000);
    this.#channel.port1.onmessage = ({ data }) => {
      clearTimeout(silent);
      if (typeof data !== "string" || data.length > LONGEST) return;
      let message;
      try {
        message = JSON.parse(data);
      } catch {
        return;
      }
      if (message && typeof message === "object") receive(message);
    };
    this.#errors.port1.onmessage = ({ data }) => fail(new Error(String(data).slice(0, 300)));
    this.#frame.addEventListener("load", async () => {
      try {
        const ports = [this.#channel.port2, this.#errors.port2];
        this.#frame.contentWindow?.postMessage(await workerSource(), "*", ports);
      } catch (error) {
        fail(error);
      }
    }, { once: true });
    document.body.append(this.#frame);
    this.close = () => {
      clearTimeout(silent);
      this.#channel.port1.onmessage = this.#errors.port1.onmessage = null;
      this.#channel.port1.close();
      this.#errors.port1.close();
      this.#frame.remove(); // and with it the worker, whatever it does
    };
  }

  post(message, transfer = []) {
    this.#channel.port1.postMessage(message, transfer);
  }
}
