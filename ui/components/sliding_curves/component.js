// One curve stays, the other is flipped and slides over it; the area under their product is the value of a third curve,
// which appears below as far as the second has come.

const PADDING = { left: 44, right: 14, top: 14, bottom: 20 }
const SECONDS = 9 // from one end to the other
const KEY_STEP = 0.1
const CALM = { step: 0.25, milliseconds: 500 } // for those who asked for less motion

const SVG = "http://www.w3.org/2000/svg"

function draw(tag, className, parent) {
  const element = document.createElementNS(SVG, tag)
  element.setAttribute("class", className)
  parent.append(element)
  return element
}

// Axes and curves in an SVG that is as wide as its place.
class Plot {
  // names: of its paths. axis, title: what is written at the end of the axis, and in the corner.
  constructor(parent, { height, label, reach, names, axis = "", title = "" }) {
    Object.assign(this, { height, reach, axis, title })
    this.svg = draw("svg", "plot", parent)
    this.svg.setAttribute("role", "img")
    this.svg.setAttribute("aria-label", label)
    this.svg.setAttribute("height", height)
    this.axes = draw("g", "axes", this.svg)
    this.paths = Object.fromEntries(names.map((name) => [name, draw("path", name, this.svg)]))
  }

  // low, high: the values that must fit in.
  range(width, low, high) {
    Object.assign(this, { width, low, high })
    this.svg.setAttribute("width", width)
    this.axes.replaceChildren()
    const horizontal = draw("path", "axis", this.axes)
    horizontal.setAttribute("d", `M${PADDING.left} ${this.y(0)}H${width - PADDING.right}`)
    for (let tick = Math.ceil(-this.reach) + 1; tick < this.reach; tick++) {
      this.#label(this.x(tick), this.height - 4, signed(tick, 0), "middle")
      draw("path", "tick", this.axes).setAttribute("d", `M${this.x(tick)} ${PADDING.top}V${this.height - PADDING.bottom}`)
    }
    this.#label(width - PADDING.right, this.height - 4, this.axis, "end")
    this.#label(PADDING.left + 6, PADDING.top + 2, this.title, "start")
    const step = [0.1, 0.2, 0.25, 0.5, 1, 2].find((size) => (high - low) / size < 5) ?? 4
    for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + 1e-9; tick += step) {
      this.#label(PADDING.left - 6, this.y(tick) + 4, signed(tick, step === 0.25 ? 2 : step < 1 ? 1 : 0), "end")
    }
  }

  #label(x, y, text, anchor) {
    const label = draw("text", "label", this.axes)
    label.setAttribute("x", x)
    label.setAttribute("y", y)
    label.setAttribute("text-anchor", anchor)
    label.textContent = text
  }

  x(place) {
    return PADDING.left + ((place + this.reach) / (2 * this.reach)) * (this.width - PADDING.left - PADDING.right)
  }

  place(x) {
    return ((x - PADDING.left) / (this.width - PADDING.left - PADDING.right)) * 2 * this.reach - this.reach
  }

  y(value) {
    const share = (value - this.low) / (this.high - this.low)
    return this.height - PADDING.bottom - share * (this.height - PADDING.top - PADDING.bottom)
  }

  // The line through values at equal distances, the first at `from`.
  line(values, from, step) {
    let path = ""
    for (let at = 0; at < values.length; at++) {
      path += `${at ? "L" : "M"}${this.x(from + at * step).toFixed(1)} ${this.y(values[at]).toFixed(1)}`
    }
    return path
  }

  area(values, from, step) {
    const end = from + (values.length - 1) * step
    return `${this.line(values, from, step)}L${this.x(end)} ${this.y(0)}L${this.x(from)} ${this.y(0)}Z`
  }

  set(name, path) {
    this.paths[name].setAttribute("d", path)
  }
}

