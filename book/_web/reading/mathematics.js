// Sets formulas in what came after the page was loaded.

export async function typeset(element) {
  await window.MathJax?.startup?.promise;
  return window.MathJax?.typesetPromise?.([element]);
}
