// Keeps a random number in a cookie, so that the next visit with this browser has the same one.

/** @import { Component } from "../shared/component.js" */

const YEAR_SECONDS = 31536000

/** @param {Component<{ cookie: string, token: string }>} component */
export default function ({ data, setStateValue }) {
  const kept = document.cookie.split("; ").find((pair) => pair.startsWith(`${data.cookie}=`))
  const known = kept?.slice(data.cookie.length + 1) ?? ""
  if (/^[0-9a-f]{32}$/.test(known)) {
    if (known !== data.token) setStateValue("known", known) // another tab has just set it; use that number
    return
  }
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs HTTPS, and a classroom has none.
  document.cookie = `${data.cookie}=${data.token}; path=/; max-age=${YEAR_SECONDS}; samesite=strict`
}
