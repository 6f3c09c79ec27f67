// The arithmetic of one number of the output: patch, kernel and products, and what is added to them.

/** @import { Theme } from "../shared/paint.js" */
/** @import { Convolution, KernelWindow } from "./convolve.js" */

import { make } from "../shared/dom.js"
import { _ } from "../shared/language.js"
import { matrices } from "../shared/matrices.js"
import { signed, sumOf } from "../shared/numbers.js"

/** The ends of the scales; picture: null for a grey picture.
 * @typedef {{ picture: number | null, kernel: number, products: number }} Limits */

/** What is added to the sum of the products; null: there is none. flipped: whether the kernel is flipped.
 * @typedef {{ bias: number | null, others: number | null, flipped: boolean }} Additions */

export class Arithmetic {
  constructor() {
    this.grids = make("div", "sum")
    this.total = make("p", "total")
  }

  /** Makes the grids again at the next `show`: the kernel may have another size. */
  reset() {
    this.grids.replaceChildren()
  }

  /** Returns the number of the output.
   * @param {Convolution} convolution
   * @param {KernelWindow} window
   * @param {Limits} limits
   * @param {Additions} additions
   * @param {Theme} theme */
  show({ side, kernel }, { patch, products, outside }, limits, { bias, others, flipped }, theme) {
    const section = matrices(side, [patch, kernel, products], [limits.picture, limits.kernel, limits.products], theme)
    if (!this.grids.firstElementChild) this.grids.append(section.element())
    section.fill(/** @type {HTMLElement} */ (this.grids.firstElementChild))
    const [first, second] = this.grids.querySelectorAll(".matrix")
    if (flipped) second.setAttribute("aria-label", _("flipped kernel"))
    outside.forEach((out, cell) => {
      first.children[cell].classList.toggle("outside", out)
    })
    const sum = sumOf(products)
    const result = sum + (others ?? 0) + (bias ?? 0)
    /** @type {[string, number][]} */
    const added = []
    if (others !== null) added.push([_("+ the other input channels"), others])
    if (bias !== null) added.push([_("+ bias"), bias])
    const name = _("Sum of the {count} products", { count: products.length })
    this.#showTerms(added.length ? [[name, sum], ...added, ["=", result]] : [[`${name} =`, result]])
    return result
  }

  /** @param {[string, number][]} terms - the last is the result */
  #showTerms(terms) {
    if (this.total.children.length !== 2 * terms.length) {
      this.total.replaceChildren(...terms.flatMap(() => [make("span"), make("output")]))
    }
    terms.forEach(([text, value], at) => {
      const [name, number] = [this.total.children[2 * at], this.total.children[2 * at + 1]]
      name.textContent = text
      number.textContent = signed(value, 3)
      number.classList.toggle("result", at === terms.length - 1)
    })
  }
}
