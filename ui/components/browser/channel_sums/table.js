// The table: inputs on the left, outputs below, a kernel where a row meets a column; on the right the parts of one output.

import { make, makeButton, setAttributes } from "../shared/dom.js"
import { _ } from "../shared/language.js"

/** Numbers of channels: those that are shown, and all.
 * @typedef {{ shownIn: number, shownOut: number, channelsIn: number, channelsOut: number }} Counts */

/** choose: opens an output channel. point: the pointer is on a map.
 * @typedef {{ choose: (to: number) => void, point: (canvas: HTMLCanvasElement, event: PointerEvent) => void }} Handlers */

/** The elements whose contents change. parts: from the first input to the output; canvas: null for the bias.
 * @typedef {{ title: HTMLElement, inputs: HTMLCanvasElement[],
 *   kernels: { canvas: HTMLCanvasElement, from: number, to: number }[], outputs: HTMLCanvasElement[],
 *   parts: { canvas: HTMLCanvasElement | null, number: HTMLElement }[], heads: HTMLButtonElement[],
 *   biases: HTMLElement[] }} Cells */

class Builder {
  /** @param {HTMLElement} table
   * @param {Counts} counts
   * @param {Handlers} handlers */
  constructor(table, { shownOut, channelsOut }, handlers) {
    this.table = table
    this.handlers = handlers
    this.shownOut = shownOut
    this.hidden = channelsOut - shownOut
    /** @type {Cells["parts"]} */
    this.parts = []
  }

  /** @param {string} className
   * @param {string} [text] */
  cell(className, text = "") {
    const cell = make("div", `cell ${className}`, text)
    this.table.append(cell)
    return cell
  }

  /** @param {HTMLElement} parent
   * @param {string} label */
  canvas(parent, label) {
    const canvas = make("canvas")
    setAttributes(canvas, { role: "img", "aria-label": label })
    canvas.onpointermove = (event) => this.handlers.point(canvas, event)
    canvas.onpointerdown = canvas.onpointermove
    parent.append(canvas)
    return canvas
  }

  /** One cell for each output, and one for the outputs that are not shown.
   * @template Filled
   * @param {(cell: HTMLElement, to: number) => Filled} fill
   * @param {string} rest */
  row(fill, rest) {
    const filled = Array.from({ length: this.shownOut }, (_none, to) => fill(this.cell("kernel"), to))
    this.cell("rest", this.hidden ? rest : "")
    return filled
  }

  /** One part of the sum: a sign, a picture and a number.
   * @param {string} sign
   * @param {string | null} label - null: no picture */
  part(sign, label) {
    const parent = this.cell("part")
    parent.append(make("span", "sign", sign))
    const canvas = label === null ? null : this.canvas(parent, label)
    if (!canvas) parent.append(make("span", "nothing"))
    const number = make("output")
    parent.append(number)
    this.parts.push({ canvas, number })
  }
}

/** Fills the table with new cells.
 * @param {HTMLElement} table
 * @param {Counts} counts
 * @param {Handlers} handlers
 * @returns {Cells} */
export function buildTable(table, counts, handlers) {
  const { shownIn, shownOut, channelsIn } = counts
  table.replaceChildren()
  table.style.setProperty("--outputs", String(shownOut))
  const builder = new Builder(table, counts, handlers)
  builder.cell("head", _("Inputs"))
  const heads = Array.from({ length: shownOut }, (_none, to) => {
    const button = makeButton(_("Output {number}", { number: to + 1 }), () => handlers.choose(to))
    builder.cell("head").append(button)
    return button
  })
  builder.cell("rest", builder.hidden ? _("{count} more", { count: builder.hidden }) : "")
  const title = builder.cell("title")

  /** @type {HTMLCanvasElement[]} */
  const inputs = []
  const kernels = Array.from({ length: shownIn }, (_none, from) => {
    inputs.push(builder.canvas(builder.cell("map"), _("Input channel {number}", { number: from + 1 })))
    const row = builder.row((parent, to) => {
      const label = _("Kernel from input {from} to output {to}", { from: from + 1, to: to + 1 })
      const canvas = builder.canvas(parent, label)
      canvas.onpointermove = null
      canvas.onpointerdown = () => handlers.choose(to)
      return { canvas, from, to }
    }, "…")
    builder.part(from ? "+" : "", _("What input channel {number} adds", { number: from + 1 }))
    return row
  })
  if (channelsIn > shownIn) {
    builder.cell("map", _("{count} more", { count: channelsIn - shownIn }))
    builder.row((parent) => parent.append("⋮"), "⋱")
    builder.part("+", _("What the other input channels add"))
  }
  builder.cell("map", _("Bias"))
  const biases = builder.row((parent) => {
    const number = make("output")
    parent.append(number)
    return number
  }, "…")
  builder.part("+", null)
  builder.cell("map", _("Outputs"))
  const label = (/** @type {number} */ to) => _("Output channel {number}", { number: to + 1 })
  const outputs = builder.row((parent, to) => builder.canvas(parent, label(to)), "…")
  builder.part("=", _("The chosen output channel"))
  return { title, inputs, kernels: kernels.flat(), outputs, parts: builder.parts, heads, biases }
}
