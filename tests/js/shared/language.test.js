import assert from "node:assert/strict"
import { test } from "node:test"
import { _, useLanguage } from "../../../ui/components/browser/shared/language.js"

test("texts follow the language, and the texts of several parts add up", () => {
  assert.equal(_("Row {row}", { row: 3 }), "Row 3")
  useLanguage("zh", { Play: "播放" })
  useLanguage("zh", { "Row {row}": "第 {row} 行" })
  assert.equal(_("Play"), "播放")
  assert.equal(_("Row {row}", { row: 3 }), "第 3 行")
  assert.equal(_("No translation"), "No translation")
  useLanguage("en", {})
  assert.equal(_("Play"), "Play")
})
