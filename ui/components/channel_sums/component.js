// Inputs on the left, outputs below, a kernel wherever the two meet; beside them what each input adds to one output.

const MAP = 68 // CSS pixels of a feature map
const KERNEL = 46

class ChannelSums {
  constructor(root) {
    this.root = root
    this.chosen = 0 // the output that is opened
    this.place = null // { row, column } of the output
    this.table = make("div", "table")
    this.table.tabIndex = 0
    this.table.setAttribute("role", "application")
    this.table.setAttribute(
      "aria-label", _("Channels of a layer. The arrow keys move the place, with Shift they choose the output channel."),
    )
    this.table.onkeydown = (event) => this.#key(event)
    this.status = make("output", "status")
    this.status.setAttribute("aria-live", "polite")
    root.append(this.table, this.status)
  }

  show(data) {
    const { root } = this
    this.theme = readTheme(root)
    this.data = data
    ;[this.shownIn, this.height, this.width] = data.shape
    ;[this.shownOut, this.rows, this.columns] = data.outputs
    for (const name of ["inputs", "weights", "bias"]) this[name] = unpacked(data[name])
    this.others = data.others && unpacked(data.others)
    this.#compute()
    this.chosen = Math.min(this.chosen, this.shownOut - 1)
    const { place } = this
    if (!place || place.row >= this.rows || place.column >= this.columns) this.place = this.#strongest()
    this.#build()
    this.#paint()
  }

