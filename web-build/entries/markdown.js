// Markdown with formulas, and HTML made harmless: what cells show.
export { default as MarkdownIt } from "markdown-it";
export { default as dollarmath } from "markdown-it-dollarmath";
export { default as DOMPurify } from "dompurify";
