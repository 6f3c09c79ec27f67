// Convolution in one dimension: one curve stays, the other is flipped and slides over it. The area under their product is
// the value of a third curve, which appears below as far as the second one has moved.

/** @import { Component } from "../shared/component.js" */
/** @import { Curves } from "./convolution.js" */

import { oncePerRoot, rootOf } from "../shared/component.js"
import { make, makeButton, makeSvg, setAttributes } from "../shared/dom.js"
import { arrowDirection } from "../shared/keyboard.js"
import { _ } from "../shared/language.js"
import { clamp, signed } from "../shared/numbers.js"
import { unpacked } from "../shared/packing.js"
import { themeColors } from "../shared/palette.js"
import { Player, prefersReducedMotion } from "../shared/player.js"
import { productAt, rangeOf, rangeOfProducts, shifted } from "./convolution.js"
import { PADDING, Plot } from "./plot.js"
import { SmallCurves } from "./small_curves.js"

const SECONDS = 9 // from one end to the other
const KEY_STEP = 0.1
const CALM = { step: 0.25, milliseconds: 500 } // for readers who have asked for less motion
const THUMB = 8 // CSS pixels: half the width of the slider's thumb, whose middle must be at t
const LEAST_AREA = 0.04 // which has room for its sign

/** f, g, product: float32 in base64. names: of both curves. The rest is as in `Curves`.
 * @typedef {{ f: string, g: string, product: string, reach: number, travel: number, step: number,
 *   names: [string, string] }} Data */

class SlidingCurves {
  /** @param {HTMLElement} root
   * @param {number} reach */
  constructor(root, reach) {
    this.root = root
    /** @type {Curves} */
    this.curves = {
      f: new Float32Array(1),
      g: new Float32Array(1),
      product: new Float32Array(1),
      reach,
      travel: 1,
      step: 1,
    }
    this.shown = "" // the curves, as text
    this.at = 0 // how many steps the second curve has moved
    this.furthest = 0
    this.small = new SmallCurves(root, reach)
    this.stage = make("div", "stage")
    this.top = new Plot(this.stage, {
      height: 210,
      reach,
      label: _("Both curves, and the area under their product"),
      axis: "τ",
      names: ["positive", "negative", "hatch", "f", "g", "now"],
    })
    this.top.hatch("hatch")
    this.plus = makeSvg("text", { class: "sign" }, this.top.svg, "+")
    this.minus = makeSvg("text", { class: "sign" }, this.top.svg, "−")
    this.range = make("input", "range")
    setAttributes(this.range, { type: "range", step: "any", "aria-label": _("Place t of the sliding curve") })
    this.stage.append(this.range)
    this.bottom = new Plot(this.stage, {
      height: 150,
      reach,
      label: _("The convolution, as far as the sliding curve has moved"),
      names: ["now", "result"],
      axis: "t",
      title: "(f ∗ g)(t)",
    })
    this.dot = makeSvg("circle", { class: "dot", r: 6 }, this.bottom.svg)
    this.status = make("output", "status")
    this.player = new Player(this.status, () => this.#start())
    const tools = make("div", "tools")
    const restart = makeButton(_("Start again"), () => this.#restart())
    tools.append(this.player.button, restart)
    root.append(this.stage, this.status, tools)
    this.#connectRange()
    this.#connectPlot(this.top.svg, true)
    this.#connectPlot(this.bottom.svg, false)
    this.resizing = new ResizeObserver(() => this.#resize())
  }

  #connectRange() {
    this.range.oninput = () => {
      this.player.pause()
      this.#moveTo(Number(this.range.value))
    }
    this.range.onkeydown = (event) => {
      const direction = arrowDirection(event)
      if (!direction) return
      event.preventDefault()
      this.player.pause()
      const [down, across] = direction
      this.#moveTo(this.t + (across - down) * (event.shiftKey ? this.curves.step : KEY_STEP))
    }
  }

  /** Dragging moves the curve.
   * @param {SVGSVGElement} svg
   * @param {boolean} grab - the curve keeps its distance from the pointer; else it goes to the pointer */
  #connectPlot(svg, grab) {
    /** @type {number | null} */
    let distance = null
    const at = (/** @type {PointerEvent} */ event) =>
      this.top.place(event.clientX - this.top.svg.getBoundingClientRect().left)
    svg.onpointerdown = (event) => {
      if (event.button !== 0) return
      svg.setPointerCapture(event.pointerId)
      this.player.pause()
      distance = grab ? this.t - at(event) : 0
      this.#moveTo(at(event) + distance)
    }
    svg.onpointermove = (event) => {
      if (distance !== null) this.#moveTo(at(event) + distance)
    }
    const release = () => {
      distance = null
    }
    Object.assign(svg, { onpointerup: release, onpointercancel: release, onlostpointercapture: release })
  }

  /** The place of the first sample, in the middle of its step. */
  get first() {
    return this.curves.step / 2 - this.curves.reach
  }

  /** How far the second curve is shifted. */
  get t() {
    return this.at * this.curves.step - this.curves.travel
  }

  /** @param {Data} data */
  show(data) {
    const style = getComputedStyle(this.root)
    const diverging = themeColors(style, "--st-chart-diverging-colors")
    const categorical = themeColors(style, "--st-chart-categorical-colors")
    const colors = {
      negative: diverging[0],
      positive: diverging[diverging.length - 1],
      f: categorical[2],
      g: categorical[3],
    }
    for (const [name, color] of Object.entries(colors)) if (color) this.root.style.setProperty(`--${name}`, color)
    this.small.setNames(data.names)
    this.resizing.observe(this.stage)
    const shown = `${data.f} ${data.g}`
    if (shown === this.shown) return
    this.shown = shown
    const { reach, travel, step } = data
    this.curves = { f: unpacked(data.f), g: unpacked(data.g), product: unpacked(data.product), reach, travel, step }
    setAttributes(this.range, { min: -travel, max: travel })
    this.player.pause()
    this.at = 0
    this.furthest = 0
    this.limits = { top: rangeOfProducts(this.curves), bottom: rangeOf(this.curves.product) }
    this.#resize()
  }

  #resize() {
    const width = this.stage.clientWidth
    if (!this.limits || !width) return
    const { f, step, travel } = this.curves
    this.small.paint(this.curves, this.first, width)
    this.top.setRange(width, ...this.limits.top)
    this.bottom.setRange(width, ...this.limits.bottom)
    this.top.set("f", this.top.line(f, this.first, step))
    const [left, right] = [this.top.x(-travel), this.top.x(travel)]
    this.range.style.marginLeft = `${left - THUMB}px`
    this.range.style.width = `${right - left + 2 * THUMB}px`
    this.#paint()
  }

