// The layers of a network as stacks of maps, drawn to one scale, and what one number of the chosen layer sees.

const SCALE = 3 // pixels for each number of a map
const DEPTH = 0.36 // pixels for each map of a stack
const SHEET = 3 // pixels between two of the lines that tell sheets
const UNIT = 4 // pixels for each number of a layer without maps
const ANSWER = 11 // and for each of the ten answers, beside which something is written
const LARGE = 240 // pixels of the two pictures below, each
const SVG = "http://www.w3.org/2000/svg"

const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }

function build(root) {
  const own = { chosen: null, place: null, buttons: [] }
  own.row = make("div", "row")
  own.detail = make("div", "detail")
  own.title = make("h4")
  own.facts = make("dl")
  const words = make("div", "words")
  words.append(own.title, own.facts)
  const pair = make("div", "pair")
  own.panels = ["map", "digit"].map((name) => {
    const figure = make("figure", name)
    const caption = make("figcaption")
    const frame = make("div", "frame")
    const canvas = make("canvas")
    canvas.setAttribute("aria-hidden", "true")
    frame.append(canvas)
    figure.append(caption, frame)
    pair.append(figure)
    return { figure, caption, frame, canvas }
  })
  own.status = make("output", "status")
  own.status.setAttribute("aria-live", "polite")
  const sight = make("div", "sight")
  sight.append(pair, own.status)
  own.detail.append(words, sight)
  root.append(own.row, own.detail)
  return own
}

// One pixel for each number, enlarged by CSS.
function paint(canvas, stack, theme, width, height) {
  canvas.width = width
  canvas.height = height
  const context = canvas.getContext("2d")
  const image = context.createImageData(width, height)
  const colors = new Uint32Array(image.data.buffer)
  stack.numbers.forEach((value, at) => {
    colors[at] =
      stack.limit === null
        ? 0xff000000 | (Math.round(255 * Math.max(0, Math.min(1, value))) * 0x010101)
        : theme.shades[shadeOf(value, stack.limit)]
  })
  context.putImageData(image, 0, 0)
}

function shape(name, attributes, parent) {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  parent.append(made)
  return made
}

// The top and the right side of a stack that goes back into the page, with a line for every few of its sheets.
function drawStack(stack) {
  const side = stack.width * SCALE
  const depth = (stack.count - 1) * DEPTH
  const svg = document.createElementNS(SVG, "svg")
  svg.setAttribute("width", side + depth + 2)
  svg.setAttribute("height", side + depth + 2)
  svg.setAttribute("viewBox", `-1 ${-depth - 1} ${side + depth + 2} ${side + depth + 2}`)
  svg.setAttribute("aria-hidden", "true")
  if (depth >= 1) {
    shape("path", { class: "face", d: `M0 0 l${depth} ${-depth} h${side} l${-depth} ${depth} z` }, svg)
    shape("path", { class: "face", d: `M${side} 0 l${depth} ${-depth} v${side} l${-depth} ${depth} z` }, svg)
  }
  for (let at = SHEET; at < depth; at += SHEET) {
    shape("path", { class: "sheet", d: `M${at} ${-at} h${side} v${side}` }, svg)
  }
  shape("rect", { class: "front", x: 0, y: 0, width: side, height: side }, svg)
  return { svg, depth, side }
}

function drawBlock(own, stack, index) {
  const block = make("button", "block")
  block.type = "button"
  const figure = make("div", "figure")
  const canvas = make("canvas")
  if (stack.map) {
    const { svg, depth, side } = drawStack(stack)
    paint(canvas, stack, own.theme, stack.width, stack.height)
    Object.assign(canvas.style, { width: `${side}px`, height: `${side}px`, left: "1px", top: `${depth + 1}px` })
    figure.append(svg, canvas)
  } else {
    const cell = stack.marks.length ? ANSWER : UNIT
    paint(canvas, stack, own.theme, 1, stack.numbers.length)
    Object.assign(canvas.style, { position: "static", width: "12px", height: `${cell * stack.numbers.length}px` })
    figure.classList.add("units")
    figure.append(canvas)
    if (stack.marks.length) {
      const marks = make("div", "marks")
      const best = stack.numbers.indexOf(stack.numbers.reduce((most, value) => Math.max(most, value)))
      stack.marks.forEach((mark, at) => marks.append(make("span", at === best ? "best" : "", mark)))
      figure.append(marks)
    } else if (stack.units > stack.numbers.length) figure.append(make("span", "more", "⋮"))
  }
  block.append(figure, make("span", "name", stack.title), make("span", "shape", stack.shape))
  block.setAttribute("aria-label", `${stack.title}, ${stack.shape}`)
  block.onclick = () => choose(own, index)
  block.onkeydown = (event) => {
    const to = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: own.stacks.length - 1 }[event.key]
    if (to === undefined || !own.stacks[to]) return
    event.preventDefault()
    own.buttons[to].focus()
    choose(own, to)
  }
  return block
}

