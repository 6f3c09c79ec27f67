// The arithmetic of one number: a sentence, three pictures, and every product, sum and bias.

/** @import { Explanation, Place } from "../engine/explain.js" */
/** @import { Network } from "../engine/network.js" */
/** @import { Theme } from "../shared/paint.js" */
/** @import { Column } from "./columns.js" */

import { receptiveField } from "../engine/explain.js"
import { make } from "../shared/dom.js"
import { _ } from "../shared/language.js"
import { percent, signed } from "../shared/numbers.js"
import { updateSections } from "../shared/sections.js"
import { isMap } from "./atlas.js"
import { Figure } from "./figure.js"
import { layerSections } from "./layer_sections.js"
import { layerName, placeName } from "./names.js"
import { Slide } from "./slide.js"

/** columns: of the overview, by layer. chosen: the input channel to open, null for the strongest. position: how far a
 * slide has come, or null. announced: whether screen readers read the sentence.
 * @typedef {{ theme: Theme, columns: Map<number, Column>, chosen: number | null, pinned: boolean,
 *   position: number | null, announced: boolean }} Options */

export class Detail {
  /** @param {HTMLElement} root
   * @param {{ place: (place: Place) => void, channel: (channel: number) => void,
   *   slide: (position: number | null) => void }} on - what the reader chooses here */
  constructor(root, on) {
    this.on = on
    this.opened = 0 // the input channel whose products are shown
    this.status = make("p", "status")
    this.status.setAttribute("role", "status")
    this.from = new Figure(_("The numbers that it is computed from"), on.place)
    this.to = new Figure(_("The map that it belongs to"), on.place)
    this.field = new Figure(_("The drawing, and the part of it that this number depends on"), on.place)
    this.slide = new Slide(on.slide)
    this.to.element.append(this.slide.element)
    this.sum = make("div", "sum")
    const pictures = make("div", "pictures")
    pictures.append(this.from.element, this.to.element, this.field.element)
    const body = make("div", "body")
    body.append(pictures, this.sum)
    const element = make("section", "detail")
    element.append(this.status, body)
    root.append(element)
  }

  /** @param {Network} network
   * @param {Explanation} explained
   * @param {Options} options */
  show(network, explained, options) {
    const { layer } = explained
    if (explained.kind === "input") this.opened = 0
    else if (explained.kind === "convolution") this.opened = options.chosen ?? explained.terms[0].channel
    else this.opened = explained.best.channel
    this.#drawSource(network, explained, options)
    this.#drawOutput(network, explained, options)
    this.#drawField(network, explained, options)
    this.slide.setCount(layer.kind === "convolution" || layer.kind === "pooling" ? layer.height * layer.width : 0)
    updateSections(this.sum, layerSections(network, explained, this.opened, options.theme))
    /** @type {NodeListOf<HTMLElement>} */
    const rows = this.sum.querySelectorAll("[data-channel]")
    for (const row of rows) row.onclick = () => this.on.channel(Number(row.dataset.channel))
    this.status.setAttribute("aria-live", options.announced ? "polite" : "off")
    this.status.textContent = sentence(network, explained, options.pinned)
  }

  /** @param {Network} network
   * @param {Explanation} explained
   * @param {Options} options */
  #drawSource(network, explained, { columns, theme }) {
    const atlas = explained.layer.source && columns.get(explained.layer.source.index)?.atlas
    if (explained.kind === "input" || !atlas || !isMap(atlas.layer)) {
      this.from.hide()
      return
    }
    const { best, window } = explained
    const box = explained.kind === "dense" ? { top: best.y, left: best.x, height: 1, width: 1 } : window
    const from = { layer: layerName(network, atlas.layer, true), number: this.opened + 1 }
    const caption = atlas.layer.kind === "input" ? _("The input") : _("From {layer}, map {number}", from)
    this.from.draw(atlas, this.opened, theme, { caption, box })
  }

  /** @param {Network} network
   * @param {Explanation} explained
   * @param {Options} options */
  #drawOutput(network, { layer, channel, y, x }, { columns, theme, position }) {
    const atlas = columns.get(layer.index)?.atlas
    if (!atlas || !isMap(layer) || layer.kind === "input") {
      this.to.hide()
      return
    }
    const caption = _("To {layer}, map {number}", { layer: layerName(network, layer, true), number: channel + 1 })
    this.to.draw(atlas, channel, theme, { caption, dot: { y, x }, filled: position ?? Infinity })
  }

  /** @param {Network} network
   * @param {Explanation} explained
   * @param {Options} options */
  #drawField(network, { index, layer, y, x }, { columns, theme }) {
    const atlas = columns.get(0)?.atlas
    if (!atlas || layer.source === atlas.layer) {
      this.field.hide()
      return
    }
    const box = receptiveField(network, index, y, x)
    const caption =
      layer.kind === "input" ? _("The input") : _("Its receptive field: {height}×{width} pixels of the drawing", box)
    this.field.draw(atlas, 0, theme, { caption, box })
  }
}

/** What the number is, in words.
 * @param {Network} network
 * @param {Explanation} explained
 * @param {boolean} pinned */
function sentence(network, explained, pinned) {
  const { index, layer, channel, y, x, softmax } = explained
  const name = placeName(network, explained)
  const shown = { place: `${name[0].toUpperCase()}${name.slice(1)}`, value: signed(explained.value) }
  const parts = [pinned ? _("{place}: {value}, pinned.", shown) : _("{place}: {value}.", shown)]
  if (explained.kind === "convolution") {
    const { source, kernel } = explained.layer
    const from = source.kind === "input" ? _("the input") : layerName(network, source, true)
    const made = { height: kernel, width: kernel, count: source.channels, layer: from }
    parts.push(
      source.channels > 1
        ? _("Computed from {height}×{width} numbers in each of the {count} maps of {layer}.", made)
        : _("Computed from {height}×{width} numbers of {layer}.", made),
    )
  }
  if (softmax) parts.push(_("Its share is {share}.", { share: percent(softmax.shares[channel]) }))
  if (isMap(layer) && layer.kind !== "input") {
    const { height, width } = receptiveField(network, index, y, x)
    parts.push(_("It depends on {height}×{width} pixels of the drawing.", { height, width }))
  }
  return parts.join(" ")
}
