// Every layer from left to right: a column of maps each, of which as many are painted as the column shows.

const HEIGHT = { share: 0.38, least: 280, most: 520 } // of the window, so that the arithmetic below stays in sight
const GAP = 8
const TILE_GAP = 3
const PADDING = 4 // of the overview, for the focus ring
const LABEL = 11
const LEAST_TILE = 20
const WIDTHS = { input: 56, vector: 30, output: 78, least: 43, most: 150 }
const RAISED = 5 // of an output's bar, for the share below it
const EDGE = 9 // of the mark where a column goes on

class Overview {
  // on: { hover(place), pin(place) } with places { index, channel, y, x }
  constructor(root, on) {
    this.on = on
    this.element = make("div", "overview")
    this.track = make("div", "track")
    this.lines = document.createElementNS("http://www.w3.org/2000/svg", "svg")
    this.lines.setAttribute("aria-hidden", "true")
    this.element.append(this.track)
    root.append(this.element)
    this.columns = []
    this.track.onpointermove = (event) => event.pointerType !== "touch" && this.#report(event, on.hover)
    // A click's own coordinates are whole pixels, which is not always the number that was pointed at.
    this.track.onpointerdown = ({ target, clientX, clientY }) => (this.pressed = { target, clientX, clientY })
    this.track.onclick = () => this.#report(this.pressed, on.pin)
  }

  build(network) {
    this.network = network
    this.track.replaceChildren(this.lines)
    const layers = network.layers.filter((layer) => !layer.copies)
    this.columns = layers.map((layer) => this.#column(layer))
    this.byIndex = new Map(this.columns.map((column) => [column.layer.index, column]))
  }

  #column(layer) {
    const element = make("div", "column")
    const name = make("span", "layer", layerName(this.network, layer))
    const size = layer.output.length === 3 ? `${layer.channels} × ${layer.height}×${layer.width}` : `${layer.channels}`
    const scale = make("span", layer.kind === "input" ? "scale grey" : "scale")
    const legend = make("span", "legend")
    const scroll = make("div", "scroll")
    const space = make("div", "space")
    const canvas = make("canvas")
    space.append(canvas)
    scroll.append(space)
    element.append(name, make("span", "size", size), scale, legend, scroll)
    this.track.append(element)
    const column = { layer, element, legend, scroll, space, canvas, atlas: new Atlas(layer) }
    scroll.onscroll = () => {
      this.#paintColumn(column)
      this.#paintLines()
    }
    return column
  }

  // Widths, and how many maps stand side by side in each column: the fewest with which all can be seen.
  resize(theme) {
    this.theme = theme
    const available = this.track.parentElement.clientWidth - 2 * PADDING
    if (available <= 0 || !this.columns.length) return
    const { share: part, least, most } = HEIGHT
    this.height = Math.round(Math.max(least, Math.min(most, part * window.innerHeight)))
    this.element.style.setProperty("--height", `${this.height}px`)
    const kind = ({ layer }) => (layer.kind === "input" || layer.name === "output" ? layer.name : isMap(layer) ? "maps" : "vector")
    const maps = this.columns.filter((column) => kind(column) === "maps").length
    const total = (widths) => this.columns.reduce((sum, column) => sum + (widths[kind(column)] ?? 0) + GAP, -GAP)
    const room = Math.min(this.height, available - total({ ...WIDTHS, input: 0 }))
    const widths = maps ? WIDTHS : { ...WIDTHS, input: room } // a dense network leaves it to the picture
    const fixed = total(widths)
    const share = Math.max(WIDTHS.least, Math.min(WIDTHS.most, Math.floor((available - fixed) / maps)))
    let left = 0
    for (const column of this.columns) {
      const { layer } = column
      column.kind = kind(column)
      column.width = widths[column.kind] ?? share
      column.left = left
      left += column.width + GAP
      column.element.style.width = `${column.width}px`
      Object.assign(column, this.#grid(column, layer))
      column.space.style.height = `${Math.max(this.height, column.rows * column.pitch)}px`
    }
    this.track.style.width = `${left - GAP}px`
    this.lines.setAttribute("width", left - GAP)
    this.element.classList.toggle("wider", left - GAP > available)
  }

  #grid({ kind, width }, { channels }) {
    if (kind === "output") return { across: 1, rows: channels, tile: width, pitch: this.height / channels }
    if (kind === "vector") {
      const pitch = Math.max(5, this.height / channels)
      return { across: 1, rows: channels, tile: width, pitch }
    }
    if (kind === "input") return { across: 1, rows: 1, tile: width, pitch: width }
    const tileFor = (across) => Math.floor((width - TILE_GAP * (across - 1)) / across)
    let across = 1
    const fits = () => Math.ceil(channels / across) * (tileFor(across) + LABEL) <= this.height
    while (across < channels && !fits() && tileFor(across + 1) >= LEAST_TILE) across++
    return { across, rows: Math.ceil(channels / across), tile: tileFor(across), pitch: tileFor(across) + LABEL }
  }

