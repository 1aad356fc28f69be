// The names that an answer may use, each of them a button that types it.

const FIRST = /^Type your answer[^.]*\.\s*/; // of what the cell prints; here there is a field
const AFTER = /functions such as/;

/** The help of a cell's output, with its names as buttons; type(text) is called with what one stands for. */
export function named(output, type) {
  const made = document.createDocumentFragment();
  made.append(...output.childNodes);
  const words = document.createTreeWalker(made, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    if (FIRST.test(words.currentNode.data)) {
      words.currentNode.data = words.currentNode.data.replace(FIRST, "");
      break;
    }
  }
  let functions = false;
  for (const paragraph of made.querySelectorAll("p")) {
    for (const node of [...paragraph.childNodes]) {
      if (node.nodeType === Node.TEXT_NODE) functions ||= AFTER.test(node.data);
      if (node.nodeName !== "CODE") continue;
      const text = node.textContent;
      const name = document.createElement("button");
      name.type = "button";
      name.className = "nn-name";
      name.textContent = text;
      const typed = functions && !text.includes("(") ? `${text}(…)` : text;
      name.addEventListener("click", () => type(typed));
      node.replaceWith(name);
    }
  }
  return made;
}

/** Types a text at the caret; where it has dots, the first is where one types on. */
export function insertAtCaret(field, text) {
  const hole = text.indexOf("…");
  const typed = text.replaceAll("…", "");
  const { selectionStart: start, selectionEnd: end, value, maxLength } = field;
  if (value.length - (end - start) + typed.length <= maxLength) {
    field.setRangeText(typed, start, end, "end");
    const caret = start + (hole < 0 ? typed.length : hole);
    field.setSelectionRange(caret, caret);
  }
  field.focus();
}
