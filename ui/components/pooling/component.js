// A window over a map, and the pooled map that it fills. The sums are made here, as PyTorch makes them without padding.

const [NARROWEST, WIDEST] = [200, 300] // pixels of the map
const BETWEEN = 40 // and between two maps, with their frames
const LARGEST_CELL = 56
const WRITTEN_CELL = 36 // cells of so many pixels have room for their number
const SECONDS = 10 // for a large map; small ones go slowly enough to follow
const LEAST_PER_SECOND = 2
const SAID = 4 // numbers that one line has room for

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }

function written(value, digits = 4) {
  return String(Number(value.toPrecision(digits))).replace(/-/g, "−")
}

function build(root) {
  const own = { position: 0, filled: null, complete: null, frame: 0, shown: null }
  own.stage = make("div", "stage")
  own.stage.tabIndex = 0
  own.stage.setAttribute("role", "application")
  const panel = (name) => {
    const figure = make("figure", name)
    const caption = make("figcaption")
    const body = make("div", "body")
    figure.append(caption, body)
    own.stage.append(figure)
    return { figure, caption, body }
  }
  own.input = panel("input")
  own.seen = panel("seen")
  own.output = panel("output")
  for (const part of [own.input, own.output]) {
    part.canvas = make("canvas")
    part.canvas.setAttribute("aria-hidden", "true") // the line below says what they show
    part.body.append(part.canvas)
  }
  own.matrix = make("div", "matrix")
  own.sum = make("div", "sum")
  own.seen.body.append(own.matrix, own.sum)
  own.status = make("output", "status")
  own.status.setAttribute("aria-live", "polite")
  own.tools = make("div", "tools")
  const button = (text) => {
    const made = make("button", "", text)
    made.type = "button"
    own.tools.append(made)
    return made
  }
  own.play = button(_("Play"))
  own.step = button(_("Step"))
  own.fill = button(_("Fill"))
  own.empty = button(_("Empty"))
  root.append(own.stage, own.status, own.tools)
  return own
}

// The pooled map, and for each of its numbers where the largest stands; the first of equals, as in PyTorch.
function pool({ values, rows, columns, kind, window, stride }) {
  const side = (length) => Math.floor((length - window) / stride) + 1
  const [height, width] = [side(rows), side(columns)]
  const pooled = new Float32Array(height * width)
  const winners = new Int32Array(height * width)
  for (let at = 0; at < pooled.length; at++) {
    const [top, left] = [Math.floor(at / width) * stride, (at % width) * stride]
    let [sum, best] = [0, top * columns + left]
    for (let y = top; y < top + window; y++) {
      for (let x = left; x < left + window; x++) {
        sum += values[y * columns + x]
        if (values[y * columns + x] > values[best]) best = y * columns + x
      }
    }
    winners[at] = best
    pooled[at] = kind === "max" ? values[best] : sum / window ** 2
  }
  return { pooled, winners, height, width }
}

// The background of a number, and the colour to write it in.
function colorsOf({ map, theme }, value) {
  return map.grey ? grey(value) : ink(theme, shadeOf(value, map.limit))
}

// Cells of one map; those that are not filled yet stay empty. Returns the context for what is marked on it.
function drawCells(own, canvas, values, rows, columns, filled) {
  const { theme, cell } = own
  const context = sized(canvas, columns * cell, rows * cell)
  context.clearRect(0, 0, columns * cell, rows * cell)
  context.textAlign = "center"
  context.textBaseline = "middle"
  context.font = `${Math.min(16, cell * 0.32)}px ${theme.font}`
  const numbers = cell >= WRITTEN_CELL
  for (let at = 0; at < values.length; at++) {
    const [x, y] = [(at % columns) * cell, Math.floor(at / columns) * cell]
    const [background, color] = colorsOf(own, values[at])
    context.fillStyle = filled[at] ? background : theme.quiet
    context.fillRect(x, y, cell, cell)
    if (numbers) {
      context.strokeStyle = theme.border
      context.lineWidth = 1
      context.strokeRect(x + 0.5, y + 0.5, cell - 1, cell - 1)
      context.fillStyle = filled[at] ? color : theme.text
      context.fillText(filled[at] ? written(values[at], 3) : "?", x + cell / 2, y + cell / 2 + 1)
    } else if (!filled[at]) {
      context.fillStyle = theme.border
      context.fillRect(x + cell / 2 - 0.5, y + cell / 2 - 0.5, 1.5, 1.5)
    }
  }
  return context
}

