// The network view: overview above, the arithmetic of the chosen number below. It works on the network and the picture
// that the engine keeps in the page, and paints once per change of either.

/** @import { Place } from "../engine/explain.js" */
/** @import { Network } from "../engine/network.js" */
/** @import { Component } from "../shared/component.js" */
/** @import { Frame } from "../shared/page_state.js" */

import { explain, strongestPath } from "../engine/explain.js"
import { oncePerRoot, rootOf } from "../shared/component.js"
import { make, setAttributes } from "../shared/dom.js"
import { arrowDirection, hasModifier } from "../shared/keyboard.js"
import { _ } from "../shared/language.js"
import { ink } from "../shared/matrices.js"
import { pageState, subscribe } from "../shared/page_state.js"
import { readTheme } from "../shared/paint.js"
import { SHADES } from "../shared/palette.js"
import { Detail } from "./detail.js"
import { moveByKey } from "./move_by_key.js"
import { Overview } from "./overview.js"

class NetworkView {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root
    this.theme = readTheme(root)
    /** @type {Network | null} */
    this.network = null
    /** @type {Place[]} */
    this.path = []
    /** @type {Place | null} */
    this.selection = null
    this.pinned = false
    this.touched = false // a number was chosen by hand
    /** The input channel whose products are shown; null: the strongest. @type {number | null} */
    this.chosen = null
    /** The position of the sliding kernel; null: it does not slide. @type {number | null} */
    this.position = null
    this.overview = new Overview(root, {
      hover: (place) => {
        if (!this.pinned && this.position === null) this.#select(place, false)
      },
      pin: (place) => this.#select(place, true),
    })
    this.hint = make("p", "hint")
    root.append(this.hint)
    this.detail = new Detail(root, {
      place: (place) => this.#select(place, true),
      channel: (channel) => {
        this.chosen = channel
        this.#explain()
      },
      slide: (position) => this.#slideTo(position),
    })
    const { element } = this.overview
    element.tabIndex = 0
    setAttributes(element, { role: "application", "aria-label": _("The network, layer by layer") })
    element.onkeydown = (event) => this.#key(event)
    this.resizing = new ResizeObserver(() => {
      this.overview.resize()
      this.#paint()
    })
    this.stop = () => {}
  }

  start() {
    this.theme = readTheme(this.root)
    this.root.style.setProperty("--negative", ink(this.theme, 0)[0])
    this.root.style.setProperty("--positive", ink(this.theme, SHADES - 1)[0])
    this.stop()
    const end = subscribe(() => this.#changed())
    this.resizing.observe(this.overview.element)
    this.stop = () => {
      end()
      this.resizing.disconnect()
      this.detail.slide.pause()
    }
    this.#changed()
  }

  /** The network, the picture or the theme has changed. */
  #changed() {
    const { network, frame } = pageState
    this.root.classList.toggle("waiting", !network || !frame)
    if (!network || !frame) return
    if (network !== this.network) {
      this.network = network
      Object.assign(this, { selection: null, touched: false, pinned: false, chosen: null })
      this.detail.slide.reset()
      this.overview.build(network)
      this.overview.resize()
    }
    this.hint.textContent = hint(frame)
    this.path = frame.winner === null ? [] : strongestPath(network, frame.winner)
    if (!this.pinned && !this.touched) this.selection = this.#start(network)
    this.#paint()
    if (!frame.live) for (const place of this.path) this.overview.reveal(place)
  }

  /** Before a number is chosen: the strongest path's number in the first layer that computes.
   * @param {Network} network */
  #start(network) {
    const first = network.layers.find((layer) => layer.index && !layer.copies) ?? network.layers[0]
    const middle = { channel: 0, y: Math.floor((first.height - 1) / 2), x: Math.floor((first.width - 1) / 2) }
    return this.path.find((place) => place.index === first.index) ?? { index: first.index, ...middle }
  }

  #paint() {
    if (!this.network || !pageState.frame) return
    this.overview.paint(this.theme, pageState.frame, this.selection, this.path)
    this.#explain(!pageState.frame.live)
  }

  /** @param {Place} place
   * @param {boolean} pin */
  #select(place, pin) {
    if (pin) this.detail.slide.reset()
    if (place.index !== this.selection?.index || place.channel !== this.selection.channel) this.chosen = null
    this.selection = place
    this.pinned = pin
    this.touched = true
    this.overview.select(place)
    this.#explain()
  }

  /** Goes back to the number that is shown before the user chooses one. */
  #release() {
    if (!this.network) return
    this.detail.slide.reset()
    this.selection = this.#start(this.network)
    Object.assign(this, { pinned: false, touched: false, chosen: null })
    this.overview.select(this.selection)
    this.#explain()
  }

  /** @param {number | null} position */
  #slideTo(position) {
    this.position = position
    if (!this.selection || !this.network) return
    if (position === null) {
      this.#explain()
      return
    }
    this.chosen ??= this.detail.opened // one map stays open during the whole slide
    const { width } = this.network.layers[this.selection.index]
    this.selection = { ...this.selection, y: Math.floor(position / width), x: position % width }
    this.touched = true
    this.overview.select(this.selection)
    this.#explain(false)
  }

  /** @param {boolean} [announced] - whether screen readers read it out; not in every frame of a movement */
  #explain(announced = true) {
    if (!this.network || !this.selection) return
    const { index, channel, y, x } = this.selection
    this.detail.show(this.network, explain(this.network, index, channel, y, x), {
      theme: this.theme,
      columns: this.overview.byIndex,
      chosen: this.chosen,
      pinned: this.pinned,
      position: this.position,
      announced,
    })
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.selection || !this.network || hasModifier(event)) return
    const direction = arrowDirection(event)
    if (event.key === "Enter") this.#select(this.selection, true)
    else if (event.key === "Escape") this.#release()
    else if (direction) {
      const place = moveByKey(this.network, this.selection, direction, event.shiftKey)
      if (place) {
        this.#select(place, this.pinned)
        this.overview.reveal(place)
        this.overview.revealColumn(place)
      }
    } else return
    event.preventDefault()
  }
}

/** @param {Frame} frame */
function hint({ blank }) {
  if (blank) return _("Draw a digit, and every layer fills while the pen moves.")
  return _(
    "The line goes from the answer back to the drawing, in each layer through the number that adds most. Point at any number, or use the arrow keys (with Shift: layers and maps). A click or Enter pins a number, Escape unpins it.",
  )
}

const viewOf = oncePerRoot((root) => new NetworkView(root))

/** @param {Component<null>} component */
export default function (component) {
  const view = viewOf(rootOf(component))
  view.start()
  return () => view.stop()
}
