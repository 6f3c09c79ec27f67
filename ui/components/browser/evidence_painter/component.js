// A picture on which students paint, field by field. The painting stays here until "Show me" is pressed: no stroke waits
// for the server, and none is lost when the page runs again.

/** @import { Component } from "../shared/component.js" */
/** @import { Field } from "./fields.js" */

import { oncePerRoot, rootOf } from "../shared/component.js"
import { make, makeButton } from "../shared/dom.js"
import { arrowDirection } from "../shared/keyboard.js"
import { _ } from "../shared/language.js"
import { clamp } from "../shared/numbers.js"
import { bytesOf } from "../shared/packing.js"
import { contextOf } from "../shared/paint.js"
import { Fields, hasInk } from "./fields.js"

/** pixels: size x size bytes in base64. fields: per side. evidence: what to paint. task: a new task removes the painting.
 * @typedef {{ pixels: string, size: number, fields: number, evidence: string, task: string }} Data */
/** @typedef {(name: string, value: unknown) => void} Send */

/** @param {string} className */
function makeCanvas(className) {
  const canvas = make("canvas", className)
  return { canvas, context: contextOf(canvas) }
}

class EvidencePainter {
  /** @param {HTMLElement} root
   * @param {Data} data
   * @param {Send} send */
  constructor(root, data, send) {
    this.root = root
    this.data = data
    this.send = send
    /** @type {string | null} */
    this.task = null
    this.pixels = new Uint8Array(0)
    this.fields = new Fields(data.fields)
    /** The keyboard's field. @type {Field} */
    this.at = [0, 0]
    this.paper = make("div", "paper")
    this.paper.tabIndex = 0
    this.paper.setAttribute("role", "application")
    this.picture = makeCanvas("picture")
    this.paint = makeCanvas("paint")
    this.cursor = make("div", "cursor")
    this.paper.append(this.picture.canvas, this.paint.canvas, make("div", "lines"), this.cursor)
    this.status = make("output", "status")
    this.status.setAttribute("aria-live", "polite")
    this.showButton = makeButton(_("Show me"), () => this.#sendGuess(), "primary")
    this.clearButton = makeButton(_("Clear"), () => this.#clear())
    const tools = make("div", "tools")
    tools.append(this.showButton, this.clearButton)
    root.append(this.paper, this.status, tools)
    this.#connectPointer()
    this.paper.onfocus = () => {
      if (this.paper.matches(":focus-visible")) this.#showCursor()
    }
    this.paper.onkeydown = (event) => this.#key(event)
  }

  /** @param {Data} data
   * @param {Send} send */
  show(data, send) {
    this.data = data
    this.send = send
    const { fields, evidence } = data
    this.root.style.setProperty("--fields", String(fields))
    this.paper.setAttribute(
      "aria-label",
      _(
        "Your digit as {fields} by {fields} fields: paint where you expect {evidence}. The arrow keys move, Space paints or erases, Enter shows the maps.",
        { fields, evidence },
      ),
    )
    this.#drawPicture()
    if (this.task !== data.task) {
      this.task = data.task
      this.fields = new Fields(fields)
      this.at = [Math.floor(fields / 2), Math.floor(fields / 2)]
      this.#showCount()
    }
    this.#drawPaint()
  }

  #drawPicture() {
    const { size, pixels } = this.data
    const { canvas, context } = this.picture
    canvas.width = size
    canvas.height = size
    this.pixels = bytesOf(pixels)
    const image = context.createImageData(size, size)
    const colors = new Uint32Array(image.data.buffer)
    this.pixels.forEach((value, at) => {
      colors[at] = 0xff000000 | (value * 0x010101)
    })
    context.putImageData(image, 0, 0)
  }

  #drawPaint() {
    const { count, painted, size } = this.fields
    const { canvas, context } = this.paint
    canvas.width = count
    canvas.height = count
    context.fillStyle = "rgb(240 160 16 / 60%)"
    painted.forEach((on, at) => {
      if (on) context.fillRect(at % count, Math.floor(at / count), 1, 1)
    })
    this.showButton.disabled = size === 0
    this.clearButton.disabled = size === 0
  }

