// The layers of a network as stacks of maps, drawn to scale, and the receptive field of one number of the chosen layer.

/** @import { Component } from "../shared/component.js" */
/** @import { Stack, StackData } from "./stack.js" */

import { oncePerRoot, rootOf } from "../shared/component.js"
import { make, setAttributes } from "../shared/dom.js"
import { arrowDirection } from "../shared/keyboard.js"
import { _ } from "../shared/language.js"
import { clamp, indexOfLargest, signed } from "../shared/numbers.js"
import { unpacked } from "../shared/packing.js"
import { frameStrokes, paintNumbers, readTheme, sized } from "../shared/paint.js"
import { makeStack } from "./stack.js"

const LARGE = 240 // CSS pixels: the width of both pictures below the stacks

/** start: the layer whose details are shown at first. @typedef {{ stacks: StackData[], start: number }} Data */

/** A picture of the chosen layer or of the digit.
 * @param {string} name
 * @param {HTMLElement} parent */
function makePanel(name, parent) {
  const figure = make("figure", name)
  const caption = make("figcaption")
  const frame = make("div", "frame")
  const canvas = make("canvas")
  canvas.setAttribute("aria-hidden", "true")
  frame.append(canvas)
  figure.append(caption, frame)
  parent.append(figure)
  return { figure, caption, frame, canvas }
}

