// One picture of the row: its elements, and what is marked on it.

import { make, makeSvg } from "../shared/dom.js"

/** pixels, under: bytes of a zlib stream in base64. signed: the bytes are shades of the diverging scale; else grey. outline:
 * an SVG path. numbers: the text of each pixel.
 * @typedef {{ pixels: string, under: string | null, height: number, width: number, caption: string, note: string,
 *   alt: string, marked: boolean, dot: [number, number] | null, box: [number, number, number, number] | null,
 *   signed: boolean, outline: string | null, numbers: string[] | null }} Picture */

/** painted: what the canvas shows, as text. @typedef {ReturnType<typeof makeTile>} Tile */

export function makeTile() {
  const figure = make("figure")
  const frame = make("div", "frame")
  const canvas = make("canvas")
  canvas.setAttribute("role", "img")
  const [dot, box] = [make("span", "dot"), make("span", "box")]
  frame.append(canvas, dot, box)
  const outline = makeSvg("svg", { class: "outline", "aria-hidden": "true" }, frame)
  makeSvg("path", { class: "halo" }, outline)
  makeSvg("path", {}, outline)
  const numbers = make("div", "numbers")
  frame.append(numbers)
  const caption = make("figcaption")
  const [title, note] = [make("span", "title"), make("span", "note")]
  caption.append(title, note)
  figure.append(frame, caption)
  return { figure, frame, canvas, dot, box, outline, numbers, title, note, painted: "" }
}

/** Puts an element on a rectangle of the picture, in percent of the square frame; the picture need not be square.
 * @param {HTMLElement} element
 * @param {Picture} picture
 * @param {number} left
 * @param {number} top
 * @param {number} [width]
 * @param {number} [height] */
export function place(element, picture, left, top, width = 0, height = 0) {
  const side = Math.max(picture.width, picture.height)
  element.style.left = `${(100 * (left + (side - picture.width) / 2)) / side}%`
  element.style.top = `${(100 * (top + (side - picture.height) / 2)) / side}%`
  element.style.width = width ? `${(100 * width) / side}%` : ""
  element.style.height = height ? `${(100 * height) / side}%` : ""
}

/** Everything but the pixels.
 * @param {Tile} tile
 * @param {Picture} picture */
export function describe({ figure, frame, canvas, dot, box, outline, title, note }, picture) {
  canvas.setAttribute("aria-label", picture.alt)
  figure.classList.toggle("marked", picture.marked)
  frame.classList.toggle("signed", picture.signed)
  frame.classList.toggle("crossed", picture.dot !== null)
  if (picture.dot) place(dot, picture, ...picture.dot)
  frame.classList.toggle("boxed", picture.box !== null)
  if (picture.box) place(box, picture, ...picture.box)
  const side = Math.max(picture.width, picture.height)
  outline.setAttribute("viewBox", `${(picture.width - side) / 2} ${(picture.height - side) / 2} ${side} ${side}`)
  for (const line of outline.children) line.setAttribute("d", picture.outline ?? "")
  title.textContent = picture.caption
  note.textContent = picture.note
}

/** Makes a picture a button, for mouse, touch and keyboard.
 * @param {HTMLElement} figure
 * @param {Picture} picture
 * @param {() => void} onPick */
export function makePickable(figure, picture, onPick) {
  figure.tabIndex = 0
  figure.setAttribute("role", "button")
  figure.setAttribute("aria-label", `${picture.caption}. ${picture.alt}`)
  figure.setAttribute("aria-pressed", String(picture.marked))
  figure.onclick = onPick
  figure.onkeydown = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return
    event.preventDefault()
    onPick()
  }
}
