// A grid with one switch for each unit, for mouse, touch and the arrow keys.

/** @import { Component } from "../shared/component.js" */

import { oncePerRoot, rootOf } from "../shared/component.js"
import { makeButton, setAttributes } from "../shared/dom.js"
import { _ } from "../shared/language.js"
import { cssColors, palette, shadeOf } from "../shared/palette.js"

/** limit: the end of the scale. off: the units that are switched off, counted from 0.
 * @typedef {{ values: number[], limit: number, off: number[], label: string }} Data */

const TEXT = { dark: "#0b0f16", light: "#ffffff", threshold: 130 }

/** @returns {HTMLButtonElement[]} */
const noButtons = () => []
const buttonsOf = oncePerRoot(noButtons)

/** The Tab key reaches one button of the grid only: this one.
 * @param {HTMLButtonElement[]} buttons
 * @param {number} number */
function makeReachable(buttons, number) {
  buttons.forEach((button, at) => {
    button.tabIndex = at === number ? 0 : -1
  })
}

/** Moves the focus by the arrow keys, Home and End.
 * @param {HTMLElement} root
 * @param {HTMLButtonElement[]} buttons
 * @param {KeyboardEvent} event */
function moveFocus(root, buttons, event) {
  const at = buttons.findIndex((button) => button === event.target)
  const columns = getComputedStyle(root).gridTemplateColumns.split(" ").length
  /** @type {Record<string, number>} */
  const targets = {
    ArrowLeft: at - 1,
    ArrowRight: at + 1,
    ArrowUp: at - columns,
    ArrowDown: at + columns,
    Home: 0,
    End: buttons.length - 1,
  }
  const target = targets[event.key]
  if (at < 0 || target === undefined) return
  event.preventDefault()
  if (!buttons[target]) return
  makeReachable(buttons, target)
  buttons[target].focus()
}

/** Makes as many buttons as there are units.
 * @param {HTMLElement} root
 * @param {HTMLButtonElement[]} buttons
 * @param {number} count */
function setCount(root, buttons, count) {
  while (buttons.length < count) {
    const button = makeButton("")
    button.tabIndex = buttons.length ? -1 : 0
    root.append(button)
    buttons.push(button)
  }
  while (buttons.length > count) buttons.pop()?.remove()
  if (!buttons.some((button) => button.tabIndex === 0)) makeReachable(buttons, 0)
}

/** @param {Component<Data>} component */
export default function (component) {
  const { data, setTriggerValue } = component
  const root = rootOf(component)
  const buttons = buttonsOf(root)
  setCount(root, buttons, data.values.length)
  setAttributes(root, { role: "group", "aria-label": data.label })
  root.onkeydown = (event) => moveFocus(root, buttons, event)
  const shades = palette(root)
  buttons.forEach((button, number) => {
    const value = data.values[number]
    const off = data.off.includes(number)
    const [background, color] = cssColors(shades[shadeOf(value, data.limit)], TEXT)
    Object.assign(button.style, off ? { background: "", color: "" } : { background, color })
    const written = value.toFixed(2)
    button.textContent = written
    button.classList.toggle("off", off)
    const label = _("Unit {number}, activation {value}", { number: number + 1, value: written })
    setAttributes(button, { "aria-pressed": !off, "aria-label": label })
    button.onclick = () => {
      makeReachable(buttons, number)
      setTriggerValue("pressed", number)
    }
  })
}
