// The arithmetic of one number: what it is made of, with every product, sum and bias.

const SIDE = 148
const SHOWN_TERMS = 24 // of a dense layer's inputs; a convolution lists every input channel

class Detail {
  // on: { place(place), channel(number), slide(position) }
  constructor(root, on) {
    this.on = on
    this.element = make("section", "detail")
    this.status = make("p", "status")
    this.status.setAttribute("role", "status")
    this.from = this.#figure((place) => on.place(place), _("What it is made of"))
    this.to = this.#figure((place) => on.place(place), _("The map that it belongs to"))
    const whole = _("The drawing, and the part of it that this number depends on")
    this.field = this.#figure((place) => on.place(place), whole)
    this.slide = new Slide(on.slide)
    this.to.figure.append(this.slide.element)
    this.sum = make("div", "sum")
    const pictures = make("div", "pictures")
    pictures.append(this.from.figure, this.to.figure, this.field.figure)
    const body = make("div", "body")
    body.append(pictures, this.sum)
    this.element.append(this.status, body)
    root.append(this.element)
  }

  #figure(onPick, label) {
    const figure = make("figure")
    const canvas = make("canvas")
    canvas.setAttribute("role", "img")
    canvas.setAttribute("aria-label", label)
    const caption = make("figcaption")
    figure.append(canvas, caption)
    const parts = { figure, canvas, caption, shown: null }
    canvas.onclick = (event) => {
      if (!parts.shown) return
      const { layer, channel } = parts.shown
      const x = Math.floor((event.offsetX / canvas.clientWidth) * layer.width)
      const y = Math.floor((event.offsetY / canvas.clientHeight) * layer.height)
      if (x >= 0 && y >= 0 && x < layer.width && y < layer.height) onPick({ index: layer.index, channel, y, x })
    }
    return parts
  }

  // explained: from the engine's `explain`; atlases: by layer index; chosen: the input channel to open, or null for the
  // strongest; position: how far a slide has come, or null.
  show(network, explained, { theme, atlases, chosen, pinned, position, said }) {
    Object.assign(this, { network, theme, atlases })
    const { layer } = explained
    const strongest = explained.terms?.[0]
    const from = layer.kind === "convolution" ? (chosen ?? strongest.channel) : (explained.best?.channel ?? 0)
    this.opened = from
    this.#drawSource(explained, from)
    this.#drawOutput(explained, position)
    this.#drawField(explained)
    this.slide.setCount(["convolution", "pooling"].includes(layer.kind) ? layer.height * layer.width : 0)
    const sections = SECTIONS[layer.kind](network, explained, { from, theme })
    update(this.sum, sections)
    this.sum.querySelectorAll("[data-channel]").forEach((row) => {
      row.onclick = () => this.on.channel(Number(row.dataset.channel))
    })
    this.status.setAttribute("aria-live", said ? "polite" : "off")
    this.status.textContent = this.#sentence(explained, pinned)
  }

  #sentence({ index, layer, channel, y, x, value, window, softmax }, pinned) {
    const { network } = this
    const name = placeName(network, { index, channel, y, x })
    const shown = { place: `${name[0].toUpperCase()}${name.slice(1)}`, value: signed(value) }
    const parts = [pinned ? _("{place}: {value}, pinned.", shown) : _("{place}: {value}.", shown)]
    if (layer.kind === "convolution") {
      const { source } = layer
      const from = source.kind === "input" ? _("the input") : layerName(network, source, true)
      const made = { height: window.height, width: window.width, count: source.channels, layer: from }
      parts.push(
        source.channels > 1
          ? _("Made of {height}×{width} numbers in each of the {count} maps of {layer}.", made)
          : _("Made of {height}×{width} numbers of {layer}.", made),
      )
    }
    if (softmax) parts.push(_("Its share is {share}.", { share: percent(softmax.shares[channel]) }))
    if (isMap(layer) && layer.kind !== "input") {
      const { height, width } = lab.receptiveField(network, index, y, x)
      parts.push(_("It depends on {height}×{width} pixels of the drawing.", { height, width }))
    }
    return parts.join(" ")
  }

  #draw(parts, layer, channel, { caption, box, filled = Infinity, dot = null, limit = true }) {
    parts.figure.hidden = false
    parts.shown = { layer, channel }
    const { theme } = this
    const context = sized(parts.canvas, SIDE, SIDE)
    const cell = SIDE / Math.max(layer.width, layer.height)
    context.clearRect(0, 0, SIDE, SIDE)
    this.atlases(layer.index).paint(context, channel, 0, 0, cell * layer.width, cell * layer.height)
    if (filled < layer.width * layer.height) {
      const row = Math.floor((filled + 1) / layer.width)
      const column = (filled + 1) % layer.width
      context.fillStyle = theme.quiet
      context.fillRect(column * cell, row * cell, SIDE, cell)
      context.fillRect(0, (row + 1) * cell, SIDE, SIDE)
    }
    const frame = ({ top, left, height, width }, color) => {
      context.lineWidth = 2.5
      context.strokeStyle = color
      context.strokeRect(left * cell, top * cell, width * cell, height * cell)
    }
    if (box) frame(box, theme.mark)
    if (dot) frame({ top: dot.y, left: dot.x, height: 1, width: 1 }, theme.primary)
    const scale = limit && layer.kind !== "input" ? `, ±\u00a0${this.atlases(layer.index).limit.toFixed(2)}` : ""
    parts.caption.textContent = `${caption}${scale}`
  }

  #drawSource({ layer, window, best }, channel) {
    const { source } = layer
    this.from.figure.hidden = !source || !isMap(source)
    if (this.from.figure.hidden) return
    const box = layer.kind === "dense" ? { top: best.y, left: best.x, height: 1, width: 1 } : window
    const from = { layer: layerName(this.network, source, true), number: channel + 1 }
    const caption = source.kind === "input" ? _("The input") : _("From {layer}, map {number}", from)
    this.#draw(this.from, source, channel, { caption, box })
  }

  #drawOutput({ layer, channel, y, x }, position) {
    this.to.figure.hidden = !isMap(layer) || layer.kind === "input"
    if (this.to.figure.hidden) return
    const caption = _("To {layer}, map {number}", { layer: layerName(this.network, layer, true), number: channel + 1 })
    this.#draw(this.to, layer, channel, { caption, dot: { y, x }, filled: position ?? Infinity })
  }

  #drawField({ index, layer, y, x }) {
    const input = this.network.layers[0]
    this.field.figure.hidden = layer.source === input
    if (this.field.figure.hidden) return
    const box = lab.receptiveField(this.network, index, y, x)
    const caption =
      layer.kind === "input" ? _("The input") : _("Its receptive field: {height}×{width} pixels of the drawing", box)
    this.#draw(this.field, input, 0, { caption, box })
  }
}

