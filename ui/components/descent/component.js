// A loss of two parameters as a map, and the paths that three optimizers take on it from a start that one can move.
// Each step is that of torch.optim, in the same double precision; model/theory/overfitting/descent.py takes them in Python.

const NS = "http://www.w3.org/2000/svg"
const SCALE = 100 // units of the drawing for one unit of a parameter
const FRAME_MS = 45
const SEND_MS = 250
const LEVELS = 14
const MARKS = {
  sgd: "M-7 0a7 7 0 1 0 14 0a7 7 0 1 0 -14 0z",
  momentum: "M-6.5 -6.5h13v13h-13z",
  adam: "M0 -8.5l8 14h-16z",
}

function html(name, className, parent, text = "") {
  const made = document.createElement(name)
  made.className = className
  made.textContent = text
  parent.append(made)
  return made
}

function svg(name, className, parent) {
  const made = document.createElementNS(NS, name)
  made.setAttribute("class", className)
  parent.append(made)
  return made
}

// --- The surface and the steps on it ---------------------------------------------------------------------------------

function heightAt(terms, x, y) {
  return terms.reduce((sum, [factor, i, j]) => sum + factor * x ** i * y ** j, 0)
}

function gradientAt(terms, [x, y]) {
  return terms.reduce(
    ([dx, dy], [factor, i, j]) => [
      dx + (i ? factor * i * x ** (i - 1) * y ** j : 0),
      dy + (j ? factor * j * x ** i * y ** (j - 1) : 0),
    ],
    [0, 0],
  )
}

function isLost(point, limit) {
  return !point.every((value) => Number.isFinite(value) && Math.abs(value) <= limit)
}

// The points of a path, the start among them; it ends early where the parameters are lost.
function walk(method, { surface, betas, epsilon, steps, lost }, { start, rate, momentum }) {
  const points = [start]
  let place = start
  let first = [0, 0] // momentum's velocity; Adam's mean of the gradients
  let second = [0, 0]
  const [beta1, beta2] = betas
  for (let step = 1; step <= steps; step++) {
    const gradient = gradientAt(surface.terms, place)
    if (method === "adam") {
      first = first.map((mean, axis) => beta1 * mean + (1 - beta1) * gradient[axis])
      second = second.map((mean, axis) => beta2 * mean + (1 - beta2) * gradient[axis] ** 2)
      const size = rate / (1 - beta1 ** step)
      const root = Math.sqrt(1 - beta2 ** step)
      place = place.map((value, axis) => value - (size * first[axis]) / (Math.sqrt(second[axis]) / root + epsilon))
    } else {
      first = first.map((velocity, axis) => (method === "momentum" ? momentum * velocity : 0) + gradient[axis])
      place = place.map((value, axis) => value - rate * first[axis])
    }
    points.push(place)
    if (isLost(place, lost)) break
  }
  return points
}

// --- The map ---------------------------------------------------------------------------------------------------------

function colors(element) {
  const style = getComputedStyle(element)
  const read = (name, otherwise) => style.getPropertyValue(name).match(/#[0-9a-f]{6}/gi) ?? [otherwise]
  const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16))
  return {
    high: channels(read("--st-background-color", "#ffffff")[0]),
    low: channels(read("--st-primary-color", "#2257d6")[0]),
  }
}

// From 0 at the lowest point of the map to 1 at its highest; the root spreads the lines near the bottom.
function depth(own, data) {
  const { width, height, surface } = data
  const columns = 180
  const rows = Math.round((columns * height) / width)
  const values = new Float64Array((columns + 1) * (rows + 1))
  let least = Infinity
  let most = -Infinity
  for (let row = 0; row <= rows; row++) {
    for (let column = 0; column <= columns; column++) {
      const value = heightAt(surface.terms, width * ((2 * column) / columns - 1), height * (1 - (2 * row) / rows))
      values[row * (columns + 1) + column] = value
      least = Math.min(least, value)
      most = Math.max(most, value)
    }
  }
  own.field = { columns, rows, values: values.map((value) => Math.sqrt((value - least) / (most - least))) }
}

