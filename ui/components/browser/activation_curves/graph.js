// One of the two graphs: a grid with numbers, a curve for each function, and the point that moves along them.

import { makeSvg, setAttributes } from "../shared/dom.js"
import { signed } from "../shared/numbers.js"

/** Units of the drawing. */
export const VIEW = { width: 420, height: 300, left: 34, right: 10, top: 26, bottom: 24 }
const RANGES = { value: { low: -1.5, high: 3.5, tick: 1 }, slope: { low: -0.25, high: 1.25, tick: 0.25 } }
const DASHES = ["", "9 4", "2 3", "10 3 2 3", "5 3", "14 4", "4 4 1 4", "1 4"]
const TANGENT = 1.5 // how far the tangent goes to the left and to the right

/** One function, sampled at `x` of the data. style: decides its colour and dashes.
 * @typedef {{ name: string, style: number, value: number[], slope: number[] }} Curve */
/** @typedef {{ x: number[], curves: Curve[] }} Data */

/** The colour and the dashes of a curve.
 * @param {string[]} colors
 * @param {number} style */
export const strokeOf = (colors, style) => ({
  stroke: colors[style % colors.length],
  "stroke-dasharray": DASHES[style],
})

let clips = 0 // makes the ids of clip paths unique

export class Graph {
  /** @param {HTMLElement} parent
   * @param {Data} data
   * @param {"value" | "slope"} kind
   * @param {string} title
   * @param {string[]} colors */
  constructor(parent, data, kind, title, colors) {
    this.data = data
    this.kind = kind
    const viewBox = `0 0 ${VIEW.width} ${VIEW.height}`
    this.svg = makeSvg("svg", { viewBox, "aria-hidden": "true" }, parent)
    makeSvg("text", { x: VIEW.left, y: 15, class: "name" }, this.svg, title)
    this.#addGrid()
    const inside = this.#addClip()
    this.curves = data.curves.map((curve) => {
      const points = data.x.map((x, at) => `${this.#across(x).toFixed(1)} ${this.#down(curve[kind][at]).toFixed(1)}`)
      return makeSvg("path", { d: `M${points.join("L")}`, class: "curve", ...strokeOf(colors, curve.style) }, inside)
    })
    this.cursor = makeSvg("path", { class: "cursor" }, inside)
    this.tangent = makeSvg("path", { class: "tangent" }, inside)
    this.points = data.curves.map(({ style }) =>
      makeSvg("circle", { r: 5, class: "point", fill: colors[style % colors.length] }, inside),
    )
  }

  #addGrid() {
    const { low, high, tick } = RANGES[this.kind]
    const [left, right, bottom] = [VIEW.left, VIEW.width - VIEW.right, VIEW.height - VIEW.bottom]
    for (let y = Math.ceil(low / tick) * tick; y <= high; y += tick) {
      const at = this.#down(y)
      makeSvg("path", { d: `M${left} ${at}H${right}`, class: y === 0 ? "axis" : "grid" }, this.svg)
      makeSvg("text", { x: left - 16, y: at + 4 }, this.svg, signed(y, tick < 1 ? 2 : 0))
    }
    const { x: places } = this.data
    for (let x = Math.ceil(places[0]); x <= places[places.length - 1]; x++) {
      const at = this.#across(x)
      makeSvg("path", { d: `M${at} ${VIEW.top}V${bottom}`, class: x === 0 ? "axis" : "grid" }, this.svg)
      makeSvg("text", { x: at, y: VIEW.height - 7 }, this.svg, signed(x, 0))
    }
  }

  /** A group that is cut off at the edges of the grid. */
  #addClip() {
    clips += 1
    const id = `clip-${this.kind}-${clips}`
    const clip = makeSvg("clipPath", { id }, makeSvg("defs", {}, this.svg))
    const size = { width: VIEW.width - VIEW.left - VIEW.right, height: VIEW.height - VIEW.top - VIEW.bottom }
    makeSvg("rect", { x: VIEW.left, y: VIEW.top, ...size }, clip)
    return makeSvg("g", { "clip-path": `url(#${id})` }, this.svg)
  }

  /** @param {number} x */
  #across(x) {
    const { x: places } = this.data
    const share = (x - places[0]) / (places[places.length - 1] - places[0])
    return VIEW.left + share * (VIEW.width - VIEW.left - VIEW.right)
  }

  /** @param {number} y */
  #down(y) {
    const { low, high } = RANGES[this.kind]
    return VIEW.height - VIEW.bottom - ((y - low) / (high - low)) * (VIEW.height - VIEW.top - VIEW.bottom)
  }

  /** Moves the points to a sample.
   * @param {number} at
   * @param {number} focus - the curve that is chosen; the graph of the values shows its tangent */
  show(at, focus) {
    const x = this.data.x[at]
    const left = this.#across(x)
    this.cursor.setAttribute("d", `M${left} ${VIEW.top}V${VIEW.height - VIEW.bottom}`)
    this.curves.forEach((curve, index) => {
      curve.classList.toggle("focus", index === focus)
    })
    this.points.forEach((point, index) => {
      setAttributes(point, { cx: left, cy: this.#down(this.data.curves[index][this.kind][at]) })
    })
    if (this.kind !== "value" || !this.data.curves.length) return
    const { value, slope } = this.data.curves[focus]
    const end = (/** @type {number} */ by) => `${this.#across(x + by)} ${this.#down(value[at] + by * slope[at])}`
    this.tangent.setAttribute("d", `M${end(-TANGENT)}L${end(TANGENT)}`)
  }
}
