// A neuron as a diagram. Python sends every number as text; here they get their places.

/** @import { Component } from "../shared/component.js" */

import { rootOf } from "../shared/component.js"
import { makeSvg } from "../shared/dom.js"
import { _ } from "../shared/language.js"
import { themeColors } from "../shared/palette.js"

// Units of the drawing.
const WIDTH = 760
const HEIGHT = 400
const INPUT = 44
const PRODUCT = 290
const SUM = { x: 440, y: 180, r: 40 }
const BOX = { left: 528, top: 112, width: 136, height: 136 }
const OUTPUT = { x: 716, y: 180, r: 38 }
const BIAS = 352
const [FIRST, LAST] = [62, 286] // the heights of the first and the last input

/** Numbers as text, and beside them the values that decide the width of lines. at: the point on the curve.
 * @typedef {{ rows: { x: string, w: string, product: string, weight: number, part: number }[], bias: string,
 *   biasPart: number, z: string, output: string, at: [number, number], activation: string, curve: [number, number][] }} Data */

/** @param {number} value */
const sign = (value) => (value > 0 ? "plus" : value < 0 ? "minus" : "zero")

/** The width of a line: small numbers can still be seen, and large ones are not too wide.
 * @param {number} value */
const width = (value) => (value === 0 ? 1.5 : 1.5 + 10 * Math.tanh(Math.abs(value) / 3))

/** @param {SVGElement} svg
 * @param {string} path
 * @param {number} value */
function addEdge(svg, path, value) {
  makeSvg("path", { d: path, class: `edge ${sign(value)}`, "stroke-width": width(value) }, svg)
}

/** A text on a background of its own.
 * @param {SVGElement} svg
 * @param {number} x
 * @param {number} y
 * @param {string} text */
function addLabel(svg, x, y, text) {
  const half = 5 + 4.3 * text.length
  makeSvg("rect", { x: x - half, y: y - 12, width: 2 * half, height: 24, rx: 6, class: "label" }, svg)
  makeSvg("text", { x, y }, svg, text)
}

/** @param {number} number - from 0 to 9 */
const subscript = (number) => String.fromCharCode(0x2080 + number)

/** @param {SVGElement} svg
 * @param {Data} data */
function addInputs(svg, { rows }) {
  const step = rows.length > 1 ? (LAST - FIRST) / (rows.length - 1) : 0
  rows.forEach((row, index) => {
    const y = FIRST + index * step
    const number = subscript(index + 1)
    addEdge(svg, `M${INPUT + 36} ${y}H${PRODUCT - 42}`, row.weight)
    const toSum = `M${PRODUCT + 42} ${y}C${PRODUCT + 90} ${y} ${SUM.x - 85} ${SUM.y} ${SUM.x - SUM.r} ${SUM.y}`
    addEdge(svg, toSum, row.part)
    makeSvg("circle", { cx: INPUT, cy: y, r: 36, class: "node" }, svg)
    makeSvg("text", { x: INPUT, y: y - 14, class: "head" }, svg, `x${number}`)
    makeSvg("text", { x: INPUT, y: y + 8 }, svg, row.x)
    addLabel(svg, (INPUT + PRODUCT) / 2, y, `× w${number} = ${row.w}`)
    makeSvg("rect", { x: PRODUCT - 42, y: y - 17, width: 84, height: 34, rx: 8, class: "node" }, svg)
    makeSvg("text", { x: PRODUCT, y }, svg, row.product)
  })
}

/** @param {SVGElement} svg
 * @param {Data} data */
function addBias(svg, { bias, biasPart }) {
  const toSum = `M${PRODUCT + 42} ${BIAS}C${PRODUCT + 120} ${BIAS} ${SUM.x} ${BIAS - 20} ${SUM.x} ${SUM.y + SUM.r}`
  addEdge(svg, toSum, biasPart)
  makeSvg("rect", { x: PRODUCT - 42, y: BIAS - 17, width: 84, height: 34, rx: 8, class: "node" }, svg)
  makeSvg("text", { x: PRODUCT, y: BIAS }, svg, bias)
  makeSvg("text", { x: PRODUCT - 92, y: BIAS, class: "head" }, svg, _("bias b"))
}