function paint(own) {
  const { columns, rows, values } = own.field
  own.canvas.width = columns
  own.canvas.height = rows
  const context = own.canvas.getContext("2d")
  const image = context.createImageData(columns, rows)
  const { high, low } = colors(own.root)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const share = 0.5 * (1 - values[row * (columns + 1) + column])
      const at = 4 * (row * columns + column)
      for (let channel = 0; channel < 3; channel++) {
        image.data[at + channel] = high[channel] + share * (low[channel] - high[channel])
      }
      image.data[at + 3] = 255
    }
  }
  context.putImageData(image, 0, 0)
}

// Lines of equal loss, by marching squares: where a level crosses the edges of each cell.
function contours(own, data) {
  const { columns, rows, values } = own.field
  const [wide, high] = [(2 * data.width * SCALE) / columns, (2 * data.height * SCALE) / rows]
  const parts = []
  for (let number = 1; number < LEVELS; number++) {
    const level = number / LEVELS
    for (let row = 0; row < rows; row += 2) {
      for (let column = 0; column < columns; column += 2) {
        const corners = [[0, 0], [2, 0], [2, 2], [0, 2]].map(([x, y]) => [
          column + x, row + y, values[Math.min(rows, row + y) * (columns + 1) + Math.min(columns, column + x)],
        ])
        const crossed = corners.flatMap(([x0, y0, from], corner) => {
          const [x1, y1, to] = corners[(corner + 1) % 4]
          if (from < level === to < level) return []
          const share = (level - from) / (to - from)
          return [`${((x0 + share * (x1 - x0)) * wide).toFixed(1)} ${((y0 + share * (y1 - y0)) * high).toFixed(1)}`]
        })
        for (let at = 0; at + 1 < crossed.length; at += 2) parts.push(`M${crossed[at]}L${crossed[at + 1]}`)
      }
    }
  }
  own.lines.setAttribute("d", parts.join(""))
}

function onMap(data, [x, y]) {
  return [(x + data.width) * SCALE, (data.height - y) * SCALE]
}

// --- What is built once ----------------------------------------------------------------------------------------------

function build(root, data) {
  const own = { root, step: 0, timer: 0, sending: 0, dragging: false, surface: null, paths: {}, rows: {}, drawn: {} }
  const left = html("div", "left", root)
  own.map = html("div", "map", left)
  own.map.tabIndex = 0
  own.map.setAttribute("role", "application")
  own.canvas = html("canvas", "shades", own.map)
  own.canvas.setAttribute("aria-hidden", "true")
  const drawing = svg("svg", "drawing", own.map)
  drawing.setAttribute("viewBox", `0 0 ${2 * data.width * SCALE} ${2 * data.height * SCALE}`)
  drawing.setAttribute("aria-hidden", "true")
  own.lines = svg("path", "lines", drawing)
  own.lows = svg("g", "lows", drawing)
  for (const [number, { key }] of data.methods.entries()) {
    const group = svg("g", `path ${key}`, drawing)
    group.style.setProperty("--color", `var(--color-${number})`)
    own.drawn[key] = {
      halo: svg("path", "halo", group), line: svg("path", "line", group), end: svg("path", "end", group),
    }
    own.drawn[key].end.setAttribute("d", MARKS[key])
  }
  own.start = svg("path", "start", drawing)
  own.start.setAttribute("d", "M-11 0h22M0 -11v22")
  own.key = html("div", "key", own.map)
  own.key.setAttribute("aria-hidden", "true")
  own.status = html("output", "status", left)
  own.status.setAttribute("aria-live", "polite")

  const right = html("div", "right", root)
  const tools = html("div", "tools", right)
  own.play = html("button", "primary", tools)
  own.one = html("button", "", tools)
  own.back = html("button", "", tools)
  for (const button of [own.play, own.one, own.back]) button.type = "button"
  own.sliders = Object.fromEntries(
    ["rate", "momentum", "step"].map((name) => {
      const label = html("label", `slider ${name}`, right)
      const line = html("span", "label", label)
      const title = html("span", "", line)
      const value = html("span", "value", line)
      const input = html("input", "", label)
      input.type = "range"
      return [name, { title, value, input }]
    }),
  )
  const table = html("table", "", right)
  own.heads = html("tr", "", html("thead", "", table))
  const body = html("tbody", "", table)
  for (const [number, { key }] of data.methods.entries()) {
    const row = html("tr", "", body)
    row.style.setProperty("--color", `var(--color-${number})`)
    const name = html("th", "", row)
    name.scope = "row"
    const sample = svg("svg", `sample ${key}`, name)
    sample.setAttribute("viewBox", "0 0 46 20")
    sample.setAttribute("aria-hidden", "true")
    const line = svg("path", "line", sample)
    line.setAttribute("d", "M1 10h44")
    const end = svg("path", "end", sample)
    end.setAttribute("d", MARKS[key])
    end.setAttribute("transform", "translate(23 10)")
    own.rows[key] = { name: html("span", "", name), at: html("td", "", row), loss: html("td", "loss", row) }
  }
  return own
}

