// What the examples test: a service that takes orders, and a caller that asks again when nobody answers.

/** Takes orders. Resolves when the server knows it. */
export function takeOrders(connection) {
  const callback = (error, message) => {
    if (error === null) message.respond(`ordered: ${message.string()}`)
  }
  connection.subscribe('orders', { queue: 'orders', callback })
  return connection.flush()
}

/** Resolves to the answer. Asks `attempts` times, then rejects with what went wrong. */
export async function order(connection, what, attempts) {
  for (let attempt = 1;; attempt++) {
    try {
      const answer = await connection.request('orders', what, { timeout: 500 })
      return answer.string()
    } catch (error) {
      if (attempt === attempts) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
