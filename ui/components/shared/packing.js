// Numbers as ui/components/packing.py sends them.

function unpacked(text) {
  return new Float32Array(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer)
}
