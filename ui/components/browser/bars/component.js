// Ten horizontal bars that are made once and then only change, so that nothing flickers or jumps between two answers.

/** @import { Component } from "../shared/component.js" */

import { oncePerRoot, rootOf } from "../shared/component.js"
import { make } from "../shared/dom.js"
import { percent } from "../shared/numbers.js"
import { pageState, subscribe } from "../shared/page_state.js"

const DIGITS = 10

/** values: ten shares; null for empty bars. live: follow the network while the pen moves.
 * @typedef {{ values: number[] | null, winner: number | null, label: string, live: boolean }} Data */

class Bars {
  /** @param {HTMLElement} root */
  constructor(root) {
    root.setAttribute("role", "list")
    /** @type {(() => void) | null} */
    this.stop = null
    this.rows = Array.from({ length: DIGITS }, (_none, digit) => {
      const row = make("div", "row")
      row.setAttribute("role", "listitem")
      const track = make("span", "track")
      const bar = make("span", "bar")
      const share = make("span", "share")
      track.append(bar)
      row.append(make("span", "name", digit), track, share)
      root.append(row)
      return { row, bar, share }
    })
  }

  /** @param {number[] | null} values
   * @param {number | null} winner */
  show(values, winner) {
    this.rows.forEach(({ row, bar, share }, digit) => {
      const text = values === null ? "" : percent(values[digit])
      bar.style.transform = `scaleX(${values === null ? 0 : values[digit]})`
      share.textContent = text
      row.classList.toggle("winner", digit === winner)
      row.setAttribute("aria-label", text ? `${digit}: ${text}` : `${digit}`)
    })
  }
}

const barsOf = oncePerRoot((root) => new Bars(root))

/** @param {Component<Data>} component */
export default function (component) {
  const { data } = component
  const root = rootOf(component)
  const bars = barsOf(root)
  bars.stop?.()
  root.setAttribute("aria-label", data.label)
  const follow = () => {
    const { frame, penDown } = pageState
    if (data.live && frame?.live) bars.show(frame.probabilities, frame.winner)
    else if (!penDown) bars.show(data.values, data.winner) // with the pen down Python's answer is out of date
  }
  follow()
  bars.stop = data.live ? subscribe(follow) : null
  return () => bars.stop?.()
}