  /** @param {number} t */
  #moveTo(t) {
    const { product, step, travel } = this.curves
    this.at = clamp(Math.round((t + travel) / step), 0, product.length - 1)
    this.furthest = Math.max(this.furthest, this.at)
    this.#paint()
  }

  #paint() {
    const { top, bottom, first, t } = this
    const { product, step, travel } = this.curves
    const { values, above, below } = productAt(this.curves, this.at)
    top.set("g", top.line(shifted(this.curves, this.at), first, step))
    const over = values.map((value) => Math.max(0, value))
    top.set("positive", top.area(over, first, step))
    const under = values.map((value) => Math.min(0, value))
    const negative = top.area(under, first, step)
    top.set("negative", negative)
    top.set("hatch", negative)
    top.set("now", `M${top.x(t)} ${PADDING.top}V${top.height - PADDING.bottom}`)
    this.#placeSign(this.plus, values, above > LEAST_AREA ? Math.max(...values) : 0)
    this.#placeSign(this.minus, values, below < -LEAST_AREA ? Math.min(...values) : 0)
    bottom.set("now", `M${bottom.x(t)} 0V${bottom.height - PADDING.bottom}`)
    bottom.set("result", bottom.line(product.subarray(0, this.furthest + 1), -travel, step))
    setAttributes(this.dot, { cx: bottom.x(t), cy: bottom.y(above + below) })
    this.range.value = String(t)
    const texts = {
      t: signed(t, 2),
      area: signed(above + below, 3),
      above: signed(above, 3),
      below: signed(Math.abs(below), 3),
    }
    const text = _("t = {t}: the area is {area}, which is {above} above zero and {below} below.", texts)
    this.status.textContent = text
    Object.assign(this.status.dataset, { t, area: above + below })
    this.range.setAttribute("aria-valuetext", text)
  }

  /** Puts a plus or minus into the middle of the area where it is highest.
   * @param {SVGTextElement} sign
   * @param {Float64Array} values
   * @param {number} peak - 0: no sign */
  #placeSign(sign, values, peak) {
    sign.style.visibility = peak ? "visible" : "hidden"
    if (!peak) return
    const x = this.top.x(this.first + values.indexOf(peak) * this.curves.step)
    setAttributes(sign, { x, y: this.top.y(peak / 2) + 6 })
  }

  #start() {
    const { product, travel } = this.curves
    if (this.at >= product.length - 1) this.at = 0
    const calm = prefersReducedMotion()
    let [last, t] = [performance.now(), this.t]
    this.player.run((now) => {
      const passed = now - last
      if (!calm || passed >= CALM.milliseconds) {
        t += calm ? CALM.step : (passed / 1000) * ((2 * travel) / SECONDS)
        last = now
        this.#moveTo(t)
      }
      return this.at < product.length - 1
    })
  }

  #restart() {
    this.player.pause()
    this.at = 0
    this.furthest = 0
    this.#paint()
  }

  stop() {
    this.player.pause()
    this.resizing.disconnect()
  }
}

const curvesOf = oncePerRoot(
  (/** @type {HTMLElement} */ root, /** @type {number} */ reach) => new SlidingCurves(root, reach),
)

/** @param {Component<Data>} component */
export default function (component) {
  const curves = curvesOf(rootOf(component), component.data.reach)
  curves.show(component.data)
  return () => curves.stop()
}
