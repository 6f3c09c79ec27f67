// Paints one column of the overview: maps as tiles, units as stripes, the ten outputs as bars.

/** @import { Place } from "../engine/explain.js" */
/** @import { Frame } from "../shared/page_state.js" */
/** @import { Theme } from "../shared/paint.js" */
/** @import { Column } from "./columns.js" */

import { percent } from "../shared/numbers.js"
import { sized } from "../shared/paint.js"
import { cornerOf, TILE_GAP } from "./columns.js"

export const RAISED = 5 // CSS pixels: the bar of an output stands higher, because its share is written below it
export const EDGE = 9 // CSS pixels: the height of the arrow at the end of a column that can be scrolled

/** What the columns show. path: the strongest path, by layer.
 * @typedef {{ theme: Theme, frame: Frame, selection: Place | null, path: Map<number, Place> }} Look */

/** @param {Column} column
 * @param {number} height
 * @param {Look} look */
export function paintColumn(column, height, look) {
  if (!column.width) return
  const context = sized(column.canvas, column.width, height)
  context.clearRect(0, 0, column.width, height)
  if (column.kind === "output") paintOutputs(column, context, look)
  else paintMaps(column, context, height, look)
}

/** @param {Column} column
 * @param {CanvasRenderingContext2D} context
 * @param {number} visible
 * @param {Look} look */
function paintMaps(column, context, visible, { theme, selection, path }) {
  const { layer, atlas, across, tile, pitch, kind } = column
  const offset = column.scroll.scrollTop
  const height = kind === "vector" ? Math.max(1, pitch - 1) : tile
  const first = Math.max(0, Math.floor(offset / pitch)) * across
  const last = Math.min(layer.channels, Math.ceil((offset + visible) / pitch) * across)
  context.font = `9px ${theme.font}`
  context.textAlign = "center"
  context.lineWidth = 1
  for (let channel = first; channel < last; channel++) {
    const left = (channel % across) * (tile + TILE_GAP)
    const top = Math.floor(channel / across) * pitch - offset
    atlas.paint(context, channel, left, top, tile, height)
    if (kind === "vector") continue
    context.strokeStyle = theme.border
    context.strokeRect(left + 0.5, top + 0.5, tile - 1, tile - 1)
    if (kind === "input") continue
    context.fillStyle = theme.text
    context.fillText(String(channel + 1), left + tile / 2, top + tile + 8.5)
  }
  const outline = (
    /** @type {Place | null | undefined} */ place,
    /** @type {string} */ color,
    /** @type {number} */ width,
  ) => {
    if (place?.index !== layer.index) return
    const { left, top } = cornerOf(column, place.channel)
    context.strokeStyle = color
    context.lineWidth = width
    context.strokeRect(left + width / 2, top + width / 2, tile - width, height - width)
  }
  outline(path.get(layer.index), theme.mark, 2)
  outline(selection, theme.primary, 3)
  if (offset > 0) paintArrow(context, theme, column.width, 0, EDGE)
  if (offset + visible < column.rows * pitch) paintArrow(context, theme, column.width, visible, visible - EDGE)
}

/** An arrow that shows that the column goes on beyond this edge.
 * @param {CanvasRenderingContext2D} context
 * @param {Theme} theme
 * @param {number} width
 * @param {number} edge
 * @param {number} inside - EDGE pixels away from the edge */
function paintArrow(context, { background, text }, width, edge, inside) {
  context.globalAlpha = 0.85
  context.fillStyle = background
  context.fillRect(0, Math.min(edge, inside), width, EDGE)
  context.globalAlpha = 1
  context.fillStyle = text
  const [tip, base] = [0.2, 0.8].map((share) => edge + share * (inside - edge))
  context.beginPath()
  context.moveTo(width / 2, tip)
  context.lineTo(width / 2 - 5, base)
  context.lineTo(width / 2 + 5, base)
  context.fill()
}

/** @param {Column} column
 * @param {CanvasRenderingContext2D} context
 * @param {Look} look */
function paintOutputs(column, context, { theme, frame, selection }) {
  const shares = frame.blank ? null : frame.probabilities
  context.textBaseline = "middle"
  for (let digit = 0; digit < column.rows; digit++) {
    const middle = (digit + 0.5) * column.pitch
    const bar = middle - RAISED
    const winner = digit === frame.winner
    context.fillStyle = theme.quiet
    context.fillRect(16, bar - 5, column.width - 16, 10)
    context.fillStyle = winner ? theme.mark : theme.primary
    if (shares) context.fillRect(16, bar - 5, (column.width - 16) * shares[digit], 10)
    context.fillStyle = theme.text
    context.font = `${winner ? "bold " : ""}14px ${theme.font}`
    context.textAlign = "left"
    context.fillText(String(digit), 4, bar)
    context.font = `${winner ? "bold " : ""}10px ${theme.font}`
    context.textAlign = "right"
    if (shares) context.fillText(percent(shares[digit]), column.width - 4, middle + 8)
    if (selection?.index !== column.layer.index || selection.channel !== digit) continue
    context.strokeStyle = theme.primary
    context.lineWidth = 2
    context.strokeRect(1, middle - column.pitch / 2 + 2, column.width - 2, column.pitch - 4)
  }
}
