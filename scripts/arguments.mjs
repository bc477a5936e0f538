// Flags of the scripts: `--name value` or `--name`. An unknown flag is an error, so that a typo is not a silent default.

/** Reads argv. known: flag name -> default; a boolean default makes it a switch. Returns an object of the same keys, and the
 * words that are no flags as `rest`. Names keep their dashes. Throws on an unknown flag or a missing value. */
export function parse_arguments(argv, known) {
  const found = { ...known, rest: [] }
  for (let i = 0; i < argv.length; i++) {
    if (!argv[i].startsWith('--')) {
      found.rest.push(argv[i])
      continue
    }
    const [name, joined] = split_flag(argv[i])
    if (!(name in known)) {
      throw new Error(`unknown flag --${name}; there are ${Object.keys(known).map((key) => `--${key}`).join(' ')}`)
    }
    if (typeof known[name] === 'boolean') found[name] = true
    else if (joined !== undefined) found[name] = joined
    else if (i + 1 < argv.length) found[name] = argv[++i]
    else throw new Error(`--${name} needs a value`)
  }
  return found
}

function split_flag(word) {
  const equals = word.indexOf('=')
  return equals < 0 ? [word.slice(2), undefined] : [word.slice(2, equals), word.slice(equals + 1)]
}

/** The flags of this process; on a mistake one line on stderr and exit code 2. */
export function command_line(known) {
  try {
    return parse_arguments(process.argv.slice(2), known)
  } catch (error) {
    console.error(error.message)
    process.exit(2)
  }
}
