// What may break a house rule, by name and with the reason. An entry that is no longer needed fails the check, and a number
// is a ratchet: the file may get shorter, never longer.

/** Files above 300 lines: path -> lines at most. 400 is the end for everybody. */
export const long_files = {}

/** Functions above 70 lines: "path name" -> lines at most. The central loops of parsers belong here. */
export const long_functions = {}

/** Files under src without a test of their own: path -> where they are tested instead. Files of types only need no entry. */
export const no_test = {}

/** Source files that no other file imports: path -> who starts them. Entries of the bundle need no entry. */
export const not_imported = {}
