// Axes and curves in an SVG drawing that is as wide as its place.

/** @import { ArrayOfNumbers } from "../shared/numbers.js" */

import { makeSvg, setAttributes } from "../shared/dom.js"
import { signed } from "../shared/numbers.js"

/** CSS pixels around the axes. */
export const PADDING = { left: 44, right: 14, top: 14, bottom: 20 }

/** reach: the horizontal axis goes from -reach to reach. names: of the paths, also their CSS classes. axis: the text at the
 * end of the axis. title: the text in the corner. label: for screen readers.
 * @typedef {{ height: number, label: string, reach: number, names: string[], axis?: string, title?: string }} Options */

export class Plot {
  /** @param {HTMLElement} parent
   * @param {Options} options */
  constructor(parent, { height, label, reach, names, axis = "", title = "" }) {
    this.height = height
    this.reach = reach
    this.axis = axis
    this.title = title
    this.width = 0
    this.low = 0 // the values at the bottom and the top
    this.high = 1
    this.svg = makeSvg("svg", { class: "plot", role: "img", "aria-label": label, height }, parent)
    this.axes = makeSvg("g", { class: "axes" }, this.svg)
    this.paths = new Map(names.map((name) => [name, makeSvg("path", { class: name }, this.svg)]))
  }

  /** Draws the axes for a width and a range of values.
   * @param {number} width
   * @param {number} low
   * @param {number} high */
  setRange(width, low, high) {
    Object.assign(this, { width, low, high })
    this.svg.setAttribute("width", String(width))
    this.axes.replaceChildren()
    const [bottom, right] = [this.height - PADDING.bottom, width - PADDING.right]
    makeSvg("path", { class: "axis", d: `M${PADDING.left} ${this.y(0)}H${right}` }, this.axes)
    for (let tick = Math.ceil(-this.reach) + 1; tick < this.reach; tick++) {
      this.#label(this.x(tick), this.height - 4, signed(tick, 0), "middle")
      makeSvg("path", { class: "tick", d: `M${this.x(tick)} ${PADDING.top}V${bottom}` }, this.axes)
    }
    this.#label(right, this.height - 4, this.axis, "end")
    this.#label(PADDING.left + 6, PADDING.top + 2, this.title, "start")
    const step = [0.1, 0.2, 0.25, 0.5, 1, 2].find((size) => (high - low) / size < 5) ?? 4
    const digits = step === 0.25 ? 2 : step < 1 ? 1 : 0
    for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + 1e-9; tick += step) {
      this.#label(PADDING.left - 6, this.y(tick) + 4, signed(tick, digits), "end")
    }
  }

  /** @param {number} x
   * @param {number} y
   * @param {string} text
   * @param {string} anchor */
  #label(x, y, text, anchor) {
    makeSvg("text", { class: "label", x, y, "text-anchor": anchor }, this.axes, text)
  }

  /** The CSS pixel of a place on the horizontal axis.
   * @param {number} place */
  x(place) {
    return PADDING.left + ((place + this.reach) / (2 * this.reach)) * (this.width - PADDING.left - PADDING.right)
  }

  /** The place on the horizontal axis at a CSS pixel.
   * @param {number} x */
  place(x) {
    return ((x - PADDING.left) / (this.width - PADDING.left - PADDING.right)) * 2 * this.reach - this.reach
  }

  /** The CSS pixel of a value.
   * @param {number} value */
  y(value) {
    const share = (value - this.low) / (this.high - this.low)
    return this.height - PADDING.bottom - share * (this.height - PADDING.top - PADDING.bottom)
  }

  /** An SVG path through values at equal distances.
   * @param {ArrayOfNumbers} values
   * @param {number} from - the place of the first value
   * @param {number} step */
  line(values, from, step) {
    let path = ""
    for (let at = 0; at < values.length; at++) {
      path += `${at ? "L" : "M"}${this.x(from + at * step).toFixed(1)} ${this.y(values[at]).toFixed(1)}`
    }
    return path
  }

  /** The area between such a line and the axis.
   * @param {ArrayOfNumbers} values
   * @param {number} from
   * @param {number} step */
  area(values, from, step) {
    const end = from + (values.length - 1) * step
    return `${this.line(values, from, step)}L${this.x(end)} ${this.y(0)}L${this.x(from)} ${this.y(0)}Z`
  }

  /** @param {string} name - of a path
   * @param {string} path */
  set(name, path) {
    this.paths.get(name)?.setAttribute("d", path)
  }

  /** Fills a path with slanting lines, so it can be distinguished from the others without colour.
   * @param {string} name */
  hatch(name) {
    const pattern = makeSvg("pattern", { id: "hatch", width: 7, height: 7, patternUnits: "userSpaceOnUse" }, this.svg)
    makeSvg("path", { class: "hatching", d: "M-1 8L8 -1M-4.5 4.5L4.5 -4.5M2.5 11.5L11.5 2.5" }, pattern)
    const path = this.paths.get(name)
    if (path) setAttributes(path, { fill: "url(#hatch)" })
  }
}
