"use strict"
// Even an old Node can parse this file: it says which version is needed.
var engines = require("../package.json").engines.node
var needed = engines.replace(">=", "").split(".").map(Number)
var found = process.versions.node.split(".").map(Number)
var isOld =
  found[0] < needed[0] || (found[0] === needed[0] && found[1] < needed[1])

if (isOld) {
  console.error(
    "This is Node " +
      process.versions.node +
      ", and the workbook needs Node " +
      needed.join(".") +
      " or newer.\nGet it from https://nodejs.org, or with: nvm install --lts",
  )
  process.exitCode = 1
} else {
  require("./launch.cjs")
}
