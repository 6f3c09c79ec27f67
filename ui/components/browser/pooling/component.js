// A window that slides over a map, and the pooled map that it fills.

/** @import { Component } from "../shared/component.js" */
/** @import { PooledMap } from "./pool.js" */

import { oncePerRoot, rootOf } from "../shared/component.js"
import { make, makeButton } from "../shared/dom.js"
import { arrowDirection } from "../shared/keyboard.js"
import { _ } from "../shared/language.js"
import { grey, ink } from "../shared/matrices.js"
import { clamp, indexOfLargest, largestMagnitude } from "../shared/numbers.js"
import { unpacked } from "../shared/packing.js"
import { readTheme } from "../shared/paint.js"
import { shadeOf } from "../shared/palette.js"
import { paintFrame, paintMap, paintRing, written } from "./paint_map.js"
import { pool } from "./pool.js"
import { sentence } from "./sentence.js"
import { WindowNumbers } from "./window_numbers.js"

// CSS pixels
const [NARROWEST, WIDEST] = [200, 300] // of a map
const BETWEEN = 40 // the space between two maps, with their frames
const LARGEST_CELL = 56

const SECONDS = 10 // to fill a large map; small maps fill more slowly
const LEAST_PER_SECOND = 2

/** values: float32 in base64. grey: a picture; else signed numbers. full: the pooled map is full at first.
 * @typedef {{ values: string, rows: number, columns: number, kind: string, window: number, stride: number, label: string,
 *   grey: boolean, full: boolean }} Data */
/** @typedef {{ canvas: HTMLCanvasElement, caption: HTMLElement }} Panel */

class PoolingWindow {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root
    this.theme = readTheme(root)
    this.position = 0 // of the window, counted row by row
    this.frame = 0 // of the animation
    this.cell = 0
    this.grey = false
    this.limit = 0
    this.shown = "" // the data, as text
    /** Whether every pooled number is filled; null before the first data. @type {boolean | null} */
    this.complete = null
    this.filled = new Uint8Array(0)
    /** @type {PooledMap} */
    this.map = { values: [], rows: 0, columns: 0, kind: "max", window: 1, stride: 1 }
    this.result = pool(this.map)
    this.stage = make("div", "stage")
    this.stage.tabIndex = 0
    this.stage.setAttribute("role", "application")
    this.input = this.#panel("input")
    this.seen = new WindowNumbers(this.stage)
    this.output = this.#panel("output")
    this.status = make("output", "status")
    this.status.setAttribute("aria-live", "polite")
    this.play = makeButton(_("Play"), () => this.#toggle())
    const tools = make("div", "tools")
    tools.append(
      this.play,
      makeButton(_("Step"), () => this.#step()),
      makeButton(_("Fill"), () => this.#fill()),
      makeButton(_("Empty"), () => this.#empty()),
    )
    root.append(this.stage, this.status, tools)
    this.stage.onkeydown = (event) => this.#key(event)
    this.#connect(this.input, (distance) => Math.round((distance / this.cell - this.map.window / 2) / this.map.stride))
    this.#connect(this.output, (distance) => Math.floor(distance / this.cell))
    this.resizing = new ResizeObserver(() => this.#resize())
  }

  /** @param {string} name
   * @returns {Panel} */
  #panel(name) {
    const figure = make("figure", name)
    const caption = make("figcaption")
    const body = make("div", "body")
    const canvas = make("canvas")
    canvas.setAttribute("aria-hidden", "true") // the status line describes it
    body.append(canvas)
    figure.append(caption, body)
    this.stage.append(figure)
    return { canvas, caption }
  }

  /** The window goes where the pointer is.
   * @param {Panel} panel
   * @param {(distance: number) => number} along - the window's row or column for a distance from the canvas's edge */
  #connect({ canvas }, along) {
    const follow = (/** @type {PointerEvent} */ event) => {
      const box = canvas.getBoundingClientRect()
      const { height, width } = this.result
      const row = clamp(along(event.clientY - box.top), 0, height - 1)
      const column = clamp(along(event.clientX - box.left), 0, width - 1)
      const position = row * width + column
      if (position === this.position && !this.frame) return
      this.pause()
      this.#goTo(position)
    }
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId)
      follow(event)
    }
    canvas.onpointermove = (event) => {
      if (this.frame && event.pointerType === "mouse" && !event.buttons) return // the animation goes on
      follow(event)
    }
  }

  /** @param {Data} data */
  show(data) {
    this.theme = readTheme(this.root)
    const shown = JSON.stringify(data)
    if (this.shown !== shown) {
      this.shown = shown
      this.pause()
      const { rows, columns, kind, window, stride } = data
      const values = unpacked(data.values)
      this.map = { values, rows, columns, kind, window, stride }
      this.grey = data.grey
      this.limit = largestMagnitude(values)
      this.result = pool(this.map)
      const { pooled } = this.result
      if (this.complete === null) {
        this.complete = data.full
        if (data.full) this.position = indexOfLargest(pooled)
      }
      this.filled = new Uint8Array(pooled.length).fill(this.complete ? 1 : 0)
      this.position = Math.min(this.position, pooled.length - 1)
      this.filled[this.position] = 1
    }
    const { label, rows, columns } = data
    const stageLabel = _("{label}, with a window over it. The arrow keys move the window.", { label })
    this.stage.setAttribute("aria-label", stageLabel)
    this.input.caption.textContent = `${label}, ${rows}x${columns}`
    this.seen.caption.textContent = _("In the window")
    const { height, width } = this.result
    this.output.caption.textContent = _("Pooled, {height}x{width}", { height, width })
    this.#resize()
    this.resizing.observe(this.root)
  }

