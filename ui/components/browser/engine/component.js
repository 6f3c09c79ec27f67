// Keeps the chosen network in the page and runs it on what is drawn. It shows nothing itself; other parts subscribe.

/** @import { Component } from "../shared/component.js" */

import { pageState } from "../shared/page_state.js"
import { readDrawing, showReading } from "./live_reading.js"
import { Network } from "./network.js"
import { watchPen } from "./pen.js"

/** @param {Component<ArrayLike<number>>} component - the bytes of ui/components/engine.py */
export default function ({ data }) {
  const network = new Network(new Uint8Array(data))
  if (network.id !== pageState.network?.id) pageState.network = network
  watchPen(readDrawing)
  showReading()
}
