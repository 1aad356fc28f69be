// An editor in the place of a cell's code. Tab goes on to the next element of the page, as everywhere.

import {
  EditorState, EditorView, bracketMatching, classHighlighter, closeBrackets, closeBracketsKeymap,
  defaultKeymap, drawSelection, highlightSpecialChars, history, historyKeymap, indentOnInput,
  indentUnit, keymap, python, syntaxHighlighting,
} from "../vendor/codemirror.js";

/** keys: functions for "Shift-Enter" and "Ctrl-Enter". */
export function editor(parent, source, label, keys) {
  const own = Object.entries(keys).map(([key, act]) => ({ key, run: () => (act(), true) }));
  return new EditorView({
    parent,
    state: EditorState.create({
      doc: source,
      extensions: [
        keymap.of([...own, ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap]),
        history(), drawSelection(), highlightSpecialChars(), bracketMatching(), closeBrackets(),
        indentOnInput(), indentUnit.of("    "), python(), syntaxHighlighting(classHighlighter),
        EditorView.contentAttributes.of({ "aria-label": label }),
      ],
    }),
  });
}

export const text = (view) => view.state.doc.toString();

export function replace(view, source) {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: source } });
}
