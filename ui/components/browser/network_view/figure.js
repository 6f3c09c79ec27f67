// One feature map with a caption and frames around parts of it. A click on it chooses a number.

/** @import { Box, Place } from "../engine/explain.js" */
/** @import { Layer } from "../engine/layers.js" */
/** @import { Theme } from "../shared/paint.js" */
/** @import { Atlas } from "./atlas.js" */

import { make, setAttributes } from "../shared/dom.js"
import { sized } from "../shared/paint.js"

const SIDE = 148 // CSS pixels

export class Figure {
  /** @param {string} label - for screen readers
   * @param {(place: Place) => void} onPick */
  constructor(label, onPick) {
    this.element = make("figure")
    this.canvas = make("canvas")
    setAttributes(this.canvas, { role: "img", "aria-label": label })
    this.caption = make("figcaption")
    this.element.append(this.canvas, this.caption)
    /** @type {{ layer: Layer, channel: number } | null} */
    this.shown = null
    this.canvas.onclick = (event) => {
      if (!this.shown) return
      const { layer, channel } = this.shown
      const x = Math.floor((event.offsetX / this.canvas.clientWidth) * layer.width)
      const y = Math.floor((event.offsetY / this.canvas.clientHeight) * layer.height)
      if (x >= 0 && y >= 0 && x < layer.width && y < layer.height) onPick({ index: layer.index, channel, y, x })
    }
  }

  hide() {
    this.element.hidden = true
  }

  /** box: a part to frame. dot: one number to frame. filled: the last number that is shown, counted row by row.
   * @param {Atlas} atlas
   * @param {number} channel
   * @param {Theme} theme
   * @param {{ caption: string, box?: Box, dot?: { y: number, x: number }, filled?: number }} options */
  draw(atlas, channel, theme, { caption, box, dot, filled = Infinity }) {
    const { layer } = atlas
    this.element.hidden = false
    this.shown = { layer, channel }
    const context = sized(this.canvas, SIDE, SIDE)
    const cell = SIDE / Math.max(layer.width, layer.height)
    context.clearRect(0, 0, SIDE, SIDE)
    atlas.paint(context, channel, 0, 0, cell * layer.width, cell * layer.height)
    if (filled < layer.width * layer.height) {
      const row = Math.floor((filled + 1) / layer.width)
      const column = (filled + 1) % layer.width
      context.fillStyle = theme.quiet
      context.fillRect(column * cell, row * cell, SIDE, cell)
      context.fillRect(0, (row + 1) * cell, SIDE, SIDE)
    }
    const frame = (/** @type {Box} */ { top, left, height, width }, /** @type {string} */ color) => {
      context.lineWidth = 2.5
      context.strokeStyle = color
      context.strokeRect(left * cell, top * cell, width * cell, height * cell)
    }
    if (box) frame(box, theme.mark)
    if (dot) frame({ top: dot.y, left: dot.x, height: 1, width: 1 }, theme.primary)
    const scale = layer.kind === "input" ? "" : `, ±\u00a0${atlas.limit.toFixed(2)}`
    this.caption.textContent = `${caption}${scale}`
  }
}