function choose(own, index) {
  own.chosen = index
  const stack = own.stacks[index]
  const strongest = stack.numbers.indexOf(stack.numbers.reduce((most, value) => Math.max(most, value)))
  own.place = stack.map ? [Math.floor(strongest / stack.width), strongest % stack.width] : null
  show(own)
}

// A frame that shows on every ground.
function mark(context, theme, x, y, width, height) {
  for (const [color, thickness] of [["#000000", 4], [theme.mark, 2.4]]) {
    context.strokeStyle = color
    context.lineWidth = thickness
    context.strokeRect(x, y, width, height)
  }
}

function drawLarge(panel, stack, theme, box) {
  const cell = LARGE / stack.width
  const context = sized(panel.canvas, LARGE, LARGE)
  const small = make("canvas")
  paint(small, stack, theme, stack.width, stack.height)
  context.imageSmoothingEnabled = false
  context.drawImage(small, 0, 0, LARGE, LARGE)
  const [left, top, width, height] = box.map((value) => value * cell)
  mark(context, theme, Math.max(2, left), Math.max(2, top), Math.min(width, LARGE - 4), Math.min(height, LARGE - 4))
}

function show(own) {
  const { theme, stacks, chosen, place } = own
  const stack = stacks[chosen]
  const digit = stacks[0]
  own.buttons.forEach((button, index) => button.setAttribute("aria-pressed", index === chosen))
  own.title.textContent = `${stack.title}, ${stack.shape}`
  own.facts.replaceChildren()
  for (const [label, text] of stack.facts) own.facts.append(make("dt", "", label), make("dd", "", text))

  const [left, right] = own.panels
  const whole = { side: digit.width, step: 0 }
  const field = stack.field ?? whole
  const [row, column] = place ?? [0, 0]
  const [top, from] = [row * field.step, column * field.step]
  left.figure.classList.toggle("absent", !stack.map)
  left.frame.tabIndex = stack.map ? 0 : -1
  if (stack.map) {
    left.caption.textContent = stack.count > 1 ? _("Map {number} of {count}", { number: stack.index + 1, count: stack.count }) : stack.title
    drawLarge(left, stack, theme, [column, row, 1, 1])
  }
  right.caption.textContent = _("What it sees of your digit")
  drawLarge(right, digit, theme, [from, top, field.side, field.side])
  if (stack.map) {
    const value = signed(stack.numbers[row * stack.width + column], 3)
    const number = { row: row + 1, column: column + 1, value }
    const sees = { top: top + 1, bottom: top + field.side, left: from + 1, right: from + field.side }
    own.status.textContent = _("Row {row}, column {column} is {value}. It sees rows {top} to {bottom} and columns {left} to {right} of the picture.", { ...number, ...sees })
  } else own.status.textContent = _("Every number of this layer sees the whole picture.")
}

function connect(own) {
  const [panel] = own.panels
  const move = (row, column) => {
    const { width, height } = own.stacks[own.chosen]
    own.place = [Math.max(0, Math.min(height - 1, row)), Math.max(0, Math.min(width - 1, column))]
    show(own)
  }
  const follow = (event) => {
    const box = panel.canvas.getBoundingClientRect()
    const { width, height } = own.stacks[own.chosen]
    move(
      Math.floor(((event.clientY - box.top) / box.height) * height),
      Math.floor(((event.clientX - box.left) / box.width) * width),
    )
  }
  panel.canvas.onpointermove = follow
  panel.canvas.onpointerdown = (event) => {
    panel.canvas.setPointerCapture(event.pointerId)
    follow(event)
  }
  panel.frame.setAttribute("role", "application")
  panel.frame.setAttribute("aria-label", _("The map of the chosen layer. The arrow keys move to another of its numbers."))
  panel.frame.onkeydown = (event) => {
    const step = MOVES[event.key]
    if (!step || !own.place) return
    event.preventDefault()
    move(own.place[0] + step[0], own.place[1] + step[1])
  }
}

const instances = new WeakMap()

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root")
  if (!instances.has(root)) instances.set(root, build(root))
  const own = instances.get(root)
  own.theme = readTheme(root)
  const shown = JSON.stringify(data) + own.theme.shades.join()
  if (own.shown !== shown) {
    own.shown = shown
    own.stacks = data.stacks.map((stack) => ({ ...stack, numbers: unpacked(stack.values) }))
    const focused = own.buttons.indexOf(root.getRootNode().activeElement)
    own.buttons = own.stacks.map((stack, index) => drawBlock(own, stack, index))
    own.row.replaceChildren()
    own.buttons.forEach((button, index) => {
      if (index) {
        const arrow = make("span", "arrow", "→")
        arrow.setAttribute("aria-hidden", "true")
        own.row.append(arrow)
      }
      own.row.append(button)
    })
    own.buttons[focused]?.focus({ preventScroll: true })
    const same = own.chosen !== null && own.names === own.stacks.map((stack) => stack.title).join()
    own.names = own.stacks.map((stack) => stack.title).join()
    choose(own, same ? own.chosen : data.start)
  }
  connect(own)
  show(own)
}
