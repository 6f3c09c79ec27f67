// A window that slides over a picture: what lies under it, times the kernel, adds up to one number of the output.

const LARGEST = 310 // CSS pixels of a picture
const GAP = 20
const RING = 4 // around both pictures, for the frame of the focus
const PACE = { first: 3, doubles: 1.5 } // places per second at the start of a film, and seconds until it is twice as fast
const CALM_MILLISECONDS = 600 // for a row, for those who asked for less motion

class SlidingKernel {
  constructor(root) {
    this.root = root
    this.place = null // { row, column } of the output
    this.held = false // the window stays where it was pressed
    this.whole = true // every place of the output is filled
    this.filled = null // which places are
    this.#build()
    this.resizing = new ResizeObserver(() => this.#resize())
    this.resizing.observe(this.field)
  }

  #build() {
    const { root } = this
    this.field = make("div", "field")
    this.field.tabIndex = 0
    this.field.setAttribute("role", "application")
    this.field.setAttribute("aria-label", _("Window on the picture. The arrow keys move it, Space plays, Enter holds it."))
    ;[this.from, this.to] = ["from", "to"].map((name) => {
      const figure = make("figure", name)
      const canvas = make("canvas")
      canvas.setAttribute("role", "img")
      const caption = make("figcaption")
      const scale = make("p", "scale")
      scale.append(make("span"), make("span", "strip"), make("span"))
      figure.append(canvas, caption, scale)
      this.field.append(figure)
      return { figure, canvas, caption, scale }
    })
    const tools = make("div", "tools")
    this.play = this.#button(tools, _("Play"), () => (this.frame ? this.pause() : this.#start()))
    this.#button(tools, _("Step"), () => this.#step())
    this.#button(tools, _("Empty"), () => this.#fill(false))
    this.#button(tools, _("Fill"), () => this.#fill(true))
    this.sum = make("div", "sum")
    this.total = make("p", "total")
    this.status = make("output", "status")
    this.status.setAttribute("aria-live", "polite")
    root.append(this.field, tools, this.sum, this.total, this.status)
    this.field.onkeydown = (event) => this.#key(event)
    this.#point(this.from.canvas, (x, y) => this.#placeUnder(x, y))
    this.#point(this.to.canvas, (x, y) => this.#placeAt(x, y))
  }