function label(own, data) {
  own.one.textContent = _("Step")
  own.key.textContent = _("+ start, × lowest point")
  own.back.textContent = _("Back to the start")
  own.sliders.rate.title.textContent = _("Learning rate")
  own.sliders.momentum.title.textContent = _("Momentum")
  own.sliders.step.title.textContent = _("Steps taken")
  own.heads.replaceChildren()
  for (const text of [_("Optimizer"), _("Place"), _("Loss")]) html("th", "", own.heads, text).scope = "col"
  for (const { key, name } of data.methods) own.rows[key].name.textContent = name
  own.map.setAttribute(
    "aria-label",
    _("Map of the loss. A click sets the start and plays; the arrow keys move the start, Enter plays, Space takes a step."),
  )
}

// --- What is shown ---------------------------------------------------------------------------------------------------

function digits(value) {
  if (value !== 0 && (Math.abs(value) >= 1e5 || Math.abs(value) < 1e-4)) return value.toExponential(1)
  return value.toPrecision(3)
}

function place(point) {
  return `(${point.map((value) => value.toFixed(2)).join(", ")})`
}

function told(own, data, key) {
  const path = own.paths[key]
  const at = Math.min(own.step, path.length - 1)
  const point = path[at]
  if (isLost(point, data.lost)) {
    return { point, where: _("diverged"), loss: _("step {step}", { step: at }), lost: true, at }
  }
  const outside = Math.abs(point[0]) > data.width || Math.abs(point[1]) > data.height
  const where = outside ? _("off the map") : place(point)
  return { point, where, loss: digits(heightAt(data.surface.terms, ...point)), lost: false, at, outside }
}

function show(own, data) {
  const { start, rate, momentum } = own.choice
  const texts = data.methods.map(({ key, name }) => {
    const { point, where, loss, lost, at, outside } = told(own, data, key)
    own.rows[key].at.textContent = where
    own.rows[key].loss.textContent = loss
    own.rows[key].at.parentElement.classList.toggle("lost", lost)
    const line = own.paths[key].slice(0, at + 1).filter((each) => !isLost(each, data.lost))
    const route = line.map((each) => onMap(data, each).map((value) => value.toFixed(1)).join(" ")).join("L")
    own.drawn[key].line.setAttribute("d", `M${route}`)
    own.drawn[key].halo.setAttribute("d", `M${route}`)
    own.drawn[key].end.style.display = !at || lost || outside ? "none" : ""
    if (!lost && !outside) own.drawn[key].end.setAttribute("transform", `translate(${onMap(data, point).join(" ")})`)
    if (lost) return _("{optimizer} diverged at step {step}", { optimizer: name, step: at })
    return _("{optimizer} has a loss of {loss}", { optimizer: name, loss })
  })
  own.start.setAttribute("transform", `translate(${onMap(data, start).join(" ")})`)
  own.sliders.rate.value.textContent = rate
  own.sliders.momentum.value.textContent = momentum
  own.sliders.step.value.textContent = own.step
  own.sliders.step.input.value = own.step
  own.play.textContent = own.timer ? _("Pause") : _("Play")
  own.one.disabled = own.step >= data.steps
  own.back.disabled = own.step === 0
  if (own.timer) return // a screen reader hears where it ends, not each step
  own.status.textContent = own.step
    ? _("From {start}, after {step} steps: {texts}.", { start: place(start), step: own.step, texts: texts.join("; ") })
    : _("The start is {start}, with a loss of {loss}. Click elsewhere on the map, or press Play.", {
        start: place(start), loss: digits(heightAt(data.surface.terms, ...start)),
      })
}

function rewalk(own, data) {
  own.paths = Object.fromEntries(data.methods.map(({ key }) => [key, walk(key, data, own.choice)]))
  own.root.paths = own.paths // for the test that compares them with torch.optim
  show(own, data)
}

function pause(own) {
  clearInterval(own.timer)
  own.timer = 0
}