class Curves {
  constructor(root) {
    this.root = root
    this.at = 0 // how many steps the second curve has come
    this.furthest = 0
    this.key = null
    this.resizing = new ResizeObserver(() => this.#resize())
  }

  #build(reach) {
    const { root } = this
    root.replaceChildren()
    this.minis = make("div", "minis")
    root.append(this.minis)
    this.small = [["f", "f(τ)"], ["g", "g(τ)"], ["flipped", "g(−τ)"]].map(([name, caption]) => {
      const figure = make("figure")
      const plot = new Plot(figure, { height: 76, label: caption, reach, names: [name === "flipped" ? "g" : name] })
      figure.append(make("figcaption", "", name === "flipped" ? _("{curve}, flipped", { curve: caption }) : caption))
      this.minis.append(figure)
      return plot
    })
    const legend = make("p", "legend")
    for (const [name, text] of [
      ["f", _("f(τ), stays")],
      ["g", _("g(t − τ), slides")],
      ["positive", _("product above zero")],
      ["negative", _("product below zero")],
    ]) {
      const key = make("span", "key")
      key.append(make("span", `swatch ${name}-swatch`), make("span", "", text))
      legend.append(key)
    }
    root.append(legend)
    this.stage = make("div", "stage")
    root.append(this.stage)
    this.top = new Plot(this.stage, {
      height: 210, reach, label: _("Both curves, and the area under their product"), axis: "τ",
      names: ["positive", "negative", "hatch", "f", "g", "now"],
    })
    this.#hatch()
    this.signs = ["+", "−"].map((sign) => {
      const text = draw("text", "sign", this.top.svg)
      text.textContent = sign
      return text
    })
    this.range = make("input", "range")
    Object.assign(this.range, { type: "range", step: "any" })
    this.range.setAttribute("aria-label", _("Place t of the sliding curve"))
    this.stage.append(this.range)
    this.bottom = new Plot(this.stage, {
      height: 150, reach, label: _("The convolution, as far as the sliding curve has come"), names: ["now", "result"],
      axis: "t", title: "(f ∗ g)(t)",
    })
    this.dot = draw("circle", "dot", this.bottom.svg)
    this.dot.setAttribute("r", 6)
    this.status = make("output", "status")
    this.status.setAttribute("aria-live", "polite")
    root.append(this.status)
    const tools = make("div", "tools")
    this.play = this.#button(tools, _("Play"), () => (this.frame ? this.pause() : this.#start()))
    this.#button(tools, _("Start again"), () => this.#restart())
    root.append(tools)
    this.#connect()
    this.resizing.observe(this.stage)
  }

