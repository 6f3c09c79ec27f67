// Numbers as ui/components/packing.py sends them.

/** @param {string} text - base64 */
export function bytesOf(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}

/** @param {string} text - little-endian float32 in base64 */
export function unpacked(text) {
  return new Float32Array(bytesOf(text).buffer)
}
