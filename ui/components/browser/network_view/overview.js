// The overview of the network: every layer from left to right, one column of maps each. Only the maps in sight are painted.

/** @import { Place } from "../engine/explain.js" */
/** @import { Network } from "../engine/network.js" */
/** @import { Frame } from "../shared/page_state.js" */
/** @import { Theme } from "../shared/paint.js" */
/** @import { Column } from "./columns.js" */
/** @import { Look } from "./paint_column.js" */

import { make, makeSvg } from "../shared/dom.js"
import { _ } from "../shared/language.js"
import { clamp } from "../shared/numbers.js"
import { cornerOf, layOut, makeColumn, placeAt, widthBesideLast } from "./columns.js"
import { EDGE, paintColumn, RAISED } from "./paint_column.js"

const HEIGHT = { share: 0.38, least: 280, most: 520 } // of the window, so that the arithmetic below stays in sight
const PADDING = 4 // CSS pixels around the overview, for the focus ring

/** @typedef {(place: Place) => void} OnPlace */
/** @typedef {{ target: EventTarget | null, clientX: number, clientY: number }} Point */

export class Overview {
  /** @param {HTMLElement} root
   * @param {{ hover: OnPlace, pin: OnPlace }} on - called with the number under the pointer */
  constructor(root, on) {
    this.element = make("div", "overview")
    this.track = make("div", "track")
    this.lines = makeSvg("svg", { "aria-hidden": "true" }, this.track)
    this.path = makeSvg("path", {}, this.lines)
    this.element.append(this.track)
    root.append(this.element)
    this.height = 0
    /** @type {Column[]} */
    this.columns = []
    /** @type {Map<number, Column>} */
    this.byIndex = new Map()
    /** @type {Look | null} */
    this.look = null
    /** @type {Point | null} */
    let pressed = null
    this.track.onpointermove = (event) => {
      if (event.pointerType !== "touch") this.#report(event, on.hover)
    }
    // A click has coordinates in whole pixels, which may belong to another number than the one under the pointer.
    this.track.onpointerdown = ({ target, clientX, clientY }) => {
      pressed = { target, clientX, clientY }
    }
    this.track.onclick = () => this.#report(pressed, on.pin)
  }

  /** Makes the columns of another network.
   * @param {Network} network */
  build(network) {
    this.columns = network.layers.filter((layer) => !layer.copies).map((layer) => makeColumn(network, layer))
    this.byIndex = new Map(this.columns.map((column) => [column.layer.index, column]))
    this.track.replaceChildren(this.lines, ...this.columns.map(({ element }) => element))
    for (const column of this.columns) {
      column.scroll.onscroll = () => {
        this.#paintColumn(column)
        this.#paintLines()
      }
    }
  }

  resize() {
    const available = this.element.clientWidth - 2 * PADDING
    if (available <= 0 || !this.columns.length) return
    this.height = Math.round(clamp(HEIGHT.share * window.innerHeight, HEIGHT.least, HEIGHT.most))
    this.element.style.setProperty("--height", `${this.height}px`)
    const width = layOut(this.columns, available, this.height)
    this.track.style.width = `${width}px`
    this.lines.setAttribute("width", String(width))
    this.element.classList.toggle("wider", width > available)
  }

  /** Paints new numbers, or in new colours.
   * @param {Theme} theme
   * @param {Frame} frame
   * @param {Place | null} selection
   * @param {Place[]} path */
  paint(theme, frame, selection, path) {
    this.look = { theme, frame, selection, path: new Map(path.map((place) => [place.index, place])) }
    for (const column of this.columns) {
      const { atlas, kind, legend } = column
      atlas.update(theme.shades)
      const text = kind === "input" ? _("0 to 1") : kind === "output" ? "" : `± ${atlas.limit.toFixed(2)}`
      if (legend.textContent !== text) legend.textContent = text
      this.#paintColumn(column)
    }
    this.#paintLines()
  }

  /** Marks another number; the layers' numbers are the same.
   * @param {Place} selection */
  select(selection) {
    if (!this.look) return
    const changed = new Set([this.look.selection?.index, selection.index])
    this.look.selection = selection
    for (const column of this.columns) if (changed.has(column.layer.index)) this.#paintColumn(column)
  }

  /** Scrolls a column as little as is needed to show a place.
   * @param {Place} place */
  reveal({ index, channel }) {
    const column = this.byIndex.get(index)
    if (!column) return
    const top = Math.floor(channel / column.across) * column.pitch
    const { scroll } = column
    const [first, last] = [top - EDGE, top + column.pitch + EDGE]
    if (first < scroll.scrollTop) scroll.scrollTop = first
    else if (last > scroll.scrollTop + this.height) scroll.scrollTop = last - this.height
  }

  /** Scrolls the overview as little as is needed to show a place's column.
   * @param {Place} place */
  revealColumn({ index }) {
    const column = this.byIndex.get(index)
    if (!column || column === this.columns[this.columns.length - 1]) return // the last one is always in sight
    const seen = widthBesideLast(this.columns, this.element.clientWidth - 2 * PADDING)
    const { scrollLeft } = this.element
    if (column.left < scrollLeft) this.element.scrollLeft = column.left
    else if (column.left + column.width > scrollLeft + seen) this.element.scrollLeft = column.left + column.width - seen
  }

  /** @param {Column} column */
  #paintColumn(column) {
    if (this.look) paintColumn(column, this.height, this.look)
  }

  /** The strongest path, from map to map; where a map is out of sight its line ends at the column's edge. */
  #paintLines() {
    const head = this.columns[0]?.scroll.offsetTop ?? 0
    this.lines.setAttribute("height", String(head + this.height))
    const ends = this.columns.flatMap((column) => {
      const place = this.look?.path.get(column.layer.index)
      if (!place || !column.width) return []
      const { left, top } = cornerOf(column, place.channel)
      const height = column.kind === "maps" || column.kind === "input" ? column.tile : column.pitch
      const raised = column.kind === "output" ? RAISED : 0
      const middle = head + clamp(top + height / 2 - raised, 0, this.height)
      const width = column.kind === "output" ? 0 : column.tile
      return [{ in: column.left + left, out: column.left + left + width, y: middle }]
    })
    const parts = ends.slice(1).map((end, at) => {
      const { out: x0, y: y0 } = ends[at]
      const { in: x1, y: y1 } = end
      const bend = Math.max(4, (x1 - x0) / 2)
      return `M${x0} ${y0}C${x0 + bend} ${y0} ${x1 - bend} ${y1} ${x1} ${y1}`
    })
    this.path.setAttribute("d", parts.join(""))
  }

  /** Calls `handler` with the number at a point of the page.
   * @param {Point | null} point
   * @param {OnPlace} handler */
  #report(point, handler) {
    const column = point && this.columns.find(({ canvas }) => point.target === canvas)
    if (!column) return
    const box = column.canvas.getBoundingClientRect()
    const place = placeAt(column, point.clientX - box.left, point.clientY - box.top)
    if (place) handler(place)
  }
}