  // New numbers, or a new look.
  paint(theme, frame, selection, path) {
    Object.assign(this, { theme, frame, selection, path: new Map(path.map((place) => [place.index, place])) })
    for (const column of this.columns) {
      column.atlas.update(theme.shades)
      const text = column.kind === "input" ? _("0 to 1") : column.kind === "output" ? "" : `± ${column.atlas.limit.toFixed(2)}`
      if (column.legend.textContent !== text) column.legend.textContent = text
      this.#paintColumn(column)
    }
    this.#paintLines()
  }

  // Another number is chosen; the layers' numbers are the same.
  select(selection) {
    const before = this.selection
    this.selection = selection
    for (const index of new Set([before?.index, selection.index])) {
      if (this.byIndex.has(index)) this.#paintColumn(this.byIndex.get(index))
    }
  }

  // Brings a place into view, as little as that takes.
  reveal({ index, channel }) {
    const column = this.byIndex.get(index)
    if (!column) return
    const top = Math.floor(channel / column.across) * column.pitch
    const { scroll } = column
    const [first, last] = [top - EDGE, top + column.pitch + EDGE]
    if (first < scroll.scrollTop) scroll.scrollTop = first
    else if (last > scroll.scrollTop + this.height) scroll.scrollTop = last - this.height
  }

  revealColumn({ index }) {
    const column = this.byIndex.get(index)
    const answers = this.columns.at(-1)
    if (column === answers) return // always in sight, and over what lies below it
    const seen = this.element.clientWidth - 2 * PADDING - GAP - answers.width
    const { scrollLeft } = this.element
    if (column.left < scrollLeft) this.element.scrollLeft = column.left
    else if (column.left + column.width > scrollLeft + seen) this.element.scrollLeft = column.left + column.width - seen
  }

