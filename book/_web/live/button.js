// A button of the pages: what it says, what it does, in longer words, and what happens.

export function button(word, title, press) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "nn-button";
  made.textContent = word;
  made.title = title;
  made.addEventListener("click", press);
  return made;
}