// Each kind of layer as a list of sections { key, element(), fill(element) }: an element is made once per key, and only
// its texts and colours change while one looks around.
const SECTIONS = {
  input: () => [line("note", _("The picture as the network gets it: 0 is paper, 1 is full ink."))],

  convolution(network, explained, { from, theme }) {
    const { layer, terms, bias, total } = explained
    const { patch, weights, products } = lab.channelProducts(explained, from)
    const term = terms.find(({ channel }) => channel === from)
    const [most, heaviest] = [patch, weights].map((numbers) => Math.max(...numbers.map(Math.abs)))
    const opened = { number: from + 1, layer: layerName(network, layer.source, true) }
    const only = terms.length === 1
    return [
      line("title", only ? _("Patch × kernel = products") : _("Map {number} of {layer}: patch × kernel = products", opened)),
      matrices(layer.kernel, [patch, weights, products], [most, heaviest, Math.max(...products.map(Math.abs))], theme),
      ...(only ? [] : [line("total", [_("Sum for map {number}", opened), number(term.sum)])]),
      line("total", [
        only ? _("Sum of the products") : _("Sum of all {count} maps", { count: terms.length }), number(total - bias),
        _("+ bias"), number(bias), "=", number(total, "result"),
      ]),
      ...next(network, explained),
      ...(only ? [] : [line("title", _("All {count} input maps, the largest first", { count: terms.length })), termList(terms, from)]),
    ]
  },

  "batch norm"(network, { input, mean, variance, scale, offset, normalised, total, ...explained }) {
    return [
      line("title", _("(x − mean) / √(variance + 0.00001) × scale + offset")),
      line("total", ["(", number(input), "−", number(mean), ") / √(", number(variance), "+ 0.00001) =", number(normalised)]),
      line("total", [number(normalised), "×", number(scale), "+", number(offset), "=", number(total, "result")]),
      line("note", _("Mean and variance are those of this map over the training pictures; scale and offset are learned.")),
      ...next(network, explained),
    ]
  },

  activation(network, { input, apply, total }, { theme }) {
    const [label, formula] = ACTIVATIONS[network.activation]
    return [
      line("title", `${label}: ${formula}`),
      curve(input, apply, theme),
      line("total", ["x =", number(input), "→", number(total, "result")]),
    ]
  },

  pooling(network, { inputs, winner, total }, { theme }) {
    const limit = Math.max(...inputs.map(Math.abs))
    const same = inputs.every((input) => input === inputs[0])
    const largestOf = same ? _("The largest of four numbers, here all the same") : _("The largest of four numbers; the others are dropped")
    const told = winner === null ? _("The mean of four numbers") : largestOf
    const formula = winner === null
      ? ["(", ...inputs.flatMap((input, at) => (at ? ["+", number(input)] : [number(input)])), ") / 4 ="]
      : ["max(", ...inputs.flatMap((input, at) => (at ? [",", number(input)] : [number(input)])), ") ="]
    return [
      line("title", told),
      matrices(2, [inputs], [limit], theme, same ? null : winner),
      line("total", [...formula, number(total, "result")]),
    ]
  },

  dense(network, explained) {
    const { layer, terms, bias, total, softmax } = explained
    const shown = terms.slice(0, SHOWN_TERMS)
    const rest = terms.slice(SHOWN_TERMS)
    const others = rest.reduce((sum, { sum: product }) => sum + product, 0)
    const pixels = layer.source.kind === "input"
    const place = ({ channel, y, x }) => {
      const at = { number: channel + 1, row: y + 1, column: x + 1 }
      if (!isMap(layer.source)) return _("unit {number}", at)
      return pixels ? _("row {row}, column {column}", at) : _("map {number}, row {row}, column {column}", at)
    }
    const count = terms.length
    const heading = pixels
      ? _("Input × weight: the strongest of {count} pixels of the input", { count })
      : _("Input × weight: the strongest of {count} inputs from {layer}", { count, layer: layerName(network, layer.source, true) })
    return [
      ...(softmax ? [line("title", _("From logits to shares")), softmaxTable(softmax, explained.channel)] : []),
      line("total", [
        _("Sum of {count} products", { count }), number(total - bias), _("+ bias"), number(bias), "=", number(total, "result"),
      ]),
      ...next(network, explained),
      line("title", heading),
      productList(shown, place),
      ...(rest.length ? [line("total", [_("The other {count} together", { count: rest.length }), number(others)])] : []),
    ]
  },
}

