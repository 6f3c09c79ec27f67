// Activation functions on the left, their derivatives on the right, and one point on both. The numbers are samples that
// torch has computed; the point stops at the samples.

/** @import { Component } from "../shared/component.js" */
/** @import { Curve, Data } from "./graph.js" */

import { oncePerRoot, rootOf } from "../shared/component.js"
import { make, makeSvg, setAttributes } from "../shared/dom.js"
import { _ } from "../shared/language.js"
import { clamp, signed } from "../shared/numbers.js"
import { themeColors } from "../shared/palette.js"
import { Graph, strokeOf, VIEW } from "./graph.js"

const COARSE = 10 // samples that Page Up and Page Down move

/** What stays when Python sends other curves. @typedef {{ at: number, style: number | undefined }} State */

let groups = 0 // makes the names of the radio buttons unique

class ActivationCurves {
  /** @param {HTMLElement} root
   * @param {Data} data
   * @param {State} state */
  constructor(root, data, state) {
    this.data = data
    this.state = state
    const colors = themeColors(getComputedStyle(root), "--st-chart-categorical-colors")
    this.colors = colors.length ? colors : ["#3b78e7"]
    this.plots = make("div", "plots")
    this.plots.tabIndex = 0
    setAttributes(this.plots, {
      role: "slider",
      "aria-label": _("Move along the curves"),
      "aria-valuemin": data.x[0],
      "aria-valuemax": data.x[data.x.length - 1],
    })
    this.graphs = [
      new Graph(this.plots, data, "value", _("Function f(z)"), this.colors),
      new Graph(this.plots, data, "slope", _("Derivative f′(z)"), this.colors),
    ]
    this.status = make("output")
    this.status.setAttribute("aria-live", "polite")
    const table = make("table")
    const heads = table.createTHead().insertRow()
    for (const text of [_("Function"), "f(z)", "f′(z)"]) {
      const head = make("th", "", text)
      head.scope = "col"
      heads.append(head)
    }
    const body = table.createTBody()
    groups += 1
    this.rows = data.curves.map((curve) => this.#addRow(body, curve, `focus-${groups}`))
    root.replaceChildren(this.plots, this.status, table)
    this.#connect()
    this.#show()
  }

  /** @param {HTMLElement} body
   * @param {Curve} curve
   * @param {string} group */
  #addRow(body, { name, style }, group) {
    const row = make("tr")
    const head = make("th")
    head.scope = "row"
    const label = make("label")
    const radio = make("input")
    setAttributes(radio, { type: "radio", name: group, "aria-label": _("Tangent of {name}", { name }) })
    radio.onchange = () => {
      this.state.style = style
      this.#show()
    }
    label.append(radio)
    const swatch = makeSvg("svg", { viewBox: "0 0 40 12", class: "swatch", "aria-hidden": "true" }, label)
    makeSvg("path", { d: "M0 6H40", ...strokeOf(this.colors, style) }, swatch)
    label.append(make("span", "", name))
    head.append(label)
    const [value, slope] = [make("td"), make("td")]
    row.append(head, value, slope)
    body.append(row)
    return { row, radio, value, slope }
  }

  #show() {
    const { data, state } = this
    const { at } = state
    const focus = Math.max(
      0,
      data.curves.findIndex((curve) => curve.style === state.style),
    )
    for (const graph of this.graphs) graph.show(at, focus)
    this.rows.forEach(({ row, radio, value, slope }, index) => {
      row.classList.toggle("chosen", index === focus)
      radio.checked = index === focus
      value.textContent = signed(data.curves[index].value[at])
      slope.textContent = signed(data.curves[index].slope[at])
    })
    const curve = data.curves[focus]
    const x = data.x[at]
    const texts = { z: signed(x, 2), name: curve.name, value: signed(curve.value[at]), slope: signed(curve.slope[at]) }
    const text = _("At z = {z}, {name} gives {value}, and the slope of its tangent is {slope}.", texts)
    this.status.textContent = text
    setAttributes(this.plots, { "aria-valuenow": x, "aria-valuetext": text })
  }

  /** @param {number} at */
  #moveTo(at) {
    this.state.at = clamp(Math.round(at), 0, this.data.x.length - 1)
    this.#show()
  }

  #connect() {
    const { plots } = this
    /** The graph on which the pointer went down. @type {Graph | undefined} */
    let grabbed
    const follow = (/** @type {PointerEvent} */ event) => {
      if (!grabbed) return
      const box = grabbed.svg.getBoundingClientRect()
      const x = ((event.clientX - box.left) / box.width) * VIEW.width
      const share = (x - VIEW.left) / (VIEW.width - VIEW.left - VIEW.right)
      this.#moveTo(share * (this.data.x.length - 1))
    }
    plots.onpointerdown = (event) => {
      if (event.button !== 0 || !(event.target instanceof Element)) return
      const svg = event.target.closest("svg")
      grabbed = this.graphs.find((graph) => graph.svg === svg)
      if (!grabbed) return
      plots.setPointerCapture(event.pointerId)
      follow(event)
    }
    plots.onpointermove = follow
    const release = () => {
      grabbed = undefined
    }
    Object.assign(plots, { onpointerup: release, onpointercancel: release, onlostpointercapture: release })
    plots.onkeydown = (event) => {
      const { at } = this.state
      /** @type {Record<string, number>} */
      const targets = {
        ArrowLeft: at - 1,
        ArrowDown: at - 1,
        ArrowRight: at + 1,
        ArrowUp: at + 1,
        PageDown: at - COARSE,
        PageUp: at + COARSE,
        Home: 0,
        End: this.data.x.length - 1,
      }
      const target = targets[event.key]
      if (target === undefined) return
      event.preventDefault()
      this.#moveTo(target)
    }
  }
}

const stateOf = oncePerRoot((/** @type {HTMLElement} */ _root, /** @type {Data} */ { x, curves }) => {
  /** @type {State} */
  const state = { at: Math.round(0.6 * (x.length - 1)), style: curves[curves.length - 1]?.style }
  return state
})

/** @param {Component<Data>} component */
export default function (component) {
  const root = rootOf(component)
  new ActivationCurves(root, component.data, stateOf(root, component.data))
}
