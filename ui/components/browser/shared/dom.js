// Making elements.

const SVG = "http://www.w3.org/2000/svg"

/** @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [className]
 * @param {string | number} [text]
 * @returns {HTMLElementTagNameMap[Tag]} */
export function make(tag, className = "", text = "") {
  const element = document.createElement(tag)
  if (className) element.className = className
  if (text !== "") element.textContent = String(text)
  return element
}

/** @param {string} text
 * @param {() => void} [onclick]
 * @param {string} [className] */
export function makeButton(text, onclick, className = "") {
  const button = make("button", className, text)
  button.type = "button"
  if (onclick) button.onclick = onclick
  return button
}

/** An element of an SVG drawing as the last child of `parent`.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} attributes
 * @param {Element} parent
 * @param {string | number} [text]
 * @returns {SVGElementTagNameMap[Tag]} */
export function makeSvg(tag, attributes, parent, text) {
  const element = document.createElementNS(SVG, tag)
  setAttributes(element, attributes)
  if (text !== undefined) element.textContent = String(text)
  parent.append(element)
  return element
}

/** @param {Element} element
 * @param {Record<string, string | number | boolean>} attributes */
export function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
}
