// LaTeX from where cells run is hostile until it has passed here.
//
// No command that makes links, classes, styles or other commands. What MathJax defines in one formula
// holds in all that follow, so that a cell could change what the book's own signs mean.

const COMMANDS = new RegExp(
  String.raw`\\(?:href|url|class|cssId|style|data|unicode|mmlToken|require|bbox|includegraphics`
  + String.raw`|toggle|mathtip|texttip|let|[gex]?def|(?:re|provide)?newcommand|(?:re)?newenvironment`
  + String.raw`|providecommand|newtagform|renewtagform|usetagform|Declare[A-Za-z]+)(?![A-Za-z])`
);
const OURS = /\\class\{nn-check\}\{\\checkmark\}/g; // the mark of a line that is proved

/** Whether MathJax may set a text. */
export function plainLatex(latex) {
  return !COMMANDS.test(String(latex).replace(OURS, ""));
}
