// A loss of two parameters as a map, and the paths that three optimizers take on it. The student chooses the start.

/** @import { Component } from "../shared/component.js" */
/** @import { PathElements, Row } from "./elements.js" */
/** @import { Choice, Method, Point, Term } from "./optimizers.js" */

import { oncePerRoot, rootOf } from "../shared/component.js"
import { make, makeSvg } from "../shared/dom.js"
import { arrowDirection } from "../shared/keyboard.js"
import { _ } from "../shared/language.js"
import { clamp } from "../shared/numbers.js"
import { makeButtons, makeMap, makePath, makeRow, makeSlider, makeTable, writeLabels } from "./elements.js"
import { digits, written } from "./numbers.js"
import { descentPath, isLost, lossAt } from "./optimizers.js"
import { contourPath, heightsOf, onMap, paintShades } from "./surface.js"

const FRAME_MS = 45
const SEND_MS = 250 // after the last change
const KEY_STEP = 0.1

/** width, height: the map goes from -width to width and from -height to height. rates, momenta: what the sliders offer.
 * @typedef {{ surface: { key: string, terms: Term[], minima: Point[] }, width: number, height: number, steps: number,
 *   lost: number, betas: [number, number], epsilon: number, rates: number[], momenta: number[], choice: Choice,
 *   methods: { key: Method, name: string }[] }} Data */
/** @typedef {(name: string, value: unknown) => void} Send */

/** Rounded to 0.01, and inside the map.
 * @param {number} value
 * @param {number} limit */
const onGrid = (value, limit) => Math.round(clamp(value, -limit, limit) * 100) / 100

class Descent {
  /** @param {HTMLElement} root
   * @param {Data} data
   * @param {Send} setStateValue */
  constructor(root, data, setStateValue) {
    this.data = data
    this.setStateValue = setStateValue
    this.choice = data.choice
    /** @type {string | null} */
    this.surface = null
    this.heights = heightsOf(data.surface.terms, data.width, data.height)
    this.step = 0
    this.dragging = false
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.sending = undefined
    const [left, right] = [make("div", "left"), make("div", "right")]
    root.append(left, right)
    this.map = makeMap(data)
    this.status = make("output", "status")
    this.status.setAttribute("aria-live", "polite")
    left.append(this.map.map, this.status)
    this.buttons = makeButtons(right)
    this.sliders = {
      rate: makeSlider("rate", right),
      momentum: makeSlider("momentum", right),
      step: makeSlider("step", right),
    }
    const { heads, body } = makeTable(right)
    this.heads = heads
    /** @type {{ method: Method, name: string, points: Point[], drawn: PathElements, row: Row }[]} */
    this.paths = data.methods.map(({ key, name }, number) => {
      return {
        method: key,
        name,
        points: [],
        drawn: makePath(key, number, this.map.paths),
        row: makeRow(key, number, body),
      }
    })
    this.#connectMap()
    this.#connectTools()
  }

  /** @param {Data} data
   * @param {Send} setStateValue */
  show(data, setStateValue) {
    this.data = data
    this.setStateValue = setStateValue
    writeLabels(this)
    data.methods.forEach(({ name }, number) => {
      this.paths[number].name = name
      this.paths[number].row.name.textContent = name
    })
    if (this.surface !== data.surface.key) this.#showSurface()
    paintShades(this.map.canvas, this.heights)
    this.#setSliders()
    this.#computePaths()
  }