// What the following norm or activation makes of the number, so that a sum ends where the next layer begins.
function next(network, { index, channel, y, x }) {
  const layer = network.layers[index + 1]
  if (!layer || !["batch norm", "activation"].includes(layer.kind)) return []
  const value = layer.values[(channel * layer.height + y) * layer.width + x]
  return [line("total", [`→ ${layerName(network, layer, true)} →`, number(value)])]
}

const number = (value, role = "") => ({ value, role })

function line(className, parts) {
  const list = [parts].flat()
  const shape = list.map((part) => (typeof part === "string" ? "t" : "n")).join("")
  return {
    key: `${className} ${shape}`,
    element() {
      const row = make("p", className)
      row.append(...list.map((part) => make(typeof part === "string" ? "span" : "output")))
      return row
    },
    fill(row) {
      list.forEach((part, at) => {
        const cell = row.children[at]
        if (typeof part === "string") cell.textContent = part
        else {
          cell.className = part.role
          cell.textContent = signed(part.value)
          cell.dataset.value = part.value
        }
      })
    },
  }
}

// Rows with a name, a bar to the left or right of the middle, and a number.
function barList(className, rows, limit) {
  return {
    key: `${className} ${rows.length}`,
    element() {
      const list = make("div", `terms ${className}`)
      rows.forEach(({ channel }) => {
        const row = make(channel === undefined ? "div" : "button", "term")
        if (channel !== undefined) row.type = "button"
        const track = make("span", "track")
        track.append(make("span", "bar"))
        row.append(make("span", "name"), track, make("output"))
        list.append(row)
      })
      return list
    },
    fill(list) {
      rows.forEach(({ name, value, channel, chosen, title }, at) => {
        const row = list.children[at]
        const [label, track, output] = row.children
        label.textContent = name
        row.title = title ?? ""
        const share = limit ? Math.abs(value) / limit / 2 : 0
        const bar = track.firstChild
        bar.className = value < 0 ? "bar negative" : "bar"
        bar.style.width = `${100 * share}%`
        bar.style.left = `${value < 0 ? 50 - 100 * share : 50}%`
        output.textContent = signed(value)
        output.dataset.value = value
        if (channel === undefined) return
        row.dataset.channel = channel
        row.setAttribute("aria-pressed", chosen)
      })
    },
  }
}

