// Reads {score: [{input: answer}]} from standard input, writes {score: [outputs]}.
// bundle.js is scores.ts bundled with the library; see make.py.
const { all } = require(process.argv[2])
const fs = require('fs')
const job = JSON.parse(fs.readFileSync(0))
const out = { keys: {}, milliseconds: {} }
for (const [name, rows] of Object.entries(job)) {
  out.keys[name] = Object.keys(all[name].inputSchema)
  const keys = out.keys[name]
  const records = rows.map((row) => {
    const data = {}
    row.forEach((answer, place) => {
      if (answer !== null) data[keys[place]] = answer
    })
    return data
  })
  const start = process.hrtime.bigint()
  out[name] = records.map((data) => {
    try {
      return all[name].calculate({ data })
    } catch (error) {
      return { error: String(error) }
    }
  })
  out.milliseconds[name] = Number(process.hrtime.bigint() - start) / 1e6
}
console.log(JSON.stringify(out))