  /** How many fields are painted, in words. */
  get #count() {
    const { size } = this.fields
    return size === 1 ? _("1 field painted.") : _("{count} fields painted.", { count: size })
  }

  #showCount() {
    this.status.textContent = this.fields.size ? this.#count : _("Drag to paint; a stroke that starts on paint erases.")
  }

  /** Shows the keyboard's field, and describes it in the status line. */
  #showCursor() {
    const { count } = this.fields
    const [column, row] = this.at
    this.cursor.style.left = `${(100 * column) / count}%`
    this.cursor.style.top = `${(100 * row) / count}%`
    const painted = this.fields.isPainted(this.at)
    const at = { row: row + 1, column: column + 1 }
    const inked = painted
      ? _("Row {row}, column {column}: ink, painted.", at)
      : _("Row {row}, column {column}: ink, not painted.", at)
    const empty = painted
      ? _("Row {row}, column {column}: no ink, painted.", at)
      : _("Row {row}, column {column}: no ink, not painted.", at)
    const text = hasInk(this.pixels, this.data.size, count, this.at) ? inked : empty
    this.status.textContent = `${text} ${this.#count}`
  }

  #connectPointer() {
    const { paper } = this
    /** on: paint or erase. last: where the pointer was. @type {{ on: boolean, last: Field } | null} */
    let stroke = null
    const paint = (/** @type {{ on: boolean, last: Field }} */ { on, last }, /** @type {Field} */ field) => {
      this.fields.setLine(last, field, on)
      this.at = field
      this.#drawPaint()
      this.#showCount()
    }
    paper.onpointerdown = (event) => {
      if (event.button !== 0) return
      paper.setPointerCapture(event.pointerId)
      const field = this.#fieldUnder(event)
      stroke = { on: !this.fields.isPainted(field), last: field } // a stroke that starts on paint erases
      paint(stroke, field)
    }
    paper.onpointermove = (event) => {
      if (!stroke) return
      const field = this.#fieldUnder(event)
      paint(stroke, field)
      stroke.last = field
    }
    const end = () => {
      stroke = null
    }
    Object.assign(paper, { onpointerup: end, onpointercancel: end, onlostpointercapture: end })
  }

  /** @param {PointerEvent} event
   * @returns {Field} */
  #fieldUnder(event) {
    const box = this.paper.getBoundingClientRect()
    const { count } = this.fields
    const along = (/** @type {number} */ share) => clamp(Math.floor(share * count), 0, count - 1)
    return [along((event.clientX - box.left) / box.width), along((event.clientY - box.top) / box.height)]
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const direction = arrowDirection(event)
    if (direction) {
      const last = this.fields.count - 1
      this.at = [clamp(this.at[0] + direction[1], 0, last), clamp(this.at[1] + direction[0], 0, last)]
    } else if (event.key === " ") {
      this.fields.set(this.at, !this.fields.isPainted(this.at))
      this.#drawPaint()
    } else if (event.key === "Enter" && this.fields.size) this.#sendGuess()
    else return
    event.preventDefault()
    this.#showCursor()
  }

  #sendGuess() {
    this.send("guess", { task: this.task, fields: String(this.fields) })
  }

  #clear() {
    this.fields.clear()
    this.#drawPaint()
    this.#showCount()
    this.paper.focus({ preventScroll: true })
  }
}

const painterOf = oncePerRoot(
  (/** @type {HTMLElement} */ root, /** @type {Data} */ data, /** @type {Send} */ send) =>
    new EvidencePainter(root, data, send),
)

/** @param {Component<Data>} component */
export default function (component) {
  const { data, setTriggerValue } = component
  painterOf(rootOf(component), data, setTriggerValue).show(data, setTriggerValue)
}
