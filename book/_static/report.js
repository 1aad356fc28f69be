// Report an error: the place goes into the report, so that nobody has to describe it. A place is the
// selected text's, or the heading or equation that stands at the reader's eyes. Where the site knows
// its repository, a new issue opens there; otherwise a text to copy or to mail. Without this script
// the link is the same without the place.
(function () {
  const EYES = 0.4; // of the window's height, from above

  function title(element) {
    if (element.matches(".nn-eq")) {
      const number = element.querySelector(".eqno");
      return `equation ${number ? number.firstChild.textContent.trim() : ""}`.trim();
    }
    const heading = element.querySelector(":scope > :is(h1, h2, h3, h4)");
    const copy = heading && heading.cloneNode(true);
    if (copy) copy.querySelectorAll(".headerlink").forEach((link) => link.remove());
    return copy ? copy.textContent.trim() : "";
  }

  // The last section or equation that begins above the line of sight, or above the selection.
  function place() {
    const chosen = window.getSelection();
    const selected = chosen && !chosen.isCollapsed && chosen.rangeCount ? chosen : null;
    const within = selected && document.querySelector(".bd-article").contains(selected.anchorNode);
    const box = within && selected.getRangeAt(0).getBoundingClientRect();
    const line = box ? box.top + 1 : window.innerHeight * EYES;
    const found = [...document.querySelectorAll(".bd-article section[id], .bd-article .nn-eq[id]")]
      .filter((element) => element.getBoundingClientRect().top <= line)
      .pop();
    const quote = within ? selected.toString().replace(/\s+/g, " ").trim().slice(0, 200) : "";
    return {
      name: [found && title(found), quote && `“${quote}”`].filter(Boolean).join(", ") || "the page",
      id: found ? found.id : "",
    };
  }

  function filled(link) {
    const { name, id } = place();
    const url = new URL(link.href);
    const parts = url.protocol === "mailto:" ? new URLSearchParams(url.search) : url.searchParams;
    const field = ["body", "issue[description]"].find((key) => parts.has(key));
    const where = id ? `${name} (#${id})` : name;
    const body = parts.get(field).replace("Place: ", () => `Place: ${where}`);
    return { url, parts, field, body };
  }

  function address(report, body) {
    const { url, parts, field } = report;
    // Mail programs take a plus sign as one, so spaces are %20.
    const query = [...parts].map(([key, value]) =>
      `${encodeURIComponent(key)}=${encodeURIComponent(key === field ? body : value)}`
    );
    return `${url.href.split("?")[0]}?${query.join("&")}`;
  }

  // The text, to copy or to mail, where there is no repository to send it to.
  function ask(report, opener) {
    const box = document.createElement("dialog");
    box.className = "nn-dialog";
    box.setAttribute("aria-labelledby", "nn-report-title");
    const heading = Object.assign(document.createElement("h2"), {
      id: "nn-report-title",
      textContent: "Report an error",
    });
    const label = document.createElement("label");
    label.textContent = "Say what is wrong, and send this text to whom you have the book from:";
    const text = Object.assign(document.createElement("textarea"), { rows: 9, value: report.body });
    label.append(text);
    const said = document.createElement("p");
    said.setAttribute("role", "status");
    const buttons = document.createElement("p");
    const button = (name, act) => {
      const made = Object.assign(document.createElement("button"), { type: "button", textContent: name });
      made.addEventListener("click", act);
      buttons.append(made, " ");
    };
    button("Copy", async () => {
      text.select();
      try {
        await navigator.clipboard.writeText(text.value);
      } catch {
        document.execCommand("copy"); // from a file there is no clipboard
      }
      said.textContent = "Copied.";
    });
    button("Mail", () => location.assign(address(report, text.value)));
    button("Close", () => box.close());
    box.append(heading, label, buttons, said);
    box.addEventListener("close", () => {
      box.remove();
      opener.focus();
    });
    document.body.append(box);
    box.showModal();
    text.focus();
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("a.nn-report, a.btn-nn-report");
    if (!link) return;
    const report = filled(link);
    if (report.url.protocol !== "mailto:") {
      link.href = address(report, report.body);
      return;
    }
    event.preventDefault();
    ask(report, link);
  });
})();