function play(own, data) {
  if (own.step >= data.steps) own.step = 0
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    own.step = data.steps
    show(own, data)
    return
  }
  pause(own)
  own.timer = setInterval(() => {
    own.step = Math.min(data.steps, own.step + 1)
    if (own.step >= data.steps) pause(own)
    show(own, data)
  }, FRAME_MS)
  show(own, data)
}

// --- What one can do -------------------------------------------------------------------------------------------------

const MOVES = { ArrowLeft: [-0.1, 0], ArrowRight: [0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }

function within(value, limit) {
  return Math.round(Math.max(-limit, Math.min(limit, value)) * 100) / 100
}

function connect(own, data, setStateValue) {
  const send = () => {
    clearTimeout(own.sending)
    own.sending = setTimeout(() => setStateValue("choice", { surface: data.surface.key, ...own.choice }), SEND_MS)
  }
  const moveTo = (x, y) => {
    own.choice.start = [within(x, data.width), within(y, data.height)]
    rewalk(own, data)
    send()
  }
  const follow = (event) => {
    const box = own.map.getBoundingClientRect()
    const across = (event.clientX - box.left) / box.width
    const along = (event.clientY - box.top) / box.height
    moveTo(data.width * (2 * across - 1), data.height * (1 - 2 * along))
  }
  own.map.onpointerdown = (event) => {
    if (event.button !== 0) return
    own.map.setPointerCapture(event.pointerId)
    own.dragging = true
    pause(own)
    own.step = 0
    follow(event)
  }
  own.map.onpointermove = (event) => {
    if (own.dragging) follow(event)
  }
  own.map.onpointerup = () => {
    if (!own.dragging) return
    own.dragging = false
    play(own, data)
  }
  own.map.onpointercancel = () => (own.dragging = false)
  const stepOnce = () => {
    pause(own)
    own.step = Math.min(data.steps, own.step + 1)
    show(own, data)
  }
  const toggle = () => {
    if (!own.timer) return play(own, data)
    pause(own)
    show(own, data)
  }
  own.map.onkeydown = (event) => {
    const move = MOVES[event.key]
    if (move) moveTo(own.choice.start[0] + move[0], own.choice.start[1] + move[1])
    else if (event.key === "Enter") toggle()
    else if (event.key === " ") stepOnce()
    else return
    event.preventDefault()
  }
  own.play.onclick = toggle
  own.one.onclick = stepOnce
  own.back.onclick = () => {
    pause(own)
    own.step = 0
    show(own, data)
  }
  own.sliders.rate.input.oninput = (event) => {
    own.choice.rate = data.rates[Number(event.target.value)]
    rewalk(own, data)
    send()
  }
  own.sliders.momentum.input.oninput = (event) => {
    own.choice.momentum = data.momenta[Number(event.target.value)]
    rewalk(own, data)
    send()
  }
  own.sliders.step.input.oninput = (event) => {
    pause(own)
    own.step = Number(event.target.value)
    show(own, data)
  }
}

function setSliders(own, data) {
  const { rate, momentum, step } = own.sliders
  const ladders = [[rate.input, data.rates, own.choice.rate], [momentum.input, data.momenta, own.choice.momentum]]
  for (const [input, rungs, value] of ladders) {
    input.max = rungs.length - 1
    input.value = rungs.indexOf(value)
    input.setAttribute("aria-valuetext", value)
  }
  step.input.max = data.steps
}

const made = new WeakMap()

export default function ({ data, parentElement, setStateValue }) {
  const root = parentElement.querySelector(".root")
  if (!made.has(root)) made.set(root, build(root, data))
  const own = made.get(root)
  label(own, data)
  if (own.surface !== data.surface.key) {
    pause(own)
    own.surface = data.surface.key
    own.step = 0
    own.choice = { ...(own.choice ?? data.choice), start: data.choice.start }
    depth(own, data)
    contours(own, data)
    own.lows.replaceChildren()
    for (const low of data.surface.minima) {
      const mark = svg("path", "low", own.lows)
      mark.setAttribute("d", "M-7 -7L7 7M-7 7L7 -7")
      mark.setAttribute("transform", `translate(${onMap(data, low).join(" ")})`)
    }
  }
  paint(own)
  setSliders(own, data)
  connect(own, data, setStateValue)
  rewalk(own, data)
  return () => {
    pause(own)
    clearTimeout(own.sending)
  }
}