  // Lines across the area below the axis, so that it is told apart without colour.
  #hatch() {
    const pattern = draw("pattern", "", this.top.svg)
    for (const [name, value] of Object.entries({ id: "hatch", width: 7, height: 7, patternUnits: "userSpaceOnUse" })) {
      pattern.setAttribute(name, value)
    }
    draw("path", "hatching", pattern).setAttribute("d", "M-1 8L8 -1M-4.5 4.5L4.5 -4.5M2.5 11.5L11.5 2.5")
    this.top.paths.hatch.setAttribute("fill", "url(#hatch)")
  }

  #button(parent, text, onclick) {
    const button = make("button", "", text)
    button.type = "button"
    button.onclick = onclick
    parent.append(button)
    return button
  }

  #connect() {
    this.range.oninput = () => {
      this.pause()
      this.#move(Number(this.range.value))
    }
    this.range.onkeydown = (event) => {
      const direction = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key]
      if (!direction) return
      event.preventDefault()
      this.pause()
      this.#move(this.t + direction * (event.shiftKey ? this.step : KEY_STEP))
    }
    const { top, bottom } = this
    let grabbed = null // how far the curve's middle lies from the pointer
    const at = (event) => top.place(event.clientX - top.svg.getBoundingClientRect().left)
    for (const { svg } of [top, bottom]) {
      svg.onpointerdown = (event) => {
        if (event.button !== 0) return
        svg.setPointerCapture(event.pointerId)
        this.pause()
        grabbed = svg === top.svg ? this.t - at(event) : 0
        this.#move(at(event) + grabbed)
      }
      svg.onpointermove = (event) => grabbed !== null && this.#move(at(event) + grabbed)
      svg.onpointerup = svg.onpointercancel = svg.onlostpointercapture = () => (grabbed = null)
    }
  }

  // Curves are sampled in the middle of every step.
  get first() {
    return this.step / 2 - this.reach
  }

  get t() {
    return this.at * this.step - this.travel
  }

  show(data) {
    Object.assign(this, { reach: data.reach, travel: data.travel, step: data.step })
    if (!this.top) this.#build(data.reach)
    const colors = getComputedStyle(this.root)
    const list = (name) => colors.getPropertyValue(name).match(/#[0-9a-f]{6}/gi) ?? []
    const [diverging, categorical] = [list("--st-chart-diverging-colors"), list("--st-chart-categorical-colors")]
    const own = { negative: diverging[0], positive: diverging.at(-1), f: categorical[2], g: categorical[3] }
    for (const [name, color] of Object.entries(own)) if (color) this.root.style.setProperty(`--${name}`, color)
    const key = `${data.f} ${data.g}`
    const titles = ["f", "g", _("g, flipped")]
    this.minis.querySelectorAll("svg").forEach((svg, at) => {
      svg.setAttribute("aria-label", `${titles[at]}: ${data.names[Math.min(at, 1)]}`)
    })
    if (key === this.key) return
    this.key = key
    for (const name of ["f", "g", "product"]) this[name] = unpacked(data[name])
    Object.assign(this.range, { min: -this.travel, max: this.travel })
    this.pause()
    Object.assign(this, { at: 0, furthest: 0 })
    this.#scale()
    this.#resize()
  }

  // The product at every place, for a scale that holds still while the curve slides.
  #scale() {
    const within = (values) => [Math.min(0, ...values), Math.max(0, ...values)]
    let [low, high] = within([...this.f, ...this.g])
    for (let at = 0; at < this.product.length; at++) {
      const [least, most] = within(this.#products(at).values)
      low = Math.min(low, least)
      high = Math.max(high, most)
    }
    this.limits = { top: [low, high], bottom: within([...this.product]) }
  }

  // f(τ) g(t − τ) at each sample, its sum times the step above and below zero.
  #products(at) {
    const { f, g, step } = this
    const shift = at - Math.round(this.travel / step) + f.length - 1
    const values = new Float64Array(f.length)
    let [above, below] = [0, 0]
    for (let place = 0; place < f.length; place++) {
      const value = f[place] * (g[shift - place] ?? 0)
      values[place] = value
      if (value > 0) above += value
      else below += value
    }
    return { values, above: above * step, below: below * step }
  }

  #resize() {
    const width = this.stage.clientWidth
    if (!this.limits || !width) return
    const small = Math.floor((width - 24) / 3)
    const flipped = this.g.toReversed()
    for (const [at, values] of [this.f, this.g, flipped].entries()) {
      const plot = this.small[at]
      plot.range(small, Math.min(0, ...values), Math.max(...values))
      plot.set(at ? "g" : "f", plot.line(values, this.first, this.step))
    }
    this.top.range(width, ...this.limits.top)
    this.bottom.range(width, ...this.limits.bottom)
    this.top.set("f", this.top.line(this.f, this.first, this.step))
    const thumb = 8 // half the width of the slider's thumb, whose middle must lie at t
    this.range.style.marginLeft = `${this.top.x(-this.travel) - thumb}px`
    this.range.style.width = `${this.top.x(this.travel) - this.top.x(-this.travel) + 2 * thumb}px`
    this.#paint()
  }

  #move(t) {
    const most = this.product.length - 1
    this.at = Math.max(0, Math.min(most, Math.round((t + this.travel) / this.step)))
    this.furthest = Math.max(this.furthest, this.at)
    this.#paint()
  }

  #paint() {
    const { top, bottom, first, step, t } = this
    const { values, above, below } = this.#products(this.at)
    const sliding = this.f.map((value, place) => this.g[this.at - Math.round(this.travel / step) + this.f.length - 1 - place] ?? 0)
    top.set("g", top.line(sliding, first, step))
    top.set("positive", top.area(values.map((value) => Math.max(0, value)), first, step))
    const negative = top.area(values.map((value) => Math.min(0, value)), first, step)
    top.set("negative", negative)
    top.set("hatch", negative)
    top.set("now", `M${top.x(t)} ${PADDING.top}V${top.height - PADDING.bottom}`)
    this.#sign(0, values, above > 0.04 ? Math.max(...values) : 0)
    this.#sign(1, values, below < -0.04 ? Math.min(...values) : 0)
    bottom.set("now", `M${bottom.x(t)} 0V${bottom.height - PADDING.bottom}`)
    bottom.set("result", bottom.line(this.product.subarray(0, this.furthest + 1), -this.travel, step))
    this.dot.setAttribute("cx", bottom.x(t))
    this.dot.setAttribute("cy", bottom.y(above + below))
    this.range.value = t
    const told = _("t = {t}: the area is {area}, which is {above} above zero and {below} below.", {
      t: signed(t, 2), area: signed(above + below + 0, 3), above: signed(above, 3), below: signed(Math.abs(below), 3),
    })
    this.status.textContent = told
    this.status.dataset.t = t
    this.status.dataset.area = above + below
    this.range.setAttribute("aria-valuetext", told)
  }

  // A plus or minus in the middle of the area where it is highest.
  #sign(which, values, peak) {
    const text = this.signs[which]
    text.style.visibility = peak ? "visible" : "hidden"
    if (!peak) return
    const place = values.indexOf(peak)
    text.setAttribute("x", this.top.x(this.first + place * this.step))
    text.setAttribute("y", this.top.y(peak / 2) + 6)
  }

  #start() {
    if (this.at >= this.product.length - 1) this.at = 0
    const calm = matchMedia("(prefers-reduced-motion:reduce)").matches
    let [last, t] = [performance.now(), this.t]
    const tick = (now) => {
      const passed = now - last
      if (!calm || passed >= CALM.milliseconds) {
        t += calm ? CALM.step : (passed / 1000) * ((2 * this.travel) / SECONDS)
        last = now
        this.#move(t)
      }
      if (this.at >= this.product.length - 1) return this.pause()
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

  #restart() {
    this.pause()
    Object.assign(this, { at: 0, furthest: 0 })
    this.#paint()
  }

  stop() {
    this.pause()
    this.resizing.disconnect()
  }
}

const made = new WeakMap()

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root")
  if (!made.has(root)) made.set(root, new Curves(root))
  const curves = made.get(root)
  curves.show(data)
  return () => curves.stop()
}
