// Pictures painted straight into canvas elements: no image is fetched, so nothing flickers when they change.

// One byte per pixel, from the base64 text of a zlib stream; null for none.
async function unpack(text) {
  if (!text) return null
  const packed = Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

function tile() {
  const figure = document.createElement("figure")
  const frame = document.createElement("div")
  frame.className = "frame"
  const canvas = document.createElement("canvas")
  canvas.setAttribute("role", "img")
  const dot = document.createElement("span")
  dot.className = "dot"
  const box = document.createElement("span")
  box.className = "box"
  const outline = document.createElementNS("http://www.w3.org/2000/svg", "svg")
  outline.setAttribute("class", "outline")
  outline.setAttribute("aria-hidden", "true")
  const halo = document.createElementNS("http://www.w3.org/2000/svg", "path")
  halo.setAttribute("class", "halo")
  const edge = document.createElementNS("http://www.w3.org/2000/svg", "path")
  outline.append(halo, edge)
  const numbers = document.createElement("div")
  numbers.className = "numbers"
  frame.append(canvas, dot, box, outline, numbers)
  const caption = document.createElement("figcaption")
  const title = document.createElement("span")
  title.className = "title"
  const note = document.createElement("span")
  note.className = "note"
  caption.append(title, note)
  figure.append(frame, caption)
  return { figure, frame, canvas, dot, box, outline, numbers, title, note, painted: null }
}

// How far a number's shade covers the picture under it: half a scale is enough to hide it, zero shows it.
function cover(value) {
  return Math.min(1, Math.abs(value - (SHADES - 1) / 2) / ((SHADES - 1) / 4)) ** 0.7
}

// Signed numbers over the faint `under`, which is drawn in the colour of the text on the shade of zero.
function blend(image, bytes, under, shades, text) {
  const scale = new Uint8ClampedArray(shades.buffer)
  const zero = 4 * ((SHADES - 1) / 2)
  for (let at = 0; at < bytes.length; at++) {
    const value = bytes[at]
    const share = cover(value)
    const ink = 0.4 * (under[at] / 255)
    for (let channel = 0; channel < 3; channel++) {
      const paper = scale[zero + channel]
      const below = paper + ink * (text[channel] - paper)
      image.data[4 * at + channel] = below + share * (scale[4 * value + channel] - below)
    }
    image.data[4 * at + 3] = 255
  }
}

function fill(image, bytes, shades) {
  const colors = new Uint32Array(image.data.buffer)
  for (let at = 0; at < bytes.length; at++) {
    const value = bytes[at]
    colors[at] = shades ? shades[value] : (255 << 24) | (value << 16) | (value << 8) | value
  }
}

function paint(canvas, picture, bytes, under, shades, text) {
  canvas.width = picture.width
  canvas.height = picture.height
  const context = canvas.getContext("2d")
  const image = context.createImageData(picture.width, picture.height)
  if (picture.signed && under) blend(image, bytes, under, shades, text)
  else fill(image, bytes, picture.signed ? shades : null)
  context.putImageData(image, 0, 0)
}

// Which part of the square frame a picture that need not be square covers, in percent.
function place(element, picture, left, top, width = 0, height = 0) {
  const side = Math.max(picture.width, picture.height)
  element.style.left = `${(100 * (left + (side - picture.width) / 2)) / side}%`
  element.style.top = `${(100 * (top + (side - picture.height) / 2)) / side}%`
  element.style.width = width ? `${(100 * width) / side}%` : ""
  element.style.height = height ? `${(100 * height) / side}%` : ""
}

// The value of each pixel, dark on light shades and light on dark ones.
function write(numbers, picture, bytes, shades) {
  numbers.replaceChildren()
  if (picture.numbers === null) return
  place(numbers, picture, 0, 0, picture.width, picture.height)
  numbers.style.setProperty("--columns", picture.width)
  picture.numbers.forEach((text, at) => {
    const shade = shades[bytes[at]]
    const light = 0.299 * (shade & 255) + 0.587 * ((shade >> 8) & 255) + 0.114 * ((shade >> 16) & 255)
    const number = document.createElement("span")
    number.textContent = text
    number.style.color = light > 130 ? "#0b0f16" : "#ffffff"
    numbers.append(number)
  })
}

function makePickable(figure, index, picture, component) {
  figure.tabIndex = 0
  figure.setAttribute("role", "button")
  figure.setAttribute("aria-label", `${picture.caption}. ${picture.alt}`)
  figure.setAttribute("aria-pressed", picture.marked)
  figure.onclick = () => component.setTriggerValue("picked", index)
  figure.onkeydown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return
    event.preventDefault()
    component.setTriggerValue("picked", index)
  }
}

const made = new WeakMap()

export default function (component) {
  const { data, parentElement } = component
  const root = parentElement.querySelector(".root")
  if (!made.has(root)) made.set(root, [])
  const tiles = made.get(root)
  while (tiles.length < data.pictures.length) {
    const next = tile()
    tiles.push(next)
    root.append(next.figure)
  }
  while (tiles.length > data.pictures.length) tiles.pop().figure.remove()
  root.classList.toggle("arrows", data.arrows)
  root.classList.toggle("pick", data.pick)
  root.style.setProperty("--count", data.pictures.length)
  root.style.setProperty("--size", data.size)
  const shades = palette(root)
  const text = getComputedStyle(root).color.match(/[\d.]+/g).map(Number)
  data.pictures.forEach((picture, index) => {
    const { figure, frame, canvas, dot, box, outline, numbers, title, note } = tiles[index]
    const scale = picture.signed && `${shades.join()} ${picture.numbers}`
    const drawn = `${picture.width} ${scale} ${picture.pixels} ${picture.under}`
    if (tiles[index].painted !== drawn) {
      tiles[index].painted = drawn
      Promise.all([unpack(picture.pixels), unpack(picture.under)]).then(([bytes, under]) => {
        if (tiles[index]?.painted !== drawn) return // another picture came meanwhile
        paint(canvas, picture, bytes, under, shades, text)
        write(numbers, picture, bytes, shades)
      })
    }
    canvas.setAttribute("aria-label", picture.alt)
    figure.classList.toggle("marked", picture.marked)
    frame.classList.toggle("signed", picture.signed)
    frame.classList.toggle("crossed", picture.dot !== null)
    if (picture.dot !== null) place(dot, picture, ...picture.dot)
    frame.classList.toggle("boxed", picture.box !== null)
    if (picture.box !== null) place(box, picture, ...picture.box)
    const side = Math.max(picture.width, picture.height)
    outline.setAttribute("viewBox", `${(picture.width - side) / 2} ${(picture.height - side) / 2} ${side} ${side}`)
    for (const line of outline.children) line.setAttribute("d", picture.outline ?? "")
    title.textContent = picture.caption
    note.textContent = picture.note
    if (data.pick) makePickable(figure, index, picture, component)
  })
}
