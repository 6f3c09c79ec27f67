// The channels of a convolutional layer: inputs, kernels and outputs, and the parts that add up to one output.

/** @import { Component } from "../shared/component.js" */
/** @import { ArrayOfNumbers } from "../shared/numbers.js" */
/** @import { Layer } from "./sums.js" */
/** @import { Cells } from "./table.js" */

import { oncePerRoot, rootOf } from "../shared/component.js"
import { make, setAttributes } from "../shared/dom.js"
import { arrowDirection, hasModifier } from "../shared/keyboard.js"
import { _ } from "../shared/language.js"
import { clamp, largestMagnitude, signed } from "../shared/numbers.js"
import { unpacked } from "../shared/packing.js"
import { contextOf, paintNumbers, readTheme, sized } from "../shared/paint.js"
import { channelSums, inputMap, kernelOf, othersOf } from "./sums.js"
import { buildTable } from "./table.js"

// CSS pixels: the width of a feature map, an output and a kernel
const MAP = 68
const OUTPUT = 56
const KERNEL = 46

/** channels: all inputs and outputs of the layer. Numbers are float32 in base64, as in `Layer`.
 * @typedef {{ channels: [number, number], side: number, inputs: string, shape: [number, number, number], weights: string,
 *   bias: string, others: string | null, outputs: [number, number, number] }} Data */

/** @param {Data} data
 * @returns {Layer} */
function unpackLayer({ side, inputs, shape, weights, bias, others, outputs }) {
  const unpackedOthers = others === null ? null : unpacked(others)
  const numbers = { inputs: unpacked(inputs), weights: unpacked(weights), bias: unpacked(bias), others: unpackedOthers }
  return { side, shape, outputs, ...numbers }
}

class ChannelSums {
  /** @param {HTMLElement} root
   * @param {Data} data */
  constructor(root, data) {
    this.root = root
    this.theme = readTheme(root)
    this.layer = unpackLayer(data)
    this.channelsIn = data.channels[0]
    this.sums = channelSums(this.layer)
    this.limits = { inputs: 0, weights: 0, sums: 0 }
    this.chosen = 0 // the output channel that is opened
    /** A place of the output. @type {{ row: number, column: number } | null} */
    this.place = null
    /** @type {Cells | null} */
    this.cells = null
    this.counts = "" // the numbers of channels for which the cells were made
    this.table = make("div", "table")
    this.table.tabIndex = 0
    setAttributes(this.table, {
      role: "application",
      "aria-label": _("Channels of a layer. The arrow keys move the place, with Shift they choose the output channel."),
    })
    this.table.onkeydown = (event) => this.#key(event)
    this.status = make("output", "status")
    this.status.setAttribute("aria-live", "polite")
    root.append(this.table, this.status)
  }

  /** @param {Data} data */
  show(data) {
    this.theme = readTheme(this.root)
    this.layer = unpackLayer(data)
    this.sums = channelSums(this.layer)
    const { inputs, weights, others } = this.layer
    const sums = [...this.sums.parts.flat(), ...this.sums.outputs, others ?? []]
    this.limits = {
      inputs: largestMagnitude(inputs),
      weights: largestMagnitude(weights),
      sums: largestMagnitude(sums.map(largestMagnitude)),
    }
    const [shownIn] = data.shape
    const [shownOut, rows, columns] = data.outputs
    const [channelsIn, channelsOut] = data.channels
    this.channelsIn = channelsIn
    this.chosen = Math.min(this.chosen, shownOut - 1)
    if (!this.place || this.place.row >= rows || this.place.column >= columns) this.place = this.#strongest()
    const counts = `${shownIn} ${shownOut} ${channelsIn} ${channelsOut}`
    if (!this.cells || this.counts !== counts) {
      this.counts = counts
      this.cells = buildTable(
        this.table,
        { shownIn, shownOut, channelsIn, channelsOut },
        { choose: (to) => this.#choose(to), point: (canvas, event) => this.#point(canvas, event) },
      )
    }
    this.#paint()
  }

  /** The place of the number farthest from zero in the chosen output. */
  #strongest() {
    const output = this.sums.outputs[this.chosen]
    const [, , columns] = this.layer.outputs
    const largest = output.reduce((best, value, at) => (Math.abs(value) > Math.abs(output[best]) ? at : best), 0)
    return { row: Math.floor(largest / columns), column: largest % columns }
  }