const largest = (terms) => Math.max(...terms.map(({ sum }) => Math.abs(sum)))

function termList(terms, from) {
  const rows = terms.map(({ channel, sum }) => {
    return { name: _("map {number}", { number: channel + 1 }), value: sum, channel, chosen: channel === from }
  })
  return barList("channels", rows, largest(terms))
}

function productList(terms, place) {
  const rows = terms.map((term) => ({
    name: `${place(term)}: ${signed(term.input, 2)} × ${signed(term.weight, 2)}`,
    title: `${signed(term.input, 6)} × ${signed(term.weight, 6)}`,
    value: term.sum,
  }))
  return barList("products", rows, largest(terms))
}

function softmaxTable({ logits, exponentials, total, shares, largest: most }, chosen) {
  return {
    key: "softmax",
    element() {
      const table = make("table")
      const head = table.createTHead().insertRow()
      for (const title of [_("digit"), _("logit z"), "", _("share")]) head.append(make("th", "", title))
      const body = table.createTBody()
      logits.forEach(() => {
        const row = body.insertRow()
        for (let cell = 0; cell < 4; cell++) row.insertCell()
      })
      return table
    },
    fill(table) {
      table.tHead.rows[0].cells[2].textContent = `exp(z − ${signed(most, 2)})`
      Array.from(table.tBodies[0].rows, (row, digit) => {
        const values = [logits[digit], exponentials[digit], shares[digit]]
        row.className = digit === chosen ? "chosen" : ""
        row.cells[0].textContent = digit
        values.forEach((value, at) => {
          row.cells[at + 1].textContent = signed(value)
          row.cells[at + 1].dataset.value = value
        })
      })
      table.title = _("The exponentials add up to {total}; each share is its part of that.", { total: signed(total) })
    },
  }
}

// The activation's graph with the point on it.
function curve(input, apply, theme) {
  const [width, height] = [220, 110]
  const reach = Math.max(4, Math.abs(input) * 1.1)
  return {
    key: "curve",
    element() {
      const canvas = make("canvas", "curve")
      canvas.setAttribute("role", "img")
      canvas.setAttribute("aria-label", _("Graph of the activation function with this number marked"))
      return canvas
    },
    fill(canvas) {
      const context = sized(canvas, width, height)
      const points = Array.from({ length: width + 1 }, (_none, at) => apply(((2 * at) / width - 1) * reach))
      const [low, high] = [Math.min(0, ...points), Math.max(0.1, ...points)]
      const up = (value) => height - 8 - ((value - low) / (high - low)) * (height - 16)
      context.clearRect(0, 0, width, height)
      context.lineWidth = 1
      context.strokeStyle = theme.border
      context.strokeRect(0, up(0), width, 0)
      context.strokeRect(width / 2, 0, 0, height)
      context.lineWidth = 2
      context.strokeStyle = theme.primary
      context.beginPath()
      points.forEach((value, at) => context.lineTo(at, up(value)))
      context.stroke()
      context.fillStyle = theme.mark
      context.beginPath()
      context.arc((input / reach + 1) * (width / 2), up(apply(input)), 5, 0, 7)
      context.fill()
    },
  }
}

// Makes the children of `parent` those of the sections: kept where the key is the same, so that focus and scroll stay.
function update(parent, sections) {
  sections.forEach((section, at) => {
    let element = parent.children[at]
    if (element?.dataset.key !== section.key) {
      const fresh = section.element()
      fresh.dataset.key = section.key
      if (element) element.replaceWith(fresh)
      else parent.append(fresh)
      element = fresh
    }
    section.fill(element)
  })
  while (parent.children.length > sections.length) parent.lastChild.remove()
}
