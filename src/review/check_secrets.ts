// What should not be as it is: passwords that whoever reads the file knows, and figures that everybody can ask for.
import { isIP } from 'node:net'
import { is_bcrypt } from '../auth/bcrypt.ts'
import type { UserOptions } from '../config/auth_options.ts'
import { bare_host, format_address, is_any_host, is_loopback } from '../net/address.ts'
import type { Finding } from './finding.ts'
import { file_place, type Judged, top_place } from './judged.ts'
import { listeners_of } from './listeners.ts'
import { flag_place } from './place.ts'

export function check_secrets(judged: Judged): Finding[] {
  return [...plain_passwords(judged), ...open_monitoring(judged)]
}

/** One line for each block: there may be thousands of users. */
function plain_passwords(judged: Judged): Finding[] {
  const { options: { authorization, accounts, http_password }, sources } = judged
  const found: Finding[] = []
  const say = (place: string, what: string) => {
    const advice = 'put bcrypt hashes in their place, or let users have nkeys'
    found.push({ severity: 'warning', place, what, advice })
  }
  const single = [['password', 'pass', 'password pass'], ['token', 'auth', 'token']] as const
  for (const [name, flag_name, keys] of single) {
    const flag = flag_place(sources, flag_name)
    if (!is_plain(authorization[name])) continue
    const seen = flag === null ? '' : ', and whoever lists the processes sees it'
    say(flag?.text ?? file_place(judged, 'authorization', keys), `the ${name} of clients is plain text${seen}`)
  }
  if (is_plain(http_password)) say(top_place(judged, 'http_password'), 'the password of monitoring is plain text')
  const count = (users: readonly UserOptions[]) => users.filter(({ password }) => is_plain(password)).length
  const users = (place: string, number: number) => {
    if (number > 0) {
      say(place, `${number === 1 ? 'the password of a user is' : `the passwords of ${number} users are`} plain text`)
    }
  }
  users(file_place(judged, 'authorization', 'users'), count(authorization.users))
  users(file_place(judged, 'accounts'), accounts.reduce((sum, account) => sum + count(account.users), 0))
  return found
}

const is_plain = (secret: string | undefined): boolean => secret !== undefined && secret !== '' && !is_bcrypt(secret)

function open_monitoring(judged: Judged): Finding[] {
  const listener = listeners_of(judged).find(({ purpose }) => purpose === 'monitoring')
  if (listener === undefined || judged.options.http_user !== '' || is_loopback(listener.host)) return []
  const { host, port, port_place: place } = listener
  const is_inside = isIP(bare_host(host)) !== 0 && !is_any_host(host) && is_private(bare_host(host))
  const who = is_inside ? 'everybody in its network' : 'whoever can reach this machine'
  return [{
    severity: is_inside ? 'note' : 'warning',
    place,
    what: `monitoring on ${format_address(host, port)} has no login and answers ${who}`,
    advice: `ask for a user (http_user, http_password), or let it listen on 127.0.0.1`,
  }]
}

/** Addresses that the internet does not lead to. */
function is_private(address: string): boolean {
  return /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/i.test(address)
}
