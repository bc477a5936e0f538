// Proxies that are trusted, as settings.
import { entries_under, items_of, place_in, type Placed } from './place.ts'
import { map, maps, one, type Setting, unsaid } from './setting.ts'

/** `file`: its top. */
export function proxies_setting(keys: readonly string[], file: readonly Placed[]): Setting {
  const blocks = entries_under(file, 'proxies').slice(-1)
  if (keys.length === 0) return unsaid('proxies', 'none is trusted', place_in(blocks))
  const lists = entries_under(blocks, 'trusted')
  const placed = items_of(lists)
  const items = keys.map((
    key,
    i,
  ) => [one('key', key, place_in(entries_under(placed.slice(i, i + 1), 'key public_key')))])
  return map('proxies', [maps('trusted', items, place_in(lists))], place_in(blocks))
}
