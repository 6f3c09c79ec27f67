// Gives Python's picture to the parts of the page that run the network.

/** @import { Component } from "../shared/component.js" */
/** @import { Steps } from "../engine/preprocess.js" */

import { showReading } from "../engine/live_reading.js"
import { unpacked } from "../shared/packing.js"
import { pageState } from "../shared/page_state.js"

/** @param {Component<{ image: string, blank: boolean, steps: Steps }>} component */
export default function ({ data }) {
  const reading = { image: unpacked(data.image), blank: data.blank, steps: data.steps }
  pageState.reading = reading
  showReading()
  return () => {
    if (pageState.reading !== reading) return // the next page has already set its own
    pageState.reading = null
    showReading()
  }
}