// A frame that shows on every ground: dark around the mark's colour.
const strokes = (theme) => [["#000000", 4], [theme.mark, 2.4]]

function frameAt(context, theme, x, y, width, height) {
  for (const [color, thickness] of strokes(theme)) {
    context.strokeStyle = color
    context.lineWidth = thickness
    context.strokeRect(x + 1.5, y + 1.5, width - 3, height - 3)
  }
}

function ringAt(context, theme, x, y, radius) {
  for (const [color, thickness] of strokes(theme)) {
    context.strokeStyle = color
    context.lineWidth = thickness
    context.beginPath()
    context.arc(x, y, radius, 0, 2 * Math.PI)
    context.stroke()
  }
}

function show(own) {
  const { map, made, cell, theme, position } = own
  const [row, column] = [Math.floor(position / made.width), position % made.width]
  const [top, left] = [row * map.stride, column * map.stride]
  const winner = made.winners[position]
  const [winnerRow, winnerColumn] = [Math.floor(winner / map.columns), winner % map.columns]

  const all = new Uint8Array(map.values.length).fill(1)
  const input = drawCells(own, own.input.canvas, map.values, map.rows, map.columns, all)
  frameAt(input, theme, left * cell, top * cell, map.window * cell, map.window * cell)
  if (map.kind === "max") {
    const radius = Math.max(3, cell * 0.4)
    ringAt(input, theme, (winnerColumn + 0.5) * cell, (winnerRow + 0.5) * cell, radius)
  }
  const output = drawCells(own, own.output.canvas, made.pooled, made.height, made.width, own.filled)
  frameAt(output, theme, column * cell, row * cell, cell, cell)

  const numbers = []
  own.matrix.replaceChildren()
  own.matrix.style.setProperty("--side", map.window)
  for (let y = top; y < top + map.window; y++) {
    for (let x = left; x < left + map.window; x++) {
      const value = map.values[y * map.columns + x]
      numbers.push(value)
      const wins = map.kind === "max" && y === winnerRow && x === winnerColumn
      const field = make("span", wins ? "winner" : "", written(value, 3))
      ;[field.style.background, field.style.color] = colorsOf(own, value)
      own.matrix.append(field)
    }
  }
  const result = written(made.pooled[position])
  own.sum.dataset.value = made.pooled[position]
  const total = written(numbers.reduce((sum, value) => sum + value, 0))
  own.sum.textContent =
    map.kind === "max"
      ? _("largest = {result}", { result })
      : _("{total} / {count} = {result}", { total, count: numbers.length, result })
  say(own, row, column, numbers, winnerRow, winnerColumn, result)
  own.play.textContent = own.frame ? _("Pause") : _("Play")
}

function say(own, row, column, numbers, winnerRow, winnerColumn, result) {
  const place = { row: row + 1, column: column + 1, result, count: numbers.length }
  const few = numbers.length <= SAID
  if (own.map.kind === "max") {
    const at = { ...place, y: winnerRow + 1, x: winnerColumn + 1, numbers: numbers.map((value) => written(value)).join(", ") }
    own.status.textContent = few
      ? _("Pooled number in row {row}, column {column}: the largest of {numbers} is {result}, from row {y}, column {x} of the map.", at)
      : _("Pooled number in row {row}, column {column}: the largest of {count} is {result}, from row {y}, column {x} of the map.", at)
  } else {
    const sum = numbers.map((value) => written(value)).join(" + ").replaceAll("+ −", "− ")
    own.status.textContent = few
      ? _("Pooled number in row {row}, column {column}: ({sum}) / {count} = {result}.", { ...place, sum })
      : _("Pooled number in row {row}, column {column}: the mean of {count} numbers is {result}.", place)
  }
}

// Both maps stand side by side, as large as there is room for.
function fit(own, root) {
  const room = Math.floor((root.clientWidth - BETWEEN) / 2) || WIDEST
  const widest = Math.max(NARROWEST, Math.min(WIDEST, room))
  const most = Math.max(own.map.rows, own.map.columns)
  own.cell = Math.min(LARGEST_CELL, Math.floor(widest / most))
  own.stage.style.setProperty("--map", `${most * own.cell}px`)
  show(own)
}

function pause(own) {
  cancelAnimationFrame(own.frame)
  own.frame = 0
}