  #showSurface() {
    const { surface, width, height, choice } = this.data
    this.pause()
    this.surface = surface.key
    this.step = 0
    this.choice = { ...this.choice, start: choice.start }
    this.heights = heightsOf(surface.terms, width, height)
    this.map.lines.setAttribute("d", contourPath(this.heights, width, height))
    this.map.lows.replaceChildren()
    for (const low of surface.minima) {
      const transform = `translate(${onMap(this.data, low).join(" ")})`
      makeSvg("path", { class: "low", d: "M-7 -7L7 7M-7 7L7 -7", transform }, this.map.lows)
    }
  }

  #setSliders() {
    const { rate, momentum, step } = this.sliders
    const { rates, momenta, steps } = this.data
    for (const { input, values, value } of [
      { input: rate.input, values: rates, value: this.choice.rate },
      { input: momentum.input, values: momenta, value: this.choice.momentum },
    ]) {
      input.max = String(values.length - 1)
      input.value = String(values.indexOf(value))
      input.setAttribute("aria-valuetext", String(value))
    }
    step.input.max = String(steps)
  }

  #computePaths() {
    const problem = { ...this.data, terms: this.data.surface.terms }
    for (const path of this.paths) path.points = descentPath(path.method, problem, this.choice)
    this.#paint()
  }

  #paint() {
    const { start, rate, momentum } = this.choice
    const { rate: rateSlider, momentum: momentumSlider, step: stepSlider } = this.sliders
    const texts = this.paths.map((path) => this.#paintPath(path))
    this.map.start.setAttribute("transform", `translate(${onMap(this.data, start).join(" ")})`)
    rateSlider.value.textContent = String(rate)
    momentumSlider.value.textContent = String(momentum)
    stepSlider.value.textContent = String(this.step)
    stepSlider.input.value = String(this.step)
    this.buttons.play.textContent = this.timer ? _("Pause") : _("Play")
    this.buttons.step.disabled = this.step >= this.data.steps
    this.buttons.back.disabled = this.step === 0
    if (this.timer) return // screen readers read the end of a path, not each step
    const loss = digits(lossAt(this.data.surface.terms, start))
    this.status.textContent = this.step
      ? _("From {start}, after {step} steps: {texts}.", {
          start: written(start),
          step: this.step,
          texts: texts.join("; "),
        })
      : _("The start is {start}, with a loss of {loss}. Click elsewhere on the map, or press Play.", {
          start: written(start),
          loss,
        })
  }

  /** Shows one path as far as the present step; returns where it is, in words.
   * @param {Descent["paths"][number]} path */
  #paintPath({ name, points, drawn, row }) {
    const { data } = this
    const at = Math.min(this.step, points.length - 1)
    const point = points[at]
    const lost = isLost(point, data.lost)
    const outside = Math.abs(point[0]) > data.width || Math.abs(point[1]) > data.height
    const loss = digits(lossAt(data.surface.terms, point))
    row.place.textContent = lost ? _("diverged") : outside ? _("off the map") : written(point)
    row.loss.textContent = lost ? _("step {step}", { step: at }) : loss
    row.row.classList.toggle("lost", lost)
    const line = points.slice(0, at + 1).filter((each) => !isLost(each, data.lost))
    const corners = line.map((each) =>
      onMap(data, each)
        .map((value) => value.toFixed(1))
        .join(" "),
    )
    drawn.line.setAttribute("d", `M${corners.join("L")}`)
    drawn.halo.setAttribute("d", `M${corners.join("L")}`)
    drawn.end.style.display = !at || lost || outside ? "none" : ""
    if (!lost && !outside) drawn.end.setAttribute("transform", `translate(${onMap(data, point).join(" ")})`)
    if (lost) return _("{optimizer} diverged at step {step}", { optimizer: name, step: at })
    return _("{optimizer} has a loss of {loss}", { optimizer: name, loss })
  }

  #connectMap() {
    const { map } = this.map
    const follow = (/** @type {PointerEvent} */ event) => {
      const box = map.getBoundingClientRect()
      const across = (event.clientX - box.left) / box.width
      const down = (event.clientY - box.top) / box.height
      this.#moveTo(this.data.width * (2 * across - 1), this.data.height * (1 - 2 * down))
    }
    map.onpointerdown = (event) => {
      if (event.button !== 0) return
      map.setPointerCapture(event.pointerId)
      this.dragging = true
      this.pause()
      this.step = 0
      follow(event)
    }
    map.onpointermove = (event) => {
      if (this.dragging) follow(event)
    }
    map.onpointerup = () => {
      if (!this.dragging) return
      this.dragging = false
      this.#start()
    }
    map.onpointercancel = () => {
      this.dragging = false
    }
    map.onkeydown = (event) => {
      const [x, y] = this.choice.start
      const direction = arrowDirection(event)
      if (direction) this.#moveTo(x + KEY_STEP * direction[1], y - KEY_STEP * direction[0])
      else if (event.key === "Enter") this.#toggle()
      else if (event.key === " ") this.#stopAt(this.step + 1)
      else return
      event.preventDefault()
    }
  }

  #connectTools() {
    const { rate, momentum, step } = this.sliders
    this.buttons.play.onclick = () => this.#toggle()
    this.buttons.step.onclick = () => this.#stopAt(this.step + 1)
    this.buttons.back.onclick = () => this.#stopAt(0)
    rate.input.oninput = () => this.#choose({ rate: this.data.rates[Number(rate.input.value)] })
    momentum.input.oninput = () => this.#choose({ momentum: this.data.momenta[Number(momentum.input.value)] })
    step.input.oninput = () => this.#stopAt(Number(step.input.value))
  }

  /** @param {number} x
   * @param {number} y */
  #moveTo(x, y) {
    this.#choose({ start: [onGrid(x, this.data.width), onGrid(y, this.data.height)] })
  }

  /** @param {Partial<Choice>} change */
  #choose(change) {
    this.choice = { ...this.choice, ...change }
    this.#computePaths()
    clearTimeout(this.sending)
    const send = () => this.setStateValue("choice", { surface: this.data.surface.key, ...this.choice })
    this.sending = setTimeout(send, SEND_MS)
  }

  /** @param {number} step */
  #stopAt(step) {
    this.pause()
    this.step = Math.min(this.data.steps, step)
    this.#paint()
  }

  #toggle() {
    if (this.timer) this.#stopAt(this.step)
    else this.#start()
  }

  #start() {
    if (this.step >= this.data.steps) this.step = 0
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.#stopAt(this.data.steps)
      return
    }
    this.pause()
    this.timer = setInterval(() => {
      this.step = Math.min(this.data.steps, this.step + 1)
      if (this.step >= this.data.steps) this.pause()
      this.#paint()
    }, FRAME_MS)
    this.#paint()
  }

  pause() {
    clearInterval(this.timer)
    this.timer = undefined
  }

  stop() {
    this.pause()
    clearTimeout(this.sending)
  }
}

const descentOf = oncePerRoot(
  (/** @type {HTMLElement} */ root, /** @type {Data} */ data, /** @type {Send} */ send) =>
    new Descent(root, data, send),
)

/** @param {Component<Data>} component */
export default function (component) {
  const { data, setStateValue } = component
  const descent = descentOf(rootOf(component), data, setStateValue)
  descent.show(data, setStateValue)
  return () => descent.stop()
}
