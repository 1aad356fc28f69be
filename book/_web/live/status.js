// The strip at the foot of the window: what Python does, how much is loaded, and Stop.

import { button } from "./button.js";
import { engine } from "./engine.js";

const MB = (bytes) => (bytes / 1e6).toFixed(1);

export class Status {
  constructor(actions, versions) {
    this.versions = versions;
    this.element = document.createElement("div");
    this.element.className = "nn-status";
    this.words = document.createElement("span");
    this.words.setAttribute("role", "status"); // told to screen readers when it changes
    this.bar = document.createElement("progress");
    this.bar.setAttribute("aria-label", "Loading of Python");
    this.detail = document.createElement("span");
    this.buttons = document.createElement("span");
    for (const [word, act] of Object.entries(actions)) {
      const made = button(word, "", act);
      made.dataset.does = word;
      this.buttons.append(made);
    }
    this.element.append(this.words, this.bar, this.detail, this.buttons);
    document.body.append(this.element);
    engine.addEventListener("progress", ({ detail }) => this.progress(detail));
    engine.addEventListener("state", () => this.update());
    this.update();
  }

  say(words) {
    this.words.textContent = words;
  }

  progress({ step, loaded, total, seconds }) {
    this.seconds = seconds;
    this.bar.max = total || 1;
    this.bar.value = loaded;
    this.detail.textContent = `${step}: ${MB(loaded)} of ${MB(total)} MB, ${seconds.toFixed(0)} s`;
  }

  update() {
    const state = engine.state;
    this.bar.hidden = this.detail.hidden = state !== "loading";
    this.element.dataset.state = state;
    const stop = this.buttons.querySelector('[data-does="Stop"]');
    if (stop) stop.hidden = state !== "busy" && state !== "loading";
    const said = {
      off: "Python is off",
      loading: "Python is loading",
      ready: `Ready: ${this.versions}`,
      busy: "Python is working",
      failed: "Python could not be started",
    };
    this.say(said[state]);
  }
}
