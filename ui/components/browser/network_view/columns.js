// One column of the overview for each layer: its elements, its size, and the places of its maps.

/** @import { Place } from "../engine/explain.js" */
/** @import { Layer } from "../engine/layers.js" */
/** @import { Network } from "../engine/network.js" */

import { make } from "../shared/dom.js"
import { clamp } from "../shared/numbers.js"
import { Atlas, isMap } from "./atlas.js"
import { layerName } from "./names.js"

// All in CSS pixels.
export const TILE_GAP = 3
const GAP = 8
const LABEL = 11
const LEAST_TILE = 20
const WIDTHS = { input: 56, maps: 0, vector: 30, output: 78 }
const MAP_WIDTH = { least: 43, most: 150 }

/** tile: the width of one map. pitch: from one row of maps to the next. across, rows: how many maps stand side by side and
 * one below the other. left: of the column in the overview.
 * @typedef {{ layer: Layer, kind: keyof typeof WIDTHS, element: HTMLElement, legend: HTMLElement, scroll: HTMLElement,
 *   space: HTMLElement, canvas: HTMLCanvasElement, atlas: Atlas, left: number, width: number, across: number,
 *   rows: number, tile: number, pitch: number }} Column */

/** @param {Network} network
 * @param {Layer} layer
 * @returns {Column} */
export function makeColumn(network, layer) {
  const element = make("div", "column")
  const size = layer.output.length === 3 ? `${layer.channels} × ${layer.height}×${layer.width}` : `${layer.channels}`
  const legend = make("span", "legend")
  const scroll = make("div", "scroll")
  const space = make("div", "space")
  const canvas = make("canvas")
  space.append(canvas)
  scroll.append(space)
  const scale = make("span", layer.kind === "input" ? "scale grey" : "scale")
  element.append(make("span", "layer", layerName(network, layer)), make("span", "size", size), scale, legend, scroll)
  const parts = { element, legend, scroll, space, canvas, atlas: new Atlas(layer) }
  return { layer, kind: kindOf(layer), ...parts, left: 0, width: 0, across: 1, rows: 1, tile: 0, pitch: 0 }
}

/** @param {Layer} layer
 * @returns {Column["kind"]} */
function kindOf(layer) {
  if (layer.kind === "input") return "input"
  if (layer.name === "output") return "output"
  return isMap(layer) ? "maps" : "vector"
}

/** Sets the size of every column, and how many maps stand side by side in it. Returns the width of all columns.
 * @param {Column[]} columns
 * @param {number} available - CSS pixels
 * @param {number} height */
export function layOut(columns, available, height) {
  const maps = columns.filter(({ kind }) => kind === "maps").length
  const total = (/** @type {typeof WIDTHS} */ widths) =>
    columns.reduce((sum, { kind }) => sum + widths[kind] + GAP, -GAP)
  // A network without maps leaves their room to the picture.
  const widths = maps ? WIDTHS : { ...WIDTHS, input: Math.min(height, available - total({ ...WIDTHS, input: 0 })) }
  const share = clamp(Math.floor((available - total(widths)) / maps), MAP_WIDTH.least, MAP_WIDTH.most)
  let left = 0
  for (const column of columns) {
    column.width = column.kind === "maps" ? share : widths[column.kind]
    column.left = left
    left += column.width + GAP
    column.element.style.width = `${column.width}px`
    Object.assign(column, gridOf(column, height))
    column.space.style.height = `${Math.max(height, column.rows * column.pitch)}px`
  }
  return left - GAP
}

/** Maps stand in as few columns as are needed to see all of them without scrolling.
 * @param {Column} column
 * @param {number} height */
function gridOf({ kind, width, layer: { channels } }, height) {
  if (kind === "output") return { across: 1, rows: channels, tile: width, pitch: height / channels }
  if (kind === "vector") return { across: 1, rows: channels, tile: width, pitch: Math.max(5, height / channels) }
  if (kind === "input") return { across: 1, rows: 1, tile: width, pitch: width }
  const tileFor = (/** @type {number} */ across) => Math.floor((width - TILE_GAP * (across - 1)) / across)
  let across = 1
  const fits = () => Math.ceil(channels / across) * (tileFor(across) + LABEL) <= height
  while (across < channels && !fits() && tileFor(across + 1) >= LEAST_TILE) across++
  return { across, rows: Math.ceil(channels / across), tile: tileFor(across), pitch: tileFor(across) + LABEL }
}

/** How much of the overview can be seen beside the last column, which always stays in sight.
 * @param {Column[]} columns
 * @param {number} width - of the part that can be seen */
export const widthBesideLast = (columns, width) => width - GAP - columns[columns.length - 1].width

/** The upper left corner of a map in the column, where it is scrolled to now.
 * @param {Column} column
 * @param {number} channel */
export function cornerOf({ across, tile, pitch, scroll }, channel) {
  return {
    left: (channel % across) * (tile + TILE_GAP),
    top: Math.floor(channel / across) * pitch - scroll.scrollTop,
  }
}

/** The number at a point of the column's canvas; null between the maps.
 * @param {Column} column
 * @param {number} atX
 * @param {number} atY
 * @returns {Place | null} */
export function placeAt(column, atX, atY) {
  const { layer, across, tile, pitch, kind } = column
  const row = Math.floor((atY + (kind === "output" ? 0 : column.scroll.scrollTop)) / pitch)
  const side = kind === "maps" || kind === "input" ? Math.floor(atX / (tile + TILE_GAP)) : 0
  const channel = row * across + side
  if (channel < 0 || channel >= layer.channels || side >= across) return null
  if (kind === "output" || kind === "vector") return { index: layer.index, channel, y: 0, x: 0 }
  const { left, top } = cornerOf(column, channel)
  const x = Math.floor(((atX - left) / tile) * layer.width)
  const y = Math.floor(((atY - top) / tile) * layer.height)
  if (x < 0 || y < 0 || x >= layer.width || y >= layer.height) return null
  return { index: layer.index, channel, y, x }
}
