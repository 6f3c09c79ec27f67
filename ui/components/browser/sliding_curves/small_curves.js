// Three small graphs above the large ones: both curves, and the second one flipped; and the legend.

/** @import { Curves } from "./convolution.js" */

import { make } from "../shared/dom.js"
import { _ } from "../shared/language.js"
import { Plot } from "./plot.js"

const HEIGHT = 76 // CSS pixels
const GAPS = 24 // between the graphs

export class SmallCurves {
  /** @param {HTMLElement} root
   * @param {number} reach */
  constructor(root, reach) {
    const row = make("div", "small-curves")
    const flipped = "g(−τ)"
    const add = (/** @type {string} */ name, /** @type {string} */ label, /** @type {string} */ caption) => {
      const figure = make("figure")
      const plot = new Plot(figure, { height: HEIGHT, label, reach, names: [name] })
      figure.append(make("figcaption", "", caption))
      row.append(figure)
      return plot
    }
    this.f = add("f", "f(τ)", "f(τ)")
    this.g = add("g", "g(τ)", "g(τ)")
    this.flipped = add("g", flipped, _("{curve}, flipped", { curve: flipped }))
    root.append(row, makeLegend())
  }

  /** Sets the names of the curves for screen readers.
   * @param {[string, string]} names */
  setNames([f, g]) {
    this.f.svg.setAttribute("aria-label", `f: ${f}`)
    this.g.svg.setAttribute("aria-label", `g: ${g}`)
    const flipped = _("g, flipped") // not inside the template below: Babel does not look there
    this.flipped.svg.setAttribute("aria-label", `${flipped}: ${g}`)
  }

  /** @param {Curves} curves
   * @param {number} first - the place of the first sample
   * @param {number} width - of all three */
  paint({ f, g, step }, first, width) {
    for (const { plot, name, values } of [
      { plot: this.f, name: "f", values: f },
      { plot: this.g, name: "g", values: g },
      { plot: this.flipped, name: "g", values: g.toReversed() },
    ]) {
      plot.setRange(Math.floor((width - GAPS) / 3), Math.min(0, ...values), Math.max(...values))
      plot.set(name, plot.line(values, first, step))
    }
  }
}

function makeLegend() {
  const legend = make("p", "legend")
  const texts = {
    f: _("f(τ), stays"),
    g: _("g(t − τ), slides"),
    positive: _("product above zero"),
    negative: _("product below zero"),
  }
  for (const [name, text] of Object.entries(texts)) {
    const key = make("span", "key")
    key.append(make("span", `swatch ${name}-swatch`), make("span", "", text))
    legend.append(key)
  }
  return legend
}