  // What each shown input adds to each shown output, and the outputs themselves, as arrays of rows x columns numbers.
  #compute() {
    const size = this.rows * this.columns
    const { side } = this.data
    this.parts = Array.from({ length: this.shownOut }, (none, to) =>
      Array.from({ length: this.shownIn }, (nothing, from) => {
        const input = this.inputs.subarray(from * this.height * this.width, (from + 1) * this.height * this.width)
        const kernel = this.#kernel(from, to)
        return Float64Array.from({ length: size }, (empty, at) => {
          const start = Math.floor(at / this.columns) * this.width + (at % this.columns)
          return kernel.reduce((sum, weight, cell) => sum + weight * input[start + Math.floor(cell / side) * this.width + (cell % side)], 0)
        })
      }),
    )
    this.rest = (to) => this.others?.subarray(to * size, (to + 1) * size)
    this.outputs = this.parts.map((parts, to) =>
      Float64Array.from({ length: size }, (empty, at) =>
        parts.reduce((sum, part) => sum + part[at], this.bias[to] + (this.rest(to)?.[at] ?? 0)),
      ),
    )
    const most = (lists) => lists.reduce((largest, list) => list.reduce((so, value) => Math.max(so, Math.abs(value)), largest), 0)
    this.limits = {
      inputs: most([this.inputs]), weights: most([this.weights]),
      sums: most([...this.parts.flat(), ...this.outputs, ...(this.others ? [this.others] : [])]),
    }
  }

  #kernel(from, to) {
    const count = this.data.side ** 2
    const at = (to * this.shownIn + from) * count
    return this.weights.subarray(at, at + count)
  }

  #strongest() {
    const output = this.outputs[this.chosen]
    const largest = output.reduce((so, value, at) => (Math.abs(value) > Math.abs(output[so]) ? at : so), 0)
    return { row: Math.floor(largest / this.columns), column: largest % this.columns }
  }

  // The cells of the table, made anew when the numbers of channels change.
  #build() {
    const { table, shownIn, shownOut } = this
    const [channelsIn, channelsOut] = this.data.channels
    const shape = `${shownIn} ${shownOut} ${channelsIn} ${channelsOut}`
    if (shape === this.shape) return
    this.shape = shape
    table.replaceChildren()
    table.style.setProperty("--outputs", shownOut)
    this.cells = { inputs: [], kernels: [], outputs: [], parts: [], heads: [], biases: [] }
    const hidden = channelsOut - shownOut
    const cell = (className, text) => table.appendChild(make("div", `cell ${className}`, text ?? ""))
    const canvas = (parent, label) => {
      const made = parent.appendChild(make("canvas"))
      made.setAttribute("role", "img")
      made.setAttribute("aria-label", label)
      made.onpointermove = made.onpointerdown = (event) => this.#point(made, event)
      return made
    }
    const kernels = (fill, last) => {
      for (let to = 0; to < shownOut; to++) fill(cell("kernel"), to)
      cell("rest", hidden ? last : null)
    }
    // A picture, a sign before it and the number at the place after it.
    const part = (sign, label) => {
      const parent = cell("part")
      parent.append(make("span", "sign", sign))
      const picture = label && canvas(parent, label)
      if (!label) parent.append(make("span", "nothing"))
      const number = parent.appendChild(make("output"))
      this.cells.parts.push({ canvas: picture, number })
    }

    cell("head", _("Inputs"))
    for (let to = 0; to < shownOut; to++) {
      const button = cell("head").appendChild(make("button"))
      button.textContent = _("Output {number}", { number: to + 1 })
      button.type = "button"
      button.onclick = () => this.#choose(to)
      this.cells.heads.push(button)
    }
    cell("rest", hidden ? _("{count} more", { count: hidden }) : null)
    this.title = cell("title")
    for (let from = 0; from < shownIn; from++) {
      this.cells.inputs.push(canvas(cell("map"), _("Input channel {number}", { number: from + 1 })))
      kernels((parent, to) => {
        const label = _("Kernel from input {from} to output {to}", { from: from + 1, to: to + 1 })
        const picture = canvas(parent, label)
        picture.onpointermove = null
        picture.onpointerdown = () => this.#choose(to)
        this.cells.kernels.push({ canvas: picture, from, to })
      }, "…")
      part(from ? "+" : "", _("What input channel {number} adds", { number: from + 1 }))
    }
    if (this.others) {
      cell("map", _("{count} more", { count: channelsIn - shownIn }))
      kernels((parent) => parent.append("⋮"), "⋱")
      part("+", _("What the other input channels add"))
    }
    cell("map", _("Bias"))
    kernels((parent, to) => this.cells.biases.push(parent.appendChild(make("output"))), "…")
    part("+", "")
    cell("map", _("Outputs"))
    const output = (to) => _("Output channel {number}", { number: to + 1 })
    kernels((parent, to) => this.cells.outputs.push(canvas(parent, output(to))), "…")
    part("=", _("The chosen output channel"))
  }

  #choose(to) {
    this.chosen = to
    this.#paint()
  }

  #point(canvas, event) {
    const box = canvas.getBoundingClientRect()
    const along = (share, count) => Math.max(0, Math.min(count - 1, Math.floor(share * count)))
    this.place = {
      row: along((event.clientY - box.top) / box.height, this.rows),
      column: along((event.clientX - box.left) / box.width, this.columns),
    }
    this.#paint()
  }

  #key(event) {
    const direction = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key]
    if (!direction || event.ctrlKey || event.altKey || event.metaKey) return
    event.preventDefault()
    const within = (value, count) => Math.max(0, Math.min(count - 1, value))
    if (event.shiftKey) return this.#choose(within(this.chosen + direction[0] + direction[1], this.shownOut))
    const { row, column } = this.place
    this.place = { row: within(row + direction[0], this.rows), column: within(column + direction[1], this.columns) }
    this.#paint()
  }

  #paint() {
    const { cells, theme, limits, chosen, place } = this
    const [channelsIn] = this.data.channels
    const at = place.row * this.columns + place.column
    const single = channelsIn === 1 // then the input is the picture itself
    cells.inputs.forEach((canvas, from) => {
      const size = this.height * this.width
      this.#map(canvas, this.inputs.subarray(from * size, (from + 1) * size), this.width, this.height, single ? null : limits.inputs)
      this.#mark(canvas, place.column / this.width, place.row / this.height, this.data.side / this.width)
    })
    cells.kernels.forEach(({ canvas, from, to }) => {
      this.#map(canvas, this.#kernel(from, to), this.data.side, this.data.side, limits.weights, KERNEL)
      canvas.parentElement.classList.toggle("chosen", to === chosen)
    })
    cells.biases.forEach((output, to) => {
      output.textContent = signed(this.bias[to], 2)
      output.parentElement.classList.toggle("chosen", to === chosen)
    })
    cells.outputs.forEach((canvas, to) => {
      this.#map(canvas, this.outputs[to], this.columns, this.rows, limits.sums, KERNEL + 10)
      canvas.parentElement.classList.toggle("chosen", to === chosen)
    })
    cells.heads.forEach((button, to) => button.setAttribute("aria-pressed", to === chosen))
    this.title.textContent = _("How output {number} adds up", { number: chosen + 1 })
    const numbers = [...this.parts[chosen], ...(this.others ? [this.rest(chosen)] : []), null, this.outputs[chosen]]
    numbers.forEach((list, which) => {
      const { canvas, number } = cells.parts[which]
      if (list) {
        this.#map(canvas, list, this.columns, this.rows, limits.sums)
        this.#mark(canvas, place.column / this.columns, place.row / this.rows, 1 / this.columns)
      }
      number.textContent = signed(list ? list[at] : this.bias[chosen], 3)
    })
    const value = this.outputs[chosen][at]
    this.status.textContent = _("Output {number}, row {row}, column {column}: the parts and the bias add up to {value}.", {
      number: chosen + 1, row: place.row + 1, column: place.column + 1, value: signed(value, 3),
    })
    Object.assign(this.status.dataset, { chosen, row: place.row, column: place.column, value })
  }

  #map(canvas, numbers, columns, rows, limit, side = MAP) {
    const context = sized(canvas, side, side)
    const image = context.createImageData(columns, rows)
    const colors = new Uint32Array(image.data.buffer)
    numbers.forEach((value, at) => {
      const level = Math.round(255 * Math.max(0, Math.min(1, value)))
      colors[at] = limit === null ? 0xff000000 | (level * 0x010101) : this.theme.shades[shadeOf(value, limit)]
    })
    const small = document.createElement("canvas")
    Object.assign(small, { width: columns, height: rows })
    small.getContext("2d").putImageData(image, 0, 0)
    context.imageSmoothingEnabled = false
    context.drawImage(small, 0, 0, side, side)
  }

  #mark(canvas, left, top, size) {
    const context = canvas.getContext("2d")
    context.lineWidth = 2
    context.strokeStyle = this.theme.mark
    context.strokeRect(left * MAP, top * MAP, size * MAP, size * MAP)
  }
}

const made = new WeakMap()

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root")
  if (!made.has(root)) made.set(root, new ChannelSums(root))
  made.get(root).show(data)
}
