// A picture to paint on, field by field. The painting stays here until "Show me" is pressed, so no stroke waits for the
// server, and none is lost when the page runs again.

function element(name, className, parent) {
  const made = document.createElement(name)
  made.className = className
  parent.append(made)
  return made
}

function build(root) {
  const paper = element("div", "paper", root)
  paper.tabIndex = 0
  paper.setAttribute("role", "application")
  const picture = element("canvas", "picture", paper)
  const paint = element("canvas", "paint", paper)
  element("div", "lines", paper)
  const cursor = element("div", "cursor", paper)
  const status = element("output", "status", root)
  status.setAttribute("aria-live", "polite")
  const tools = element("div", "tools", root)
  const show = element("button", "primary", tools)
  show.textContent = _("Show me")
  const clear = element("button", "", tools)
  clear.textContent = _("Clear")
  for (const button of [show, clear]) button.type = "button"
  return { paper, picture, paint, cursor, status, show, clear, round: null, painted: [], at: null, stroke: null }
}

function drawPicture(own, data) {
  own.picture.width = own.picture.height = data.size
  const context = own.picture.getContext("2d")
  const image = context.createImageData(data.size, data.size)
  const colors = new Uint32Array(image.data.buffer)
  own.bytes = Uint8Array.from(atob(data.pixels), (letter) => letter.charCodeAt(0))
  own.bytes.forEach((value, at) => (colors[at] = (255 << 24) | (value << 16) | (value << 8) | value))
  context.putImageData(image, 0, 0)
}

function drawPaint(own, data) {
  own.paint.width = own.paint.height = data.fields
  const context = own.paint.getContext("2d")
  context.fillStyle = "rgb(240 160 16 / 60%)"
  own.painted.forEach((on, field) => {
    if (on) context.fillRect(field % data.fields, Math.floor(field / data.fields), 1, 1)
  })
  const none = !own.painted.some(Boolean)
  own.show.disabled = none
  own.clear.disabled = none
}

function count(own) {
  const painted = own.painted.filter(Boolean).length
  return painted === 1 ? _("1 field painted.") : _("{count} fields painted.", { count: painted })
}

function hasInk(own, data, [column, row]) {
  const pixels = data.size / data.fields
  for (let y = row * pixels; y < (row + 1) * pixels; y++) {
    for (let x = column * pixels; x < (column + 1) * pixels; x++) if (own.bytes[y * data.size + x] > 60) return true
  }
  return false
}

function tellCursor(own, data) {
  const [column, row] = own.at
  const painted = own.painted[row * data.fields + column]
  const at = { row: row + 1, column: column + 1 }
  own.cursor.style.left = `${(100 * column) / data.fields}%`
  own.cursor.style.top = `${(100 * row) / data.fields}%`
  const inked = painted
    ? _("Row {row}, column {column}: ink, painted.", at)
    : _("Row {row}, column {column}: ink, not painted.", at)
  const empty = painted
    ? _("Row {row}, column {column}: no ink, painted.", at)
    : _("Row {row}, column {column}: no ink, not painted.", at)
  own.status.textContent = `${hasInk(own, data, own.at) ? inked : empty} ${count(own)}`
}

function tellCount(own) {
  const invitation = _("Drag to paint; a stroke that starts on paint erases.")
  own.status.textContent = own.painted.some(Boolean) ? count(own) : invitation
}

function fieldAt(own, data, event) {
  const box = own.paper.getBoundingClientRect()
  const along = (position, start, length) =>
    Math.max(0, Math.min(data.fields - 1, Math.floor(((position - start) / length) * data.fields)))
  return [along(event.clientX, box.left, box.width), along(event.clientY, box.top, box.height)]
}

// Every field on the straight line between two, so that a fast stroke leaves no gaps.
function paintLine(own, data, from, to, on) {
  const steps = Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]), 1)
  for (let step = 0; step <= steps; step++) {
    const [column, row] = [0, 1].map((axis) => Math.round(from[axis] + ((to[axis] - from[axis]) * step) / steps))
    own.painted[row * data.fields + column] = on
  }
  drawPaint(own, data)
  tellCount(own)
}

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }

function connect(own, data, send) {
  const { paper } = own
  paper.onpointerdown = (event) => {
    if (event.button !== 0) return
    paper.setPointerCapture(event.pointerId)
    const field = fieldAt(own, data, event)
    // A stroke that starts on paint takes paint away.
    own.stroke = { on: !own.painted[field[1] * data.fields + field[0]], last: field }
    own.at = field
    paintLine(own, data, field, field, own.stroke.on)
  }
  paper.onpointermove = (event) => {
    if (!own.stroke) return
    const field = fieldAt(own, data, event)
    paintLine(own, data, own.stroke.last, field, own.stroke.on)
    own.stroke.last = field
    own.at = field
  }
  paper.onpointerup = paper.onpointercancel = paper.onlostpointercapture = () => (own.stroke = null)
  paper.onfocus = () => {
    if (paper.matches(":focus-visible")) tellCursor(own, data)
  }
  paper.onkeydown = (event) => {
    const move = MOVES[event.key]
    if (move) own.at = own.at.map((place, axis) => Math.max(0, Math.min(data.fields - 1, place + move[axis])))
    else if (event.key === " ") {
      const field = own.at[1] * data.fields + own.at[0]
      own.painted[field] = !own.painted[field]
      drawPaint(own, data)
    } else if (event.key === "Enter" && !own.show.disabled) send()
    else return
    event.preventDefault()
    tellCursor(own, data)
  }
  own.show.onclick = send
  own.clear.onclick = () => {
    own.painted.fill(false)
    drawPaint(own, data)
    tellCount(own)
    paper.focus({ preventScroll: true })
  }
}

const made = new WeakMap()

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root")
  if (!made.has(root)) made.set(root, build(root))
  const own = made.get(root)
  root.style.setProperty("--fields", data.fields)
  own.paper.setAttribute(
    "aria-label",
    _("Your digit as {fields} by {fields} fields: paint where you expect {evidence}. The arrow keys move, Space paints or erases, Enter shows the maps.", data),
  )
  drawPicture(own, data)
  if (own.round !== data.round) {
    own.round = data.round
    own.painted = Array(data.fields ** 2).fill(false)
    own.at = [data.fields / 2, data.fields / 2].map(Math.floor)
    own.stroke = null
    tellCount(own)
  }
  drawPaint(own, data)
  connect(own, data, () =>
    setTriggerValue("guess", { round: own.round, fields: own.painted.map((on) => (on ? "1" : "0")).join("") }),
  )
}
