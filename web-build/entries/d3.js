// What the figures take from D3. Scales and dragging are a few lines of our own (figures/kit.js):
// d3-scale would bring colours and number formats, 9 KiB that no figure needs.
export { ticks } from "d3-array";
export { axisBottom, axisLeft } from "d3-axis";
export { contours } from "d3-contour";
export { select } from "d3-selection";
export { area, line } from "d3-shape";