  #button(parent, text, onclick) {
    const button = make("button", "", text)
    button.type = "button"
    button.onclick = onclick
    parent.append(button)
    return button
  }

  // Hovering moves the window; a press holds it, or lets it go where it is held; dragging always moves it.
  #point(canvas, placeOf) {
    let press = null
    const place = (event) => {
      const box = canvas.getBoundingClientRect()
      return placeOf((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height)
    }
    const same = (one, other) => one && other && one.row === other.row && one.column === other.column
    canvas.onpointerdown = (event) => {
      if (event.button !== 0) return
      canvas.setPointerCapture(event.pointerId)
      this.pause()
      const target = place(event)
      press = { release: this.held && same(target, this.place) }
      this.held = true
      this.#move(target)
    }
    canvas.onpointermove = (event) => {
      if (this.frame || (!press && (this.held || event.pointerType === "touch"))) return
      const target = place(event)
      if (press && !same(target, this.place)) press.release = false
      this.#move(target)
    }
    canvas.onpointerup = canvas.onpointercancel = () => {
      if (press?.release) {
        this.held = false
        this.#paint()
      }
      press = null
    }
  }

  #key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target !== this.field) return
    const direction = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key]
    const holds = { Enter: true, Escape: false }
    if (direction) {
      this.pause()
      this.held = true
      this.#move({ row: this.place.row + direction[0], column: this.place.column + direction[1] })
    } else if (event.key === " ") this.frame ? this.pause() : this.#start()
    else if (event.key in holds) {
      this.held = holds[event.key]
      this.#paint()
    } else return
    event.preventDefault()
  }

  // The place whose window has its middle nearest to a point of the picture, given as shares of its width and height.
  #placeUnder(x, y) {
    const { stride, side } = this.data
    const { cell, left, top } = this.#frame(this.across, this.down)
    const along = (share, start) => Math.round(((share * this.edge - start) / cell - side / 2) / stride)
    return { row: along(y, top), column: along(x, left) }
  }

  #placeAt(x, y) {
    const { cell, left, top } = this.#frame(this.columns, this.rows)
    return { row: Math.floor((y * this.edge - top) / cell), column: Math.floor((x * this.edge - left) / cell) }
  }

  // How a grid of numbers lies in the square of a picture.
  #frame(columns, rows) {
    const cell = this.edge / Math.max(columns, rows)
    return { cell, left: (this.edge - columns * cell) / 2, top: (this.edge - rows * cell) / 2 }
  }

  show(data) {
    const before = this.data
    this.theme = readTheme(this.root)
    this.root.style.setProperty("--negative", ink(this.theme, 0)[0])
    this.root.style.setProperty("--positive", ink(this.theme, SHADES - 1)[0])
    this.pause()
    this.data = data
    ;[this.height, this.width] = data.size
    ;[this.rows, this.columns] = data.places
    this.down = this.height + 2 * data.padding
    this.across = this.width + 2 * data.padding
    for (const name of ["picture", "kernel", "output"]) this[name] = unpacked(data[name])
    this.others = data.others && unpacked(data.others)
    const most = (numbers) => numbers.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
    this.limits = { picture: most(this.picture), kernel: most(this.kernel), output: most(this.output) }
    this.limits.products = this.limits.picture * this.limits.kernel
    this.place = before && `${before.size}` === `${data.size}` ? this.#sameMiddle(before) : this.#strongest()
    if (!this.whole || this.filled?.length !== this.output.length) this.#empty(this.whole)
    this.images = {
      picture: this.#image(this.picture, this.width, this.height, data.grey ? null : this.limits.picture),
      output: this.#image(this.output, this.columns, this.rows, this.limits.output),
    }
    this.sum.replaceChildren()
    this.#captions()
    this.#resize()
  }

  #strongest() {
    const at = this.output.findIndex((value) => Math.abs(value) === this.limits.output)
    return { row: Math.floor(at / this.columns), column: at % this.columns }
  }

  // The place whose window lies on the same part of the picture as before stride, padding or size changed.
  #sameMiddle({ stride, padding, side }) {
    const { data } = this
    const along = (place) => Math.round((place * stride - padding + (side - data.side) / 2 + data.padding) / data.stride)
    return this.#within({ row: along(this.place.row), column: along(this.place.column) })
  }

  #within({ row, column }) {
    return {
      row: Math.max(0, Math.min(this.rows - 1, row)),
      column: Math.max(0, Math.min(this.columns - 1, column)),
    }
  }

  // One pixel per number; limit: the end of its scale, null for a grey picture.
  #image(numbers, width, height, limit) {
    const canvas = document.createElement("canvas")
    Object.assign(canvas, { width, height })
    const context = canvas.getContext("2d")
    const image = context.createImageData(width, height)
    const colors = new Uint32Array(image.data.buffer)
    numbers.forEach((value, at) => {
      const level = Math.round(255 * Math.max(0, Math.min(1, value)))
      colors[at] = limit === null ? 0xff000000 | (level * 0x010101) : this.theme.shades[shadeOf(value, limit)]
    })
    context.putImageData(image, 0, 0)
    return canvas
  }

  #captions() {
    const { names, padding, grey } = this.data
    const size = `${this.height} × ${this.width}`
    const around = _("{name}: {size}, with {padding} rows and columns of zeros around it", { name: names[0], size, padding })
    this.from.caption.textContent = padding ? around : `${names[0]}: ${size}`
    this.to.caption.textContent = `${names[1]}: ${this.rows} × ${this.columns}`
    for (const [part, limit] of [[this.from, grey ? null : this.limits.picture], [this.to, this.limits.output]]) {
      const [low, strip, high] = part.scale.children
      strip.classList.toggle("grey", limit === null)
      low.textContent = limit === null ? "0" : signed(-limit, 2)
      high.textContent = limit === null ? "1" : signed(limit, 2)
      part.canvas.setAttribute("aria-label", part.caption.textContent)
    }
  }

  #resize() {
    const width = this.field.clientWidth - 2 * RING
    if (!this.data || width <= 0) return
    this.edge = Math.min(LARGEST, Math.floor((width - GAP) / 2))
    this.root.style.setProperty("--edge", `${this.edge}px`)
    this.#paint()
  }

  #move(place) {
    this.place = this.#within(place)
    this.filled[this.place.row * this.columns + this.place.column] = 1
    this.#paint()
  }

  #paint() {
    if (!this.edge) return
    const under = this.#under()
    this.#paintPicture(under)
    this.#paintOutput()
    this.#explain(under)
  }

  // Patch and products under the window; outside the picture are zeros. outside: which of them lie there.
  #under() {
    const { stride, padding, side } = this.data
    const [top, left] = [this.place.row * stride, this.place.column * stride]
    const cells = Array.from(this.kernel, (weight, at) => {
      const row = top + Math.floor(at / side) - padding
      const column = left + (at % side) - padding
      const inside = row >= 0 && column >= 0 && row < this.height && column < this.width
      return { inside, value: inside ? this.picture[row * this.width + column] : 0 }
    })
    const patch = cells.map(({ value }) => value)
    const products = patch.map((value, at) => value * this.kernel[at])
    return { top, left, patch, products, outside: cells.map(({ inside }) => !inside) }
  }

  #paintPicture({ top, left, products, outside }) {
    const { data, theme, edge } = this
    const { cell, left: x, top: y } = this.#frame(this.across, this.down)
    const context = sized(this.from.canvas, edge, edge)
    context.clearRect(0, 0, edge, edge)
    context.fillStyle = theme.quiet
    context.fillRect(x, y, this.across * cell, this.down * cell)
    if (data.padding) this.#crosses(context, x, y, cell)
    context.imageSmoothingEnabled = false
    const start = data.padding * cell
    context.drawImage(this.images.picture, x + start, y + start, this.width * cell, this.height * cell)
    this.#lines(context, x, y, cell, this.across, this.down)
    products.forEach((product, at) => {
      const [column, row] = [left + (at % data.side), top + Math.floor(at / data.side)]
      context.globalAlpha = outside[at] ? 0.35 : 0.8
      context.fillStyle = ink(theme, shadeOf(product, this.limits.products))[0]
      context.fillRect(x + column * cell, y + row * cell, cell, cell)
    })
    context.globalAlpha = 1
    this.#box(context, x + left * cell, y + top * cell, data.side * cell)
  }

  // A small cross in each cell of the padding, where there is no picture.
  #crosses(context, x, y, cell) {
    const { padding } = this.data
    const arm = Math.min(2.5, cell / 4)
    context.strokeStyle = this.theme.text
    context.globalAlpha = 0.35
    context.lineWidth = 1
    context.beginPath()
    for (let row = 0; row < this.down; row++) {
      for (let column = 0; column < this.across; column++) {
        const inside = (at, size) => at >= padding && at < padding + size
        if (inside(row, this.height) && inside(column, this.width)) continue
        const [middleX, middleY] = [x + (column + 0.5) * cell, y + (row + 0.5) * cell]
        context.moveTo(middleX - arm, middleY - arm)
        context.lineTo(middleX + arm, middleY + arm)
        context.moveTo(middleX + arm, middleY - arm)
        context.lineTo(middleX - arm, middleY + arm)
      }
    }
    context.stroke()
    context.globalAlpha = 1
  }

  #lines(context, x, y, cell, columns, rows) {
    context.strokeStyle = "rgb(128 128 128 / 28%)"
    context.lineWidth = 1
    context.beginPath()
    for (let column = 0; column <= columns; column++) {
      context.moveTo(x + column * cell, y)
      context.lineTo(x + column * cell, y + rows * cell)
    }
    for (let row = 0; row <= rows; row++) {
      context.moveTo(x, y + row * cell)
      context.lineTo(x + columns * cell, y + row * cell)
    }
    context.stroke()
  }

  // A frame that is seen on every ground; dashed while it follows the pointer.
  #box(context, left, top, size) {
    const inside = (place) => Math.max(1.5, Math.min(this.edge - 1.5, place)) // else the picture's end cuts it in half
    const [x, y] = [left, top].map(inside)
    const [width, height] = [inside(left + size) - x, inside(top + size) - y]
    context.lineWidth = 5
    context.strokeStyle = this.theme.background
    context.strokeRect(x, y, width, height)
    context.lineWidth = 3
    context.strokeStyle = this.theme.mark
    context.setLineDash(this.held ? [] : [6, 3])
    context.strokeRect(x, y, width, height)
    context.setLineDash([])
  }

  #paintOutput() {
    const { theme, edge, rows, columns } = this
    const { cell, left, top } = this.#frame(columns, rows)
    const context = sized(this.to.canvas, edge, edge)
    context.clearRect(0, 0, edge, edge)
    context.fillStyle = theme.quiet
    context.fillRect(left, top, columns * cell, rows * cell)
    context.imageSmoothingEnabled = false
    if (this.whole) context.drawImage(this.images.output, left, top, columns * cell, rows * cell)
    else {
      this.filled.forEach((on, at) => {
        if (!on) return
        const [row, column] = [Math.floor(at / columns), at % columns]
        context.drawImage(this.images.output, column, row, 1, 1, left + column * cell, top + row * cell, cell, cell)
      })
    }
    this.#lines(context, left, top, cell, columns, rows)
    this.#box(context, left + this.place.column * cell, top + this.place.row * cell, cell)
  }

  #explain({ patch, products, outside }) {
    const { data, theme, limits } = this
    const { row, column } = this.place
    const at = row * this.columns + column
    const grids = matrices(
      data.side, [patch, this.kernel, products],
      [data.grey ? null : limits.picture, limits.kernel, limits.products], theme,
    )
    if (!this.sum.firstChild) this.sum.append(grids.element())
    grids.fill(this.sum.firstChild)
    if (data.flipped) this.sum.querySelectorAll(".matrix")[1].setAttribute("aria-label", _("flipped kernel"))
    outside.forEach((out, cell) => this.sum.querySelector(".matrix").children[cell].classList.toggle("outside", out))
    const sum = products.reduce((total, product) => total + product, 0)
    const others = this.others?.[at] ?? 0
    const result = sum + others + (data.bias ?? 0)
    const more = [
      ...(this.others ? [[_("+ the other input channels"), others]] : []),
      ...(data.bias === null ? [] : [[_("+ bias"), data.bias]]),
    ]
    const name = _("Sum of the {count} products", { count: products.length })
    this.#terms(more.length ? [[name, sum], ...more, ["=", result]] : [[`${name} =`, result]])
    const told = { row: row + 1, column: column + 1, value: signed(result, 3) }
    this.status.textContent = _("Row {row}, column {column} of the output: {value}.", told)
    Object.assign(this.status.dataset, { row, column, value: result })
  }

  #terms(terms) {
    if (this.total.children.length !== 2 * terms.length) {
      this.total.replaceChildren(...terms.flatMap(() => [make("span"), make("output")]))
    }
    terms.forEach(([text, value], at) => {
      this.total.children[2 * at].textContent = text
      this.total.children[2 * at + 1].textContent = signed(value, 3)
      this.total.children[2 * at + 1].classList.toggle("result", at === terms.length - 1)
    })
  }

  #empty(whole) {
    this.whole = whole
    this.filled = new Uint8Array(this.output.length).fill(whole ? 1 : 0)
  }

  #fill(whole) {
    this.pause()
    this.#empty(whole)
    this.#paint()
  }

  get #position() {
    return this.place.row * this.columns + this.place.column
  }

  #jump(position) {
    this.#move({ row: Math.floor(position / this.columns), column: position % this.columns })
  }

  #step() {
    this.pause()
    this.held = true
    this.#jump((this.#position + 1) % this.output.length)
  }

  // From the first place where everything is filled or the end is reached; slowly at first, then ever faster.
  #start() {
    const last = this.output.length - 1
    if (this.whole || this.#position >= last) {
      this.#empty(false)
      this.#jump(0)
    }
    this.held = true
    const calm = matchMedia("(prefers-reduced-motion:reduce)").matches
    const begun = performance.now()
    const start = this.#position
    const reached = (seconds) => (PACE.first * PACE.doubles * (2 ** (seconds / PACE.doubles) - 1)) / Math.LN2
    const tick = (now) => {
      const rows = Math.floor((now - begun) / CALM_MILLISECONDS)
      const target = Math.min(last, start + Math.floor(calm ? rows * this.columns : reached((now - begun) / 1000)))
      if (target > this.#position) {
        this.filled.fill(1, start, target)
        this.#jump(target)
      }
      if (target >= last) return this.pause()
      this.frame = requestAnimationFrame(tick)
    }
    this.play.textContent = _("Pause")
    this.status.setAttribute("aria-live", "off") // not in every frame of a movement
    this.frame = requestAnimationFrame(tick)
  }

  pause() {
    if (!this.frame) return
    cancelAnimationFrame(this.frame)
    this.frame = 0
    this.play.textContent = _("Play")
    this.status.setAttribute("aria-live", "polite")
  }

  stop() {
    this.pause()
    this.resizing.disconnect()
  }
}

const made = new WeakMap()

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root")
  if (!made.has(root)) made.set(root, new SlidingKernel(root))
  const sliding = made.get(root)
  sliding.show(data)
  return () => sliding.stop()
}