  /** Both maps stand side by side, as large as there is room for. */
  #resize() {
    const room = Math.floor((this.root.clientWidth - BETWEEN) / 2) || WIDEST
    const most = Math.max(this.map.rows, this.map.columns)
    this.cell = Math.min(LARGEST_CELL, Math.floor(clamp(room, NARROWEST, WIDEST) / most))
    this.stage.style.setProperty("--map", `${most * this.cell}px`)
    this.#paint()
  }

  #paint() {
    const { map, result, cell, theme, position } = this
    const row = Math.floor(position / result.width)
    const column = position % result.width
    const [top, left] = [row * map.stride, column * map.stride]
    const at = result.winners[position]
    const winner = map.kind === "max" ? { row: Math.floor(at / map.columns), column: at % map.columns } : null
    const colorsOf = (/** @type {number} */ value) => this.#colorsOf(value)

    const all = new Uint8Array(map.values.length).fill(1)
    const input = paintMap(this.input.canvas, { ...map, filled: all, cell, colorsOf }, theme)
    paintFrame(input, theme, left * cell, top * cell, map.window * cell, map.window * cell)
    if (winner) {
      const radius = Math.max(3, cell * 0.4)
      paintRing(input, theme, (winner.column + 0.5) * cell, (winner.row + 0.5) * cell, radius)
    }
    const { pooled: values, height: rows, width: columns } = result
    const output = paintMap(this.output.canvas, { values, rows, columns, filled: this.filled, cell, colorsOf }, theme)
    paintFrame(output, theme, column * cell, row * cell, cell, cell)
    const numbers = this.seen.show(map, top, left, winner && at, colorsOf)
    this.#showResult(row, column, numbers, winner)
    this.play.textContent = this.frame ? _("Pause") : _("Play")
  }

  /** @param {number} value
   * @returns {[string, string]} */
  #colorsOf(value) {
    return this.grey ? grey(value) : ink(this.theme, shadeOf(value, this.limit))
  }

  /** @param {number} row
   * @param {number} column
   * @param {number[]} numbers
   * @param {{ row: number, column: number } | null} winner */
  #showResult(row, column, numbers, winner) {
    const value = this.result.pooled[this.position]
    const result = written(value)
    this.seen.showResult(numbers, value, Boolean(winner))
    this.status.textContent = sentence({ row, column, numbers, result, winner })
  }

  pause() {
    cancelAnimationFrame(this.frame)
    this.frame = 0
  }

  stop() {
    this.pause()
    this.resizing.disconnect()
  }

  /** @param {number} position */
  #goTo(position) {
    this.position = clamp(position, 0, this.filled.length - 1)
    this.filled[this.position] = 1
    this.complete = this.filled.every(Boolean)
    this.#paint()
  }

  #empty() {
    this.pause()
    this.filled.fill(0)
    this.#goTo(0)
  }

  #fill() {
    this.pause()
    this.filled.fill(1)
    this.#goTo(this.position)
  }

  /** Whether the next step begins again with an empty map. */
  get #atEnd() {
    return this.complete || this.position >= this.filled.length - 1
  }

  #step() {
    this.pause()
    if (this.#atEnd) this.#empty()
    else this.#goTo(this.position + 1)
  }

  #toggle() {
    if (this.frame) {
      this.pause()
      this.#paint()
    } else this.#start()
  }

  #start() {
    if (this.#atEnd) this.#empty()
    const rate = Math.max(LEAST_PER_SECOND, this.filled.length / SECONDS)
    const end = this.filled.length - 1
    let last = performance.now()
    let due = 0
    const tick = (/** @type {number} */ now) => {
      due += ((now - last) / 1000) * rate
      last = now
      for (; due >= 1 && this.position < end; due--) this.#goTo(this.position + 1)
      if (this.position >= end) this.pause()
      else this.frame = requestAnimationFrame(tick)
      this.#paint()
    }
    this.frame = requestAnimationFrame(tick)
    this.#paint()
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { height, width } = this.result
    const [row, column] = [Math.floor(this.position / width), this.position % width]
    const direction = arrowDirection(event)
    let target
    if (direction) {
      target = clamp(row + direction[0], 0, height - 1) * width + clamp(column + direction[1], 0, width - 1)
    } else if (event.key === "Home") target = 0
    else if (event.key === "End") target = this.filled.length - 1
    else return
    event.preventDefault()
    this.pause()
    this.#goTo(target)
  }
}

const windowOf = oncePerRoot((root) => new PoolingWindow(root))

/** @param {Component<Data>} component */
export default function (component) {
  const window = windowOf(rootOf(component))
  window.show(component.data)
  return () => window.stop()
}