class LayerStacks {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root
    this.theme = readTheme(root)
    this.shown = "" // the data and the colours, as text
    this.names = "" // of the layers
    this.chosen = 0 // the layer whose details are shown
    /** The number of its map that is marked. @type {{ row: number, column: number }} */
    this.place = { row: 0, column: 0 }
    /** @type {Stack[]} */
    this.stacks = []
    /** @type {HTMLButtonElement[]} */
    this.buttons = []
    this.row = make("div", "row")
    this.title = make("h4")
    this.facts = make("dl")
    this.status = make("output", "status")
    this.status.setAttribute("aria-live", "polite")
    const words = make("div", "words")
    words.append(this.title, this.facts)
    const pair = make("div", "pair")
    this.map = makePanel("map", pair)
    this.digit = makePanel("digit", pair)
    const views = make("div", "views")
    views.append(pair, this.status)
    const detail = make("div", "detail")
    detail.append(words, views)
    root.append(this.row, detail)
    this.#connect()
  }

  #connect() {
    const { canvas, frame } = this.map
    const follow = (/** @type {PointerEvent} */ event) => {
      const box = canvas.getBoundingClientRect()
      const { width, height } = this.stacks[this.chosen]
      const row = Math.floor(((event.clientY - box.top) / box.height) * height)
      this.#moveTo(row, Math.floor(((event.clientX - box.left) / box.width) * width))
    }
    canvas.onpointermove = follow
    canvas.onpointerdown = (event) => {
      canvas.setPointerCapture(event.pointerId)
      follow(event)
    }
    setAttributes(frame, {
      role: "application",
      "aria-label": _("The map of the chosen layer. The arrow keys move to another of its numbers."),
    })
    frame.onkeydown = (event) => {
      const direction = arrowDirection(event)
      if (!direction || !this.stacks[this.chosen].map) return
      event.preventDefault()
      this.#moveTo(this.place.row + direction[0], this.place.column + direction[1])
    }
  }

  /** @param {Data} data */
  show(data) {
    this.theme = readTheme(this.root)
    const shown = JSON.stringify(data) + this.theme.shades.join()
    if (this.shown !== shown) {
      this.shown = shown
      this.stacks = data.stacks.map((stack) => ({ ...stack, numbers: unpacked(stack.values) }))
      this.#makeButtons()
      const names = this.stacks.map((stack) => stack.title).join()
      const chosen = names === this.names ? this.chosen : data.start
      this.names = names
      this.#choose(chosen)
    } else this.#paint()
  }

  #makeButtons() {
    const page = this.root.getRootNode()
    const active = page instanceof ShadowRoot || page instanceof Document ? page.activeElement : null
    const focused = this.buttons.findIndex((button) => button === active)
    this.buttons = this.stacks.map((stack) => makeStack(stack, this.theme.shades))
    this.row.replaceChildren()
    this.buttons.forEach((button, index) => {
      button.onclick = () => this.#choose(index)
      button.onkeydown = (event) => this.#key(event, index)
      if (index) {
        const arrow = make("span", "arrow", "→")
        arrow.setAttribute("aria-hidden", "true")
        this.row.append(arrow)
      }
      this.row.append(button)
    })
    this.buttons[focused]?.focus({ preventScroll: true })
  }

  /** @param {KeyboardEvent} event
   * @param {number} index */
  #key(event, index) {
    /** @type {Record<string, number>} */
    const targets = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: this.stacks.length - 1 }
    const target = targets[event.key]
    if (target === undefined || !this.stacks[target]) return
    event.preventDefault()
    this.buttons[target].focus()
    this.#choose(target)
  }

  /** Shows the details of a layer, at its largest number.
   * @param {number} index */
  #choose(index) {
    this.chosen = index
    const stack = this.stacks[index]
    const strongest = stack.map ? indexOfLargest(stack.numbers) : 0
    this.place = { row: Math.floor(strongest / stack.width), column: strongest % stack.width }
    this.#paint()
  }

  /** @param {number} row
   * @param {number} column */
  #moveTo(row, column) {
    const { width, height } = this.stacks[this.chosen]
    this.place = { row: clamp(row, 0, height - 1), column: clamp(column, 0, width - 1) }
    this.#paint()
  }

  #paint() {
    const stack = this.stacks[this.chosen]
    const [digit] = this.stacks
    this.buttons.forEach((button, index) => {
      button.setAttribute("aria-pressed", String(index === this.chosen))
    })
    this.title.textContent = `${stack.title}, ${stack.shape}`
    this.facts.replaceChildren(...stack.facts.flatMap(([label, text]) => [make("dt", "", label), make("dd", "", text)]))
    const { side, step } = stack.field ?? { side: digit.width, step: 0 }
    const { row, column } = this.place
    const [top, left] = [row * step, column * step]
    this.map.figure.classList.toggle("absent", !stack.map)
    this.map.frame.tabIndex = stack.map ? 0 : -1
    this.digit.caption.textContent = _("Its receptive field in your digit")
    this.#paintPanel(this.digit.canvas, digit, [left, top, side, side])
    if (!stack.map) {
      this.status.textContent = _("Every number of this layer depends on the whole picture.")
      return
    }
    const map = { number: stack.index + 1, count: stack.count }
    this.map.caption.textContent = stack.count > 1 ? _("Map {number} of {count}", map) : stack.title
    this.#paintPanel(this.map.canvas, stack, [column, row, 1, 1])
    const value = signed(stack.numbers[row * stack.width + column], 3)
    const number = { row: row + 1, column: column + 1, value }
    const sees = { top: top + 1, bottom: top + side, left: left + 1, right: left + side }
    const texts = { ...number, ...sees }
    this.status.textContent = _(
      "Row {row}, column {column} is {value}. It depends on rows {top} to {bottom} and columns {left} to {right} of the picture.",
      texts,
    )
  }

  /** @param {HTMLCanvasElement} canvas
   * @param {Stack} stack
   * @param {[number, number, number, number]} box - left, top, width and height of the frame, in numbers of the map */
  #paintPanel(canvas, { numbers, width, height, limit }, box) {
    const small = paintNumbers(numbers, width, height, limit, this.theme.shades)
    const context = sized(canvas, LARGE, LARGE)
    context.imageSmoothingEnabled = false
    context.drawImage(small, 0, 0, LARGE, LARGE)
    const [left, top, across, down] = box.map((value) => (value * LARGE) / width)
    for (const [color, thickness] of frameStrokes(this.theme)) {
      context.strokeStyle = color
      context.lineWidth = thickness
      const [x, y] = [Math.max(2, left), Math.max(2, top)]
      context.strokeRect(x, y, Math.min(across, LARGE - 4), Math.min(down, LARGE - 4))
    }
  }
}

const stacksOf = oncePerRoot((root) => new LayerStacks(root))

/** @param {Component<Data>} component */
export default function (component) {
  stacksOf(rootOf(component)).show(component.data)
}
