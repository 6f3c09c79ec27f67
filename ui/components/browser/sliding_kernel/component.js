// A kernel that slides over a picture: the products of the kernel and the pixels under it add up to one number of the output.

/** @import { Component } from "../shared/component.js" */
/** @import { Convolution, Place } from "./convolve.js" */

import { oncePerRoot, rootOf } from "../shared/component.js"
import { make, makeButton, setAttributes } from "../shared/dom.js"
import { arrowDirection, hasModifier } from "../shared/keyboard.js"
import { _ } from "../shared/language.js"
import { ink } from "../shared/matrices.js"
import { clamp, largestMagnitude, signed } from "../shared/numbers.js"
import { unpacked } from "../shared/packing.js"
import { paintNumbers, readTheme } from "../shared/paint.js"
import { SHADES } from "../shared/palette.js"
import { Player, prefersReducedMotion } from "../shared/player.js"
import { Arithmetic } from "./arithmetic.js"
import { samePart, windowAt } from "./convolve.js"
import { placeAt, placeUnder } from "./geometry.js"
import { paintOutput, paintPicture } from "./paint_grid.js"
import { makePanel, showCaptions } from "./panel.js"

// CSS pixels
const LARGEST = 310 // of a picture
const GAP = 20
const RING = 4 // around both pictures, for the frame of the focus

const PACE = { first: 3, doubles: 1.5 } // places per second at the start, and seconds until it is twice as fast
const CALM_MILLISECONDS = 600 // for a row, for readers who have asked for less motion

/** Numbers are float32 in base64. size, places: rows and columns of picture and output. names: of picture and output. The
 * rest is as in ui/components/sliding_kernel.py.
 * @typedef {{ picture: string, size: [number, number], grey: boolean, kernel: string, side: number, stride: number,
 *   padding: number, flipped: boolean, output: string, places: [number, number], bias: number | null,
 *   others: string | null, names: [string, string] }} Data */

/** @param {Data} data
 * @returns {Convolution} */
function unpackConvolution({ picture, size, kernel, side, stride, padding, output, places }) {
  const [height, width] = size
  const [rows, columns] = places
  const numbers = { picture: unpacked(picture), kernel: unpacked(kernel), output: unpacked(output) }
  return { ...numbers, height, width, side, stride, padding, rows, columns }
}

class SlidingKernel {
  /** @param {HTMLElement} root
   * @param {Data} data */
  constructor(root, data) {
    this.root = root
    this.data = data
    this.theme = readTheme(root)
    this.convolution = unpackConvolution(data)
    this.limits = { picture: 0, kernel: 0, products: 0, output: 0 }
    /** What is added to each number of the output. @type {Float32Array | null} */
    this.others = null
    this.edge = 0 // CSS pixels: the width of both pictures
    /** Of the output. @type {Place | null} */
    this.place = null
    this.held = false // the window stays where it was pressed
    this.whole = true // every number of the output is filled
    this.filled = new Uint8Array(0) // which numbers are
    this.field = make("div", "field")
    this.field.tabIndex = 0
    setAttributes(this.field, {
      role: "application",
      "aria-label": _("Window on the picture. The arrow keys move it, Space plays, Enter holds it."),
    })
    this.from = makePanel("from", this.field)
    this.to = makePanel("to", this.field)
    this.arithmetic = new Arithmetic()
    this.status = make("output", "status")
    this.player = new Player(this.status, () => this.#start())
    const tools = make("div", "tools")
    tools.append(
      this.player.button,
      makeButton(_("Step"), () => this.#step()),
      makeButton(_("Empty"), () => this.#fill(false)),
      makeButton(_("Fill"), () => this.#fill(true)),
    )
    root.append(this.field, tools, this.arithmetic.grids, this.arithmetic.total, this.status)
    this.field.onkeydown = (event) => this.#key(event)
    this.#connect(this.from.canvas, (x, y) => placeUnder(this.convolution, this.edge, x, y))
    this.#connect(this.to.canvas, (x, y) => placeAt(this.convolution, this.edge, x, y))
    this.resizing = new ResizeObserver(() => this.#resize())
  }

  /** Hovering moves the window. A press holds it, or releases it if it is held there; dragging always moves it.
   * @param {HTMLCanvasElement} canvas
   * @param {(x: number, y: number) => Place} placeOf - for a point as shares of the width and height */
  #connect(canvas, placeOf) {
    /** @type {{ release: boolean } | null} */
    let press = null
    const placeUnder = (/** @type {PointerEvent} */ event) => {
      const box = canvas.getBoundingClientRect()
      return this.#within(placeOf((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height))
    }
    const isHere = (/** @type {Place} */ { row, column }) => row === this.place?.row && column === this.place.column
    canvas.onpointerdown = (event) => {
      if (event.button !== 0) return
      canvas.setPointerCapture(event.pointerId)
      this.player.pause()
      const target = placeUnder(event)
      press = { release: this.held && isHere(target) }
      this.held = true
      this.#moveTo(target)
    }
    canvas.onpointermove = (event) => {
      if (this.player.running || (!press && (this.held || event.pointerType === "touch"))) return
      const target = placeUnder(event)
      if (press && !isHere(target)) press.release = false
      this.#moveTo(target)
    }
    const end = () => {
      if (press?.release) {
        this.held = false
        this.#paint()
      }
      press = null
    }
    canvas.onpointerup = end
    canvas.onpointercancel = end
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (hasModifier(event) || event.target !== this.field || !this.place) return
    const direction = arrowDirection(event)
    if (direction) {
      this.player.pause()
      this.held = true
      this.#moveTo({ row: this.place.row + direction[0], column: this.place.column + direction[1] })
    } else if (event.key === " ") {
      if (this.player.running) this.player.pause()
      else this.#start()
    } else if (event.key === "Enter" || event.key === "Escape") {
      this.held = event.key === "Enter"
      this.#paint()
    } else return
    event.preventDefault()
  }

  /** @param {Place} place
   * @returns {Place} */
  #within({ row, column }) {
    const { rows, columns } = this.convolution
    return { row: clamp(row, 0, rows - 1), column: clamp(column, 0, columns - 1) }
  }

  /** @param {Data} data */
  show(data) {
    const before = this.convolution
    this.theme = readTheme(this.root)
    const { shades } = this.theme
    this.root.style.setProperty("--negative", ink(this.theme, 0)[0])
    this.root.style.setProperty("--positive", ink(this.theme, SHADES - 1)[0])
    this.player.pause()
    this.data = data
    this.convolution = unpackConvolution(data)
    const { picture, kernel, output, height, width, rows, columns } = this.convolution
    this.others = data.others === null ? null : unpacked(data.others)
    const [inPicture, inKernel] = [largestMagnitude(Array.from(picture)), largestMagnitude(kernel)]
    const products = inPicture * inKernel
    this.limits = { picture: inPicture, kernel: inKernel, products, output: largestMagnitude(output) }
    const sameSize = before.height === height && before.width === width
    this.place = this.#within(
      this.place && sameSize ? samePart(before, this.convolution, this.place) : this.#strongest(),
    )
    if (!this.whole || this.filled.length !== output.length) this.#setFilled(this.whole)
    this.from.image = paintNumbers(picture, width, height, data.grey ? null : inPicture, shades)
    this.to.image = paintNumbers(output, columns, rows, this.limits.output, shades)
    this.arithmetic.reset()
    showCaptions(this.from, this.to, this.convolution, data.names, {
      ...this.limits,
      picture: data.grey ? null : inPicture,
    })
    this.#resize()
    this.resizing.observe(this.field)
  }

  /** The number of the output farthest from zero. */
  #strongest() {
    const { output, columns } = this.convolution
    const at = output.findIndex((value) => Math.abs(value) === this.limits.output)
    return { row: Math.floor(at / columns), column: at % columns }
  }

  #resize() {
    const width = this.field.clientWidth - 2 * RING
    if (width <= 0) return
    this.edge = Math.min(LARGEST, Math.floor((width - GAP) / 2))
    this.root.style.setProperty("--edge", `${this.edge}px`)
    this.#paint()
  }

