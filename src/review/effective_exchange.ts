// What accounts give to each other, and where their messages go instead, as settings.
import type { ExportSettings, ImportSettings } from '../auth/account_imports.ts'
import type { MappingSettings } from '../auth/subject_mapping.ts'
import { DEFAULT, entries_by_name, entries_under, place_in, type Placed } from './place.ts'
import { map, maps, one, row, type Setting, unsaid } from './setting.ts'
import { duration_value } from './written.ts'

/** `placed`: where each of them stands. */
export function exports_setting(exports: readonly ExportSettings[], placed: readonly Placed[]): Setting {
  return maps('exports', exports.map((each, i) => export_settings(each, placed.slice(i, i + 1))), place_in(placed))
}

function export_settings(made: ExportSettings, own: readonly Placed[]): Setting[] {
  const at = (names: string) => place_in(entries_under(own, names))
  const { latency, accounts } = made
  return [
    one(made.kind, made.subject, at(made.kind)),
    ...(accounts === undefined ? [] : [row('accounts', accounts, at('accounts'))]),
    ...(made.kind === 'stream' ? [] : [
      one('response_type', made.response_type, at('response response_type')),
      one(
        'response_threshold',
        duration_value(made.response_threshold_ms),
        at('threshold response_threshold response_max_time response_time'),
      ),
    ]),
    one('account_token_position', made.account_token_position, at('account_token_position')),
    ...(latency === undefined ? [] : [
      map('latency', [
        one('subject', latency.subject, at('latency')),
        one('sampling', latency.sampling || 'headers', at('latency')),
      ], at('latency')),
    ]),
  ]
}

export function imports_setting(imports: readonly ImportSettings[], placed: readonly Placed[]): Setting {
  return maps('imports', imports.map((each, i) => import_settings(each, placed.slice(i, i + 1))), place_in(placed))
}

function import_settings(made: ImportSettings, own: readonly Placed[]): Setting[] {
  const at = (names: string) => place_in(entries_under(own, names))
  const source = at(made.kind), renamed = at('prefix to')
  return [
    map(made.kind, [one('account', made.account, source), one('subject', made.subject, source)], source),
    one('to', made.local, renamed),
    one('share', made.share, at('share')),
  ]
}

/** `around`: the block that they stand in. */
export function mappings_setting(mappings: readonly MappingSettings[], around: readonly Placed[]): Setting {
  const blocks = entries_under(around, 'mappings maps').slice(-1)
  if (mappings.length === 0 && blocks.length === 0) return unsaid('mappings', 'none', DEFAULT)
  const places = entries_by_name(blocks)
  const entries = mappings.map(({ source, destinations }) => {
    const own = places.get(source)
    const place = place_in(own === undefined ? [] : [own])
    const items = destinations.map(({ subject, weight, cluster }) => [
      one('dest', subject, place),
      one('weight', weight, place),
      ...(cluster === undefined ? [] : [one('cluster', cluster, place)]),
    ])
    return maps(source, items, place)
  })
  return map('mappings', entries, place_in(blocks))
}
