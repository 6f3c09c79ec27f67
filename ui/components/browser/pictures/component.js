// A row of pictures, painted on canvas elements: no image is loaded, so nothing flickers when the pictures change.

/** @import { Component } from "../shared/component.js" */
/** @import { Picture, Tile } from "./tile.js" */

import { oncePerRoot, rootOf } from "../shared/component.js"
import { palette } from "../shared/palette.js"
import { paintPixels, unzipped, writeNumbers } from "./paint_pixels.js"
import { describe, makePickable, makeTile } from "./tile.js"

/** arrows: draw arrows between the pictures. size: a CSS length. pick: each picture is a button.
 * @typedef {{ pictures: Picture[], arrows: boolean, size: string, pick: boolean }} Data */

/** @returns {Tile[]} */
const noTiles = () => []
const tilesOf = oncePerRoot(noTiles)

/** Paints the pixels if they have changed.
 * @param {Tile} tile
 * @param {Picture} picture
 * @param {Uint32Array} shades
 * @param {number[]} textColor */
async function paint(tile, picture, shades, textColor) {
  const scale = picture.signed && `${shades.join()} ${picture.numbers}`
  const painted = `${picture.width} ${scale} ${picture.pixels} ${picture.under}`
  if (tile.painted === painted) return
  tile.painted = painted
  const [bytes, under] = await Promise.all([unzipped(picture.pixels), picture.under ? unzipped(picture.under) : null])
  if (tile.painted !== painted) return // meanwhile the tile got another picture
  paintPixels(tile.canvas, picture, bytes, under, shades, textColor)
  writeNumbers(tile.numbers, picture, bytes, shades)
}

/** @param {Component<Data>} component */
export default function (component) {
  const { data, setTriggerValue } = component
  const root = rootOf(component)
  const tiles = tilesOf(root)
  while (tiles.length < data.pictures.length) {
    const tile = makeTile()
    tiles.push(tile)
    root.append(tile.figure)
  }
  while (tiles.length > data.pictures.length) tiles.pop()?.figure.remove()
  root.classList.toggle("arrows", data.arrows)
  root.classList.toggle("pick", data.pick)
  root.style.setProperty("--count", String(data.pictures.length))
  root.style.setProperty("--size", data.size)
  const shades = palette(root)
  const textColor = (getComputedStyle(root).color.match(/[\d.]+/g) ?? []).map(Number)
  data.pictures.forEach((picture, index) => {
    const tile = tiles[index]
    paint(tile, picture, shades, textColor)
    describe(tile, picture)
    if (data.pick) makePickable(tile.figure, picture, () => setTriggerValue("picked", index))
  })
}