  /** @param {number} to */
  #choose(to) {
    this.chosen = to
    this.#paint()
  }

  /** @param {number} row
   * @param {number} column */
  #moveTo(row, column) {
    const [, rows, columns] = this.layer.outputs
    this.place = { row: clamp(row, 0, rows - 1), column: clamp(column, 0, columns - 1) }
    this.#paint()
  }

  /** @param {HTMLCanvasElement} canvas
   * @param {PointerEvent} event */
  #point(canvas, event) {
    const [, rows, columns] = this.layer.outputs
    const box = canvas.getBoundingClientRect()
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows)
    this.#moveTo(row, Math.floor(((event.clientX - box.left) / box.width) * columns))
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const direction = arrowDirection(event)
    if (!direction || hasModifier(event) || !this.place) return
    event.preventDefault()
    const [down, across] = direction
    if (event.shiftKey) this.#choose(clamp(this.chosen + down + across, 0, this.layer.outputs[0] - 1))
    else this.#moveTo(this.place.row + down, this.place.column + across)
  }

  #paint() {
    const { cells, place, chosen, limits, layer } = this
    if (!cells || !place) return
    const { side, bias } = layer
    const [, height, width] = layer.shape
    const [, rows, columns] = layer.outputs
    const single = this.channelsIn === 1 // then the input is the picture itself
    cells.inputs.forEach((canvas, from) => {
      this.#map(canvas, inputMap(layer, from), width, height, single ? null : limits.inputs)
      this.#mark(canvas, place.column / width, place.row / height, side / width)
    })
    for (const { canvas, from, to } of cells.kernels) {
      this.#map(canvas, kernelOf(layer, from, to), side, side, limits.weights, KERNEL)
      this.#markChosen(canvas, to)
    }
    cells.biases.forEach((output, to) => {
      output.textContent = signed(bias[to], 2)
      this.#markChosen(output, to)
    })
    cells.outputs.forEach((canvas, to) => {
      this.#map(canvas, this.sums.outputs[to], columns, rows, limits.sums, OUTPUT)
      this.#markChosen(canvas, to)
    })
    cells.heads.forEach((button, to) => {
      button.setAttribute("aria-pressed", String(to === chosen))
    })
    this.#paintParts(cells, place)
  }

  /** @param {HTMLElement} element
   * @param {number} to */
  #markChosen(element, to) {
    element.parentElement?.classList.toggle("chosen", to === this.chosen)
  }

  /** The parts of the chosen output, and its value.
   * @param {Cells} cells
   * @param {{ row: number, column: number }} place */
  #paintParts(cells, { row, column }) {
    const { chosen, layer } = this
    const [, rows, columns] = layer.outputs
    const at = row * columns + column
    cells.title.textContent = _("How output {number} adds up", { number: chosen + 1 })
    const others = othersOf(layer, chosen)
    const output = this.sums.outputs[chosen]
    const numbers = [...this.sums.parts[chosen], ...(others ? [others] : []), null, output]
    numbers.forEach((list, part) => {
      const { canvas, number } = cells.parts[part]
      if (list && canvas) {
        this.#map(canvas, list, columns, rows, this.limits.sums)
        this.#mark(canvas, column / columns, row / rows, 1 / columns)
      }
      number.textContent = signed(list ? list[at] : layer.bias[chosen], 3)
    })
    const value = output[at]
    const texts = { number: chosen + 1, row: row + 1, column: column + 1, value: signed(value, 3) }
    this.status.textContent = _(
      "Output {number}, row {row}, column {column}: the parts and the bias add up to {value}.",
      texts,
    )
    Object.assign(this.status.dataset, { chosen, row, column, value })
  }

  /** @param {HTMLCanvasElement} canvas
   * @param {ArrayOfNumbers} numbers
   * @param {number} columns
   * @param {number} rows
   * @param {number | null} limit
   * @param {number} [size] */
  #map(canvas, numbers, columns, rows, limit, size = MAP) {
    const small = paintNumbers(numbers, columns, rows, limit, this.theme.shades)
    const context = sized(canvas, size, size)
    context.imageSmoothingEnabled = false
    context.drawImage(small, 0, 0, size, size)
  }

  /** A frame on a map; all numbers are shares of its width.
   * @param {HTMLCanvasElement} canvas
   * @param {number} left
   * @param {number} top
   * @param {number} size */
  #mark(canvas, left, top, size) {
    const context = contextOf(canvas)
    context.lineWidth = 2
    context.strokeStyle = this.theme.mark
    context.strokeRect(left * MAP, top * MAP, size * MAP, size * MAP)
  }
}

const sumsOf = oncePerRoot((/** @type {HTMLElement} */ root, /** @type {Data} */ data) => new ChannelSums(root, data))

/** @param {Component<Data>} component */
export default function (component) {
  sumsOf(rootOf(component), component.data).show(component.data)
}
