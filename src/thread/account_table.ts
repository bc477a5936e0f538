// The accounts as one thread knows them: their numbers, and what their clients' messages mean elsewhere.
import { Imports } from '../auth/imports.ts'
import { SubjectMappings } from '../auth/subject_mapping.ts'
import type { AccountSettings } from '../connection/settings.ts'

export class AccountTable {
  /** By name. */
  readonly numbers = new Map<string, number>()
  #mappings: (SubjectMappings | null)[] = []
  #imports: (Imports | null)[] = []
  /** What each was made from. */
  #made: string[] = []

  constructor(accounts: readonly AccountSettings[]) {
    this.renew(accounts)
  }

  /** Numbers stay what they are. What has not changed stays the same object. */
  renew(accounts: readonly AccountSettings[]): void {
    for (const [number, { name, is_gone = false, mappings = [], imports = [] }] of accounts.entries()) {
      if (is_gone) this.numbers.delete(name)
      else this.numbers.set(name, number)
      const [mapped, imported] = [JSON.stringify(mappings), JSON.stringify(imports)]
      const [former_mapped, former_imported] = (this.#made[number] ?? '\n').split('\n')
      if (mapped !== former_mapped) this.#mappings[number] = mappings.length > 0 ? new SubjectMappings(mappings) : null
      if (imported !== former_imported) this.#imports[number] = imports.length > 0 ? new Imports(imports) : null
      this.#made[number] = `${mapped}\n${imported}`
    }
  }

  /** Null: messages go where they say. */
  mappings(account: number): SubjectMappings | null {
    return this.#mappings[account]
  }

  /** Null: it has nothing from others. */
  imports(account: number): Imports | null {
    return this.#imports[account]
  }
}