  #paintColumn(column) {
    const { theme } = this
    if (!theme || !column.width) return
    const context = sized(column.canvas, column.width, this.height)
    context.clearRect(0, 0, column.width, this.height)
    if (column.kind === "output") return this.#paintOutput(column, context)
    const { layer, atlas, across, tile, pitch, kind } = column
    const offset = column.scroll.scrollTop
    const height = kind === "vector" ? Math.max(1, pitch - 1) : tile
    const first = Math.max(0, Math.floor(offset / pitch)) * across
    const last = Math.min(layer.channels, Math.ceil((offset + this.height) / pitch) * across)
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
      context.fillText(channel + 1, left + tile / 2, top + tile + 8.5)
    }
    const outline = (place, color, width) => {
      if (place?.index !== layer.index) return
      const { left, top } = this.#corner(column, place.channel)
      context.strokeStyle = color
      context.lineWidth = width
      context.strokeRect(left + width / 2, top + width / 2, tile - width, height - width)
    }
    outline(this.path.get(layer.index), theme.mark, 2)
    outline(this.selection, theme.primary, 3)
    if (offset > 0) this.#goesOn(context, column, 0, EDGE)
    if (offset + this.height < column.rows * pitch) this.#goesOn(context, column, this.height, this.height - EDGE)
  }

  // The column goes on past this edge.
  #goesOn(context, { width }, edge, inside) {
    const { background, text } = this.theme
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

  #paintOutput(column, context) {
    const { theme, frame } = this
    const shares = frame.blank ? null : frame.probabilities
    context.textBaseline = "middle"
    for (let digit = 0; digit < column.rows; digit++) {
      const middle = (digit + 0.5) * column.pitch
      const bar = middle - RAISED
      const winner = digit === frame.winner
      const chosen = this.selection?.index === column.layer.index && this.selection.channel === digit
      context.fillStyle = theme.quiet
      context.fillRect(16, bar - 5, column.width - 16, 10)
      context.fillStyle = winner ? theme.mark : theme.primary
      if (shares) context.fillRect(16, bar - 5, (column.width - 16) * shares[digit], 10)
      context.fillStyle = theme.text
      context.font = `${winner ? "bold " : ""}14px ${theme.font}`
      context.textAlign = "left"
      context.fillText(digit, 4, bar)
      context.font = `${winner ? "bold " : ""}10px ${theme.font}`
      context.textAlign = "right"
      if (shares) context.fillText(percent(shares[digit]), column.width - 4, middle + 8)
      if (!chosen) continue
      context.strokeStyle = theme.primary
      context.lineWidth = 2
      context.strokeRect(1, middle - column.pitch / 2 + 2, column.width - 2, column.pitch - 4)
    }
  }

  #corner(column, channel) {
    return {
      left: (channel % column.across) * (column.tile + TILE_GAP),
      top: Math.floor(channel / column.across) * column.pitch - column.scroll.scrollTop,
    }
  }

  // The strongest path, from tile to tile; where a tile is scrolled away its line ends at the column's edge.
  #paintLines() {
    const head = this.columns[0]?.scroll.offsetTop ?? 0
    this.lines.setAttribute("height", head + this.height)
    const ends = this.columns.flatMap((column) => {
      const place = this.path?.get(column.layer.index)
      if (!place || !column.width) return []
      const { left, top } = this.#corner(column, place.channel)
      const height = column.kind === "maps" || column.kind === "input" ? column.tile : column.pitch
      const raised = column.kind === "output" ? RAISED : 0
      const middle = head + Math.max(0, Math.min(this.height, top + height / 2 - raised))
      const width = column.kind === "output" ? 0 : column.tile
      return [{ in: [column.left + left, middle], out: [column.left + left + width, middle] }]
    })
    const parts = ends.slice(1).map((end, at) => {
      const [x0, y0] = ends[at].out
      const [x1, y1] = end.in
      const bend = Math.max(4, (x1 - x0) / 2)
      return `M${x0} ${y0}C${x0 + bend} ${y0} ${x1 - bend} ${y1} ${x1} ${y1}`
    })
    if (!this.lines.firstChild) {
      this.lines.append(document.createElementNS("http://www.w3.org/2000/svg", "path"))
    }
    this.lines.firstChild.setAttribute("d", parts.join(""))
  }

  // The number under the pointer.
  #report(event, handler) {
    const column = this.columns.find(({ canvas }) => event.target === canvas)
    if (!column) return
    const box = column.canvas.getBoundingClientRect()
    const place = this.#placeAt(column, event.clientX - box.left, event.clientY - box.top)
    if (place) handler(place)
  }

  #placeAt(column, atX, atY) {
    const { layer, across, tile, pitch, kind } = column
    const row = Math.floor((atY + (kind === "output" ? 0 : column.scroll.scrollTop)) / pitch)
    const across_ = kind === "maps" || kind === "input" ? Math.floor(atX / (tile + TILE_GAP)) : 0
    const channel = row * across + across_
    if (channel < 0 || channel >= layer.channels || across_ >= across) return null
    if (kind === "output" || kind === "vector") return { index: layer.index, channel, y: 0, x: 0 }
    const { left, top } = this.#corner(column, channel)
    const x = Math.floor(((atX - left) / tile) * layer.width)
    const y = Math.floor(((atY - top) / tile) * layer.height)
    if (x < 0 || y < 0 || x >= layer.width || y >= layer.height) return null
    return { index: layer.index, channel, y, x }
  }
}