/** The activation function's graph in its box, with the point for this neuron's sum.
 * @param {SVGElement} svg
 * @param {Data} data */
function addActivation(svg, { curve, at, activation }) {
  const xs = curve.map(([x]) => x)
  const ys = curve.map(([, y]) => y)
  const [low, high] = [Math.min(...ys, 0), Math.max(...ys, 0)]
  const inner = 12
  const right = BOX.left + BOX.width
  const bottom = BOX.top + BOX.height
  const across = (/** @type {number} */ x) =>
    BOX.left + inner + ((x - xs[0]) / (xs[xs.length - 1] - xs[0])) * (BOX.width - 2 * inner)
  const down = (/** @type {number} */ y) => bottom - inner - ((y - low) / (high - low || 1)) * (BOX.height - 2 * inner)
  const lines = `M${SUM.x + SUM.r} ${SUM.y}H${BOX.left}M${right} ${SUM.y}H${OUTPUT.x - OUTPUT.r}`
  makeSvg("path", { d: lines, class: "axis", "stroke-width": 2 }, svg)
  makeSvg("rect", { x: BOX.left, y: BOX.top, width: BOX.width, height: BOX.height, rx: 8, class: "node" }, svg)
  const axes = `M${BOX.left + inner} ${down(0)}H${right - inner}M${across(0)} ${BOX.top + inner}V${bottom - inner}`
  makeSvg("path", { d: axes, class: "axis" }, svg)
  const points = curve.map(([x, y]) => `${across(x).toFixed(1)} ${down(y).toFixed(1)}`)
  makeSvg("path", { d: `M${points.join("L")}`, class: "curve" }, svg)
  const [x, y] = [across(at[0]), down(at[1])]
  makeSvg("path", { d: `M${x} ${down(0)}V${y}H${across(0)}`, class: "guide", fill: "none" }, svg)
  makeSvg("circle", { cx: x, cy: y, r: 6, class: "point" }, svg)
  makeSvg("text", { x: BOX.left + BOX.width / 2, y: BOX.top - 16, class: "head" }, svg, activation)
}

/** @param {Component<Data>} component */
export default function (component) {
  const { data } = component
  const root = rootOf(component)
  const ends = themeColors(getComputedStyle(root), "--st-chart-diverging-colors")
  root.style.setProperty("--minus", ends[0] ?? "#1747b5")
  root.style.setProperty("--plus", ends[ends.length - 1] ?? "#c04a00")
  root.replaceChildren()
  const { bias, z, activation, output } = data
  const products = data.rows.map((row) => `${row.x} × ${row.w} = ${row.product}`).join("; ")
  const values = { products, bias, z, activation, output }
  const label = _("A neuron. Products: {products}. Bias {bias}. Sum {z}. After {activation}: {output}.", values)
  const svg = makeSvg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label }, root)
  makeSvg("text", { x: INPUT, y: 10, class: "head" }, svg, _("inputs"))
  makeSvg("text", { x: (INPUT + PRODUCT) / 2, y: 10, class: "head" }, svg, _("weights"))
  makeSvg("text", { x: PRODUCT, y: 10, class: "head" }, svg, _("products"))
  addInputs(svg, data)
  addBias(svg, data)
  makeSvg("circle", { cx: SUM.x, cy: SUM.y, r: SUM.r, class: "node" }, svg)
  makeSvg("text", { x: SUM.x, y: SUM.y - SUM.r - 14, class: "head" }, svg, _("sum z"))
  makeSvg("text", { x: SUM.x, y: SUM.y - 16, class: "head" }, svg, "Σ")
  makeSvg("text", { x: SUM.x, y: SUM.y + 8, class: "strong" }, svg, z)
  addActivation(svg, data)
  makeSvg("circle", { cx: OUTPUT.x, cy: OUTPUT.y, r: OUTPUT.r, class: "node result" }, svg)
  makeSvg("text", { x: OUTPUT.x, y: OUTPUT.y - OUTPUT.r - 14, class: "head" }, svg, _("output"))
  makeSvg("text", { x: OUTPUT.x, y: OUTPUT.y, class: "strong" }, svg, output)
}