  /** @param {Place} place */
  #moveTo(place) {
    this.place = this.#within(place)
    this.filled[this.#position] = 1
    this.#paint()
  }

  #paint() {
    if (!this.edge || !this.place) return
    const { theme, edge, held, place, convolution, limits, data } = this
    const window = windowAt(convolution, place)
    paintPicture({ ...this.from, edge, theme, held }, convolution, window, limits.products)
    paintOutput({ ...this.to, edge, theme, held }, convolution, place, this.whole ? null : this.filled)
    const scales = { ...limits, picture: data.grey ? null : limits.picture }
    const others = this.others?.[this.#position] ?? null
    const result = this.arithmetic.show(convolution, window, scales, { ...data, others }, theme)
    const { row, column } = place
    const texts = { row: row + 1, column: column + 1, value: signed(result, 3) }
    this.status.textContent = _("Row {row}, column {column} of the output: {value}.", texts)
    Object.assign(this.status.dataset, { row, column, value: result })
  }

  /** @param {boolean} whole */
  #setFilled(whole) {
    this.whole = whole
    this.filled = new Uint8Array(this.convolution.output.length).fill(whole ? 1 : 0)
  }

  /** @param {boolean} whole */
  #fill(whole) {
    this.player.pause()
    this.#setFilled(whole)
    this.#paint()
  }

  /** The place, counted row by row. */
  get #position() {
    return this.place ? this.place.row * this.convolution.columns + this.place.column : 0
  }

  /** @param {number} position */
  #jump(position) {
    const { columns } = this.convolution
    this.#moveTo({ row: Math.floor(position / columns), column: position % columns })
  }

  #step() {
    this.player.pause()
    this.held = true
    this.#jump((this.#position + 1) % this.convolution.output.length)
  }

  /** Plays from the present place, or from the first one if nothing is left to fill. It gets faster and faster. */
  #start() {
    const last = this.convolution.output.length - 1
    if (this.whole || this.#position >= last) {
      this.#setFilled(false)
      this.#jump(0)
    }
    this.held = true
    const calm = prefersReducedMotion()
    const begun = performance.now()
    const start = this.#position
    const reached = (/** @type {number} */ seconds) =>
      (PACE.first * PACE.doubles * (2 ** (seconds / PACE.doubles) - 1)) / Math.LN2
    this.player.run((now) => {
      const rows = Math.floor((now - begun) / CALM_MILLISECONDS)
      const passed = Math.floor(calm ? rows * this.convolution.columns : reached((now - begun) / 1000))
      const target = Math.min(last, start + passed)
      if (target > this.#position) {
        this.filled.fill(1, start, target)
        this.#jump(target)
      }
      return target < last
    })
  }

  stop() {
    this.player.pause()
    this.resizing.disconnect()
  }
}

const kernelOf = oncePerRoot(
  (/** @type {HTMLElement} */ root, /** @type {Data} */ data) => new SlidingKernel(root, data),
)

/** @param {Component<Data>} component */
export default function (component) {
  const sliding = kernelOf(rootOf(component), component.data)
  sliding.show(component.data)
  return () => sliding.stop()
}