function goTo(own, position) {
  own.position = Math.max(0, Math.min(own.filled.length - 1, position))
  own.filled[own.position] = 1
  own.complete = own.filled.every(Boolean)
  show(own)
}

function restart(own) {
  own.filled.fill(0)
  goTo(own, 0)
}

function play(own) {
  if (own.complete || own.position >= own.filled.length - 1) restart(own)
  const rate = Math.max(LEAST_PER_SECOND, own.filled.length / SECONDS)
  let last = performance.now()
  let due = 0
  const tick = (now) => {
    due += ((now - last) / 1000) * rate
    last = now
    for (; due >= 1 && own.position < own.filled.length - 1; due--) goTo(own, own.position + 1)
    if (own.position >= own.filled.length - 1) pause(own)
    else own.frame = requestAnimationFrame(tick)
    show(own)
  }
  own.frame = requestAnimationFrame(tick)
  show(own)
}

// The window whose middle is nearest to the pointer; over the pooled map, the window of that number.
function follow(own, part, event) {
  const box = part.canvas.getBoundingClientRect()
  const { map, made, cell } = own
  const along = (distance, count) => {
    const at = part === own.input ? Math.round((distance / cell - map.window / 2) / map.stride) : Math.floor(distance / cell)
    return Math.max(0, Math.min(count - 1, at))
  }
  const position =
    along(event.clientY - box.top, made.height) * made.width + along(event.clientX - box.left, made.width)
  if (position !== own.position || own.frame) {
    pause(own)
    goTo(own, position)
  }
}

function connect(own) {
  for (const part of [own.input, own.output]) {
    part.canvas.onpointerdown = (event) => {
      part.canvas.setPointerCapture(event.pointerId)
      follow(own, part, event)
    }
    part.canvas.onpointermove = (event) => {
      if (own.frame && event.pointerType === "mouse" && !event.buttons) return // a film that runs is not disturbed
      follow(own, part, event)
    }
  }
  own.stage.onkeydown = (event) => {
    const { made } = own
    const [row, column] = [Math.floor(own.position / made.width), own.position % made.width]
    const move = MOVES[event.key]
    let to = { Home: 0, End: own.filled.length - 1 }[event.key]
    if (move) {
      const at = (place, by, count) => Math.max(0, Math.min(count - 1, place + by))
      to = at(row, move[0], made.height) * made.width + at(column, move[1], made.width)
    }
    if (to === undefined) return
    event.preventDefault()
    pause(own)
    goTo(own, to)
  }
  own.play.onclick = () => {
    if (own.frame) {
      pause(own)
      show(own)
    } else play(own)
  }
  own.step.onclick = () => {
    pause(own)
    if (own.complete || own.position >= own.filled.length - 1) restart(own)
    else goTo(own, own.position + 1)
  }
  own.fill.onclick = () => {
    pause(own)
    own.filled.fill(1)
    goTo(own, own.position)
  }
  own.empty.onclick = () => {
    pause(own)
    restart(own)
  }
}

const instances = new WeakMap()

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root")
  if (!instances.has(root)) instances.set(root, build(root))
  const own = instances.get(root)
  own.theme = readTheme(root)
  const shown = JSON.stringify(data)
  if (own.shown !== shown) {
    own.shown = shown
    pause(own)
    const values = unpacked(data.values)
    own.map = { ...data, values, limit: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) }
    own.made = pool(own.map)
    if (own.complete === null) {
      own.complete = data.full
      if (data.full) own.position = own.made.pooled.indexOf(own.made.pooled.reduce((most, value) => Math.max(most, value)))
    }
    own.filled = new Uint8Array(own.made.pooled.length).fill(own.complete ? 1 : 0)
    own.position = Math.min(own.position, own.filled.length - 1)
    own.filled[own.position] = 1
  }
  const { made, map } = own
  own.stage.setAttribute("aria-label", _("{label}, with a window over it. The arrow keys move the window.", { label: data.label }))
  own.input.caption.textContent = `${data.label}, ${map.rows}x${map.columns}`
  own.seen.caption.textContent = _("In the window")
  own.output.caption.textContent = _("Pooled, {height}x{width}", { height: made.height, width: made.width })
  connect(own)
  fit(own, root)
  own.resized ??= new ResizeObserver(() => fit(own, root))
  own.resized.observe(root)
  return () => {
    pause(own)
    own.resized.disconnect()
  }
}
